/* SPDX-License-Identifier: BSD-2-Clause */
#include "value/base64.h"

/* The value of a digit, or -1. */
static int base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool base64_check(struct text t)
{
	size_t digits = t.length;

	if (t.length % 4)
		return false;
	for (int padding = 0; padding < 2 && digits && t.at[digits - 1] == '='; padding++)
		digits--;
	for (size_t i = 0; i < digits; i++)
		if (base64_digit(t.at[i]) < 0)
			return false;
	if (digits == t.length)
		return true;
	/* One padding byte leaves 2 bits of the last digit unused, two leave 4: they must be zero. */
	int unused = t.length - digits == 1 ? 0x03 : 0x0f;
	return digits && !(base64_digit(t.at[digits - 1]) & unused);
}

bool base64_equals(struct text a, struct text b)
{
	/* With unused bits zero and padding required, equal bytes have one spelling. */
	return base64_check(a) && base64_check(b) && text_equals(a, b);
}
