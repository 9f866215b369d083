/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Quotas in memory: all keys or none, who answers, what is never refused, what is given back, what is told, and when keys come and go.
 */
#include "unit/check.h"
#include "unit/quota_fixture.h"
#include "unit/short_memory.h"

#include "quota/quota_full.h"
#include "quota/quota_key.h"
#include "quota/quota_memory.h"
#include "quota/quota_store.h"
#include "quota/quota_table.h"

#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t now;
static struct quota_store *store;

static int begin(void **state)
{
	struct quota_options options = { .now = quota_fixture_now, .now_context = &now };

	(void)state;
	now = 40 * DAYS;
	store = quota_memory_open(&options);
	return store ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	quota_close(store, 0);
	return 0;
}

static int64_t used(enum quota_scope scope, const char *name)
{
	return quota_fixture_used(store, scope, name);
}

static enum quota_result take(struct quota_key key, int64_t recipients)
{
	return quota_take(store, &key, 1, recipients, 0).result;
}

static void all_or_none(void **state)
{
	/* In no order of theirs. */
	const struct quota_key keys[] = {
		quota_fixture_key(QUOTA_SENDER, "a@example.com", 10),
		quota_fixture_key(QUOTA_ACCOUNT, "", 20),
		quota_fixture_key(QUOTA_PRINCIPAL, "arn:aws:iam::123456789012:user/a", 10),
		quota_fixture_key(QUOTA_IDENTITY, "example.com", 30),
		quota_fixture_key(QUOTA_SENDER, "a@example.com", 1),
	};

	(void)state;
	struct quota_answer answer = quota_take(store, keys, 5, 8, 0);
	assert_int_equal(answer.result, QUOTA_TAKEN);
	assert_int_equal(answer.would, QUOTA_TAKEN);
	/* The second key of the same name did not count. */
	assert_int_equal(used(QUOTA_SENDER, "a@example.com"), 8);
	assert_int_equal(used(QUOTA_ACCOUNT, ""), 8);
	assert_int_equal(used(QUOTA_IDENTITY, "example.com"), 8);

	/* Principal and sender are full: the principal answers. */
	answer = quota_take(store, keys, 5, 3, 0);
	assert_int_equal(answer.result, QUOTA_DAY_FULL);
	assert_int_equal(answer.key, 2);
	assert_int_equal(answer.used, 8);
	assert_int_equal(answer.limit, 10);
	assert_int_equal(answer.full_for, 0);
	assert_int_equal(used(QUOTA_ACCOUNT, ""), 8);
	assert_int_equal(used(QUOTA_SENDER, "a@example.com"), 8);

	/* The account comes before all of them. */
	const struct quota_key low[] = { keys[0], quota_fixture_key(QUOTA_ACCOUNT, "", 8), keys[2] };
	answer = quota_take(store, low, 3, 3, 0);
	assert_int_equal(answer.result, QUOTA_DAY_FULL);
	assert_int_equal(answer.key, 1);
	assert_true(answer.full_for > 0);
}

static void larger_than_the_day(void **state)
{
	(void)state;
	assert_int_equal(take(quota_fixture_key(QUOTA_SENDER, "a@example.com", 20), 21), QUOTA_TOO_LARGE);
	assert_int_equal(take(quota_fixture_key(QUOTA_SENDER, "a@example.com", 0), 1), QUOTA_TOO_LARGE);
	assert_int_equal(take(quota_fixture_key(QUOTA_SENDER, "a@example.com", 20), 20), QUOTA_TAKEN);
	assert_int_equal(take(quota_fixture_key(QUOTA_SENDER, "a@example.com", QUOTA_UNLIMITED), QUOTA_RECIPIENTS_MAX),
		QUOTA_TAKEN);
}

static void what_no_store_takes(void **state)
{
	struct quota_key keys[QUOTA_KEYS_MAX + 1];
	static char names[QUOTA_KEYS_MAX + 1][8], longest[QUOTA_NAME_MAX + 2];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		snprintf(names[i], sizeof names[i], "i%zu", i);
		keys[i] = quota_fixture_key(QUOTA_IDENTITY, names[i], 10);
	}
	assert_int_equal(quota_take(store, keys, QUOTA_KEYS_MAX + 1, 1, 0).result, QUOTA_UNAVAILABLE);
	assert_int_equal(quota_take(store, keys, QUOTA_KEYS_MAX, 10, 0).result, QUOTA_TAKEN);
	/* The last bit is a key's, too. */
	assert_true(quota_take(store, keys, QUOTA_KEYS_MAX, 0, 0).result == QUOTA_UNAVAILABLE);
	assert_int_equal(take(keys[0], QUOTA_RECIPIENTS_MAX + INT64_C(1)), QUOTA_UNAVAILABLE);
	assert_int_equal(used(QUOTA_IDENTITY, "i63"), 10);
	memset(longest, 'x', QUOTA_NAME_MAX + 1);
	assert_int_equal(take(quota_fixture_key(QUOTA_SENDER, longest, 10), 1), QUOTA_UNAVAILABLE);
	longest[QUOTA_NAME_MAX] = '\0';
	assert_int_equal(take(quota_fixture_key(QUOTA_SENDER, longest, 10), 1), QUOTA_TAKEN);
	assert_int_equal(quota_take(store, NULL, 0, 1, 0).result, QUOTA_TAKEN);
}

static void monitored_keys_count(void **state)
{
	struct quota_key watched = quota_fixture_key(QUOTA_PRINCIPAL, "p", 10), strict = quota_fixture_key(QUOTA_SENDER, "s", 10);

	(void)state;
	watched.limit.monitor = true;
	const struct quota_key keys[] = { watched, strict };
	struct quota_answer answer = quota_take(store, keys, 1, 11, 0);
	assert_int_equal(answer.result, QUOTA_TAKEN);
	assert_int_equal(answer.would, QUOTA_TOO_LARGE);
	assert_int_equal(answer.key, 0);
	assert_int_equal(used(QUOTA_PRINCIPAL, "p"), 11);
	answer = quota_take(store, keys, 2, 10, 0);
	assert_int_equal(answer.result, QUOTA_TAKEN);
	assert_int_equal(answer.would, QUOTA_DAY_FULL);
	/* The one that refuses answers, not the one that would have. */
	answer = quota_take(store, keys, 2, 1, 0);
	assert_int_equal(answer.result, QUOTA_DAY_FULL);
	assert_int_equal(answer.key, 1);
	assert_int_equal(used(QUOTA_PRINCIPAL, "p"), 21);
	assert_int_equal(quota_full_for(store, &keys[0]), 0);
	assert_true(quota_full_for(store, &keys[1]) > 0);
}

static void forced_counts(void **state)
{
	struct quota_key key = quota_fixture_paced(QUOTA_SENDER, "s", 10, 1000, 5);

	(void)state;
	for (int i = 0; i < 100; i++) {
		struct quota_answer answer = quota_take(store, &key, 1, 1, QUOTA_FORCE);
		assert_int_equal(answer.result, QUOTA_TAKEN);
		assert_int_equal(answer.would, i < 5 ? QUOTA_TAKEN : i < 10 ? QUOTA_TOO_FAST : QUOTA_DAY_FULL);
	}
	assert_int_equal(used(QUOTA_SENDER, "s"), 100);
	/* A debt that nobody was held to is not called in: the day is full, the pace is free a moment later. */
	key.limit.per_day = QUOTA_UNLIMITED;
	assert_int_equal(take(key, 1), QUOTA_TOO_FAST);
	now += 2 * SECONDS;
	assert_int_equal(take(key, 1), QUOTA_TAKEN);
}

static void limits_are_of_the_moment(void **state)
{
	(void)state;
	assert_int_equal(take(quota_fixture_key(QUOTA_SENDER, "s", 10), 10), QUOTA_TAKEN);
	assert_int_equal(take(quota_fixture_key(QUOTA_SENDER, "s", 10), 1), QUOTA_DAY_FULL);
	assert_int_equal(take(quota_fixture_key(QUOTA_SENDER, "s", 11), 1), QUOTA_TAKEN);
	assert_int_equal(take(quota_fixture_key(QUOTA_SENDER, "s", 5), 1), QUOTA_DAY_FULL);
}

static void given_back(void **state)
{
	struct quota_key key = quota_fixture_paced(QUOTA_SENDER, "s", 10, 1000, 1);

	(void)state;
	struct quota_answer first = quota_take(store, &key, 1, 4, 0);
	now += 10 * MINUTES;
	struct quota_answer second = quota_take(store, &key, 1, 5, 0);
	assert_int_not_equal(first.bucket, second.bucket);
	quota_give_back(store, &key, 1, 4, first.bucket);
	assert_int_equal(used(QUOTA_SENDER, "s"), 5);
	/* From the bucket it was in: the rest is free when the second is. */
	now += DAYS - 10 * MINUTES + 5 * MINUTES;
	assert_int_equal(used(QUOTA_SENDER, "s"), 5);
	now += 10 * MINUTES;
	assert_int_equal(used(QUOTA_SENDER, "s"), 0);
	/* Of what is gone nothing can be given back, and of nothing, too. */
	quota_give_back(store, &key, 1, 4, first.bucket);
	quota_give_back(store, &key, 1, 4, first.bucket + 100000);
	assert_int_equal(used(QUOTA_SENDER, "s"), 0);
	assert_int_equal(take(key, 3), QUOTA_TAKEN);
	assert_int_equal(take(key, 3), QUOTA_TOO_FAST);
	quota_give_back(store, &key, 1, 3, now / (5 * MINUTES));
	assert_int_equal(take(key, 3), QUOTA_TAKEN);
	key.name = TEXT("nobody");
	quota_give_back(store, &key, 1, 3, 0);
	assert_int_equal(used(QUOTA_SENDER, "nobody"), -1);
}

static void seeded_once(void **state)
{
	struct quota_key key = quota_fixture_key(QUOTA_ACCOUNT, "", 200);

	(void)state;
	key.seed = 199;
	assert_int_equal(take(key, 2), QUOTA_DAY_FULL);
	assert_int_equal(used(QUOTA_ACCOUNT, ""), -1);
	assert_int_equal(take(key, 1), QUOTA_TAKEN);
	assert_int_equal(used(QUOTA_ACCOUNT, ""), 200);
	key.seed = 1;
	assert_int_equal(take(key, 1), QUOTA_DAY_FULL);
}

static void full_until(void **state)
{
	struct quota_key key = quota_fixture_key(QUOTA_SENDER, "s", 10);

	(void)state;
	now = now / (5 * MINUTES) * (5 * MINUTES) + 4 * MINUTES;
	assert_int_equal(quota_full_for(store, &key), 0);
	assert_int_equal(take(key, 9), QUOTA_TAKEN);
	assert_int_equal(quota_full_for(store, &key), 0);
	now += 10 * MINUTES;
	assert_int_equal(take(key, 1), QUOTA_TAKEN);
	/* One minute and a day after the first. */
	assert_int_equal(quota_full_for(store, &key), 24 * 3600 + 60 - 10 * 60);
	struct quota_answer answer = quota_take(store, &key, 1, 10, 0);
	assert_int_equal(answer.full_for, 24 * 3600 + 60 - 10 * 60);
	assert_int_equal(answer.retry_after, 24 * 3600 + 60);
	key.limit.per_day = 11;
	assert_int_equal(quota_full_for(store, &key), 0);
	key.limit.per_day = 1;
	assert_int_equal(quota_full_for(store, &key), 24 * 3600 + 60);
	key.limit.per_day = 10;
	now += DAYS - 9 * MINUTES;
	assert_int_equal(quota_full_for(store, &key), 0);
	assert_int_equal(take(key, 9), QUOTA_TAKEN);
	assert_int_equal(take(key, 1), QUOTA_DAY_FULL);
}

static void told_once_a_day(void **state)
{
	struct quota_key keys[] = { quota_fixture_key(QUOTA_SENDER, "s", 10), quota_fixture_key(QUOTA_ACCOUNT, "", 1000) };

	(void)state;
	static const uint64_t reached_80[] = { 0, 0, 0, 1, 0, 0 }, reached_100[] = { 0, 0, 0, 0, 1, 0 };
	for (size_t i = 0; i < 5; i++) {
		struct quota_answer answer = quota_take(store, keys, 2, 2, 0);
		assert_int_equal(answer.reached_80, reached_80[i]);
		assert_int_equal(answer.reached_100, reached_100[i]);
		now += 10 * MINUTES;
	}
	/* Never below it again, and never told again before the day is over. */
	keys[0].limit.per_day = 12;
	struct quota_answer answer = quota_take(store, keys, 2, 2, 0);
	assert_int_equal(answer.reached_80 | answer.reached_100, 0);
	now += DAYS;
	answer = quota_take(store, keys, 2, 12, 0);
	/* Both at once: the higher. */
	assert_int_equal(answer.result, QUOTA_DAY_FULL);
	now += 10 * MINUTES;
	answer = quota_take(store, keys, 2, 12, 0);
	assert_int_equal(answer.reached_80, 0);
	assert_int_equal(answer.reached_100, 1);
}

static void set_and_reset(void **state)
{
	struct faults faults;
	struct quota_row row;

	(void)state;
	faults_init(&faults);
	assert_int_equal(quota_reset(store, QUOTA_SENDER, TEXT("s"), &faults), QUOTA_ABSENT);
	assert_true(quota_set(store, QUOTA_SENDER, TEXT("s"), 7, &faults));
	assert_int_equal(take(quota_fixture_key(QUOTA_SENDER, "s", 10), 4), QUOTA_DAY_FULL);
	assert_int_equal(take(quota_fixture_key(QUOTA_SENDER, "s", 10), 3), QUOTA_TAKEN);
	assert_int_equal(quota_show(store, QUOTA_SENDER, TEXT("s"), &row, &faults), QUOTA_FOUND);
	assert_int_equal(row.used, 10);
	assert_int_equal(row.released, 10);
	assert_true(row.next_release > 24 * 3600 && row.next_release <= 24 * 3600 + 300);
	assert_int_equal(quota_reset(store, QUOTA_SENDER, TEXT("s"), &faults), QUOTA_FOUND);
	assert_int_equal(take(quota_fixture_key(QUOTA_SENDER, "s", 10), 10), QUOTA_TAKEN);
	assert_int_equal(quota_show(store, QUOTA_PRINCIPAL, TEXT("s"), &row, &faults), QUOTA_ABSENT);
	assert_int_equal(faults.count, 0);
	faults_free(&faults);
}

struct counting {
	size_t rows;
	int64_t used;
	struct quota_table *table;
};

static void count_row(void *context, const struct quota_row *row)
{
	struct counting *counting = context;

	counting->rows++;
	counting->used += row->used;
}

static int64_t keys_of(struct quota_store *of)
{
	struct quota_status status;

	quota_status(of, &status);
	assert_true(status.up);
	return status.keys;
}

static void keys_come_and_go(void **state)
{
	struct counting counting = { 0 };
	char name[32];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof name, "user%d@example.com", i);
		assert_int_equal(take(quota_fixture_key(QUOTA_SENDER, name, 10), 1 + i % 3), QUOTA_TAKEN);
		/* What is refused leaves nothing. */
		snprintf(name, sizeof name, "other%d@example.com", i);
		assert_int_equal(take(quota_fixture_key(QUOTA_SENDER, name, 10), 11), QUOTA_TOO_LARGE);
	}
	assert_int_equal(keys_of(store), 1000);
	quota_list(store, count_row, &counting, NULL);
	assert_int_equal(counting.rows, 1000);
	assert_int_equal(counting.used, 1999);
	/* Other mail brings them to be looked at: they are empty now, and stay a while. */
	now += DAYS + 9 * MINUTES;
	for (int i = 0; i < 2000; i++)
		take(quota_fixture_key(QUOTA_SENDER, "one@example.com", QUOTA_UNLIMITED), 1);
	assert_int_equal(keys_of(store), 1001);
	now += 2 * MINUTES;
	for (int i = 0; i < 2000; i++)
		take(quota_fixture_key(QUOTA_SENDER, "one@example.com", QUOTA_UNLIMITED), 1);
	assert_int_equal(keys_of(store), 1);
	assert_int_equal(used(QUOTA_SENDER, "one@example.com"), 4000);
}

static void a_key_with_debts_stays(void **state)
{
	struct quota_key key = quota_fixture_paced(QUOTA_SENDER, "s", QUOTA_UNLIMITED, 1, 1);

	(void)state;
	/* 200 recipients at one in 1000 seconds. */
	assert_int_equal(take(key, 200), QUOTA_TAKEN);
	now += 2 * DAYS;
	for (int i = 0; i < 200; i++)
		take(quota_fixture_key(QUOTA_SENDER, "one", QUOTA_UNLIMITED), 1);
	assert_int_equal(take(key, 1), QUOTA_TOO_FAST);
	now += DAYS;
	for (int i = 0; i < 200; i++)
		take(quota_fixture_key(QUOTA_SENDER, "one", QUOTA_UNLIMITED), 1);
	assert_int_equal(used(QUOTA_SENDER, "s"), -1);
}

static void little_memory_a_key(void **state)
{
	char name[64];
	int64_t (*clock)(void *) = quota_fixture_now;
	struct mallinfo2 before = mallinfo2();

	(void)state;
	struct quota_table *table = quota_table_make(clock, &now);
	for (int i = 0; i < 20000; i++) {
		snprintf(name, sizeof name, "arn:aws:iam::123456789012:user/app-%06d", i);
		struct quota_key key = quota_fixture_key(QUOTA_PRINCIPAL, name, 10);
		const struct quota_key *keys[] = { &key };
		assert_int_equal(quota_table_take(table, keys, 1, 1, 0).result, QUOTA_TAKEN);
	}
	struct mallinfo2 after = mallinfo2();
	size_t bytes = after.uordblks + after.hblkhd - before.uordblks - before.hblkhd;
	/* Under the sanitizers the heap is another, and says nothing. */
	if (bytes)
		assert_in_range(bytes / 20000, 1200, 1331);
	quota_table_free(table);
}

static void when_memory_is_short(void **state)
{
	const struct quota_key keys[] = {
		quota_fixture_key(QUOTA_ACCOUNT, "", 10),
		quota_fixture_key(QUOTA_PRINCIPAL, "p", 10),
		quota_fixture_key(QUOTA_SENDER, "s", 10),
	};
	struct quota_options options = { .now = quota_fixture_now, .now_context = &now };

	(void)state;
	assert_int_equal(quota_take(store, keys, 1, 1, 0).result, QUOTA_TAKEN);
	for (size_t n = 1;; n++) {
		long live = short_memory_live();
		short_memory_after(n);
		struct quota_answer answer = quota_take(store, keys, 3, 1, 0);
		short_memory_after(0);
		if (answer.result == QUOTA_TAKEN) {
			assert_int_equal(n, 3);
			break;
		}
		assert_int_equal(answer.result, QUOTA_UNAVAILABLE);
		assert_int_equal(used(QUOTA_ACCOUNT, ""), 1);
		assert_int_equal(used(QUOTA_PRINCIPAL, "p"), -1);
		assert_int_equal(short_memory_live(), live);
	}
	for (size_t n = 1;; n++) {
		long live = short_memory_live();
		short_memory_after(n);
		struct quota_store *other = quota_memory_open(&options);
		short_memory_after(0);
		if (other) {
			assert_true(n > 4);
			quota_close(other, 0);
			break;
		}
		assert_int_equal(short_memory_live(), live);
	}
	/* No room for more places: the keys stand closer together, and are found. */
	char name[16];
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof name, "n%d", i);
		short_memory_once(2);
		assert_int_equal(take(quota_fixture_key(QUOTA_SENDER, name, 1), 1), QUOTA_TAKEN);
		short_memory_once(0);
	}
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof name, "n%d", i);
		assert_int_equal(used(QUOTA_SENDER, name), 1);
	}
}

/* ---- many at once ---- */

#define THREADS 8
#define TRIES 4000
#define LIMIT 5000

static void *hammer(void *context)
{
	char name[8];
	int64_t *taken = context;

	for (int i = 0; i < TRIES; i++) {
		snprintf(name, sizeof name, "p%d", i % 2);
		const struct quota_key keys[] = { quota_fixture_key(QUOTA_ACCOUNT, "", LIMIT),
			quota_fixture_key(QUOTA_PRINCIPAL, name, LIMIT) };
		struct quota_answer answer = quota_take(store, keys, 2, 1, 0);
		*taken += answer.result == QUOTA_TAKEN;
		if (answer.result == QUOTA_TAKEN && i % 100 == 0) {
			quota_give_back(store, keys, 2, 1, answer.bucket);
			*taken -= 1;
		}
		quota_full_for(store, &keys[0]);
	}
	return NULL;
}

static void exactly_the_limit_from_many_threads(void **state)
{
	pthread_t threads[THREADS];
	int64_t taken[THREADS] = { 0 }, sum = 0;
	struct counting counting = { 0 };

	(void)state;
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, hammer, &taken[i]), 0);
	quota_list(store, count_row, &counting, NULL);
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		sum += taken[i];
	}
	assert_int_equal(sum, LIMIT);
	assert_int_equal(used(QUOTA_ACCOUNT, ""), LIMIT);
	assert_int_equal(used(QUOTA_PRINCIPAL, "p0") + used(QUOTA_PRINCIPAL, "p1"), LIMIT);
}

/* ---- what a store elsewhere has said ---- */

static void full_is_believed_for_a_minute(void **state)
{
	struct quota_full full;
	struct quota_key key = quota_fixture_key(QUOTA_SENDER, "s", 10);

	(void)state;
	assert_true(quota_full_make(&full));
	assert_int_equal(quota_full_get(&full, &key, now), 0);
	quota_full_put(&full, &key, 3600, now);
	assert_int_equal(quota_full_get(&full, &key, now), 3600);
	assert_int_equal(quota_full_get(&full, &key, now + 59 * SECONDS), 3541);
	assert_int_equal(quota_full_get(&full, &key, now + 60 * SECONDS), 0);
	quota_full_put(&full, &key, 5, now);
	assert_int_equal(quota_full_get(&full, &key, now + 5 * SECONDS), 0);
	key.limit.per_day = 11;
	assert_int_equal(quota_full_get(&full, &key, now), 0);
	key.limit.per_day = 10;
	quota_full_forget(&full, QUOTA_SENDER, TEXT("s"));
	assert_int_equal(quota_full_get(&full, &key, now), 0);
	quota_full_put(&full, &key, 5, now);
	quota_full_clear(&full);
	assert_int_equal(quota_full_get(&full, &key, now), 0);
	quota_full_free(&full);
}

/* A store elsewhere that does not answer, or says that a key is full. */
static enum quota_result elsewhere;
static int given_back_elsewhere;

static struct quota_answer take_elsewhere(struct quota_store *of, const struct quota_key *const *keys, size_t count,
	int64_t recipients, unsigned how)
{
	(void)of;
	(void)keys;
	(void)count;
	(void)recipients;
	(void)how;
	return (struct quota_answer){ .result = elsewhere, .would = elsewhere, .full_for = elsewhere == QUOTA_DAY_FULL ? 3600 : 0 };
}

static void give_back_elsewhere(struct quota_store *of, const struct quota_key *const *keys, size_t count, int64_t recipients,
	int64_t bucket)
{
	(void)of;
	(void)keys;
	(void)count;
	(void)recipients;
	(void)bucket;
	given_back_elsewhere++;
}

static const struct quota_store_kind kind_elsewhere = { .take = take_elsewhere, .give_back = give_back_elsewhere };

static void the_pace_holds_while_the_store_is_away(void **state)
{
	struct quota_options options = { .now = quota_fixture_now, .now_context = &now };
	struct quota_key key = quota_fixture_paced(QUOTA_SENDER, "s", 10, 1000, 3);
	struct quota_store away;

	(void)state;
	assert_true(quota_store_make(&away, &kind_elsewhere, &options));
	elsewhere = QUOTA_UNAVAILABLE;
	assert_int_equal(quota_take(&away, &key, 1, 1, 0).result, QUOTA_UNAVAILABLE);
	for (int i = 0; i < 3; i++) {
		struct quota_answer answer = quota_take(&away, &key, 1, 1, QUOTA_ACCEPT);
		assert_int_equal(answer.result, QUOTA_TAKEN);
		assert_int_equal(answer.would, QUOTA_UNAVAILABLE);
		assert_true(answer.unmetered);
		quota_give_back(&away, &key, 1, 1, answer.bucket);
	}
	assert_int_equal(given_back_elsewhere, 0);
	assert_int_equal(quota_take(&away, &key, 1, 1, QUOTA_ACCEPT).result, QUOTA_TOO_FAST);
	/* Days are not known, so large messages pass, and keys without a pace. */
	now += HOURS;
	assert_int_equal(quota_take(&away, &key, 1, 11, QUOTA_ACCEPT).result, QUOTA_TAKEN);
	key.limit.rate = QUOTA_UNLIMITED;
	assert_int_equal(quota_take(&away, &key, 1, 11, QUOTA_ACCEPT).result, QUOTA_TAKEN);
	quota_store_clear(&away);
}

static void what_a_store_elsewhere_said(void **state)
{
	struct quota_options options = { .now = quota_fixture_now, .now_context = &now };
	struct quota_key key = quota_fixture_key(QUOTA_SENDER, "s", 10);
	struct quota_store away;

	(void)state;
	assert_true(quota_store_make(&away, &kind_elsewhere, &options));
	elsewhere = QUOTA_DAY_FULL;
	assert_int_equal(quota_full_for(&away, &key), 0);
	assert_int_equal(quota_take(&away, &key, 1, 1, 0).result, QUOTA_DAY_FULL);
	assert_int_equal(quota_full_for(&away, &key), 3600);
	/* What is given back makes room, and so may other limits. */
	quota_give_back(&away, &key, 1, 1, 7);
	assert_int_equal(quota_full_for(&away, &key), 0);
	quota_take(&away, &key, 1, 1, 0);
	quota_reloaded(&away, "123456789012/us-west-2");
	assert_int_equal(quota_full_for(&away, &key), 0);
	quota_take(&away, &key, 1, 1, 0);
	key.limit.monitor = true;
	assert_int_equal(quota_full_for(&away, &key), 0);
	quota_store_clear(&away);
}

static void keys_as_they_are_written(void **state)
{
	static const struct {
		const char *written;
		bool good;
		enum quota_scope scope;
		const char *name;
	} rows[] = {
		{ "account", true, QUOTA_ACCOUNT, "" },
		{ "account x", false, 0, NULL },
		{ "account ", false, 0, NULL },
		{ "sender a b@example.com", true, QUOTA_SENDER, "a b@example.com" },
		{ "principal arn:aws:iam::123456789012:user/a", true, QUOTA_PRINCIPAL, "arn:aws:iam::123456789012:user/a" },
		{ "identity example.com", true, QUOTA_IDENTITY, "example.com" },
		{ "identity", false, 0, NULL },
		{ "identity ", false, 0, NULL },
		{ "Sender x", false, 0, NULL },
		{ "", false, 0, NULL },
	};
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		enum quota_scope scope = QUOTA_SCOPES;
		struct text name;
		char written[QUOTA_KEY_SIZE];
		bool good = quota_key_parse(text_of(rows[i].written), &scope, &name);

		CHECK_CASE(failures, rows[i].written, good == rows[i].good);
		if (!good || !rows[i].good)
			continue;
		CHECK_CASE(failures, rows[i].written, scope == rows[i].scope && text_equals(name, text_of(rows[i].name)));
		size_t length = quota_key_write(scope, name, written, sizeof written);
		CHECK_CASE(failures, rows[i].written, text_equals((struct text){ written, length }, text_of(rows[i].written)));
		CHECK_CASE(failures, rows[i].written, quota_key_write(scope, name, written, length - 1) == 0);
	}
	assert_int_equal(failures, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(all_or_none, begin, end),
		cmocka_unit_test_setup_teardown(larger_than_the_day, begin, end),
		cmocka_unit_test_setup_teardown(what_no_store_takes, begin, end),
		cmocka_unit_test_setup_teardown(monitored_keys_count, begin, end),
		cmocka_unit_test_setup_teardown(forced_counts, begin, end),
		cmocka_unit_test_setup_teardown(limits_are_of_the_moment, begin, end),
		cmocka_unit_test_setup_teardown(given_back, begin, end),
		cmocka_unit_test_setup_teardown(seeded_once, begin, end),
		cmocka_unit_test_setup_teardown(full_until, begin, end),
		cmocka_unit_test_setup_teardown(told_once_a_day, begin, end),
		cmocka_unit_test_setup_teardown(set_and_reset, begin, end),
		cmocka_unit_test_setup_teardown(keys_come_and_go, begin, end),
		cmocka_unit_test_setup_teardown(a_key_with_debts_stays, begin, end),
		cmocka_unit_test_setup_teardown(little_memory_a_key, begin, end),
		cmocka_unit_test_setup_teardown(when_memory_is_short, begin, end),
		cmocka_unit_test_setup_teardown(exactly_the_limit_from_many_threads, begin, end),
		cmocka_unit_test_setup_teardown(full_is_believed_for_a_minute, begin, end),
		cmocka_unit_test_setup_teardown(the_pace_holds_while_the_store_is_away, begin, end),
		cmocka_unit_test_setup_teardown(what_a_store_elsewhere_said, begin, end),
		cmocka_unit_test(keys_as_they_are_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
