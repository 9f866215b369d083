/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_redis: counts in Redis or Valkey, for several relays.
 */
#ifndef QUOTA_QUOTA_REDIS_H
#define QUOTA_QUOTA_REDIS_H

#include "quota/quota.h"

/* Is it a store of this kind, by what stands before the colon? */
bool quota_redis_is(const char *store);

/* As quota_store_check(), quota_check() and quota_open(). `options->store` is one that quota_redis_is(). */
bool quota_redis_store_check(const char *store, struct faults *faults);
bool quota_redis_check(const struct quota_options *options, struct faults *faults);
struct quota_store *quota_redis_open(const struct quota_options *options, struct faults *faults);

#endif
