/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base64: RFC 4648, the vectors of section 10; section 3 for padding, foreign
 * characters and unused bits.
 */
#include "unit/check.h"

#include "value/base64.h"

static const struct {
	const char *name;
	struct text input;
	bool want;
} check_cases[] = {
	{ "empty", TEXT(""), true },
	{ "NULL", { NULL, 0 }, true },
	{ "f", TEXT("Zg=="), true },
	{ "fo", TEXT("Zm8="), true },
	{ "foo", TEXT("Zm9v"), true },
	{ "foob", TEXT("Zm9vYg=="), true },
	{ "foobar", TEXT("Zm9vYmFy"), true },
	{ "the last digits", TEXT("+/+/"), true },
	{ "all bits set", TEXT("////"), true },
	{ "one digit", TEXT("Z"), false },
	{ "two digits without padding", TEXT("Zg"), false },
	{ "three digits without padding", TEXT("Zm8"), false },
	{ "one padding too few", TEXT("Zg="), false },
	{ "one padding too many", TEXT("Zm8=="), false },
	{ "a digit and three paddings", TEXT("Z==="), false },
	{ "a digit of zeros and three paddings", TEXT("A==="), false },
	{ "padding alone", TEXT("===="), false },
	{ "padding inside", TEXT("Zg==Zg=="), false },
	{ "padding before a digit", TEXT("Zg=v"), false },
	{ "padding in front", TEXT("=Zm9"), false },
	{ "unused bits, two paddings, low", TEXT("Zh=="), false },
	{ "unused bits, two paddings, high", TEXT("Zo=="), false },
	{ "unused bits, one padding, low", TEXT("Zm9="), false },
	{ "unused bits, one padding, high", TEXT("Zm+="), false },
	{ "newline", TEXT("Zm9v\nYmFy"), false },
	{ "newline behind", TEXT("Zm9v\n"), false },
	{ "space", TEXT("Zm 9"), false },
	{ "URL digits", TEXT("-_-_"), false },
	{ "NUL", TEXT("Zm9\0"), false },
	{ "high byte", TEXT("Zm9\xff"), false },
	{ "neighbours of digits: @", TEXT("@AAA"), false },
	{ "neighbours of digits: [", TEXT("[AAA"), false },
	{ "neighbours of digits: `", TEXT("`AAA"), false },
	{ "neighbours of digits: {", TEXT("{AAA"), false },
	{ "neighbours of digits: :", TEXT(":AAA"), false },
	{ "neighbours of digits: .", TEXT(".AAA"), false },
};

static void base64_checks(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(check_cases); i++) {
		CHECK_CASE(failures, check_cases[i].name, base64_check(check_cases[i].input) == check_cases[i].want);
		/* It has its own bytes, if it has any. */
		CHECK_CASE(failures, check_cases[i].name,
			base64_equals(check_cases[i].input, check_cases[i].input) == check_cases[i].want);
	}
	assert_int_equal(failures, 0);
}

static const struct {
	const char *name;
	struct text a, b;
	bool want;
} equals_cases[] = {
	{ "equal", TEXT("Zm9vYg=="), TEXT("Zm9vYg=="), true },
	{ "case matters", TEXT("Zm9v"), TEXT("zM9V"), false },
	{ "one is longer", TEXT("Zm9v"), TEXT("Zm9vYmFy"), false },
	{ "empty and something", TEXT(""), TEXT("Zg=="), false },
	{ "unused bits do not make it equal", TEXT("Zg=="), TEXT("Zh=="), false },
	{ "padding is not optional", TEXT("Zg=="), TEXT("Zg"), false },
	{ "the same that is none", TEXT("Zg"), TEXT("Zg"), false },
};

static void base64_compares(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(equals_cases); i++) {
		struct text a = equals_cases[i].a, b = equals_cases[i].b;

		CHECK_CASE(failures, equals_cases[i].name, base64_equals(a, b) == equals_cases[i].want);
		CHECK_CASE(failures, equals_cases[i].name, base64_equals(b, a) == equals_cases[i].want);
	}
	assert_int_equal(failures, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64_checks),
		cmocka_unit_test(base64_compares),
	};

	return cmocka_run_group_tests_name("base64", tests, NULL, NULL);
}
