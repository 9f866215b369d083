/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * work: how much a message may still ask of the policies. What takes time counts
 * down; what finds nothing left stops, and what it then says is no answer.
 *
 * A unit is about a nanosecond of a processor of 2020: a byte of a value under a
 * pattern, a part of a look-up. Where nobody counts (tools, lint) it is NULL.
 */
#ifndef VALUE_WORK_H
#define VALUE_WORK_H

#include <stdbool.h>
#include <stddef.h>

struct work {
	size_t left;
};

/* What comes up most often, in units. */
#define WORK_STATEMENT 8 /* a statement, or a scope of them, that is looked at */
#define WORK_VALUE 24    /* a value of the request under a condition, looked up or compared */
#define WORK_ENTRY 16    /* an entry of a list that is gone through one by one */
#define WORK_PATTERN 40  /* a pattern under an ordinary value */

static inline void work_take(struct work *work, size_t units)
{
	if (work)
		work->left = work->left > units ? work->left - units : 0;
}

/* Is nothing left? */
static inline bool work_is_over(const struct work *work)
{
	return work && !work->left;
}

#endif
