/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scope_part: the statements of one effect in a scope, found by the values in their conditions.
 */
#ifndef IAM_SCOPE_PART_H
#define IAM_SCOPE_PART_H

#include "iam/scope.h"

/* The statements of one effect in a scope, `members` by their places, ascending. False: memory is short. */
bool scope_part_make(struct arena *arena, const struct statement *const *ordered, const uint32_t *members, size_t count,
	struct scope_part *out);

#endif
