/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fix: corrected statements: a copy of the statement as written, changed in one place. Each returns a new
 * object, or NULL: memory ran short, or the change would run into something that stands there already.
 */
#ifndef LINT_FIX_H
#define LINT_FIX_H

#include "lint/subject.h"

/* What a change does to a part of a statement, or to all of it: how much it is about. */
enum reach {
	REACH_SAME,
	REACH_MORE,
	REACH_LESS,
	REACH_MIXED, /* some more, some less, or not known */
};

/* The reach of a condition or element by that of its values: where what does not fit counts, more values are less. */
enum reach reach_of(bool negated, enum reach values);

/*
 * The correction, if it may be one: no correction widens who may send, to whom, or what. An Allow may only come to be
 * about less, a Deny about more, and the statement must load. Else NULL, and the finding says in words what to
 * change. Takes the fix; NULL stays NULL.
 */
json_t *fix_kept(const struct subject_statement *s, enum reach reach, json_t *fix);

/* Longest name of an operator: "ForAnyValue:StringNotEqualsIgnoreCaseIfExists" and some. */
#define OPERATOR_SIZE 64

/* The name of an operator as AWS writes it, for instance "ForAllValues:StringLikeIfExists". */
const char *fix_print_operator(char out[OPERATOR_SIZE], enum quantifier quantifier, const char *name, bool if_exists);

/* The condition under another operator: these parts replace the ones it has. */
json_t *fix_operator(const struct subject_statement *s, const struct condition *c, enum quantifier quantifier,
	const char *operator_name);

/* The condition's key under another name. */
json_t *fix_key(const struct subject_statement *s, const struct condition *c, const char *key);

/* Value i of the condition replaced by one or two others, under this operator (NULL: the same). */
json_t *fix_value(const struct subject_statement *s, const struct condition *c, size_t i, struct text value, struct text second,
	const char *operator_name);

/* One condition more. */
json_t *fix_condition_add(const struct subject_statement *s, const char *operator_name, struct text key, const char *value);

/* Entry i of an element that is a text or a list of texts replaced; i past the end: added. */
json_t *fix_entry(const struct subject_statement *s, const char *member, size_t i, struct text value);

#endif
