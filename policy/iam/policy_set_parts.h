/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy_set_parts: the inside of a policy set, for those who fill and evaluate it.
 */
#ifndef IAM_POLICY_SET_PARTS_H
#define IAM_POLICY_SET_PARTS_H

#include "iam/key.h"
#include "iam/policy_set.h"
#include "iam/scope.h"
#include "iam/statement.h"

/* Statements and policies grow in chunks that never move: others point at them. */
struct policy_set {
	struct arena arena;
	enum domain_fold fold;
	struct key_table keys;
	const struct policy **policies;
	size_t policy_count, policy_room;
	const struct statement **statements; /* in the order of loading */
	size_t statement_count, statement_room;
	enum policy_layer *layers; /* of the groups that were asked for: from 1 on */
	unsigned layer_count, layer_room;
	/* After sealing: the statements by group, Deny before Allow within each. */
	const struct statement **ordered;
	struct scope_table *groups; /* the statements of each group, by what they ask for */
	unsigned group_count;
	bool folds; /* there is something that the two readings differ in */
};

#endif
