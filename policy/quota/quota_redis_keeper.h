/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_redis_keeper: the store's own thread. Every half minute, and when asked, it looks names up, reads passwords and
 * certificates again, asks Redis how it does, and warns of one that would throw counts away.
 */
#ifndef QUOTA_QUOTA_REDIS_KEEPER_H
#define QUOTA_QUOTA_REDIS_KEEPER_H

#include "quota/quota_redis_state.h"

/* Returns when the names have been asked for once, or after two seconds. False: no thread can be made; errno says why. */
bool quota_redis_keeper_start(struct quota_redis_store *redis);

/* False: it has not ended in that time, and still uses the store. */
bool quota_redis_keeper_stop(struct quota_redis_store *redis, int64_t milliseconds);

#endif
