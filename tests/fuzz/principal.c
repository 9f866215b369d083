/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: lines. The login that the MTA tells; the client's address; the realms of logins, between blanks; then the entries of the
 * list of principals: login, network and ARN with tabs between them, an empty one is not given; `!` for an ARN refuses.
 *
 * Promises: faults are printable lines with a remedy; an entry that fits counts if none before it does, as the simplest reading of
 * the list says, and nobody else's; the ARN is the entry's with the login in its place, and has no more fields than the pattern;
 * two logins that are not the same name are never the same principal by `${login}`; a login in another case than an entry's is
 * not taken for a client without an entry.
 */
#include "fuzz/fuzz.h"
#include "ses/principal_map.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ENTRIES = 8, REALMS = 4 };

/* A text of the input as a string; NULL: empty. */
static const char *string_of(struct arena *arena, struct text t)
{
	t = text_first(t, text_find(t, '\0', 0));
	return t.length ? arena_text(arena, t).at : NULL;
}

static struct text field(struct text *rest)
{
	size_t end = text_find(*rest, '\t', 0);
	struct text first = text_first(*rest, end);

	*rest = text_from(*rest, end + 1);
	return first;
}

static void option_read(struct arena *arena, struct text line, struct principal_option *option)
{
	option->login = string_of(arena, field(&line));
	option->network = string_of(arena, field(&line));
	option->arn = string_of(arena, field(&line));
	option->refuse = option->arn && !strcmp(option->arn, "!");
	if (option->refuse)
		option->arn = NULL;
}

/* Settings take no other (setting_table.h): the map is made of what they took. */
static bool is_taken(const struct principal_option *option)
{
	return option->refuse || (option->arn && principal_pattern_is_valid(text_of(option->arn)));
}

/* ---- the simplest reading ---- */

/* Does `name` end in @REALM, as a domain is compared? Its length then, else 0. */
static size_t realm_of(const char *name, const struct string_list *realms)
{
	const char *at = strrchr(name, '@');
	size_t length = at ? strlen(at + 1) : 0, bare = length;

	if (bare && at[bare] == '.')
		bare--;
	for (size_t i = 0; length && i < realms->count; i++)
		if (strlen(realms->at[i]) == bare && !strncasecmp(realms->at[i], at + 1, bare))
			return length;
	return 0;
}

static bool network_holds(const char *network, const char *address)
{
	unsigned char net[16] = { 0 }, ip[16] = { 0 };
	char copy[128];
	int family = strchr(network, ':') ? AF_INET6 : AF_INET;

	if (!address || snprintf(copy, sizeof copy, "%s", network) >= (int)sizeof copy)
		return false;
	char *slash = strchr(copy, '/');
	unsigned bits = family == AF_INET6 ? 128 : 32;
	if (slash) {
		*slash = '\0';
		bits = (unsigned)strtoul(slash + 1, NULL, 10);
	}
	if (inet_pton(family, copy, net) != 1 || inet_pton(family, address, ip) != 1)
		return false;
	for (unsigned i = 0; i < bits; i++)
		if ((net[i / 8] ^ ip[i / 8]) >> (7 - i % 8) & 1)
			return false;
	return true;
}

struct asker {
	const char *login, *address;
	char name[1024]; /* without its realm */
	bool uncertain;  /* which name that is */
};

static void name_find(struct asker *client, const struct string_list *realms)
{
	snprintf(client->name, sizeof client->name, "%s", client->login);
	size_t realm = realm_of(client->name, realms), length = strlen(client->name);
	if (!realm)
		return;
	client->name[length - realm - 1] = '\0';
	client->uncertain = !client->name[0] || realm_of(client->name, realms);
}

static bool fits(const struct principal_option *option, const struct asker *client, bool fold)
{
	const char *login = option->login;

	if (login && !strcmp(login, "*") && !client->name[0])
		return false;
	if (login && strcmp(login, "*") != 0 && (fold ? strcasecmp(login, client->name) : strcmp(login, client->name)) != 0)
		return false;
	return !option->network || network_holds(option->network, client->address);
}

/* ---- ---- */

static void colons_check(struct text pattern, struct text arn)
{
	size_t more = 0;

	for (size_t i = 0; i < arn.length; i++)
		more += arn.at[i] == ':';
	for (size_t i = 0; i < pattern.length; i++)
		more -= pattern.at[i] == ':';
	FUZZ_CHECK(!more);
}

static void found_check(const struct principal_option *option, const struct asker *client, struct text arn)
{
	struct text pattern = text_of(option->arn);
	const char *variable = strstr(option->arn, "${login}");
	char want[2048];

	if (!variable) {
		FUZZ_CHECK(text_equals(arn, pattern));
		return;
	}
	/* Whatever name it is, it can be read back from the ARN: two names never make one principal. */
	FUZZ_CHECK(snprintf(want, sizeof want, "%.*s%s%s", (int)(variable - option->arn), option->arn, client->name,
			   variable + strlen("${login}")) < (int)sizeof want);
	FUZZ_CHECK(text_equals(arn, text_of(want)) && client->name[0]);
	FUZZ_CHECK(!strpbrk(client->name, "/:*?$ \t"));
	colons_check(pattern, arn);
}

static void find_check(const struct principal_map *map, const struct principal_options *options, const struct asker *client,
	struct arena *arena)
{
	const struct principal_rule *rule;
	struct ip ip = { 0 };
	struct caller caller;
	size_t want = 0;
	bool other_case = false;

	while (want < options->count && !fits(&options->at[want], client, false)) {
		other_case = other_case || fits(&options->at[want], client, true);
		want++;
	}
	FUZZ_CHECK(!client->address || ip_parse(text_of(client->address), &ip));
	enum principal_found found = principal_find(map, arena, text_of(client->login), &ip, &rule, &caller);
	FUZZ_CHECK(found != PRINCIPAL_MEMORY && found != PRINCIPAL_UNKNOWN && found != PRINCIPAL_TWINS);
	FUZZ_CHECK(found == PRINCIPAL_FOUND || !caller.text.length);
	FUZZ_CHECK((found == PRINCIPAL_LOGIN_UNFIT) || !client->uncertain);
	if (client->uncertain)
		return;
	const struct principal_option *option = want < options->count ? &options->at[want] : NULL;
	FUZZ_CHECK(rule == &map->rules[want]);
	bool named = option && option->login && strcmp(option->login, "*") != 0;
	FUZZ_CHECK((found == PRINCIPAL_LOGIN_CASE) == (other_case && !named));
	if (found == PRINCIPAL_LOGIN_CASE)
		return;
	FUZZ_CHECK((found == PRINCIPAL_REFUSED) == (option && option->refuse));
	if (found != PRINCIPAL_FOUND)
		FUZZ_CHECK(option && (option->refuse || strstr(option->arn, "${login}")));
	else if (option)
		found_check(option, client, caller.text);
	else
		FUZZ_CHECK(text_equals(caller.text, TEXT("arn:aws:iam::123456789012:user/smtp-relay")));
}

static void list_check(struct arena *arena, const struct principal_options *options, const struct string_list *realms,
	struct asker *client)
{
	struct principal_map map;
	struct faults faults;

	faults_init(&faults);
	bool good = principal_map_compile(arena, options, &map, &faults) && principal_map_realms(arena, realms, &map, &faults);
	FUZZ_CHECK(good == !faults.count);
	fuzz_faults(&faults, "principals[");
	if (good) {
		FUZZ_CHECK(principal_map_fallback(arena, &map, TEXT("aws"), TEXT("123456789012")));
		name_find(client, realms);
		find_check(&map, options, client, arena);
	}
	faults_free(&faults);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text rest = fuzz_text(data, size), login = fuzz_line(&rest), address = fuzz_line(&rest), words = fuzz_line(&rest);
	struct principal_option at[ENTRIES] = { 0 };
	struct principal_options options = { at, 0 };
	const char *realm_list[REALMS];
	struct string_list realms = { realm_list, 0 };
	struct arena arena = { 0 };
	struct asker client = { 0 };
	struct ip ip;

	client.login = string_of(&arena, text_first(login, sizeof client.name - 1));
	client.login = client.login ? client.login : "";
	client.address = ip_parse(address, &ip) ? string_of(&arena, address) : NULL;
	while (words.length && realms.count < REALMS) {
		size_t end = text_find(words, ' ', 0);
		const char *realm = string_of(&arena, text_first(words, end));
		words = text_from(words, end + 1);
		if (realm)
			realm_list[realms.count++] = realm;
	}
	while (rest.length && options.count < ENTRIES) {
		option_read(&arena, fuzz_line(&rest), &at[options.count]);
		if (is_taken(&at[options.count]))
			options.count++;
		else
			at[options.count] = (struct principal_option){ 0 };
	}
	list_check(&arena, &options, &realms, &client);
	arena_free(&arena);
	return 0;
}
