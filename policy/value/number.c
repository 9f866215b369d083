/* SPDX-License-Identifier: BSD-2-Clause */
#include "value/number.h"

#include <string.h>

#define EXPONENT_MAX 9999

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Read an exponent from `at` to the end. */
static bool exponent_parse(struct text t, size_t at, int32_t *out)
{
	bool minus = at < t.length && t.at[at] == '-';
	int32_t value = 0;

	if (at < t.length && (t.at[at] == '-' || t.at[at] == '+'))
		at++;
	if (at == t.length)
		return false;
	for (; at < t.length; at++) {
		if (!is_digit(t.at[at]))
			return false;
		value = value * 10 + (t.at[at] - '0');
		if (value > EXPONENT_MAX)
			return false;
	}
	*out = minus ? -value : value;
	return true;
}

bool number_parse(struct text t, struct number *number)
{
	size_t at = 0, before = 0, after = 0, zeros = 0;
	size_t whole = 0, leading = 0; /* digits from the first that counts to the point; zeros from the point to it */
	bool point = false;

	memset(number, 0, sizeof *number);
	int8_t sign = 1;
	if (t.length && (t.at[0] == '-' || t.at[0] == '+')) {
		sign = t.at[0] == '-' ? -1 : 1;
		at++;
	}
	for (; at < t.length && (is_digit(t.at[at]) || (t.at[at] == '.' && !point)); at++) {
		if (t.at[at] == '.') {
			point = true;
			continue;
		}
		before += !point;
		after += point;
		uint8_t digit = (uint8_t)(t.at[at] - '0');
		if (!digit && !number->count) {
			/* A zero in front of the first digit: behind the point it moves the exponent. */
			leading += point;
			continue;
		}
		if (!digit) {
			/* Perhaps a trailing zero: written only when another digit follows. */
			zeros++;
		} else {
			if (number->count + zeros + 1 > NUMBER_DIGITS)
				return false;
			number->count = (uint8_t)(number->count + zeros);
			zeros = 0;
			number->digits[number->count++] = digit;
		}
		whole += !point;
	}
	if (!before || (point && !after))
		return false;
	int32_t written = 0;
	if (at < t.length && ((t.at[at] != 'e' && t.at[at] != 'E') || !exponent_parse(t, at + 1, &written)))
		return false;
	if (!number->count)
		return true;
	/* Only one of the two is not zero; a text so long that they matter here is refused. */
	if (whole > 2 * EXPONENT_MAX + 1 || leading > 2 * EXPONENT_MAX)
		return false;
	number->sign = sign;
	number->exponent = (int32_t)whole - (int32_t)leading + written;
	/* Here the point is in front of the first digit, in the usual notation behind it. */
	return number->exponent - 1 <= EXPONENT_MAX && number->exponent - 1 >= -EXPONENT_MAX;
}

int number_compare(const struct number *a, const struct number *b)
{
	if (a->sign != b->sign)
		return a->sign < b->sign ? -1 : 1;
	int order = (a->exponent > b->exponent) - (a->exponent < b->exponent);
	/* Digits past the last are zero, so one comparison covers different lengths. */
	if (!order)
		order = memcmp(a->digits, b->digits, NUMBER_DIGITS);
	/* Not -order: memcmp may give any int. */
	return a->sign < 0 ? (order < 0) - (order > 0) : order;
}
