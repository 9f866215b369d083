/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/evaluate.h"

#include "iam/glob.h"
#include "iam/policy_set_parts.h"

const char *decision_name(enum decision decision)
{
	static const char *const names[] = {
		[DECISION_PENDING] = "pending",
		[DECISION_ALLOWED] = "allowed",
		[DECISION_EXPLICIT_DENY] = "explicitDeny",
		[DECISION_IMPLICIT_DENY] = "implicitDeny",
	};
	return names[decision];
}

static enum principal_match statement_principal(const struct statement *statement, const struct caller *caller)
{
	if (statement->policy->group != POLICY_GROUP_RESOURCE)
		return PRINCIPAL_DIRECT;
	enum principal_match match = principal_match(&statement->principals, caller);
	/* One entry that takes the caller, be it by his account, exempts him. */
	if (statement->not_principal)
		return match == PRINCIPAL_NO ? PRINCIPAL_DIRECT : PRINCIPAL_NO;
	return match;
}

static bool statement_action(const struct statement *statement, struct text action)
{
	bool match = false;
	for (size_t i = 0; i < statement->action_count && !match; i++)
		match = text_equals(statement->actions[i], action) || glob_match_fold(statement->actions[i], action);
	return match != statement->not_action;
}

static enum truth statement_resource(const struct statement *statement, const struct request *request)
{
	enum truth match = TRUTH_FALSE;
	for (size_t i = 0; i < statement->resource_count && match != TRUTH_TRUE; i++)
		match = truth_or(match, resource_match(&statement->resources[i], request));
	return statement->not_resource ? truth_not(match) : match;
}

enum truth statement_match(const struct statement *statement, const struct request *request,
	enum principal_match *match)
{
	enum principal_match principal = statement_principal(statement, &request->caller);
	if (match)
		*match = principal;
	if (principal == PRINCIPAL_NO || !statement_action(statement, request->action))
		return TRUTH_FALSE;
	enum truth result = statement_resource(statement, request);
	for (size_t i = 0; i < statement->condition_count && result != TRUTH_FALSE; i++)
		result = truth_and(result, condition_match(&statement->conditions[i], request));
	return result;
}

/* What the statements of one group say. */
struct opinion {
	enum truth deny;
	enum truth allow;         /* to the caller himself, or to everyone */
	enum truth allow_account; /* to his account as a whole, or more */
	const struct statement *denied_by, *allowed_by, *account_by;
};

static void opinion_gather(struct opinion *opinion, const struct request *request, unsigned group)
{
	const struct policy_set *set = request->set;

	if (group >= set->group_count)
		return;
	for (size_t i = set->group_first[group]; i < set->group_first[group + 1]; i++) {
		const struct statement *statement = set->ordered[i];
		enum principal_match match;
		enum truth truth = statement_match(statement, request, &match);
		if (truth == TRUTH_FALSE)
			continue;
		if (statement->effect == EFFECT_DENY) {
			opinion->deny = truth_or(opinion->deny, truth);
			if (truth == TRUTH_TRUE) {
				opinion->denied_by = statement;
				return;
			}
			continue;
		}
		opinion->allow_account = truth_or(opinion->allow_account, truth);
		if (truth == TRUTH_TRUE && !opinion->account_by)
			opinion->account_by = statement;
		if (match == PRINCIPAL_DIRECT) {
			opinion->allow = truth_or(opinion->allow, truth);
			if (truth == TRUTH_TRUE && !opinion->allowed_by)
				opinion->allowed_by = statement;
		}
	}
}

/* The caller's own account holds the resource; an ARN without an account (a bucket's) counts as his. */
static bool same_account(const struct request *request)
{
	struct text owner = request->resource.field[ARN_ACCOUNT];
	return !owner.length || text_equals(owner, request->caller.account);
}

struct verdict evaluate(const struct request *request)
{
	struct opinion resource = { 0 }, own = { 0 };
	bool has_account = request->caller.account.length;

	opinion_gather(&resource, request, POLICY_GROUP_RESOURCE);
	if (!resource.denied_by && request->identity_group != POLICY_GROUP_RESOURCE)
		opinion_gather(&own, request, request->identity_group);
	const struct statement *denied_by = resource.denied_by ? resource.denied_by : own.denied_by;
	if (denied_by)
		return (struct verdict){ DECISION_EXPLICIT_DENY, denied_by };

	if (request->identity_allows_all || (request->caller.kind == PRINCIPAL_ROOT && same_account(request))) {
		own.allow = TRUTH_TRUE;
		own.allowed_by = NULL;
	}
	enum truth allow;
	const struct statement *allowed_by = resource.allowed_by ? resource.allowed_by : own.allowed_by;
	if (!has_account)
		allow = resource.allow;
	else if (same_account(request))
		allow = truth_or(resource.allow, own.allow);
	else
		allow = truth_and(resource.allow_account, own.allow);
	if (has_account && !same_account(request))
		allowed_by = resource.account_by;
	if (allow == TRUTH_FALSE)
		return (struct verdict){ DECISION_IMPLICIT_DENY, NULL };
	enum truth deny = truth_or(resource.deny, own.deny);
	if (allow == TRUTH_TRUE && deny == TRUTH_FALSE)
		return (struct verdict){ DECISION_ALLOWED, allowed_by };
	return (struct verdict){ DECISION_PENDING, NULL };
}
