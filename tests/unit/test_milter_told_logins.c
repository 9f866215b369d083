/* SPDX-License-Identifier: BSD-2-Clause */
/* told_logins: each login is named once, no more of them than there is room for, whatever number of threads ask. */
#include "unit/check.h"

#include "told_logins.h"

#include <pthread.h>
#include <stdio.h>

#define NAMES (2 * TOLD_LOGINS_MAX)
#define THREADS 8

static struct text name_of(unsigned n, char room[32])
{
	snprintf(room, 32, "login-%u", n);
	return text_of(room);
}

static void each_is_named_once(void **state)
{
	struct told_logins told = { 0 };
	char room[32];

	(void)state;
	for (unsigned n = 0; n < TOLD_LOGINS_MAX; n++)
		assert_int_equal(told_logins_add(&told, name_of(n, room)), TOLD_NEW);
	for (unsigned n = 0; n < TOLD_LOGINS_MAX; n++)
		assert_int_equal(told_logins_add(&told, name_of(n, room)), TOLD_BEFORE);
	assert_int_equal(told_logins_add(&told, TEXT("one more")), TOLD_FULL);
	assert_int_equal(told_logins_add(&told, TEXT("one more")), TOLD_NO_MORE);
	assert_int_equal(told_logins_add(&told, TEXT("another")), TOLD_NO_MORE);
	assert_int_equal(told_logins_add(&told, name_of(0, room)), TOLD_BEFORE);
}

/* FNV-1a makes 0 of each of them, which stands for a free place. */
static void logins_whose_hash_is_that_of_a_free_place(void **state)
{
	static const struct text logins[] = { TEXT("!0IC=VloaY"), TEXT("QvXtM>@Fp%"), TEXT("\xd5\x6b\xb9\x53\x42\x87\x08\x36") };
	struct told_logins told = { 0 };

	(void)state;
	assert_int_equal(told_logins_add(&told, logins[0]), TOLD_NEW);
	/* What has the same hash is taken for the same. */
	for (size_t i = 0; i < COUNT_OF(logins); i++)
		assert_int_equal(told_logins_add(&told, logins[i]), TOLD_BEFORE);
}

static struct told_logins shared;
static atomic_uint named[NAMES], full;

static void *name_all(void *first)
{
	char room[32];

	for (unsigned i = 0; i < NAMES; i++) {
		unsigned n = (i + *(unsigned *)first) % NAMES;
		enum told answer = told_logins_add(&shared, name_of(n, room));
		if (answer == TOLD_NEW)
			atomic_fetch_add(&named[n], 1);
		else if (answer == TOLD_FULL)
			atomic_fetch_add(&full, 1);
	}
	return NULL;
}

static void by_one_of_many_threads(void **state)
{
	pthread_t threads[THREADS];
	unsigned first[THREADS], total = 0;

	(void)state;
	for (unsigned i = 0; i < THREADS; i++) {
		first[i] = i * NAMES / THREADS;
		assert_int_equal(pthread_create(&threads[i], NULL, name_all, &first[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (unsigned n = 0; n < NAMES; n++) {
		assert_true(named[n] <= 1);
		total += named[n];
	}
	assert_int_equal(total, TOLD_LOGINS_MAX);
	assert_int_equal(full, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_named_once),
		cmocka_unit_test(logins_whose_hash_is_that_of_a_free_place),
		cmocka_unit_test(by_one_of_many_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
