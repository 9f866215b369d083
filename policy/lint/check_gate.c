/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An Allow of everything in a place where it opens the gate. As a service control policy, a boundary, a resource control
 * policy or the policy of a VPC endpoint it only leaves the decision to others; as a policy of a user, or of an
 * identity, it is the decision. (AWS Organizations User Guide, FullAWSAccess and RCPFullAWSAccess; Amazon VPC User
 * Guide, "Default endpoint policy".)
 */
#include "lint/checks.h"

/* Whatever is done, to whatever, and under no condition. */
static bool allows_everything(const struct statement *statement)
{
	bool action = false, resource = false;

	for (size_t i = 0; i < statement->action_count; i++)
		action = action || text_equals(statement->actions[i], TEXT("*")) || text_equals(statement->actions[i], TEXT("*:*"));
	for (size_t i = 0; i < statement->resource_count; i++)
		resource = resource || statement->resources[i].any;
	return statement->effect == EFFECT_ALLOW && action && resource && !statement->not_action && !statement->not_resource &&
		!statement->condition_count;
}

/* Is it to everyone? So are those that are no policies of identities. */
static bool is_to_everyone(const struct statement *statement)
{
	for (size_t i = 0; i < statement->principals.count; i++)
		if (statement->principals.entries[i].kind == PRINCIPAL_ENTRY_ANYONE && !statement->not_principal)
			return true;
	return false;
}

void check_gate(const struct subject_statement *s)
{
	struct place place;

	if (!allows_everything(s->statement) || (!s->subject->identity && !is_to_everyone(s->statement)))
		return;
	const struct json_path *path = place_element(&place, s, "Action");
	if (s->subject->identity)
		subject_report_statement(s, KIND_OPENS_GATE, path,
			"this allows everything. FullAWSAccess, a service control policy, reads so, and so do boundaries: a service control "
			"policy belongs to \"organization\" of the settings, a boundary to \"boundary\" of a principal. If it is the "
			"user's own (AdministratorAccess), allow ses:SendRawEmail on the identities that it uses",
			"the user may send any mail as any identity of the account", NULL);
	else
		subject_report_statement(s, KIND_OPENS_GATE, path,
			"this allows everything to everyone. RCPFullAWSAccess, a resource control policy, reads so, and so does the policy that "
			"a VPC endpoint has at first: neither is a policy of an identity, so remove it",
			"everyone may send any mail as this identity", NULL);
}
