/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * outlet: lines on their way out of the mail path. The caller hands over a line
 * and goes on. A thread writes the lines in order, however long that takes.
 * The bytes that wait are bounded: a line that finds no room is lost, and counted. When memory is short some lines still find
 * room, because they report the shortage.
 */
#ifndef MILTER_OUTLET_H
#define MILTER_OUTLET_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct outlet_line;

struct outlet {
	/* set by the owner */
	size_t limit;                                                 /* bytes that may wait */
	void (*write)(int priority, const char *line, size_t length); /* on the outlet's thread; may wait */
	/* its own */
	pthread_mutex_t mutex;
	pthread_cond_t filled, emptied;
	struct outlet_line *first, *last; /* waiting */
	size_t bytes;                     /* waiting, or being written */
	struct outlet_line *spares;       /* for when memory is short */
	bool started;
};

#define OUTLET(bytes_limit, writer) \
	{ \
		.limit = (bytes_limit), .write = (writer), .mutex = PTHREAD_MUTEX_INITIALIZER, .filled = PTHREAD_COND_INITIALIZER, \
		.emptied = PTHREAD_COND_INITIALIZER \
	}

/* Lines that find room without memory, and the longest of them. */
#define OUTLET_SPARES 16
#define OUTLET_SPARE_BYTES 2048

/* Start the thread; until then, and if it cannot be started, outlet_put writes itself. False: errno. */
bool outlet_start(struct outlet *outlet);

/* Put down a copy. False: lost, for want of room or memory. For any thread; never waits for the writing. */
bool outlet_put(struct outlet *outlet, int priority, const char *line, size_t length);

/* Does nothing wait? */
bool outlet_is_empty(struct outlet *outlet);

/* Wait until all is written, but no longer than that. */
void outlet_drain(struct outlet *outlet, unsigned milliseconds);

#endif
