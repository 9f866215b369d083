/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Quotas in a file, and its disk: how often it has to sync, and that nobody waits for it.
 *
 * The calls that sync are this program's own: SQLite's library finds them here first.
 */
#include "unit/check.h"
#include "unit/quota_fixture.h"
#include "unit/quota_place.h"

#include "quota/quota_sqlite.h"

#include <stdatomic.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static _Atomic int64_t syncs;
static atomic_bool stands_still, waits;

static int sync_file(long call, int fd)
{
	syncs++;
	while (stands_still) {
		waits = true;
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	}
	return (int)syscall(call, fd);
}

int fdatasync(int fd)
{
	return sync_file(SYS_fdatasync, fd);
}

int fsync(int fd)
{
	return sync_file(SYS_fsync, fd);
}

static enum quota_result take(struct quota_store *store, const char *name)
{
	struct quota_key key = quota_fixture_key(QUOTA_SENDER, name, 1000000);

	return quota_take(store, &key, 1, 1, 0).result;
}

static void count_used(void *context, const struct quota_row *row)
{
	*(int64_t *)context += row->used;
}

static int64_t used_in_file(void)
{
	int64_t sum = 0;

	assert_true(quota_sqlite_list(quota_place_file, count_used, &sum, NULL));
	return sum;
}

static int64_t monotonic_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static void synced_once_a_second(void **state)
{
	struct quota_store *store = quota_place_start();
	int64_t begun = monotonic_seconds();

	(void)state;
	assert_true(quota_drain(store, 60000));
	syncs = 0;
	QUOTA_PLACE_WAIT(take(store, "a") == QUOTA_TAKEN && monotonic_seconds() - begun >= 3);
	int64_t seconds = monotonic_seconds() - begun;
	/* By itself; and one of SQLite's own now and then, when it begins its log again. It is written twenty times a second. */
	assert_in_range(syncs, seconds / 2, 3 * (seconds + 2));
	quota_place_close(store);
}

static void synced_at_the_end(void **state)
{
	struct quota_store *store = quota_place_start();

	(void)state;
	assert_int_equal(take(store, "a"), QUOTA_TAKEN);
	assert_true(quota_drain(store, 60000));
	int64_t before = syncs;
	assert_int_equal(take(store, "a"), QUOTA_TAKEN);
	quota_place_close(store);
	assert_true(syncs > before);
	assert_int_equal(used_in_file(), 2);
}

#define KEYS 100000

static void nobody_waits_for_it(void **state)
{
	struct quota_store *store = quota_place_start();
	struct quota_status status;
	struct quota_row row;
	char name[32];

	(void)state;
	assert_int_equal(take(store, "first"), QUOTA_TAKEN);
	assert_true(quota_drain(store, 60000));
	/* For 5 s it is no trouble, and this may take longer: on a busy machine, or where programs are looked at as they run. */
	__atomic_store_n(&quota_place_awake, HOURS, __ATOMIC_RELAXED);
	stands_still = true;
	waits = false;
	assert_int_equal(take(store, "first"), QUOTA_TAKEN);
	/* What is as it was before SQLite does not write, nor sync: time must go on. */
	QUOTA_PLACE_WAIT(__atomic_add_fetch(&quota_place_elapsed, 1, __ATOMIC_RELAXED) && waits);
	for (int i = 0; i < KEYS; i++) {
		snprintf(name, sizeof name, "n%d", i);
		assert_int_equal(take(store, name), QUOTA_TAKEN);
	}
	struct quota_key key = quota_fixture_key(QUOTA_SENDER, "n7", 1);
	assert_int_equal(quota_take(store, &key, 1, 1, 0).result, QUOTA_DAY_FULL);
	assert_true(quota_full_for(store, &key) > 0);
	quota_status(store, &status);
	assert_true(status.up && status.keys == KEYS + 1);
	assert_int_equal(quota_show(store, QUOTA_SENDER, TEXT("n9"), &row, NULL), QUOTA_FOUND);
	assert_int_equal(quota_reset(store, QUOTA_SENDER, TEXT("n9"), NULL), QUOTA_FOUND);
	quota_reloaded(store, "123456789012/us-west-2");
	assert_false(quota_drain(store, 10));
	stands_still = false;
	assert_true(quota_drain(store, 600000));
	assert_int_equal(used_in_file(), KEYS + 2 - 1);
	quota_place_close(store);
}

#define PLACE_TEST(name) cmocka_unit_test_setup_teardown(name, quota_place_begin, quota_place_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACE_TEST(synced_once_a_second),
		PLACE_TEST(synced_at_the_end),
		PLACE_TEST(nobody_waits_for_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
