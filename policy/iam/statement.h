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

#endif
