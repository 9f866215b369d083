/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * instant: the moments of the Date operators.
 *
 * Syntax: the W3C profile of ISO 8601 (YYYY-MM, YYYY-MM-DD,
 * YYYY-MM-DDThh:mmTZD, with seconds, with a fraction; TZD is Z or +hh:mm or
 * -hh:mm) or whole epoch seconds, optionally signed. Four digits alone are
 * epoch seconds too: text is a date when it has a `-` after its first character
 * or a `T`. A missing zone means UTC. A coarse date is the start of its period
 * in UTC. `t` and `z` may be small. A leap second :60 is the first second of the
 * next minute. (W3C NOTE-datetime; IAM User Guide, "Date condition operators".)
 */
#ifndef VALUE_INSTANT_H
#define VALUE_INSTANT_H

#include "base/text.h"

#include <stdint.h>

struct instant {
	int64_t seconds;      /* since 1970-01-01T00:00:00Z */
	uint32_t nanoseconds; /* further digits of a fraction are cut */
};

bool instant_parse(struct text t, struct instant *instant);

int instant_compare(const struct instant *a, const struct instant *b);

/* YYYY-MM-DDThh:mm:ssZ, beyond the years 0 to 9999 epoch seconds, into a buffer of INSTANT_TEXT_SIZE bytes. */
#define INSTANT_TEXT_SIZE 32
const char *instant_print(const struct instant *instant, char text[INSTANT_TEXT_SIZE]);

#endif
