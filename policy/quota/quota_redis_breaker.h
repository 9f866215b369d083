/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_redis_breaker: a store that does not answer is left alone for a while, so that no message waits for it.
 *
 * After three failures in a row it is open: nobody asks the store. First for a second, then twice as long after each probe
 * that fails, up to 30 seconds. When that time is over one caller probes; the others are still turned away.
 *
 * It judges answers to commands. A connection alone says nothing: the kernel completes one for a process that is stopped.
 */
#ifndef QUOTA_QUOTA_REDIS_BREAKER_H
#define QUOTA_QUOTA_REDIS_BREAKER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define QUOTA_REDIS_FAILURES 3
#define QUOTA_REDIS_OPEN_FIRST ((int64_t)1000000)
#define QUOTA_REDIS_OPEN_LONGEST ((int64_t)30000000)

struct quota_redis_breaker {
	pthread_mutex_t mutex;
	unsigned failures; /* in a row */
	bool open, probing;
	int64_t until; /* while open: when a probe may go */
	int64_t pause; /* how long it is open this time */
};

enum quota_redis_pass { QUOTA_REDIS_GO, QUOTA_REDIS_PROBE, QUOTA_REDIS_STOP };

/* What became of the breaker with an outcome. */
enum quota_redis_turn { QUOTA_REDIS_SAME, QUOTA_REDIS_OPENED, QUOTA_REDIS_CLOSED };

void quota_redis_breaker_init(struct quota_redis_breaker *breaker);

/* Times are microseconds of a clock that never goes back. But for QUOTA_REDIS_STOP, a call to leave() must follow. */
enum quota_redis_pass quota_redis_breaker_enter(struct quota_redis_breaker *breaker, int64_t now);
enum quota_redis_turn quota_redis_breaker_leave(struct quota_redis_breaker *breaker, enum quota_redis_pass pass, bool good,
	int64_t now);

bool quota_redis_breaker_is_open(struct quota_redis_breaker *breaker);

#endif
