/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scope: statements of one group that ask for the same principals, actions and
 * resources. These are compared with a request once for all of them; the
 * statements themselves are then found by their conditions.
 *
 * Made when a policy set is sealed. A statement is known here by its place in
 * the order of evaluation (policy_set_parts.h, `ordered`).
 */
#ifndef IAM_SCOPE_H
#define IAM_SCOPE_H

#include "iam/cost.h"
#include "base/fault.h"
#include "value/ip_index.h"
#include "iam/statement.h"
#include "value/string_set.h"

struct policy_set;

/*
 * Statements that can be true only if a value of one key is in a list of theirs:
 * all their lists together, so that one look-up a value tells which of them may
 * be. Those are then asked in full; the others are false, or pending while the
 * key is. The lists hold what matches in either reading of domains.
 */
struct scope_index {
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
	const struct scope_index *indexes;
	size_t index_count;
};

struct scope {
	const struct statement *head; /* one of them */
	bool variables;               /* some resource has policy variables */
	bool folds_resource;          /* its resources may take others where domains have no case (domain.h) */
	bool folds;                   /* the same, or a condition of some statement may */
	struct scope_part deny, allow;
	struct cost cost;
};

/* Scopes to be looked at, by their numbers in the group. */
struct scope_list {
	const uint32_t *plain; /* for every caller */
	size_t plain_count;
	const struct string_set *by_caller; /* only if one of scope_caller_keys() finds them; NULL: none */
	struct cost cost;                   /* of asking all that one request finds */
};

/* The scopes of one group. */
struct scope_table {
	const struct scope *scopes;
	size_t count;
	bool folds;                       /* one of them does */
	struct cost cost;                 /* of the dearest request */
	const struct string_set *by_name; /* lists by the last field of a resource; NULL: none */
	const struct scope_list *named;
	struct scope_list others; /* some resource of theirs has wildcards or variables there, or is one that is not meant */
};

/* Make the table of a group: the statements first .. last - 1 of set->ordered. False: memory is short. */
bool scope_table_make(struct arena *arena, const struct policy_set *set, size_t first, size_t last, struct scope_table *out);

#endif
