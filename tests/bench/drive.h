/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * drive: many sessions at once against one filter, from one thread, and what
 * came of it.
 *
 * Each connection walks through the scenario again and again, each from another
 * line on; a session ends after `messages` messages, or when the next one has
 * another client, and the next session follows at once. After `warm_up`
 * seconds everything is counted for `seconds` seconds. With `seconds` 0 there is
 * no warm-up: every connection carries `messages` messages, all are counted.
 */
#ifndef BENCH_DRIVE_H
#define BENCH_DRIVE_H

#include "histogram.h"
#include "scenario.h"
#include "target.h"

#include <stdio.h>
#include <time.h>

struct drive {
	struct target target;
	const struct scenario *scenario;
	size_t connections, messages; /* at least 1 each */
	double warm_up, seconds;
	size_t body_size;
	const char *login;       /* or NULL */
	const clockid_t *clocks; /* CPU clocks of the filter's processes */
	size_t clock_count;
	double slice; /* seconds; 0: the run is one piece */
	FILE *slices; /* where each slice goes, a line of JSON: when it began (CLOCK_MONOTONIC), its latencies */
};

struct drive_result {
	size_t messages, sessions;
	size_t wrong;  /* answers other than expected, also those not counted in time */
	size_t broken; /* sessions that the filter ended, or protocol errors: the same */
	unsigned long round_trips;
	double seconds;
	double cpu_seconds;     /* of the filter */
	uint64_t *latencies;    /* nanoseconds from MAIL to the answer, `messages` of them, sorted; free() it. NULL: in slices */
	struct histogram whole; /* of a run in slices */
	uint64_t longest; /* nanoseconds that a message took or, in hand at the end, has taken so far; opening a session, too */
	uint32_t steps;   /* as negotiated in the last session */
	struct wire_macros macros;
	enum wire_stage yes; /* where the last message that was taken was accepted */
	char fault[160];     /* why it could not be done */
};

/*
 * False, with a fault in the result: the filter cannot be reached or is gone, or
 * memory is short. The first wrong answers are told on stderr.
 */
bool drive_run(const struct drive *drive, struct drive_result *result);

#endif
