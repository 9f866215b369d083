/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay_quota_count: what limits would have done to the messages of all workers, counted as the daemon counts, in
 * a store in memory whose clock is the time of the records. A message that does not fit is not counted; that its
 * client would have tried again is not played.
 */
#ifndef TOOL_REPLAY_QUOTA_COUNT_H
#define TOOL_REPLAY_QUOTA_COUNT_H

#include "tool/replay_quota.h"

struct replay_quota_total {
	struct replay_quota all;                   /* its keys have the counts; its entries are in the order of time */
	size_t counted;                            /* messages that would have passed */
	struct replay_quota_times deferred, never; /* not those of keys in monitor mode */
};

void replay_quota_total_free(struct replay_quota_total *total);

/* Add what a worker has, which must live as long. False when memory is short. */
bool replay_quota_merge(struct replay_quota_total *total, const struct replay_quota *from);

/* Count all that was merged. False when memory is short. */
bool replay_quota_count(struct replay_quota_total *total);

/*
 * The keys that refuse, or in monitor mode would: more deferred messages first, then more that can never pass, then by scope
 * and name. To be freed; NULL when memory is short.
 */
struct replay_quota_key **replay_quota_sorted(const struct replay_quota_total *total, size_t *count);

#endif
