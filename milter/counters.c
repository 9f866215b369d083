/* SPDX-License-Identifier: BSD-2-Clause */
#include "counters.h"

#include <time.h>

const char *const counted_words[COUNTEDS] = {
	[COUNTED_ALLOWED] = "allowed",
	[COUNTED_EXPLICIT_DENY] = "explicitDeny",
	[COUNTED_IMPLICIT_DENY] = "implicitDeny",
	[COUNTED_THROTTLED] = "throttled",
	[COUNTED_ERROR] = "error",
	[COUNTED_WOULD_REJECT] = "would-reject",
	[COUNTED_WOULD_TEMPFAIL] = "would-tempfail",
};

const uint64_t counted_bounds[COUNTED_BUCKETS] = { 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000,
	2500000, 10000000, 100000000, 1000000000 };

struct counters counters;

void counters_add(atomic_ulong *counter, unsigned long n)
{
	atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

void counters_take(atomic_ulong *counter)
{
	atomic_fetch_sub_explicit(counter, 1, memory_order_relaxed);
}

static enum counted counted_of(const struct record *record)
{
	bool trouble = record->outcome->action == OUTCOME_TROUBLE;

	if (record->mode != RECORD_ENFORCE && record->outcome->action != OUTCOME_CONTINUE)
		return trouble ? COUNTED_WOULD_TEMPFAIL : COUNTED_WOULD_REJECT;
	if (trouble)
		return COUNTED_ERROR;
	if (record->outcome->action == OUTCOME_CONTINUE)
		return COUNTED_ALLOWED;
	if (record->throttled)
		return COUNTED_THROTTLED;
	return record->outcome->decision == DECISION_EXPLICIT_DENY ? COUNTED_EXPLICIT_DENY : COUNTED_IMPLICIT_DENY;
}

void counters_decision(const struct record *record)
{
	const struct outcome *outcome = record->outcome;
	const struct hold *hold = record->session->hold;

	counters_add(&counters.decisions[counted_of(record)][outcome->stage], 1);
	if (record->throttled) {
		if (record->mode == RECORD_ENFORCE)
			counters_add(&counters.quota_refused[record->throttled->key->scope][record->throttled->kind], 1);
	} else if (outcome->action == OUTCOME_TROUBLE)
		counters_error(outcome->reason);
	else if (outcome->action == OUTCOME_REFUSE && hold)
		statement_counts_add(record->mode == RECORD_SHADOW ? &hold->shadow_counts : &hold->counts, outcome,
			record->mode != RECORD_ENFORCE);
}

void counters_error(enum reason reason)
{
	counters_add(&counters.errors[reason], 1);
}

void counters_evaluation(uint64_t nanoseconds)
{
	size_t i = 0;

	while (i < COUNTED_BUCKETS && nanoseconds > counted_bounds[i])
		i++;
	counters_add(&counters.evaluations[i], 1);
	counters_add(&counters.evaluation_nanoseconds, (unsigned long)nanoseconds);
}

void counters_loaded(unsigned long number)
{
	atomic_store_explicit(&counters.generation, number, memory_order_relaxed);
	atomic_store_explicit(&counters.loaded, (long long)time(NULL), memory_order_relaxed);
	atomic_store_explicit(&counters.last_refused, 0, memory_order_relaxed);
}

void counters_reload_refused(void)
{
	counters_add(&counters.reloads_refused, 1);
	atomic_store_explicit(&counters.last_refused, 1, memory_order_relaxed);
}

void counters_account(const struct account_state *account)
{
	atomic_store_explicit(&counters.account_state, account->loaded ? (long long)account->oldest.seconds : 0,
		memory_order_relaxed);
}

void counters_totals(unsigned long *decisions, unsigned long *refused)
{
	*decisions = *refused = 0;
	for (size_t i = 0; i < COUNTEDS; i++)
		for (size_t s = 0; s < STAGES; s++) {
			unsigned long n = atomic_load_explicit(&counters.decisions[i][s], memory_order_relaxed);
			*decisions += n;
			if (i == COUNTED_EXPLICIT_DENY || i == COUNTED_IMPLICIT_DENY || i == COUNTED_THROTTLED)
				*refused += n;
		}
}

uint64_t counters_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
