/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * measure: how long a short piece of work takes, in nanoseconds of this thread's
 * CPU time. Batches are long enough that reading the clock does not matter.
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stddef.h>

/* Now, on the clock of this thread's CPU time. */
double measure_now(void);

/* Of many batches of a piece of work, nanoseconds a time. */
struct measured {
	double median, least, greatest;
};

struct measured measure(void (*work)(void *with, size_t times), void *with);

/* "median (least-greatest)" */
#define MEASURE_TEXT_SIZE 64
const char *measure_print(struct measured measured, char text[MEASURE_TEXT_SIZE]);

/* Memory of this process. */
struct memory {
	size_t resident, peak; /* bytes; the peak since the last memory_mark() */
};

/* Give back what is free, and count the peak from here. */
struct memory memory_mark(void);
struct memory memory_now(void);

#endif
