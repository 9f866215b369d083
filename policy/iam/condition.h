/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * condition: one line of a Condition element: an operator, a key, the values.
 * (IAM User Guide: "Condition operators", "Multivalued context keys",
 * "Conditions with multiple context keys or values".)
 *
 * The values of the policy are compiled into one lookup per type; what is
 * negated is negated after it, so that several values mean "none of them", and
 * inside the quantifier, so that ForAllValues:StringNotLike means that each
 * value of the request matches none.
 */
#ifndef IAM_CONDITION_H
#define IAM_CONDITION_H

#include "iam/arn.h"
#include "iam/compile.h"
#include "value/instant.h"
#include "value/ip_set.h"
#include "value/number.h"
#include "iam/operator.h"
#include "value/string_set.h"
#include "iam/template.h"
#include "iam/truth.h"

struct condition_fold;

struct condition {
	struct operator_name how;
	struct text operator_text, key_text; /* as written */
	int slot;                            /* of the key */
	bool plural;                         /* the key holds a list by its nature */
	bool deny;                           /* the statement denies */
	bool look_up;        /* a string or address, of which one look-up in `set` tells all: no templates, no fold */
	bool look_up_one;    /* the same, and if the key has one value that is not empty, the look-up is all there is to do */
	bool negated;        /* as its operator is */
	bool empty;          /* the policy gives no values at all */
	struct text *values; /* as written, for explaining */
	size_t value_count;
	union {
		struct string_set *strings;
		struct ip_set *networks;
		struct arn *arns;         /* fixed patterns */
		struct number *numbers;   /* equality: sorted; else the one bound that matters */
		struct instant *instants; /* the same */
		struct text *binaries;
		struct {
			bool on_true, on_false;
		} truths; /* Bool, Null */
	} set;
	size_t set_count; /* arns, numbers, instants, binaries */
	struct template *templates;
	size_t template_count;
	struct condition_fold *fold; /* where domains have no case (condition_fold.h); NULL: the same, but for templates */
};

/* How a string condition compares. */
enum string_set_kind condition_string_kind(const struct condition *condition);

/* May it say something else where domains have no case? */
bool condition_folds(const struct condition *condition);

#endif
