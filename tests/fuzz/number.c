/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: a number a line.
 *
 * Promises: what is accepted is made of the bytes that numbers are made of and
 * is held in normal form; the order is one; strtold, which rounds but keeps
 * the order, never says the opposite; what is written out again is the same number.
 */
#include "fuzz/fuzz.h"
#include "value/number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBERS = 8, LONGEST = 300 };

static int sign(int order)
{
	return (order > 0) - (order < 0);
}

static void form_check(const struct number *number)
{
	FUZZ_CHECK(number->count <= NUMBER_DIGITS);
	FUZZ_CHECK(number->sign ? number->count : !number->count && !number->exponent);
	for (size_t i = 0; i < NUMBER_DIGITS; i++)
		FUZZ_CHECK(number->digits[i] <= 9 && (i < number->count || !number->digits[i]));
	if (number->count)
		FUZZ_CHECK(number->digits[0] && number->digits[number->count - 1]);
}

static void write_check(const struct number *number)
{
	char text[NUMBER_DIGITS + 16], digits[NUMBER_DIGITS + 1] = "0";
	struct number again;

	for (size_t i = 0; i < number->count; i++)
		digits[i] = (char)('0' + number->digits[i]);
	/* One digit before the point: that is how the largest exponent is told. */
	snprintf(text, sizeof text, "%s%c.%s0e%+d", number->sign < 0 ? "-" : "", digits[0], digits + 1,
		number->sign ? (int)number->exponent - 1 : 0);
	FUZZ_CHECK(number_parse(text_of(text), &again));
	FUZZ_CHECK(!number_compare(number, &again) && !number_compare(&again, number));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text lines[NUMBERS];
	struct number known[NUMBERS];
	long double rounded[NUMBERS];
	char copy[LONGEST + 1];
	size_t lines_count = fuzz_lines(fuzz_text(data, size), lines, NUMBERS), count = 0;

	for (size_t i = 0; i < lines_count; i++) {
		struct text line = text_first(lines[i], LONGEST);

		if (!number_parse(line, &known[count]))
			continue;
		memcpy(copy, line.at, line.length);
		copy[line.length] = '\0';
		FUZZ_CHECK(strspn(copy, "0123456789+-.eE") == line.length);
		rounded[count] = strtold(copy, NULL);
		form_check(&known[count]);
		write_check(&known[count++]);
	}
	for (size_t a = 0; a < count; a++)
		for (size_t b = 0; b < count; b++) {
			int order = number_compare(&known[a], &known[b]);

			FUZZ_CHECK(sign(order) == -sign(number_compare(&known[b], &known[a])));
			FUZZ_CHECK(order > 0 || rounded[a] <= rounded[b]);
			for (size_t c = 0; order <= 0 && c < count; c++)
				FUZZ_CHECK(number_compare(&known[b], &known[c]) > 0 || number_compare(&known[a], &known[c]) <= 0);
		}
	return 0;
}
