/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/misplaced.h"

#include <string.h>

/* The member that is the principal of the statement, or was meant to be; NULL: there is none. */
static const char *principal_of(const json_t *statement)
{
	const char *member;
	json_t *value;

	json_object_foreach((json_t *)statement, member, value)
		if (strcasestr(member, "princip"))
			return member;
	return NULL;
}

/* sts:AssumeRole, sts:AssumeRoleWithSAML, sts:AssumeRoleWithWebIdentity, and what goes with them, alone. */
static bool is_trust(const json_t *statement)
{
	const json_t *actions = json_object_get(statement, "Action");
	const struct json_path *none = NULL;
	struct json_path step;
	bool assumes = false;

	for (size_t i = 0; actions && i < compile_count(actions); i++) {
		const char *action = json_string_value(compile_element(actions, i, &none, &step));
		if (!action || !text_starts_with_fold(text_of(action), TEXT("sts:")))
			return false;
		assumes = assumes || text_starts_with_fold(text_of(action), TEXT("sts:AssumeRole"));
	}
	return assumes && !json_object_get(statement, "Resource");
}

enum misplaced misplaced_is(enum policy_layer layer, const json_t *statements)
{
	size_t count = compile_count(statements), with = 0, trusts = 0;
	const struct json_path *none = NULL;
	struct json_path step;

	for (size_t i = 0; i < count; i++) {
		const json_t *statement = compile_element(statements, i, &none, &step);
		/* Nothing can be said of all of them. */
		if (!json_is_object(statement))
			return MISPLACED_NO;
		with += principal_of(statement) != NULL;
		trusts += is_trust(statement);
	}
	if (trusts == count)
		return MISPLACED_TRUST;
	if (layer == LAYER_RESOURCE)
		return with ? MISPLACED_NO : MISPLACED_OWN;
	/* With a service control policy another one is mixed up: statement_compile.c. */
	return with == count && layer != LAYER_SCP ? MISPLACED_RESOURCE : MISPLACED_NO;
}

void misplaced_tell(struct compile *c, enum misplaced how, const struct json_path *path, const json_t *statements)
{
	static const char *const words[] = {
		[MISPLACED_OWN] =
			"no statement has a Principal: this is a policy of a user, a group or a role, and not of an SES identity; "
			"name it in \"principals\": [{\"arn\": \"...\", \"policies\": [\"...\"]}], or with --user-policy "
			"(a permissions boundary in \"boundary\" there, a service control policy in \"organization\")",
		[MISPLACED_RESOURCE] =
			"every statement has a Principal: this is a policy of an SES identity, and not a principal's own; "
			"name it in \"policies\" of the site, or with --policy",
		[MISPLACED_TRUST] = "this is the trust policy of a role, who may take it and not what it may send; "
				    "get that: aws iam get-role-policy --role-name ROLE --policy-name POLICY",
	};
	const struct json_path *at = path;
	struct json_path element;
	const json_t *first = compile_element(statements, 0, &at, &element);
	const struct json_path principal = { .parent = at, .member = principal_of(first), .at_key = true };

	compile_fault(c, how == MISPLACED_RESOURCE ? &principal : at, "%s", words[how]);
}
