/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_redis.h"

#include "quota/quota_redis_address.h"

#include "config.h"

#ifdef HAVE_HIREDIS
#include "quota/quota_redis_access.h"
#include "quota/quota_redis_store.h"
#endif

bool quota_redis_is(const char *store)
{
	return quota_redis_address_is(store);
}

#ifdef HAVE_HIREDIS

bool quota_redis_store_check(const char *store, struct faults *faults)
{
	struct quota_redis_address address;

	return quota_redis_access_address(store, &address, faults);
}

bool quota_redis_check(const struct quota_options *options, struct faults *faults)
{
	struct quota_redis_access access;
	bool good = quota_redis_access_read(options, &access, faults);

	quota_redis_access_clear(&access);
	return good;
}

struct quota_store *quota_redis_open(const struct quota_options *options, struct faults *faults)
{
	struct quota_redis_access access;
	struct quota_store *store = NULL;

	if (quota_redis_access_read(options, &access, faults))
		store = quota_redis_store_open(options, &access, faults);
	quota_redis_access_clear(&access);
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
