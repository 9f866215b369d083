/* SPDX-License-Identifier: BSD-2-Clause */
/* Time spans as settings have them, and as the log has them. */
#include "unit/check.h"

#include "value/duration.h"

#include <string.h>

static void spans_are_read(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds; /* -1: none */
	} rows[] = {
		{ "0s", 0 },
		{ "59s", 59 },
		{ "5m", 300 },
		{ "12h", 43200 },
		{ "30d", 2592000 },
		{ "999999d", 86399913600 },
		{ "", -1 },
		{ "5", -1 },
		{ "m", -1 },
		{ "5w", -1 },
		{ "5M", -1 },
		{ "-5m", -1 },
		{ "5 m", -1 },
		{ "1h5m", -1 },
		{ "1000000s", -1 },
	};
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		int64_t seconds = 0;
		bool good = duration_parse(text_of(rows[i].text), &seconds);
		CHECK_CASE(failures, rows[i].text, good == (rows[i].seconds >= 0) && (!good || seconds == rows[i].seconds));
	}
	assert_int_equal(failures, 0);
}

static void spans_are_printed(void **state)
{
	static const struct {
		int64_t seconds;
		const char *want;
	} rows[] = {
		{ -5, "0s" },
		{ 0, "0s" },
		{ 59, "59s" },
		{ 60, "60s" },
		{ 119, "119s" },
		{ 120, "2m" },
		{ 3600, "60m" },
		{ 7199, "119m" },
		{ 7200, "2h" },
		{ 86400 + 7200, "26h" },
		{ 2 * 86400 - 1, "47h" },
		{ 2 * 86400, "2d" },
		{ 86400 * 400 - 1, "399d" },
		{ INT64_MAX, "106751991167300d" },
	};
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char out[DURATION_TEXT_SIZE];
		CHECK_CASE(failures, rows[i].want, !strcmp(duration_print(rows[i].seconds, out), rows[i].want));
	}
	assert_int_equal(failures, 0);
}

static void waits_are_printed(void **state)
{
	static const struct {
		int64_t seconds;
		const char *want;
	} rows[] = {
		{ -5, "0 s" },
		{ 0, "0 s" },
		{ 1, "1 s" },
		{ 119, "119 s" },
		{ 120, "2 min" },
		{ 121, "3 min" },
		{ 2220, "37 min" },
		{ 7140, "119 min" },
		{ 7141, "2 h" },
		{ 7201, "2 h 1 min" },
		{ 86400, "24 h" },
		{ 86400 + 300, "24 h 5 min" },
		{ 86400 + 300 - 59, "24 h 5 min" },
		{ INT64_MAX, "2562047788015215 h 31 min" },
	};
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char out[DURATION_TEXT_SIZE];
		CHECK_CASE(failures, rows[i].want, !strcmp(duration_wait(rows[i].seconds, out), rows[i].want));
	}
	assert_int_equal(failures, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spans_are_read),
		cmocka_unit_test(spans_are_printed),
		cmocka_unit_test(waits_are_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
