/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_redis_people: looking at counts in Redis and changing them, for quota_store.h. A person waits, so these ask
 * also while messages are told at once that the store is away, and have a second at least.
 */
#ifndef QUOTA_QUOTA_REDIS_PEOPLE_H
#define QUOTA_QUOTA_REDIS_PEOPLE_H

#include "quota/quota.h"

bool quota_redis_people_list(struct quota_store *store, quota_each *each, void *context, struct faults *faults);
enum quota_found quota_redis_people_show(struct quota_store *store, enum quota_scope scope, struct text name, struct quota_row *row,
	struct faults *faults);
enum quota_found quota_redis_people_reset(struct quota_store *store, enum quota_scope scope, struct text name,
	struct faults *faults);
bool quota_redis_people_set(struct quota_store *store, enum quota_scope scope, struct text name, int64_t used,
	struct faults *faults);

#endif
