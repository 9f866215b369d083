/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * condition_compile: from the JSON of one line of a Condition element to the condition.
 */
#ifndef IAM_CONDITION_COMPILE_H
#define IAM_CONDITION_COMPILE_H

#include "iam/condition.h"

/*
 * Compile the values under one key. `path` is the key's. False: faults were told.
 */
bool condition_compile(struct compile *c, const struct json_path *path, const struct operator_name *how, struct text operator_text,
	struct text key, const json_t *values, bool deny, struct condition *out);

#endif
