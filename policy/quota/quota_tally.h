/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_tally: what went wrong with a store and how long it took, counted by any thread without waiting.
 */
#ifndef QUOTA_QUOTA_TALLY_H
#define QUOTA_QUOTA_TALLY_H

#include "quota/quota.h"

#include <stdatomic.h>

/* The label of a metric. */
const char *quota_error_name(enum quota_error error);

/* Upper bounds of the histogram of times, in microseconds. What took longer is in its last place. */
extern const int64_t quota_time_bounds[QUOTA_TIMES];

/* Zeroed it is ready. */
struct quota_tally {
	_Atomic uint64_t errors[QUOTA_ERRORS], counts_lost, times[QUOTA_TIMES + 1], microseconds;
};

void quota_tally_error(struct quota_tally *tally, enum quota_error error);
void quota_tally_lost(struct quota_tally *tally);
void quota_tally_time(struct quota_tally *tally, int64_t microseconds);
void quota_tally_read(struct quota_tally *tally, struct quota_status *status);

#endif
