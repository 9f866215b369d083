/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/statement_match.h"

#include "value/glob.h"

enum principal_match statement_principal(const struct statement *statement, const struct caller *caller)
{
	if (statement->policy->layer != LAYER_RESOURCE)
		return PRINCIPAL_DIRECT;
	enum principal_match match = principal_match(&statement->principals, caller);
	/* One entry that matches the caller, even by its account, exempts it. */
	if (statement->not_principal)
		return match == PRINCIPAL_NO ? PRINCIPAL_DIRECT : PRINCIPAL_NO;
	return match;
}

bool statement_action(const struct statement *statement, struct text action)
{
	bool match = false;
	for (size_t i = 0; i < statement->action_count && !match; i++)
		match = text_equals(statement->actions[i], action) || glob_match_fold(statement->actions[i], action);
	return match != statement->not_action;
}

enum truth statement_resource(const struct statement *statement, const struct request *request, bool folded)
{
	enum truth match = TRUTH_FALSE;
	work_take(request->work, statement->resource_count * WORK_ENTRY);
	for (size_t i = 0; i < statement->resource_count && match != TRUTH_TRUE; i++)
		match = truth_or(match, resource_match(&statement->resources[i], request, folded));
	if (work_is_over(request->work))
		return TRUTH_PENDING;
	return statement->not_resource ? truth_not(match) : match;
}

enum truth statement_match(const struct statement *statement, const struct request *request, enum principal_match *match)
{
	enum principal_match principal = statement_principal(statement, &request->caller);
	if (match)
		*match = principal;
	if (principal == PRINCIPAL_NO || !statement_action(statement, request->action))
		return TRUTH_FALSE;
	return statement_conditions(statement, request, statement_resource(statement, request, request->folded));
}
