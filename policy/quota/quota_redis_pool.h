/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_redis_pool: connections that nobody uses at the moment, eight at most; more are closed when their work is done.
 *
 * Each call takes one for itself and gives it back, so one that is stuck holds up nobody else. They belong to no thread:
 * libmilter serves a session by one thread after the other.
 */
#ifndef QUOTA_QUOTA_REDIS_POOL_H
#define QUOTA_QUOTA_REDIS_POOL_H

#include "quota/quota_redis_link.h"

#include <pthread.h>

#define QUOTA_REDIS_IDLE_MAX 8

struct quota_redis_pool {
	pthread_mutex_t mutex;
	struct quota_redis_link idle[QUOTA_REDIS_IDLE_MAX];
	size_t count;
	unsigned long generation; /* of what to connect to: another master, another password */
};

void quota_redis_pool_init(struct quota_redis_pool *pool);
void quota_redis_pool_clear(struct quota_redis_pool *pool);

/* The one used last, if the server has not closed it, as far as quota_redis_link_is_stale() tells. False: there is none; link->generation is that of a new one. */
bool quota_redis_pool_take(struct quota_redis_pool *pool, struct quota_redis_link *link);

/* After an answer that was whole; closed if it is of an older generation or there are enough. */
void quota_redis_pool_put(struct quota_redis_pool *pool, struct quota_redis_link *link);

/* What such a connection leads to is out of date, as are all others of its generation. */
void quota_redis_pool_renew(struct quota_redis_pool *pool, unsigned long generation);

#endif
