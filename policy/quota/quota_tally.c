/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_tally.h"

const int64_t quota_time_bounds[QUOTA_TIMES] = { 50, 100, 250, 500, 1000, 2500, 5000, 10000, 50000, 250000, 1000000 };

const char *quota_error_name(enum quota_error error)
{
	static const char *const names[QUOTA_ERRORS] = {
		[QUOTA_ERROR_CONNECT] = "connect",
		[QUOTA_ERROR_TIMEOUT] = "timeout",
		[QUOTA_ERROR_REFUSED] = "refused",
		[QUOTA_ERROR_ANSWER] = "answer",
		[QUOTA_ERROR_WRITE] = "write",
		[QUOTA_ERROR_DAMAGED] = "damaged",
		[QUOTA_ERROR_MEMORY] = "memory",
	};

	return names[error];
}

static void add(_Atomic uint64_t *number, uint64_t more)
{
	atomic_fetch_add_explicit(number, more, memory_order_relaxed);
}

void quota_tally_error(struct quota_tally *tally, enum quota_error error)
{
	add(&tally->errors[error], 1);
}

void quota_tally_lost(struct quota_tally *tally)
{
	add(&tally->counts_lost, 1);
}

void quota_tally_time(struct quota_tally *tally, int64_t microseconds)
{
	size_t place = 0;

	while (place < QUOTA_TIMES && microseconds > quota_time_bounds[place])
		place++;
	add(&tally->times[place], 1);
	add(&tally->microseconds, microseconds > 0 ? (uint64_t)microseconds : 0);
}

void quota_tally_read(struct quota_tally *tally, struct quota_status *status)
{
	for (size_t i = 0; i < QUOTA_ERRORS; i++)
		status->errors[i] = atomic_load_explicit(&tally->errors[i], memory_order_relaxed);
	for (size_t i = 0; i <= QUOTA_TIMES; i++)
		status->times[i] = atomic_load_explicit(&tally->times[i], memory_order_relaxed);
	status->counts_lost = atomic_load_explicit(&tally->counts_lost, memory_order_relaxed);
	status->microseconds = atomic_load_explicit(&tally->microseconds, memory_order_relaxed);
}
