/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * number: integers and decimals compared exactly (IAM User Guide, "Numeric
 * condition operators"); the syntax is that of JSON (RFC 8259 section 6) with a
 * plus and leading zeros besides, since policies hold numbers as strings too.
 */
#include "unit/check.h"

#include "value/number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS_40 "1234567890123456789012345678901234567891"

static const struct {
	const char *name;
	struct text input;
	bool want;
} syntax_cases[] = {
	{ "zero", TEXT("0"), true },
	{ "integer", TEXT("42"), true },
	{ "minus", TEXT("-42"), true },
	{ "plus", TEXT("+42"), true },
	{ "leading zeros", TEXT("007"), true },
	{ "decimal", TEXT("1.50"), true },
	{ "exponent", TEXT("1e3"), true },
	{ "exponent, capital and plus", TEXT("1.5E+03"), true },
	{ "exponent, minus", TEXT("15e-1"), true },
	{ "largest exponent", TEXT("9e9999"), true },
	{ "smallest exponent", TEXT("9e-9999"), true },
	{ "exponent with leading zeros", TEXT("1e0000000000000000003"), true },
	{ "forty digits", TEXT(DIGITS_40), true },
	{ "forty digits and zeros at both ends", TEXT("000" DIGITS_40 "000.000"), true },
	{ "forty digits behind the point", TEXT("0.000" DIGITS_40), true },
	{ "forty-one digits", TEXT(DIGITS_40 "1"), false },
	{ "forty-one digits over the point", TEXT("1." DIGITS_40), false },
	{ "forty-one digits, zeros inside", TEXT("1000000000000000000000.0000000000000000001"), false },
	{ "exponent too large", TEXT("1e10000"), false },
	{ "exponent too small", TEXT("1e-10000"), false },
	{ "exponent too large by its digits", TEXT("10e9999"), false },
	{ "exponent too small by its digits", TEXT("0.1e-9999"), false },
	{ "exponent wrapping at 32 bits", TEXT("1e4294967296"), false },
	{ "exponent too large for zero too", TEXT("0e10000"), false },
	{ "empty", TEXT(""), false },
	{ "NULL", { NULL, 0 }, false },
	{ "sign alone", TEXT("-"), false },
	{ "two signs", TEXT("--1"), false },
	{ "point alone", TEXT("."), false },
	{ "nothing before the point", TEXT(".5"), false },
	{ "nothing behind the point", TEXT("5."), false },
	{ "nothing behind the point, exponent", TEXT("5.e1"), false },
	{ "two points", TEXT("1.2.3"), false },
	{ "exponent without digits", TEXT("1e"), false },
	{ "exponent with a sign alone", TEXT("1e+"), false },
	{ "exponent without a number", TEXT("e5"), false },
	{ "exponent with a point", TEXT("1e5.0"), false },
	{ "two exponents", TEXT("1e5e5"), false },
	{ "hex", TEXT("0x10"), false },
	{ "infinity", TEXT("inf"), false },
	{ "not a number", TEXT("nan"), false },
	{ "comma", TEXT("1,5"), false },
	{ "thousands", TEXT("1,000"), false },
	{ "underscore", TEXT("1_000"), false },
	{ "space in front", TEXT(" 1"), false },
	{ "space behind", TEXT("1 "), false },
	{ "newline behind", TEXT("1\n"), false },
	{ "NUL behind", TEXT("1\0"), false },
	{ "unit", TEXT("10s"), false },
	{ "wildcard", TEXT("1*"), false },
	{ "digits of other scripts", TEXT("\xd9\xa4\xd9\xa2"), false },
};

static void number_syntax(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(syntax_cases); i++) {
		struct number number;

		CHECK_CASE(failures, syntax_cases[i].name, number_parse(syntax_cases[i].input, &number) == syntax_cases[i].want);
	}
	assert_int_equal(failures, 0);
}

/* Ascending; what stands in one line is the same number. */
static const char *const ladder[][6] = {
	{ "-9e9999" },
	{ "-9007199254740993" },
	{ "-9007199254740992", "-9007199254740992.0" },
	{ "-100", "-1e2", "-1.00e+2" },
	{ "-99.99" },
	{ "-10", "-010" },
	{ "-2" },
	{ "-1.5", "-15e-1" },
	{ "-1" },
	{ "-0.01" },
	{ "-0.001", "-1e-3" },
	{ "-9e-9999" },
	{ "0", "-0", "+0", "0.000", "0e9", "-0e-9" },
	{ "1e-9999" },
	{ "9e-9999" },
	{ "0.001", "1e-3", "0.00100" },
	{ "0.00101" },
	{ "0.01" },
	{ "0.1" },
	{ "0.3" },
	{ "0.30000000000000004" },
	{ "1", "1.0", "+1", "001", "10e-1", "0.1e1" },
	{ "1.0000000000000000000000000000000000001" },
	{ "1.5" },
	{ "2" },
	{ "9" },
	{ "10", "1e1", "10.0" },
	{ "10.5" },
	{ "99" },
	{ "100" },
	{ "9007199254740992" },
	{ "9007199254740993" },
	{ "18446744073709551615" },
	{ "18446744073709551616", "18446744073709551616.000" },
	{ "1234567890123456789012345678901234567891" },
	{ "1234567890123456789012345678901234567892" },
	{ "9e9999" },
};

static struct number number_of(const char *text)
{
	struct number number;

	if (!number_parse(text_of(text), &number))
		fail_msg("%s", text);
	return number;
}

static void number_order(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(ladder); i++) {
		for (size_t j = 0; j < COUNT_OF(ladder); j++) {
			for (size_t k = 0; k < 6 && ladder[i][k]; k++) {
				for (size_t l = 0; l < 6 && ladder[j][l]; l++) {
					struct number a = number_of(ladder[i][k]), b = number_of(ladder[j][l]);
					int order = number_compare(&a, &b);
					char name[128];

					snprintf(name, sizeof name, "%s and %s", ladder[i][k], ladder[j][l]);
					CHECK_CASE(failures, name, i < j ? order < 0 : i > j ? order > 0 : order == 0);
				}
			}
		}
	}
	assert_int_equal(failures, 0);
}

/* Integers written with a point and an exponent anywhere still compare as integers. */
static void number_agrees_with_integers(void **state)
{
	uint64_t seed = 7;

	(void)state;
	for (size_t i = 0; i < 30000; i++) {
		int64_t value[2];
		struct number number[2];

		for (size_t j = 0; j < 2; j++) {
			char text[64], digits[32];
			int shift = (int)check_below(&seed, 8);

			value[j] = (int64_t)check_below(&seed, i % 2 == 0 ? 50 : 5000000000) - (i % 2 == 0 ? 25 : 2500000000);
			/* digits without the last `shift`, a point, those, and the exponent that undoes it */
			snprintf(digits, sizeof digits, "%012llu", (unsigned long long)llabs(value[j]));
			snprintf(text, sizeof text, "%s%.*s.%s0e%d", value[j] < 0 ? "-" : "", 12 - shift, digits,
				digits + 12 - shift, shift);
			number[j] = number_of(text);
		}
		int order = number_compare(&number[0], &number[1]);
		int want = (value[0] > value[1]) - (value[0] < value[1]);
		if ((order > 0) - (order < 0) != want)
			fail_msg("%lld and %lld", (long long)value[0], (long long)value[1]);
	}
}

/* A long text is a number or is not; its exponent does not wrap around. */
static void number_long_texts(void **state)
{
	enum { LENGTH = 200000 };
	char *text = malloc(LENGTH);
	struct number number;

	(void)state;
	assert_non_null(text);
	memset(text, '0', LENGTH);
	assert_true(number_parse((struct text){ text, LENGTH }, &number));
	assert_int_equal(number.sign, 0);
	text[LENGTH - 1] = '7';
	assert_true(number_parse((struct text){ text, LENGTH }, &number));
	assert_int_equal(number.exponent, 1);
	text[1] = '.';
	assert_false(number_parse((struct text){ text, LENGTH }, &number));
	memset(text, '0', LENGTH);
	text[0] = '7';
	assert_true(number_parse((struct text){ text, 10000 }, &number));
	assert_false(number_parse((struct text){ text, 10001 }, &number));
	assert_false(number_parse((struct text){ text, LENGTH }, &number));
	memset(text, '1', LENGTH);
	assert_false(number_parse((struct text){ text, LENGTH }, &number));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(number_syntax),
		cmocka_unit_test(number_order),
		cmocka_unit_test(number_agrees_with_integers),
		cmocka_unit_test(number_long_texts),
	};

	return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
