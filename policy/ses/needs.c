/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/needs.h"

#include "iam/evaluate.h"
#include "iam/statement.h"
#include "ses/facts.h"

static bool on_recipients(const struct generation *generation, const struct condition *condition)
{
	return condition->slot == generation->slot_recipients;
}

bool needs_recipients(const struct generation *generation, const struct statement *statement)
{
	for (size_t i = 0; i < statement->condition_count; i++)
		if (on_recipients(generation, &statement->conditions[i]))
			return true;
	return false;
}

/*
 * The earliest stage at which a condition of a Deny can be true for good. While
 * the list of recipients may grow, one of them can satisfy ForAnyValue, and so
 * an operator without a quantifier (in a Deny any value counts); ForAllValues
 * has to wait for the last. All else, variables too, is known at MAIL.
 */
static enum stage condition_stage(const struct generation *generation, const struct condition *condition)
{
	if (!on_recipients(generation, condition) || condition->how.operator->type == TYPE_NULL)
		return STAGE_MAIL;
	return condition->how.quantifier == QUANTIFIER_ALL ? STAGE_DATA : STAGE_RCPT;
}

static enum stage statement_stage(const struct generation *generation, const struct statement *statement)
{
	enum stage stage = STAGE_MAIL;

	for (size_t i = 0; i < statement->condition_count; i++) {
		enum stage one = condition_stage(generation, &statement->conditions[i]);
		if (one > stage)
			stage = one;
	}
	return stage;
}

/* Can the statement match any message at all, whatever its resource? `open` is a request of which no message is known yet. */
static bool can_match(const struct statement *statement, const struct request *open)
{
	struct resource_pattern any = { .any = true };
	struct statement anywhere = *statement;

	anywhere.not_resource = false;
	anywhere.resources = &any;
	anywhere.resource_count = 1;
	return statement_match(&anywhere, open, NULL) != TRUTH_FALSE;
}

/*
 * Is the new recipient alone enough to tell whether the list has become
 * forbidden? Not where two conditions of a statement may be satisfied by two
 * different recipients, nor where the absence of an Allow forbids: one recipient
 * may rule out the one Allow, another the other.
 */
static bool can_recipients_apart(const struct generation *generation, const struct statement *statement)
{
	size_t count = 0;

	if (statement->effect == EFFECT_ALLOW)
		return generation->identity_allows_all || !needs_recipients(generation, statement);
	for (size_t i = 0; i < statement->condition_count; i++)
		count += on_recipients(generation, &statement->conditions[i]);
	return count < 2;
}

bool needs_find(struct generation *generation)
{
	struct arena arena = { 0 };
	struct request open;
	bool *may_refuse = generation->may_refuse;

	if (!request_init(&open, generation->set, &arena) || !facts_of_generation(&open, generation)) {
		arena_free(&arena);
		return false;
	}
	facts_of_no_message(&open, generation);
	generation->recipients_apart = true;
	for (size_t i = 0; i < policy_set_statement_count(generation->set); i++) {
		const struct statement *statement = policy_set_statement(generation->set, i);
		if (!can_match(statement, &open))
			continue;
		if (!can_recipients_apart(generation, statement))
			generation->recipients_apart = false;
		if (statement->effect == EFFECT_DENY)
			may_refuse[statement_stage(generation, statement)] = true;
	}
	if (!generation->identity_allows_all)
		for (enum stage stage = STAGE_MAIL; stage < STAGES; stage++)
			may_refuse[stage] = true;
	if (generation->null_sender_reject)
		may_refuse[STAGE_MAIL] = true;
	may_refuse[STAGE_EOM] = true;
	arena_free(&arena);
	return true;
}
