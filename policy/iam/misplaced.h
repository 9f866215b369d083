/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * misplaced: a whole policy that stands where policies of another kind belong. That is told once, with the right place:
 * to mend such a policy statement by statement, as one would a single mistake, gives one that is loaded and restricts
 * nobody, or somebody else.
 */
#ifndef IAM_MISPLACED_H
#define IAM_MISPLACED_H

#include "iam/compile.h"

/* What the statements of a policy show, if they show it all. */
enum misplaced {
	MISPLACED_NO,
	MISPLACED_OWN,      /* none has a Principal: a policy of a user, group or role, among those of SES identities */
	MISPLACED_RESOURCE, /* each has one: a policy of an SES identity, among those of a principal */
	MISPLACED_TRUST,    /* each is about taking a role (sts:AssumeRole): it belongs to no place here */
};

/* `statements` is one, or a list of them. */
enum misplaced misplaced_is(enum policy_layer layer, const json_t *statements);

/* Tell it, at the first statement or its Principal. `path` is that of the statements. */
void misplaced_tell(struct compile *c, enum misplaced how, const struct json_path *path, const json_t *statements);

#endif
