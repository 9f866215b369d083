/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/explain.h"

#include "iam/condition_match.h"
#include "iam/statement_match.h"
#include "tool/explain_account.h"

/* What statements are waiting for, by name. NULL when memory is short. */
static const char *waits_for(struct arena *arena, const struct statement *statement, const struct request *request)
{
	const char *names = "";
	struct match match = match_of(statement, request);

	if (match.element == ELEMENT_RESOURCE)
		names = match_element_name(statement, ELEMENT_RESOURCE);
	for (size_t i = 0; i < statement->condition_count && names; i++) {
		const struct condition *condition = &statement->conditions[i];
		char key[96];
		if (condition_match(condition, request) != TRUTH_PENDING)
			continue;
		text_escape(policy_set_key_name(request->set, (size_t)condition->slot), key, sizeof key);
		names = arena_printf(arena, "%s%s%s", names, *names ? ", " : "", key);
	}
	return names;
}

/* What each condition of a statement that matches saw. */
static bool explain_conditions(struct arena *arena, const struct request *request, struct explained_statement *out)
{
	const struct statement *statement = out->statement;

	out->conditions = arena_array(arena, statement->condition_count, sizeof *out->conditions);
	for (size_t i = 0; out->conditions && i < statement->condition_count; i++) {
		const struct match match = { .truth = TRUTH_TRUE,
			.element = ELEMENT_CONDITION,
			.condition = &statement->conditions[i] };
		struct explained_condition *one = &out->conditions[out->condition_count++];
		one->condition = match.condition;
		one->was = match_was(arena, statement, &match, request);
		one->wanted = match_wanted(arena, statement, &match, request);
		if (!one->was || !one->wanted)
			return false;
	}
	return out->conditions;
}

/* One statement against the request as it is now. */
static bool explain_statement(struct arena *arena, const struct statement *statement, const struct request *request,
	struct explained_statement *out)
{
	out->statement = statement;
	out->match = match_of(statement, request);
	out->was = match_was(arena, statement, &out->match, request);
	out->wanted = match_wanted(arena, statement, &out->match, request);
	return out->was && out->wanted && (out->match.truth != TRUTH_TRUE || explain_conditions(arena, request, out));
}

static bool find_missing(struct arena *arena, const struct request *request, struct explained_request *out)
{
	size_t keys = policy_set_key_count(request->set);

	out->missing = arena_array(arena, keys, sizeof *out->missing);
	for (size_t slot = 0; out->missing && slot < keys; slot++) {
		bool wanted = false;
		if (request->slots[slot].state != SLOT_ABSENT)
			continue;
		for (size_t i = 0; i < out->count && !wanted; i++)
			wanted = match_uses(out->statements[i].statement, (int)slot);
		if (wanted)
			out->missing[out->missing_count++] = policy_set_key_name(request->set, slot);
	}
	return out->missing;
}

/* How many statements are asked; one that stands in two parts counts twice. */
static size_t asked_count(const struct request *request)
{
	size_t count = 0;

	for (size_t part = PART_RESOURCE; part < layer_part_count(request->policies); part++)
		for (size_t i = 0; i < policy_set_statement_count(request->set); i++)
			count += layer_part_holds(request->policies, part, policy_set_statement(request->set, i)->policy->group);
	return count;
}

/* Add what the statements of one part say. False when memory is short. */
static bool explain_part(struct arena *arena, const struct request *read, size_t part, struct explained_request *out)
{
	for (size_t i = 0; i < policy_set_statement_count(read->set); i++) {
		const struct statement *statement = policy_set_statement(read->set, i);
		struct explained_statement *one = &out->statements[out->count];
		if (!layer_part_holds(read->policies, part, statement->policy->group))
			continue;
		if (!explain_statement(arena, statement, read, one))
			return false;
		one->part = part;
		out->count++;
	}
	return true;
}

static bool explain_request(struct arena *arena, const struct request *request, struct text sender, struct text egress,
	struct explained_request *out)
{
	struct verdict verdict = evaluate(request);
	struct request read = *request;

	read.folded = out->folded = verdict.folded;
	out->sender = arena_text(arena, sender);
	out->egress = egress;
	out->resource = arena_text(arena, request->resource_text);
	out->action = request->action;
	out->decision = verdict.decision;
	out->layer = verdict.layer;
	out->level = verdict.level;
	out->parts = layer_part_count(request->policies);
	out->has_boundary = request->policies && request->policies->boundary;
	out->no_allow_needed = request->policies && request->policies->allows_all;
	out->statements = arena_array(arena, asked_count(request), sizeof *out->statements);
	if (!out->sender.at || !out->resource.at || !out->statements)
		return false;
	for (size_t part = PART_RESOURCE; part < out->parts; part++)
		if (!explain_part(arena, &read, part, out))
			return false;
	return find_missing(arena, request, out);
}

/* What was pending at an earlier stage, which the message has reached again. Later calls overwrite earlier stages. */
static bool note_pending(struct message *message, enum stage stage, struct arena *arena, struct explained *out)
{
	for (size_t i = 0; i < out->count && i < message_request_count(message); i++) {
		const struct request *request = message_request(message, i);
		if (!request)
			return false;
		struct request read = *request;
		read.folded = out->requests[i].folded;
		for (size_t j = 0; j < out->requests[i].count; j++) {
			struct explained_statement *one = &out->requests[i].statements[j];
			if (statement_match(one->statement, &read, NULL) != TRUTH_PENDING)
				continue;
			one->waited = true;
			one->pending_at = stage;
			one->pending_for = waits_for(arena, one->statement, &read);
			if (!one->pending_for)
				return false;
		}
	}
	return true;
}

bool explain(struct message *message, const struct generation *generation, const struct mail *mail, const struct decided *decided,
	size_t recipient, struct arena *arena, struct explained *out)
{
	*out = (struct explained){ .stage = recipient < mail->recipient_count ? STAGE_RCPT : decided->outcome.stage,
		.clientless = !generation->connection.relay && !mail->client.ip.family };
	if (!mail_reach(message, generation, mail, decided, out->stage, recipient))
		return false;
	size_t count = message_request_count(message);
	out->requests = arena_array(arena, count, sizeof *out->requests);
	if (!out->requests)
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct request *request = message_request(message, i);
		out->count++;
		out->requests[i].from = generation->from_address;
		out->requests[i].sender_of = message_request_sender_of(message, i, generation->from_address);
		if (!request ||
			!explain_request(arena, request, message_request_sender(message, i), message_request_egress(message, i),
				&out->requests[i]))
			return false;
	}
	if (!explain_account(message, generation, arena, out))
		return false;
	for (enum stage stage = STAGE_MAIL; stage < out->stage && stage < STAGE_EOH; stage++) {
		if (!mail_reach(message, generation, mail, decided, stage, recipient))
			return false;
		if (!note_pending(message, stage, arena, out))
			return false;
	}
	return true;
}
