/* SPDX-License-Identifier: BSD-2-Clause */
#include "measure.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

struct measured measure(void (*work)(void *, size_t), void *with)
{
	double ns[BATCHES];
	size_t times = 1;

	while (batch(work, with, times) < BATCH_NS)
		times *= 2;
	for (int i = 0; i < BATCHES; i++)
		ns[i] = batch(work, with, times) / (double)times;
	qsort(ns, BATCHES, sizeof *ns, double_compare);
	return (struct measured){ ns[BATCHES / 2], ns[0], ns[BATCHES - 1] };
}

const char *measure_print(struct measured measured, char text[MEASURE_TEXT_SIZE])
{
	snprintf(text, MEASURE_TEXT_SIZE, "%.0f (%.0f-%.0f)", measured.median, measured.least, measured.greatest);
	return text;
}

struct memory memory_now(void)
{
	struct memory memory = { 0 };
	FILE *status = fopen("/proc/self/status", "r");
	char line[256];
	size_t kilobytes;

	while (status && fgets(line, sizeof line, status)) {
		if (sscanf(line, "VmRSS: %zu kB", &kilobytes) == 1)
			memory.resident = kilobytes * 1024;
		if (sscanf(line, "VmHWM: %zu kB", &kilobytes) == 1)
			memory.peak = kilobytes * 1024;
	}
	if (status)
		fclose(status);
	return memory;
}

struct memory memory_mark(void)
{
	FILE *marks;

	malloc_trim(0);
	/* 5: set the peak back to what is resident now (proc(5)). */
	marks = fopen("/proc/self/clear_refs", "w");
	if (marks) {
		fputs("5", marks);
		fclose(marks);
	}
	return memory_now();
}
