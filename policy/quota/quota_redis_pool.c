/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_redis_pool.h"

void quota_redis_pool_init(struct quota_redis_pool *pool)
{
	memset(pool, 0, sizeof *pool);
	pthread_mutex_init(&pool->mutex, NULL);
}

void quota_redis_pool_clear(struct quota_redis_pool *pool)
{
	while (pool->count > 0)
		quota_redis_link_close(&pool->idle[--pool->count]);
	pthread_mutex_destroy(&pool->mutex);
}

/* The one given back last. False: none is left. */
static bool pop(struct quota_redis_pool *pool, struct quota_redis_link *link, bool *current)
{
	pthread_mutex_lock(&pool->mutex);
	bool found = pool->count > 0;
	if (found)
		*link = pool->idle[--pool->count];
	else
		*link = (struct quota_redis_link){ .generation = pool->generation };
	*current = link->generation == pool->generation;
	pthread_mutex_unlock(&pool->mutex);
	return found;
}

bool quota_redis_pool_take(struct quota_redis_pool *pool, struct quota_redis_link *link)
{
	bool current;

	while (pop(pool, link, &current)) {
		if (current && !quota_redis_link_is_stale(link))
			return true;
		quota_redis_link_close(link);
	}
	return false;
}

void quota_redis_pool_put(struct quota_redis_pool *pool, struct quota_redis_link *link)
{
	pthread_mutex_lock(&pool->mutex);
	bool keep = link->generation == pool->generation && pool->count < QUOTA_REDIS_IDLE_MAX;
	link->rested = true;
	if (keep)
		pool->idle[pool->count++] = *link;
	pthread_mutex_unlock(&pool->mutex);
	if (!keep)
		quota_redis_link_close(link);
}

void quota_redis_pool_renew(struct quota_redis_pool *pool, unsigned long generation)
{
	pthread_mutex_lock(&pool->mutex);
	if (pool->generation == generation)
		pool->generation++;
	pthread_mutex_unlock(&pool->mutex);
}
