/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * counters: how often what has happened since the start. Counting is one relaxed
 * atomic addition: no thread in the mail path waits for another.
 */
#ifndef MILTER_COUNTERS_H
#define MILTER_COUNTERS_H

#include "record.h"

#include <stdatomic.h>
#include <stdint.h>

enum counted {
	COUNTED_ALLOWED, /* whole messages */
	COUNTED_EXPLICIT_DENY,
	COUNTED_IMPLICIT_DENY,
	COUNTED_THROTTLED, /* by a limit of the quotas */
	COUNTED_ERROR,
	COUNTED_WOULD_REJECT, /* monitor mode and shadow */
	COUNTED_WOULD_TEMPFAIL,
	COUNTEDS,
};

extern const char *const counted_words[COUNTEDS];

/* Upper bounds of the histogram, in nanoseconds; one more bucket is without bound. */
#define COUNTED_BUCKETS 15
extern const uint64_t counted_bounds[COUNTED_BUCKETS];

extern struct counters {
	atomic_ulong decisions[COUNTEDS][STAGES];
	atomic_ulong errors[REASONS];                  /* of those that are trouble */
	atomic_ulong evaluations[COUNTED_BUCKETS + 1]; /* each in its own bucket only */
	atomic_ulong evaluation_nanoseconds;
	atomic_ulong connections, connections_total; /* now, and ever */
	atomic_ulong records_lost;
	atomic_ulong unended;                                      /* messages that never came to their end (unended.h) */
	atomic_ulong unknown_headers;                              /* X-SES- fields that were let through (unknown_header.h) */
	atomic_ulong stray_logins;                                 /* messages of them */
	atomic_ulong quota_refused[QUOTA_SCOPES][THROTTLED_KINDS]; /* of them, those that were told */
	atomic_ulong quota_unmetered;                              /* messages that passed and may not be counted */
	atomic_ulong reloads, reloads_refused;
	atomic_ulong last_refused; /* 1: the last reload was; 0: it was not, or there was none */
	atomic_ulong generation;
	atomic_llong loaded;        /* Unix time, seconds, of the generation in force */
	atomic_llong account_state; /* when the oldest part of its account state was fetched; 0: it has none */
} counters;

void counters_add(atomic_ulong *counter, unsigned long n);

/* One less. */
void counters_take(atomic_ulong *counter);

/* A decision, of which a record was made. */
void counters_decision(const struct record *record);

/* Our own trouble. */
void counters_error(enum reason reason);

/* The time that one message's evaluation took, all stages together. */
void counters_evaluation(uint64_t nanoseconds);

/* A generation is in force since now. */
void counters_loaded(unsigned long number);

/* Another one was refused. */
void counters_reload_refused(void);

/* It has, or is about to have, this state of the account. */
void counters_account(const struct account_state *account);

/* All decisions so far, and those among them that refused. */
void counters_totals(unsigned long *decisions, unsigned long *refused);

/* A moment to measure from, in nanoseconds. */
uint64_t counters_clock(void);

#endif
