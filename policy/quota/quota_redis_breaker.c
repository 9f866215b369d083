/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_redis_breaker.h"

#include <string.h>

void quota_redis_breaker_init(struct quota_redis_breaker *breaker)
{
	memset(breaker, 0, sizeof *breaker);
	pthread_mutex_init(&breaker->mutex, NULL);
}

enum quota_redis_pass quota_redis_breaker_enter(struct quota_redis_breaker *breaker, int64_t now)
{
	enum quota_redis_pass pass = QUOTA_REDIS_GO;

	pthread_mutex_lock(&breaker->mutex);
	if (breaker->open) {
		pass = breaker->probing || now < breaker->until ? QUOTA_REDIS_STOP : QUOTA_REDIS_PROBE;
		breaker->probing |= pass == QUOTA_REDIS_PROBE;
	}
	pthread_mutex_unlock(&breaker->mutex);
	return pass;
}

static void open_for(struct quota_redis_breaker *breaker, int64_t pause, int64_t now)
{
	breaker->open = true;
	breaker->pause = pause < QUOTA_REDIS_OPEN_LONGEST ? pause : QUOTA_REDIS_OPEN_LONGEST;
	breaker->until = now + breaker->pause;
}

/* While it is open only the probe counts: the others began before. */
static enum quota_redis_turn judge(struct quota_redis_breaker *breaker, enum quota_redis_pass pass, bool good, int64_t now)
{
	if (breaker->open && pass != QUOTA_REDIS_PROBE)
		return QUOTA_REDIS_SAME;
	breaker->probing = false;
	if (good) {
		bool was = breaker->open;

		breaker->open = false;
		breaker->failures = 0;
		return was ? QUOTA_REDIS_CLOSED : QUOTA_REDIS_SAME;
	}
	if (breaker->open) {
		open_for(breaker, 2 * breaker->pause, now);
		return QUOTA_REDIS_SAME;
	}
	if (++breaker->failures < QUOTA_REDIS_FAILURES)
		return QUOTA_REDIS_SAME;
	open_for(breaker, QUOTA_REDIS_OPEN_FIRST, now);
	return QUOTA_REDIS_OPENED;
}

enum quota_redis_turn quota_redis_breaker_leave(struct quota_redis_breaker *breaker, enum quota_redis_pass pass, bool good,
	int64_t now)
{
	enum quota_redis_turn turn;

	pthread_mutex_lock(&breaker->mutex);
	turn = judge(breaker, pass, good, now);
	pthread_mutex_unlock(&breaker->mutex);
	return turn;
}

bool quota_redis_breaker_is_open(struct quota_redis_breaker *breaker)
{
	bool open;

	pthread_mutex_lock(&breaker->mutex);
	open = breaker->open;
	pthread_mutex_unlock(&breaker->mutex);
	return open;
}
