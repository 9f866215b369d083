/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_redis: what counting a message in Redis costs: three keys (account, principal, sender), one after the other, beside the
 * same in memory. Wall time from the question to the answer, and CPU time of this thread.
 *
 *     quota_redis STORE [TAKES]
 *
 * Exit status: 0 measured; 1 a wrong answer; 2 could not do it.
 */
#include "measure.h"

#include "quota/quota_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double wall_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int by_size(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

/* False: an answer was wrong. */
static bool takes_measure(const char *name, struct quota_store *store, double *times, size_t takes, int64_t per_day)
{
	const struct quota_key keys[] = {
		{ QUOTA_ACCOUNT, TEXT(""), { per_day, 1000000000, 1000000, false }, 0 },
		{ QUOTA_PRINCIPAL, TEXT("arn:aws:iam::123456789012:user/billing"), { 1000000000, QUOTA_UNLIMITED, 1, false }, 0 },
		{ QUOTA_SENDER, TEXT("no-reply@example.net"), { 1000000000, QUOTA_UNLIMITED, 1, false }, 0 },
	};
	enum quota_result wanted = per_day ? QUOTA_TAKEN : QUOTA_TOO_LARGE;
	double cpu = 0;

	/* The first tenth warms up. */
	for (size_t i = 0; i < takes + takes / 10; i++) {
		if (i == takes / 10)
			cpu = measure_now();
		double began = wall_now();
		if (quota_take(store, keys, 3, 1, 0).result != wanted)
			return false;
		times[i < takes / 10 ? 0 : i - takes / 10] = wall_now() - began;
	}
	cpu = measure_now() - cpu;
	qsort(times, takes, sizeof *times, by_size);
	printf("  %-18s %8.1f %8.1f %8.1f\n", name, times[takes / 2], times[takes * 99 / 100], cpu / 1e3 / (double)takes);
	return true;
}

int main(int argc, char **argv)
{
	struct quota_options options = { .store = argc > 1 ? argv[1] : "", .timeout_ms = 10000, .site = "123456789012/us-west-2" };
	size_t takes = argc > 2 ? strtoul(argv[2], NULL, 10) : 20000;
	double *times = calloc(takes + 1, sizeof *times);
	struct faults faults;

	faults_init(&faults);
	struct quota_store *redis = quota_open(&options, &faults), *memory = quota_memory_open(&options);
	if (!times || takes < 100 || !redis || !memory || !quota_start(redis)) {
		fprintf(stderr, "quota_redis: %s\n", faults.first ? faults.first->text : "it cannot be measured");
		return 2;
	}
	printf("three keys             p50 us   p99 us   CPU us\n");
	bool good = takes_measure("memory", memory, times, takes, 1000000000) &&
		takes_measure("Redis", redis, times, takes, 1000000000) && takes_measure("Redis, refused", redis, times, takes, 0);
	if (!good)
		fprintf(stderr, "quota_redis: a wrong answer\n");
	quota_close(memory, 0);
	quota_close(redis, 1000);
	free(times);
	return good ? 0 : 1;
}
