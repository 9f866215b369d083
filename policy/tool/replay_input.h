/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay_input: files of lines, plain or gzip, read in chunks of whole lines by
 * one thread and taken by others.
 */
#ifndef TOOL_REPLAY_INPUT_H
#define TOOL_REPLAY_INPUT_H

#include "tool/option.h"

#include <pthread.h>
#include <stdint.h>

/* A longer line is a fault. */
#define CHUNK_SIZE (4u * 1024 * 1024)

struct chunk {
	uint64_t number; /* in the input, from 0 */
	unsigned file;
	size_t length;
	char *bytes; /* CHUNK_SIZE of them */
	struct chunk *next;
};

struct replay_input {
	const char *command;           /* that reads: what is told begins with it */
	const struct word_list *files; /* "-" is standard input */
	bool progress;
	pthread_mutex_t lock;
	pthread_cond_t filled, emptied;
	struct chunk *full, **full_end, *empty; /* lists */
	bool ended, stop;                       /* stop: nobody takes any more */
	uint64_t records;                       /* for progress: done by the takers */
};

/* `chunks` in flight at a time. False when memory is short. */
bool replay_input_init(struct replay_input *input, const char *command, const struct word_list *files, unsigned chunks,
	bool progress);
void replay_input_free(struct replay_input *input);

/* Read all files, in the thread that calls. False: one could not be read to its end, which was told. */
bool replay_input_read(struct replay_input *input);

/* The next chunk, waiting for it; NULL: no more. */
struct chunk *replay_input_take(struct replay_input *input);
void replay_input_give_back(struct replay_input *input, struct chunk *chunk, size_t records);

/* Something went wrong: read no more. */
void replay_input_stop(struct replay_input *input);

#endif
