/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_redis_store: counts in Redis, as quota_store.h wants them.
 */
#ifndef QUOTA_QUOTA_REDIS_STORE_H
#define QUOTA_QUOTA_REDIS_STORE_H

#include "quota/quota.h"
#include "quota/quota_redis_access.h"

/* As quota_open(), of options that quota_redis_access_read() has read. */
struct quota_store *quota_redis_store_open(const struct quota_options *options, const struct quota_redis_access *access,
	struct faults *faults);

#endif
