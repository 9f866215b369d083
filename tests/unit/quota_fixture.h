/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_fixture: what tests of quotas share: keys in one line, and a clock that stands until it is moved.
 */
#ifndef UNIT_QUOTA_FIXTURE_H
#define UNIT_QUOTA_FIXTURE_H

#include "quota/quota.h"

#define SECONDS INT64_C(1000000)
#define MINUTES (60 * SECONDS)
#define HOURS (60 * MINUTES)
#define DAYS (24 * HOURS)

static inline struct quota_key quota_fixture_key(enum quota_scope scope, const char *name, int64_t per_day)
{
	return (struct quota_key){ scope, text_of(name), { per_day, QUOTA_UNLIMITED, 1, false }, 0 };
}

static inline struct quota_key quota_fixture_paced(enum quota_scope scope, const char *name, int64_t per_day, int64_t rate,
	int64_t burst)
{
	return (struct quota_key){ scope, text_of(name), { per_day, rate, burst, false }, 0 };
}

/* For quota_options.now: `context` is the moment. */
static inline int64_t quota_fixture_now(void *context)
{
	return *(int64_t *)context;
}

static inline int64_t quota_fixture_used(struct quota_store *store, enum quota_scope scope, const char *name)
{
	struct quota_row row;

	return quota_show(store, scope, text_of(name), &row, NULL) == QUOTA_FOUND ? row.used : -1;
}

#endif
