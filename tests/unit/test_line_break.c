/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * line_break: which line breaks are folds. It looks at sixteen bytes at a time, so each case is tried at each place of
 * texts of many lengths; what stands beside the text is a line break that no fold is.
 */
#include "unit/check.h"

#include "base/line_break.h"

#include <stdio.h>
#include <string.h>

#define LONGEST 52

static const struct {
	const char *bytes;
	bool folds;
} cases[] = {
	{ "\n ", true },
	{ "\n\t", true },
	{ "\r\n ", true },
	{ "\r\n\t", true },
	{ "\n \n ", true },
	{ "\n\t\r\n  \n\t", true },
	{ "\n", false },
	{ "\r", false },
	{ "\r\n", false },
	{ "\n\r", false },
	{ "\n\n ", false },
	{ "\r ", false },
	{ "\r\t", false },
	{ "\r\r\n ", false },
	{ "\n \r", false },
	{ "\r\n x\n", false },
	{ "\v\f\x1c \x85\x8a\x8d\x09 ", true },
};

static void a_break_needs_a_blank_behind_it(void **state)
{
	char around[LONGEST + 32], name[64];
	int failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		for (size_t room = strlen(cases[i].bytes), length = room; length <= LONGEST; length++)
			for (size_t at = 0; at + room <= length; at++) {
				struct text text = { around + 16, length };
				memset(around, '\n', sizeof around);
				memset(around + 16, 'a', length);
				memcpy(around + 16 + at, cases[i].bytes, room);
				snprintf(name, sizeof name, "case %zu at %zu of %zu", i, at, length);
				CHECK_CASE(failures, name, line_break_folds_all(text) == cases[i].folds);
			}
	assert_int_equal(failures, 0);
}

static void without_a_break_there_is_nothing_wrong(void **state)
{
	char around[LONGEST + 32];

	(void)state;
	for (size_t length = 0; length <= LONGEST; length++)
		for (unsigned byte = 0; byte < 256; byte++) {
			memset(around, '\r', sizeof around);
			memset(around + 16, (int)byte, length);
			bool breaks = length && (byte == '\r' || byte == '\n');
			assert_int_equal(line_break_folds_all((struct text){ around + 16, length }), !breaks);
		}
	assert_true(line_break_folds_all((struct text){ NULL, 0 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_break_needs_a_blank_behind_it),
		cmocka_unit_test(without_a_break_there_is_nothing_wrong),
	};

	return cmocka_run_group_tests_name("line_break", tests, NULL, NULL);
}
