/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * statement: one compiled statement. Only policy_set makes them; they live in
 * its arena and never change.
 */
#ifndef IAM_STATEMENT_H
#define IAM_STATEMENT_H

#include "iam/condition.h"
#include "iam/policy_set.h"
#include "iam/principal.h"
#include "iam/resource.h"
#include "iam/truth.h"

struct request;

enum effect { EFFECT_ALLOW, EFFECT_DENY };

struct statement {
	const struct policy *policy;
	struct text sid;       /* or empty */
	unsigned index;        /* in its policy, from 0 */
	unsigned line, column; /* of its `{` in the file, from 1; 0: not known */
	enum effect effect;
	bool not_principal, not_action, not_resource;
	struct principal_list principals; /* resource policies only */
	struct text *actions;             /* globs without regard to case */
	size_t action_count;
	struct resource_pattern *resources;
	size_t resource_count;
	struct condition *conditions;
	size_t condition_count;
};

/* Compile one element of Statement into *out (zeroed; policy, index and place are the caller's). False: faults were told. */
bool statement_compile(struct compile *c, const struct json_path *path, const json_t *value, struct statement *out);

/* How its principals take the caller of a request: the whole of NotPrincipal considered; in policies of his as himself. */
enum principal_match statement_principal(const struct statement *statement, const struct caller *caller);

bool statement_action(const struct statement *statement, struct text action);
/* `folded`: read with domains without case (domain.h). */
enum truth statement_resource(const struct statement *statement, const struct request *request, bool folded);

/* All its conditions, and what is known already. */
static inline enum truth statement_conditions(const struct statement *statement, const struct request *request, enum truth known)
{
	for (size_t i = 0; i < statement->condition_count && known != TRUTH_FALSE; i++)
		known = truth_and(known, condition_match(&statement->conditions[i], request));
	return known;
}

#endif
