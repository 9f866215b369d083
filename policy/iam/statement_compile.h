/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * statement_compile: from the JSON of one element of Statement to the statement.
 */
#ifndef IAM_STATEMENT_COMPILE_H
#define IAM_STATEMENT_COMPILE_H

#include "iam/statement.h"

/* The names of a statement's elements, in no order that counts outside. (IAM User Guide, "Grammar of the IAM JSON policy language".) */
#define STATEMENT_ELEMENTS 9
extern const char *const statement_elements[STATEMENT_ELEMENTS];

/* Compile one element of Statement into *out (zeroed; policy, index and place are the caller's). False: faults were told. */
bool statement_compile(struct compile *c, const struct json_path *path, const json_t *value, struct statement *out);

#endif
