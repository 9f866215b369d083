/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scope_list: which scopes of a group one request must look at: by its resource, then by its caller.
 */
#ifndef IAM_SCOPE_LIST_H
#define IAM_SCOPE_LIST_H

#include "iam/scope.h"

struct caller;

#define SCOPE_CALLER_KEYS 3

/* The texts by which a caller is found in a list, so many. */
size_t scope_caller_keys(const struct caller *caller, struct text keys[SCOPE_CALLER_KEYS]);

/* Make by_name, named and others. False: memory is short. */
bool scope_lists_make(struct arena *arena, struct scope_table *table);

#endif
