/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_redis_state: a store in Redis, and what becomes of it with each answer: its breaker, its numbers, its lines in the log.
 */
#ifndef QUOTA_QUOTA_REDIS_STATE_H
#define QUOTA_QUOTA_REDIS_STATE_H

#include "quota/quota_redis_ask.h"
#include "quota/quota_redis_breaker.h"
#include "quota/quota_store.h"

#include <limits.h>
#include <stdatomic.h>

struct quota_redis_store {
	struct quota_store store; /* first */
	struct quota_redis_client client;
	struct quota_redis_breaker breaker;
	int64_t timeout; /* microseconds, of connecting and a command together */
	char password_files[QUOTA_REDIS_PLACES][PATH_MAX], ca_file[PATH_MAX]; /* "": none */
	char shown[300];                                                      /* the setting, for people */
	pthread_t thread;
	bool started;
	_Atomic bool answered;   /* the last question */
	_Atomic int64_t said[3]; /* when a line was said that comes once a minute at most */
	pthread_mutex_t mutex;   /* of what follows */
	char born[24];           /* of the counts, as last seen */
	bool seen;
	int64_t born_changed; /* when it was noticed */
};

enum quota_redis_line { QUOTA_REDIS_LINE_TROUBLE, QUOTA_REDIS_LINE_CLOCK, QUOTA_REDIS_LINE_DAMAGE };

/* May a line of that kind be said now? */
bool quota_redis_state_may_say(struct quota_redis_store *store, enum quota_redis_line line);

/* A question that began at `began` has an outcome: count it, judge it, tell of it. */
void quota_redis_state_outcome(struct quota_redis_store *store, enum quota_redis_pass pass, int64_t began, bool good,
	const struct quota_redis_trouble *trouble);

#endif
