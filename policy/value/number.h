/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * number: integers and decimals of the Numeric operators, compared exactly:
 * 9007199254740993 is not 9007199254740992, 1.0 is 1, -0 is 0.
 *
 * Syntax: optional sign (+ or -), digits, optionally `.` and digits, optionally
 * an exponent (JSON writes numbers so). No spaces, no hex, no infinities. At
 * most NUMBER_DIGITS significant digits (zeros at either end are not), and an
 * exponent within +-9999, as written and with one digit before the point.
 */
#ifndef VALUE_NUMBER_H
#define VALUE_NUMBER_H

#include "base/text.h"

#include <stdint.h>

#define NUMBER_DIGITS 40

/* Sign and digits of 0.d1d2d3... times ten to the exponent; zero has no digits. */
struct number {
	int8_t sign; /* -1, 0, 1 */
	uint8_t count;
	int32_t exponent;
	uint8_t digits[NUMBER_DIGITS]; /* 0..9, no leading or trailing zero */
};

bool number_parse(struct text t, struct number *number);

/* <0, 0, >0 */
int number_compare(const struct number *a, const struct number *b);

#endif
