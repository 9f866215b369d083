/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * directory: the users and roles of one account, and which policies IAM gives each of them. Read from what IAM says of
 * the account (directory_read.h), never changed afterwards.
 *
 * A user has the policies that are written into it, those of its groups, and the managed ones that are attached to it or
 * to them; its permissions boundary; its path, which is a part of its ARN; and tags. (IAM User Guide, "Policies and permissions in
 * IAM".) What several have is compiled once.
 */
#ifndef IAM_DIRECTORY_H
#define IAM_DIRECTORY_H

#include "iam/layer.h"
#include "iam/request.h"

/* A key of which the entity tells the value: aws:PrincipalTag/... and aws:userid. */
struct directory_value {
	struct text key, text;
	int slot; /* of the key in the policy set; -1: no policy uses it */
};

struct directory_entity {
	struct text name;
	struct text arn;
	bool is_role;
	bool twin;            /* another one's name differs from this in upper and lower case alone, or not at all */
	struct caller caller; /* it as a caller; of a session, whose ARN is another one, only the policies and values count */
	struct caller_policies policies;
	struct directory_value *values;
	size_t value_count;
};

struct directory {
	struct text account;
	struct directory_entity *users, *roles; /* by their names without regard to case */
	size_t user_count, role_count;
	unsigned first_group, end_group; /* their policies are in these groups of the set, and in no others */
	int *slots;                      /* of all their values, each once */
	size_t slot_count;
};

/*
 * The user or role of a name, in whatever upper and lower case: IAM does not tell names apart by it. (IAM User Guide, "IAM
 * and AWS STS quotas".) NULL: there is none. Of twins it is any.
 */
struct directory_entity *directory_user(const struct directory *directory, struct text name);
struct directory_entity *directory_role(const struct directory *directory, struct text name);

/* Of an ARN: the very user or role, or the role of a session. NULL: there is none. */
struct directory_entity *directory_of(const struct directory *directory, const struct caller *caller);

/* Is this one of the groups that its policies are in? */
bool directory_holds(const struct directory *directory, unsigned group);

/* The policies are sealed: find the slots of the values. False: memory is short. */
bool directory_seal(struct directory *directory, const struct policy_set *set, struct arena *arena);

/* Names by bytes without regard to the case of ASCII letters: the order of users and roles. */
int directory_name_compare(struct text a, struct text b);

#endif
