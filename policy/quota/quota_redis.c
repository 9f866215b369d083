/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_redis.h"

bool quota_redis_is(const char *store)
{
	static const char *const schemes[] = { "redis:", "rediss:", "unix:", "sentinel:" };

	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (text_starts_with(text_of(store), text_of(schemes[i])))
			return true;
	return false;
}

bool quota_redis_store_check(const char *store, struct faults *faults)
{
	(void)store;
	fault_add(faults, "quotas.store: this program is built without Redis; name a file, or build it with hiredis");
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
