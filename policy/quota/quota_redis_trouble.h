/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_redis_trouble: what went wrong with a store in Redis, and the clock by which it was too late.
 */
#ifndef QUOTA_QUOTA_REDIS_TROUBLE_H
#define QUOTA_QUOTA_REDIS_TROUBLE_H

#include "quota/quota.h"

/* Why something could not be done, for one line of a log: finished, and printable. */
struct quota_redis_trouble {
	enum quota_error error;
	char text[400];
};

/* False for the caller to return. */
bool quota_redis_trouble_set(struct quota_redis_trouble *trouble, enum quota_error error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Microseconds of a clock that never goes back. */
int64_t quota_redis_trouble_now(void);

#endif
