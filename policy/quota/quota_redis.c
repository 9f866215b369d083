/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_redis.h"

#include "quota/quota_redis_address.h"

#include "config.h"

#ifdef HAVE_HIREDIS
#include "quota/quota_redis_connect.h"
#include "quota/quota_redis_secret.h"
#include "quota/quota_redis_store.h"
#include "quota/quota_redis_tls.h"

#include <string.h>
#endif

bool quota_redis_is(const char *store)
{
	return quota_redis_address_is(store);
}

#ifdef HAVE_HIREDIS

static bool address_check(const char *store, struct quota_redis_address *address, struct faults *faults)
{
	if (!quota_redis_address_parse(store, address, faults))
		return false;
	if (address->way != QUOTA_REDIS_TLS || quota_redis_tls_is_built())
		return true;
	fault_add(faults,
		"quotas.store: `rediss:` needs a hiredis with TLS (hiredis_ssl), which this program was built without; "
		"reach Redis through a tunnel such as stunnel and its `unix:` socket, or build with hiredis_ssl");
	return false;
}

static bool user_check(const struct quota_options *options, struct faults *faults)
{
	struct quota_redis_target *target;

	if (!options->user)
		return true;
	if (!options->password_file) {
		fault_add(faults, "quotas.store_user: a user needs a password; name its file as `store_password_file`");
		return false;
	}
	if (options->user[0] && strlen(options->user) < sizeof target->user)
		return true;
	fault_add(faults, "quotas.store_user: a user of Redis has 1 to %zu bytes", sizeof target->user - 1);
	return false;
}

/* All that the options say. */
static bool options_check(const struct quota_options *options, struct quota_redis_address *address,
	char secret[QUOTA_REDIS_SECRET_SIZE], struct faults *faults)
{
	secret[0] = '\0';
	if (!address_check(options->store, address, faults) || !user_check(options, faults))
		return false;
	return !options->password_file || quota_redis_secret_read(options->password_file, secret, faults);
}

bool quota_redis_store_check(const char *store, struct faults *faults)
{
	struct quota_redis_address address;

	return address_check(store, &address, faults);
}

bool quota_redis_check(const struct quota_options *options, struct faults *faults)
{
	struct quota_redis_address address;
	char secret[QUOTA_REDIS_SECRET_SIZE];
	bool good = options_check(options, &address, secret, faults);

	explicit_bzero(secret, sizeof secret);
	return good;
}

struct quota_store *quota_redis_open(const struct quota_options *options, struct faults *faults)
{
	struct quota_redis_address address;
	char secret[QUOTA_REDIS_SECRET_SIZE];
	struct quota_store *store = NULL;

	if (options_check(options, &address, secret, faults))
		store = quota_redis_store_open(options, &address, secret, faults);
	explicit_bzero(secret, sizeof secret);
	return store;
}

#else

bool quota_redis_store_check(const char *store, struct faults *faults)
{
	(void)store;
	fault_add(faults,
		"quotas.store: this program was built without Redis; name a file by its whole path, or build it with hiredis "
		"(libhiredis-dev)");
	return false;
}

bool quota_redis_check(const struct quota_options *options, struct faults *faults)
{
	return quota_redis_store_check(options->store, faults);
}

struct quota_store *quota_redis_open(const struct quota_options *options, struct faults *faults)
{
	quota_redis_store_check(options->store, faults);
	return NULL;
}

#endif
