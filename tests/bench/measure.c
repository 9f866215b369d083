/* SPDX-License-Identifier: BSD-2-Clause */
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define BATCHES 31
#define BATCH_NS 1e6

double measure_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int double_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double batch(void (*work)(void *, size_t), void *with, size_t times)
{
	double begun = measure_now();

	work(with, times);
	return measure_now() - begun;
}

void measure(void (*work)(void *, size_t), void *with, char text[MEASURE_TEXT_SIZE])
{
	double ns[BATCHES];
	size_t times = 1;

	while (batch(work, with, times) < BATCH_NS)
		times *= 2;
	for (int i = 0; i < BATCHES; i++)
		ns[i] = batch(work, with, times) / (double)times;
	qsort(ns, BATCHES, sizeof *ns, double_compare);
	snprintf(text, MEASURE_TEXT_SIZE, "%.0f (%.0f-%.0f)", ns[BATCHES / 2], ns[0], ns[BATCHES - 1]);
}
