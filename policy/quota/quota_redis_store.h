/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_redis_store: counts in Redis, as quota_store.h wants them.
 */
#ifndef QUOTA_QUOTA_REDIS_STORE_H
#define QUOTA_QUOTA_REDIS_STORE_H

#include "quota/quota_redis_address.h"
#include "quota/quota.h"

/* As quota_open(), of a setting that was checked. */
struct quota_store *quota_redis_store_open(const struct quota_options *options, const struct quota_redis_address *address,
	const char *secret, struct faults *faults);

#endif
