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

/* "median (least-greatest)" of many batches of work(with, times), a time, into `text`. */
#define MEASURE_TEXT_SIZE 64
void measure(void (*work)(void *with, size_t times), void *with, char text[MEASURE_TEXT_SIZE]);

#endif
