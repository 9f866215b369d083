/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * truth: Kleene's three values. Pending: depends on what is not known yet.
 */
#ifndef IAM_TRUTH_H
#define IAM_TRUTH_H

#include <stdbool.h>

/* Ordered, so that "and" is the smaller and "or" the greater. */
enum truth { TRUTH_FALSE, TRUTH_PENDING, TRUTH_TRUE };

static inline enum truth truth_and(enum truth a, enum truth b)
{
	return a < b ? a : b;
}
static inline enum truth truth_or(enum truth a, enum truth b)
{
	return a > b ? a : b;
}
static inline enum truth truth_not(enum truth a)
{
	return (enum truth)(TRUTH_TRUE - a);
}
static inline enum truth truth_of(bool value)
{
	return value ? TRUTH_TRUE : TRUTH_FALSE;
}

#endif
