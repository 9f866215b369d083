/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * statement_compile: from the JSON of one element of Statement to the statement.
 */
#ifndef IAM_STATEMENT_COMPILE_H
#define IAM_STATEMENT_COMPILE_H

#include "iam/statement.h"

/* Compile one element of Statement into *out (zeroed; policy, index and place are the caller's). False: faults were told. */
bool statement_compile(struct compile *c, const struct json_path *path, const json_t *value, struct statement *out);

#endif
