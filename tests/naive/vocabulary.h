/* SPDX-License-Identifier: BSD-2-Clause */
/* The words that generated policies and requests are made of. */
#ifndef TESTS_NAIVE_VOCABULARY_H
#define TESTS_NAIVE_VOCABULARY_H

/* Each list ends with NULL. Words that come first are drawn more often. */
struct domain {
	const char *const *values;    /* in requests, and in policies as they are */
	const char *const *patterns;  /* in policies only; NULL: made from the values */
	const char *const *garbage;   /* in requests only: of the wrong form; may be NULL */
	const char *const *operators; /* without ForAllValues, ForAnyValue, IfExists */
};

struct naive_key {
	const char *name;
	const struct domain *domain;
	int longest; /* list in requests; 1: single-valued */
};

extern const struct naive_key vocabulary_keys[]; /* ends with a NULL name */

extern const char *const vocabulary_callers[];
extern const char *const vocabulary_principals[];
extern const char *const vocabulary_actions[];
extern const char *const vocabulary_action_patterns[];
extern const char *const vocabulary_resources[];
extern const char *const vocabulary_resource_patterns[];
extern const char *const vocabulary_short_resources[]; /* for policies of the caller */
extern const char *const vocabulary_variables[];

#endif
