/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_redis_address.h"

#include <stdio.h>

static const struct {
	struct text scheme;
	enum quota_redis_way way;
} schemes[] = {
	{ TEXT("redis:"), QUOTA_REDIS_TCP },
	{ TEXT("rediss:"), QUOTA_REDIS_TLS },
	{ TEXT("unix:"), QUOTA_REDIS_UNIX },
	{ TEXT("sentinel:"), QUOTA_REDIS_SENTINEL },
};

#define EXAMPLES "write redis://quota.internal:6379/0, rediss://..., unix:/run/redis/redis.sock or sentinel://a,b,c/NAME"

/* Redis may be told to have more; 16 is its default. */
#define DATABASES 65536

static bool scheme_of(struct text written, enum quota_redis_way *way, struct text *rest)
{
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		if (!text_starts_with(written, schemes[i].scheme))
			continue;
		*way = schemes[i].way;
		*rest = text_from(written, schemes[i].scheme.length);
		return true;
	}
	return false;
}

bool quota_redis_address_is(const char *store)
{
	enum quota_redis_way way;
	struct text rest;

	return scheme_of(text_of(store), &way, &rest);
}

static bool number_read(struct text written, unsigned long below, unsigned long *number)
{
	*number = 0;
	for (size_t i = 0; i < written.length; i++) {
		if (written.at[i] < '0' || written.at[i] > '9' || i > 5)
			return false;
		*number = *number * 10 + (unsigned long)(written.at[i] - '0');
	}
	return written.length > 0 && *number < below;
}

static bool of_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

bool quota_redis_address_name(struct text written, struct quota_redis_host *host)
{
	bool v6 = text_find(written, ':', 0) < written.length;

	if (written.length == 0 || written.length > 253)
		return false;
	for (size_t i = 0; i < written.length; i++)
		if (!of_name(written.at[i]) && !(v6 && (written.at[i] == ':' || written.at[i] == '%')))
			return false;
	memcpy(host->name, written.at, written.length);
	host->name[written.length] = '\0';
	return true;
}

/* The last colon that is not inside of brackets; the length if there is none. */
static size_t colon_of(struct text written)
{
	size_t at = written.length;

	while (at > 0 && written.at[at - 1] != ':' && written.at[at - 1] != ']')
		at--;
	return at > 0 && written.at[at - 1] == ':' ? at - 1 : written.length;
}

static struct text brackets_off(struct text name)
{
	if (name.length > 2 && name.at[0] == '[' && name.at[name.length - 1] == ']')
		return text_first(text_from(name, 1), name.length - 2);
	return name;
}

bool quota_redis_address_host(struct text written, struct quota_redis_host *host)
{
	size_t colon = colon_of(written);
	struct text name = brackets_off(text_first(written, colon));
	unsigned long port;

	if (!number_read(text_from(written, colon + 1), 65536, &port) || port == 0)
		return false;
	host->port = (uint16_t)port;
	host->name[0] = '\0';
	return name.length == 0 || quota_redis_address_name(name, host);
}

/* HOST[:PORT] of the setting. */
static bool host_read(struct text written, uint16_t port, struct quota_redis_host *host, struct faults *faults)
{
	char shown[300];
	bool v6 = written.length > 0 && written.at[0] == '[';
	size_t colon = colon_of(written);
	struct text name = brackets_off(text_first(written, colon));
	unsigned long number = port;

	text_escape(written, shown, sizeof shown);
	if (colon < written.length && (!number_read(text_from(written, colon + 1), 65536, &number) || number == 0)) {
		fault_add(faults,
			"quotas.store: `%s` has no port from 1 to 65535 behind its colon; an address of IPv6 stands in brackets",
			shown);
		return false;
	}
	host->port = (uint16_t)number;
	if (v6 != (text_find(name, ':', 0) < name.length) || !quota_redis_address_name(name, host)) {
		fault_add(faults, "quotas.store: `%s` is no name of a host and no address; " EXAMPLES, shown);
		return false;
	}
	return true;
}

static bool database_read(struct text written, struct quota_redis_address *address, struct faults *faults)
{
	char shown[64];
	unsigned long number = 0;

	if (written.length && !number_read(written, DATABASES, &number)) {
		fault_add(faults, "quotas.store: `%s` is no number of a database; write a number such as 0 behind the last `/`",
			text_escape(written, shown, sizeof shown));
		return false;
	}
	address->database = (unsigned)number;
	return true;
}

static bool path_read(struct text path, struct quota_redis_address *address, struct faults *faults)
{
	if (path.length == 0 || path.at[0] != '/') {
		fault_add(faults, "quotas.store: the path of the socket must begin with `/`; write unix:/run/redis/redis.sock");
		return false;
	}
	if (path.length >= sizeof address->path) {
		fault_add(faults,
			"quotas.store: the path of the socket has %zu bytes; the system takes %zu at most, so choose a shorter one",
			path.length, sizeof address->path - 1);
		return false;
	}
	memcpy(address->path, path.at, path.length);
	return true;
}

/* a,b,c */
static bool sentinels_read(struct text list, struct quota_redis_address *address, struct faults *faults)
{
	for (size_t at = 0; at <= list.length;) {
		size_t comma = text_find(list, ',', at);

		if (address->count == QUOTA_REDIS_HOSTS_MAX) {
			fault_add(faults, "quotas.store: more than %d Sentinels; name some of them", QUOTA_REDIS_HOSTS_MAX);
			return false;
		}
		if (!host_read(text_first(text_from(list, at), comma - at), QUOTA_REDIS_SENTINEL_PORT,
			    &address->hosts[address->count++], faults))
			return false;
		at = comma + 1;
	}
	return true;
}

static bool master_read(struct text name, struct quota_redis_address *address, struct faults *faults)
{
	size_t good = 0;

	/* What sentinel.conf takes for a name, see sentinel.c of Redis. */
	while (good < name.length && of_name(name.at[good]))
		good++;
	if (name.length == 0 || good < name.length || name.length >= sizeof address->master) {
		fault_add(faults,
			"quotas.store: it does not say what the Sentinels call the master (letters, digits and .-_); "
			"write sentinel://a,b,c/NAME");
		return false;
	}
	memcpy(address->master, name.at, name.length);
	return true;
}

static bool authority_read(struct text rest, struct quota_redis_address *address, struct faults *faults)
{
	size_t slash = text_find(rest, '/', 0);
	struct text hosts = text_first(rest, slash), path = text_from(rest, slash + 1);

	if (address->way != QUOTA_REDIS_SENTINEL)
		return host_read(hosts, QUOTA_REDIS_PORT, &address->hosts[address->count++], faults) &&
			database_read(path, address, faults);
	slash = text_find(path, '/', 0);
	return sentinels_read(hosts, address, faults) && master_read(text_first(path, slash), address, faults) &&
		database_read(text_from(path, slash + 1), address, faults);
}

bool quota_redis_address_parse(const char *store, struct quota_redis_address *address, struct faults *faults)
{
	struct text written = text_of(store), rest;

	memset(address, 0, sizeof *address);
	if (!scheme_of(written, &address->way, &rest)) {
		fault_add(faults, "quotas.store: it names no Redis; " EXAMPLES);
		return false;
	}
	if (text_find(rest, '@', 0) < rest.length && address->way != QUOTA_REDIS_UNIX) {
		fault_add(faults,
			"quotas.store: it holds a user or a password, which everybody may see here; write them as `store_user` and "
			"`store_password_file`");
		return false;
	}
	if (address->way == QUOTA_REDIS_UNIX)
		return path_read(rest, address, faults);
	if (!text_starts_with(rest, TEXT("//"))) {
		fault_add(faults, "quotas.store: `//` is missing behind the scheme; " EXAMPLES);
		return false;
	}
	return authority_read(text_from(rest, 2), address, faults);
}
