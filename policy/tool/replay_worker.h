/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay_worker: takes chunks of records and tallies what changes in them. One a
 * thread: reading and deciding a day's records takes long enough to use two.
 */
#ifndef TOOL_REPLAY_WORKER_H
#define TOOL_REPLAY_WORKER_H

#include "ses/generation.h"
#include "tool/replay_input.h"
#include "tool/replay_quota.h"
#include "tool/replay_tally.h"

#define INVALID_KEPT 10

struct replay {
	const struct generation *policies; /* the new ones */
	const struct generation *old;      /* NULL: what the records say */
	struct replay_input *input;
};

/* A line that is no record: where, to be turned into file and line when all chunks are counted. */
struct invalid_line {
	uint64_t chunk;
	unsigned file;
	size_t line; /* in the chunk, from 0 */
};

/* How many lines a chunk has. */
struct chunk_lines {
	uint64_t chunk;
	unsigned file;
	size_t lines;
};

struct replay_worker {
	const struct replay *replay;
	struct replay_tally tally;
	struct replay_quota quota; /* empty where the new settings have no limits */
	struct invalid_line invalid[INVALID_KEPT];
	size_t invalid_count;
	struct chunk_lines *chunks;
	size_t chunk_count, chunk_room;
	bool failed; /* memory ran short; the input was stopped */
};

/* A thread's body; the argument is a struct replay_worker. */
void *replay_worker_run(void *worker);
void replay_worker_free(struct replay_worker *worker);

#endif
