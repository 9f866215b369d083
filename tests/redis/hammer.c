/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hammer: several threads that count at the same time.
 *
 *     hammer STORE THREADS TAKES LIMIT [user=...] ...
 *
 * Each thread takes TAKES times, 1 to 5 recipients, for the account (per_day LIMIT), a principal of its own of two, and one
 * sender, until the account is full for one recipient. Prints what was admitted, how often each answer came, and how long
 * the longest took.
 */
#include "redis/options.h"

#include "quota/quota_redis_link.h"
#include "unit/check.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct quota_store *store;
static int64_t limit;
static long takes;

struct hammer {
	pthread_t thread;
	uint64_t random;
	int64_t admitted, longest, results[QUOTA_RESULTS];
};

static void *hammer_run(void *context)
{
	struct hammer *hammer = context;
	const struct text users[] = { TEXT("arn:aws:iam::123456789012:user/a"), TEXT("arn:aws:iam::123456789012:user/b") };

	for (long i = 0; i < takes; i++) {
		const struct quota_key keys[] = {
			{ QUOTA_SENDER, TEXT("no-reply@example.net"), { -1, 100000000, 1000000, false }, 0 },
			{ QUOTA_PRINCIPAL, users[check_below(&hammer->random, 2)], { limit, -1, 1, false }, 0 },
			{ QUOTA_ACCOUNT, TEXT(""), { limit, -1, 1, false }, 0 },
		};
		int64_t n = 1 + (int64_t)check_below(&hammer->random, 5), began = quota_redis_trouble_now();
		struct quota_answer answer = quota_take(store, keys, 3, n, 0);
		int64_t took = quota_redis_trouble_now() - began;

		hammer->results[answer.result]++;
		hammer->admitted += answer.result == QUOTA_TAKEN ? n : 0;
		hammer->longest = took > hammer->longest ? took : hammer->longest;
	}
	return NULL;
}

int main(int argc, char **argv)
{
	struct hammer all[64] = { 0 }, sum = { 0 };
	size_t count;

	if (argc < 5 || (count = strtoul(argv[2], NULL, 10)) > COUNT_OF(all))
		return 2;
	takes = atol(argv[3]);
	limit = atoll(argv[4]);
	argv[4] = argv[1];
	store = options_open(argv + 4);
	for (size_t i = 0; i < count; i++) {
		all[i].random = (uint64_t)getpid() * 64 + i;
		if (pthread_create(&all[i].thread, NULL, hammer_run, &all[i]) != 0)
			return 2;
	}
	for (size_t i = 0; i < count; i++) {
		pthread_join(all[i].thread, NULL);
		sum.admitted += all[i].admitted;
		sum.longest = all[i].longest > sum.longest ? all[i].longest : sum.longest;
		for (size_t r = 0; r < QUOTA_RESULTS; r++)
			sum.results[r] += all[i].results[r];
	}
	printf("admitted=%" PRId64 " taken=%" PRId64 " full=%" PRId64 " fast=%" PRId64 " unavailable=%" PRId64 " longest=%" PRId64
	       "\n",
		sum.admitted, sum.results[QUOTA_TAKEN], sum.results[QUOTA_DAY_FULL], sum.results[QUOTA_TOO_FAST],
		sum.results[QUOTA_UNAVAILABLE], sum.longest);
	quota_close(store, 5000);
	return 0;
}
