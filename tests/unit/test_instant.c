/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * instant: the dates of IAM policies. Sources: W3C NOTE-datetime; IAM User
 * Guide, "Date condition operators"; the SES examples, which leave seconds out.
 * Epoch seconds of the cases were computed apart (Python's datetime).
 */
#include "unit/check.h"

#include "value/instant.h"

#include <stdio.h>
#include <string.h>

#define BAD INT64_MIN

static const struct {
	const char *name;
	struct text input;
	int64_t seconds; /* BAD: refused */
	uint32_t nanoseconds;
} cases[] = {
	{ "SES example, without seconds", TEXT("2021-08-31T12:00Z"), 1630411200, 0 },
	{ "with seconds", TEXT("2021-08-31T12:00:00Z"), 1630411200, 0 },
	{ "small t and z", TEXT("2021-08-31t12:00:00z"), 1630411200, 0 },
	{ "no zone is UTC", TEXT("2021-08-31T12:00:00"), 1630411200, 0 },
	{ "no zone, no seconds", TEXT("2021-08-31T12:00"), 1630411200, 0 },
	{ "+00:00", TEXT("2021-08-31T12:00:00+00:00"), 1630411200, 0 },
	{ "-00:00", TEXT("2021-08-31T12:00:00-00:00"), 1630411200, 0 },
	{ "east is earlier", TEXT("2021-08-31T14:00:00+02:00"), 1630411200, 0 },
	{ "west is later", TEXT("2021-08-31T04:00-08:00"), 1630411200, 0 },
	{ "half an hour", TEXT("2021-08-31T17:30+05:30"), 1630411200, 0 },
	{ "west by a half hour", TEXT("2021-08-31T08:30-03:30"), 1630411200, 0 },
	{ "zone over midnight", TEXT("2021-09-01T01:00+13:00"), 1630411200, 0 },
	{ "fraction", TEXT("2021-08-31T12:00:00.5Z"), 1630411200, 500000000 },
	{ "nanoseconds", TEXT("2021-08-31T12:00:00.000000001Z"), 1630411200, 1 },
	{ "further digits are cut", TEXT("2021-08-31T12:00:00.9999999999999999999Z"), 1630411200, 999999999 },
	{ "fraction without zone", TEXT("2021-08-31T12:00:00.25"), 1630411200, 250000000 },
	{ "day", TEXT("2024-01-01"), 1704067200, 0 },
	{ "month", TEXT("2024-01"), 1704067200, 0 },
	{ "leap day", TEXT("2024-02-29"), 1709164800, 0 },
	{ "leap day of 2000", TEXT("2000-02-29T23:59:59Z"), 951868799, 0 },
	{ "leap day of 1600", TEXT("1600-02-29"), -11670998400, 0 },
	{ "March 1900", TEXT("1900-03-01"), -2203891200, 0 },
	{ "March 2100", TEXT("2100-03-01"), 4107542400, 0 },
	{ "leap second", TEXT("2016-12-31T23:59:60Z"), 1483228800, 0 },
	{ "leap second with a fraction", TEXT("2016-12-31T23:59:60.5Z"), 1483228800, 500000000 },
	{ "leap second in a zone", TEXT("2017-01-01T05:29:60+05:30"), 1483228800, 0 },
	{ "the epoch", TEXT("1970-01-01T00:00:00Z"), 0, 0 },
	{ "before the epoch", TEXT("1969-12-31T23:59:59Z"), -1, 0 },
	{ "year 1", TEXT("0001-01-01"), -62135596800, 0 },
	{ "year 0", TEXT("0000-01-01"), -62167219200, 0 },
	{ "year 0 is a leap year", TEXT("0000-02-29"), -62162121600, 0 },
	{ "last of 9999", TEXT("9999-12-31T23:59:59Z"), 253402300799, 0 },
	{ "9999, over the edge by a zone", TEXT("9999-12-31T23:59:59-01:00"), 253402304399, 0 },
	{ "year 0, over the edge by a zone", TEXT("0000-01-01T00:00+01:00"), -62167222800, 0 },

	{ "epoch seconds", TEXT("1630411200"), 1630411200, 0 },
	{ "four digits are epoch seconds", TEXT("2024"), 2024, 0 },
	{ "zero", TEXT("0"), 0, 0 },
	{ "minus zero", TEXT("-0"), 0, 0 },
	{ "negative", TEXT("-1"), -1, 0 },
	{ "plus", TEXT("+5"), 5, 0 },
	{ "leading zeros", TEXT("00000000000000000000000000017"), 17, 0 },
	{ "largest", TEXT("9223372036854775807"), INT64_MAX, 0 },
	{ "nearly smallest", TEXT("-9223372036854775807"), -INT64_MAX, 0 },
	{ "too large", TEXT("9223372036854775808"), BAD, 0 },
	{ "too small", TEXT("-9223372036854775809"), BAD, 0 },
	{ "far too large", TEXT("99999999999999999999999999"), BAD, 0 },
	{ "fraction of epoch", TEXT("1630411200.5"), BAD, 0 },
	{ "exponent", TEXT("1e9"), BAD, 0 },
	{ "sign alone", TEXT("-"), BAD, 0 },
	{ "two signs", TEXT("+-5"), BAD, 0 },
	{ "two minus signs", TEXT("--5"), BAD, 0 },
	{ "space in front", TEXT(" 5"), BAD, 0 },
	{ "space behind", TEXT("5 "), BAD, 0 },
	{ "empty", TEXT(""), BAD, 0 },
	{ "NULL", { NULL, 0 }, BAD, 0 },
	{ "T alone", TEXT("T"), BAD, 0 },
	{ "word", TEXT("today"), BAD, 0 },

	{ "February 29 of 2023", TEXT("2023-02-29"), BAD, 0 },
	{ "February 29 of 1900", TEXT("1900-02-29"), BAD, 0 },
	{ "February 29 of 2100", TEXT("2100-02-29"), BAD, 0 },
	{ "February 30", TEXT("2024-02-30"), BAD, 0 },
	{ "April 31", TEXT("2024-04-31"), BAD, 0 },
	{ "day 0", TEXT("2024-01-00"), BAD, 0 },
	{ "day 32", TEXT("2024-01-32"), BAD, 0 },
	{ "month 0", TEXT("2024-00-01"), BAD, 0 },
	{ "month 13", TEXT("2024-13-01"), BAD, 0 },
	{ "hour 24", TEXT("2024-01-01T24:00Z"), BAD, 0 },
	{ "minute 60", TEXT("2024-01-01T23:60Z"), BAD, 0 },
	{ "second 61", TEXT("2024-01-01T23:59:61Z"), BAD, 0 },
	{ "zone hour 24", TEXT("2024-01-01T00:00+24:00"), BAD, 0 },
	{ "zone minute 60", TEXT("2024-01-01T00:00+01:60"), BAD, 0 },
	{ "zone without colon", TEXT("2024-01-01T00:00+0100"), BAD, 0 },
	{ "zone of hours", TEXT("2024-01-01T00:00+01"), BAD, 0 },
	{ "zone of one digit", TEXT("2024-01-01T00:00+1:00"), BAD, 0 },
	{ "zone by name", TEXT("2024-01-01T00:00UTC"), BAD, 0 },
	{ "zone twice", TEXT("2024-01-01T00:00ZZ"), BAD, 0 },
	{ "zone on a day", TEXT("2024-01-01Z"), BAD, 0 },
	{ "zone on a month", TEXT("2024-01Z"), BAD, 0 },
	{ "zone on a year", TEXT("2024Z"), BAD, 0 },
	{ "hour alone", TEXT("2024-01-01T12Z"), BAD, 0 },
	{ "nothing behind T", TEXT("2024-01-01T"), BAD, 0 },
	{ "time of a month", TEXT("2024-01T12:00Z"), BAD, 0 },
	{ "time of a year", TEXT("2024T12:00Z"), BAD, 0 },
	{ "time alone", TEXT("T12:00Z"), BAD, 0 },
	{ "space for T", TEXT("2024-01-01 12:00Z"), BAD, 0 },
	{ "fraction of a minute", TEXT("2024-01-01T12:00.5Z"), BAD, 0 },
	{ "point without digits", TEXT("2024-01-01T12:00:00.Z"), BAD, 0 },
	{ "comma", TEXT("2024-01-01T12:00:00,5Z"), BAD, 0 },
	{ "colon without seconds", TEXT("2024-01-01T12:00:Z"), BAD, 0 },
	{ "seconds of one digit", TEXT("2024-01-01T12:00:0Z"), BAD, 0 },
	{ "basic format", TEXT("20240101T120000Z"), BAD, 0 },
	{ "two digits of a year", TEXT("24-01-01"), BAD, 0 },
	{ "five digits of a year", TEXT("12024-01-01"), BAD, 0 },
	{ "month of one digit", TEXT("2024-1-01"), BAD, 0 },
	{ "day of one digit", TEXT("2024-01-1"), BAD, 0 },
	{ "minus at the end", TEXT("2024-01-"), BAD, 0 },
	{ "sign before a date", TEXT("-2024-01-01"), BAD, 0 },
	{ "week", TEXT("2024-W01-1"), BAD, 0 },
	{ "day of the year", TEXT("2024-001"), BAD, 0 },
	{ "slashes", TEXT("2024/01/01"), BAD, 0 },
	{ "space in front of a date", TEXT(" 2024-01-01"), BAD, 0 },
	{ "newline behind a date", TEXT("2024-01-01\n"), BAD, 0 },
	{ "NUL behind a date", TEXT("2024-01-01\0"), BAD, 0 },
	{ "digits of other scripts",
		TEXT("\xd9\xa2"
		     "024-01-01"),
		BAD, 0 },
};

static void instant_table(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct instant instant;
		bool taken = instant_parse(cases[i].input, &instant);

		CHECK_CASE(failures, cases[i].name, taken == (cases[i].seconds != BAD));
		if (taken && cases[i].seconds != BAD) {
			CHECK_CASE(failures, cases[i].name, instant.seconds == cases[i].seconds);
			CHECK_CASE(failures, cases[i].name, instant.nanoseconds == cases[i].nanoseconds);
		}
	}
	assert_int_equal(failures, 0);
}

/* Count the days of ten thousand years by the rule of the calendar; print and read every month's first and last. */
static void instant_every_month(void **state)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int64_t seconds = -62167219200;

	(void)state;
	for (int year = 0; year <= 9999; year++) {
		bool leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);

		for (int month = 1; month <= 12; month++) {
			int days = lengths[month - 1] + (month == 2 && leap);
			struct instant first = { .seconds = seconds }, read;
			struct instant last = { .seconds = seconds + days * (int64_t)86400 - 1 };
			char want[64], text[INSTANT_TEXT_SIZE];

			snprintf(want, sizeof want, "%04d-%02d-01T00:00:00Z", year, month);
			assert_string_equal(instant_print(&first, text), want);
			assert_true(instant_parse(text_first(text_of(want), 7), &read) && read.seconds == first.seconds);
			snprintf(want, sizeof want, "%04d-%02d-%02dT23:59:59Z", year, month, days);
			assert_string_equal(instant_print(&last, text), want);
			assert_true(instant_parse(text_of(want), &read) && read.seconds == last.seconds);
			seconds = last.seconds + 1;
		}
	}
	assert_int_equal(seconds, 253402300800);
}

/* What has no year of four digits is printed so that it can be read again. */
static void instant_prints_the_rest(void **state)
{
	static const int64_t seconds[] = { -62167219201, 253402300800, INT64_MAX, -INT64_MAX, INT64_MIN };
	char text[INSTANT_TEXT_SIZE];
	struct instant read;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(seconds); i++) {
		struct instant instant = { .seconds = seconds[i] };

		assert_true(instant_parse(text_of(instant_print(&instant, text)), &read));
		assert_true(read.seconds == seconds[i]);
	}
}

static void instant_compares(void **state)
{
	/* Ascending. */
	static const struct instant instants[] = {
		{ INT64_MIN, 0 },
		{ -1, 0 },
		{ -1, 999999999 },
		{ 0, 0 },
		{ 0, 1 },
		{ 1, 0 },
		{ INT64_MAX, 0 },
		{ INT64_MAX, 4 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(instants); i++) {
		for (size_t j = 0; j < COUNT_OF(instants); j++) {
			int order = instant_compare(&instants[i], &instants[j]);

			assert_true(i < j ? order < 0 : i > j ? order > 0 : order == 0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instant_table),
		cmocka_unit_test(instant_every_month),
		cmocka_unit_test(instant_prints_the_rest),
		cmocka_unit_test(instant_compares),
	};

	return cmocka_run_group_tests_name("instant", tests, NULL, NULL);
}
