/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scope: statements of one group that ask for the same principals, actions and
 * resources. These are held against a request once for all of them; the
 * statements themselves are then found by their conditions.
 *
 * Made when a policy set is sealed. A statement is known here by its place in
 * the order of evaluation (policy_set_parts.h, `ordered`).
 */
#ifndef IAM_SCOPE_H
#define IAM_SCOPE_H

#include "iam/fault.h"
#include "iam/ip_index.h"
#include "iam/statement.h"
#include "iam/string_set.h"

struct policy_set;

/*
 * Statements that can be true only if a value of one key is in a list of theirs:
 * all their lists together, so that one look-up a value tells which of them may
 * be. Those are then asked in full; the others are false, or pending while the
 * key is.
 */
struct guard {
	int slot;
	enum value_type type; /* TYPE_STRING or TYPE_IP */
	union {
		const struct string_set *strings;
		const struct ip_index *networks;
	} lists;
	const uint32_t *members; /* ascending */
	size_t count;
};

/* The statements of one effect. */
struct scope_part {
	const uint32_t *plain; /* asked one by one; ascending */
	size_t plain_count;
	const struct guard *guards;
	size_t guard_count;
};

struct scope {
	const struct statement *head; /* one of them */
	bool variables;               /* some resource has policy variables */
	struct scope_part deny, allow;
};

/* The scopes of one group. */
struct scope_table {
	const struct scope *scopes;
	size_t count;
	const struct string_set *by_name; /* those whose resources all have last fields without wildcards and variables, by these; NULL: none */
	const uint32_t *others;
	size_t other_count;
};

/* The statements of one effect in a scope, `members` by their places, ascending. False: memory is short. */
bool scope_part_make(struct arena *arena, const struct statement *const *ordered, const uint32_t *members, size_t count,
	struct scope_part *out);

/* Make the table of a group: the statements first .. last - 1 of set->ordered. False: memory is short. */
bool scope_table_make(struct arena *arena, const struct policy_set *set, size_t first, size_t last, struct scope_table *out);

#endif
