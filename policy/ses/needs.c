/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/needs.h"

#include "iam/evaluate.h"
#include "iam/glob.h"
#include "iam/statement.h"

/* Where a condition can first be true. */
static enum stage condition_stage(const struct generation *g, const struct condition *condition)
{
	if (condition->slot != g->slot_recipients || condition->how.operator->type == TYPE_NULL)
		return STAGE_MAIL;
	return condition->how.quantifier == QUANTIFIER_ALL ? STAGE_DATA : STAGE_RCPT;
}

/* Can the statement refuse mail of this site's principal? When in doubt, yes. */
static bool concerns_us(const struct generation *g, const struct statement *statement)
{
	struct caller caller;
	bool action = false;

	if (statement->effect != EFFECT_DENY || statement->policy->group != POLICY_GROUP_RESOURCE)
		return false;
	for (size_t i = 0; i < statement->action_count; i++)
		action |= glob_match_fold(statement->actions[i], TEXT(SES_ACTION));
	if (action == statement->not_action)
		return false;
	bool named = caller_parse(g->principal, &caller) && principal_match(&statement->principals, &caller) != PRINCIPAL_NO;
	return named != statement->not_principal;
}

void needs_find(struct generation *g)
{
	g->may_refuse[STAGE_MAIL] = g->null_sender_reject;
	g->may_refuse[STAGE_EOM] = true;
	g->recipients_apart = g->identity_allows_all;
	for (size_t i = 0; i < policy_set_statement_count(g->set); i++) {
		const struct statement *statement = policy_set_statement(g->set, i);
		enum stage stage = STAGE_MAIL;
		size_t on_recipients = 0;
		if (!concerns_us(g, statement))
			continue;
		for (size_t j = 0; j < statement->condition_count; j++) {
			enum stage own = condition_stage(g, &statement->conditions[j]);
			on_recipients += own != STAGE_MAIL;
			if (own > stage)
				stage = own;
		}
		g->may_refuse[stage] = true;
		g->recipients_apart &= on_recipients <= 1;
	}
}
