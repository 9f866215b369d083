/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * condition_fold: how a condition on addresses compares where domains have no
 * case (domain.h): what it holds besides what it holds as it is written. Values
 * of mail have their domain in lower case, so that is all that matches as
 * written, and in addition what its values with capitals in their domain match
 * in lower case.
 */
#ifndef IAM_CONDITION_FOLD_H
#define IAM_CONDITION_FOLD_H

#include "iam/condition.h"

struct condition_fold {
	struct text *values; /* those with capitals in their domain, in lower case there */
	size_t count;
	struct string_set *strings; /* the same */
	struct text *bare;          /* patterns with capitals and without an at sign: all of it is domain (glob_match_domain) */
	size_t bare_count;
};

/*
 * Find out whether the condition, otherwise compiled, differs in that reading, and set its `fold`, and `letters` of its
 * templates; `fixed` are its values without variables. False: memory is short.
 */
bool condition_fold_compile(struct compile *c, struct condition *condition, const struct text *fixed, size_t count);

/* Does one of the values that have capitals match? */
bool condition_fold_holds(const struct condition_fold *fold, struct text value, struct work *work);

#endif
