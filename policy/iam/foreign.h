/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * foreign: JSON that people have in hand and that is no policy: templates, lists of names, parts of a policy, files of
 * another use. Each is told what it is, and how to get the policy.
 */
#ifndef IAM_FOREIGN_H
#define IAM_FOREIGN_H

#include "base/json_source.h"

/* How to read policies that are in force back from AWS. */
#define FOREIGN_READ_BACK \
	"aws ses get-identity-policies --identity NAME --policy-names POLICY, " \
	"or of a user: aws iam get-user-policy --user-name USER --policy-name POLICY"

/* Is the value at `path` one of those? Then it has been told. False: it is a policy, or nothing that is known. */
bool foreign_tell(const struct json_source *source, const struct json_path *path, const json_t *value, struct faults *faults);

/* The member by which an object is a file of a policy, of whatever shape; NULL: there is none. */
const char *foreign_policy_member(const json_t *object);

#endif
