/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * unended: many messages that never come to their end are told of once an hour, a few among many others never.
 */
#include "unit/check.h"

#include "unended.h"

#define SECOND 1000000000ull
#define HOUR (3600 * SECOND)

/* `count` unended messages from `*now` on, `apart` nanoseconds apart; how many of them are told of, and the first (from 1). */
static size_t add(struct unended *unended, uint64_t *now, size_t count, uint64_t apart, size_t *first)
{
	size_t told = 0;

	*first = 0;
	for (size_t i = 1; i <= count; i++, *now += apart)
		if (unended_add(unended, *now) && !told++)
			*first = i;
	return told;
}

static void many_are_told_of_once_an_hour(void **state)
{
	struct unended unended = { 0 };
	uint64_t now = 5 * SECOND;
	size_t first;

	(void)state;
	assert_int_equal(add(&unended, &now, 1000, SECOND, &first), 1);
	assert_int_equal(first, UNENDED_MANY);
	now = 5 * SECOND + HOUR - 1;
	assert_int_equal(add(&unended, &now, 1, 1, &first), 0);
	/* The next hour. */
	assert_int_equal(add(&unended, &now, 1000, SECOND, &first), 1);
	assert_int_equal(first, UNENDED_MANY);
	/* Long after. */
	now += 100 * HOUR;
	assert_int_equal(add(&unended, &now, UNENDED_MANY, 1, &first), 1);
}

static void a_few_are_not(void **state)
{
	struct unended unended = { 0 };
	uint64_t now = SECOND;
	size_t first;

	(void)state;
	assert_int_equal(add(&unended, &now, UNENDED_MANY - 1, SECOND, &first), 0);
	/* One in seven minutes, for days. */
	now += HOUR;
	assert_int_equal(add(&unended, &now, 1000, 420 * SECOND, &first), 0);
}

static void few_among_many_are_not(void **state)
{
	struct unended unended = { 0 };
	uint64_t now = SECOND;
	size_t first;

	(void)state;
	assert_int_equal(add(&unended, &now, 1, 1, &first), 0);
	atomic_store(&unended.ended, 1000);
	assert_int_equal(add(&unended, &now, 98, 1, &first), 0);
	assert_int_equal(add(&unended, &now, 1000, 1, &first), 1);
	assert_int_equal(first, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_are_told_of_once_an_hour),
		cmocka_unit_test(a_few_are_not),
		cmocka_unit_test(few_among_many_are_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
