/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/message_judge.h"

#include "ses/connection.h"
#include "ses/message_query.h"
#include "ses/message_readings.h"

struct outcome message_tell(struct message *message, struct outcome outcome, bool may_refuse)
{
	if (outcome.action != OUTCOME_REFUSE || (may_refuse && outcome.stage == STAGE_RCPT))
		return outcome;
	if (message->state != MESSAGE_DOOMED) {
		/* What comes until it is told may have a text of its own. */
		struct text copy = arena_text(&message->arena, text_of(outcome.text));
		if (!copy.at)
			return outcome_trouble(message, outcome.stage);
		message->doom = outcome;
		message->doom.text = copy.at;
	}
	message_state_turn(&message->state, TURN_REFUSED);
	return may_refuse ? outcome : outcome_carry_on(message, outcome.stage);
}

struct outcome message_tell_doom(struct message *message, enum stage stage, bool may_refuse)
{
	if (!may_refuse)
		return outcome_carry_on(message, stage);
	message->doom.stage = stage;
	return message->doom;
}

/* Evaluate as if the last recipient were the only one so far. */
static struct verdict evaluate_last(const struct generation *generation, struct request *request, size_t *egress)
{
	struct slot *slot = &request->slots[generation->slot[KEY_RECIPIENTS]], all = *slot;

	slot->values += slot->count - 1;
	slot->count = 1;
	struct verdict verdict = connection_evaluate(generation, request, egress);
	*slot = all;
	return verdict;
}

/* May a question stay open at this stage? What is still open at the end is not allowed. */
static bool may_pend(const struct message *message, enum stage stage, const struct query *query)
{
	const struct generation *generation = message->generation;

	if (stage != STAGE_EOM)
		return true;
	/* Headers that never come leave it open, too: unless_unseen. */
	if (generation->wants_headers && !message->headers_come)
		return true;
	/* The null sender, which nobody is going to name: what is forbidden to every sender has been refused. */
	return generation->from_address == FROM_ENVELOPE && !message->senders[query->sender].address.length;
}

/* What the question may take: an answer that may wait is not worth all of the work. */
static struct work *work_for(struct message *message, enum stage stage, const struct query *query)
{
	if (query->open && stage != STAGE_EOM)
		return &message->early;
	return stage == STAGE_RCPT ? &message->each : &message->work;
}

/* Is the question to be put now? Not if it is answered, or may wait and the work for that is spent. */
static bool is_due(struct message *message, enum stage stage, const struct query *query)
{
	const struct work *work = work_for(message, stage, query);

	return (query->readings & ~query->allowed) && (work == &message->work || !work_is_over(work));
}

/*
 * Put a question in one class of readings, of which `open` are those without an answer. False: `against` is what there is
 * to say.
 */
static bool judge_reading(struct message *message, enum stage stage, struct query *query, unsigned open,
	const struct spelled *recipient, bool singly, struct outcome *against)
{
	size_t egress;
	struct verdict verdict = singly ? evaluate_last(message->generation, &message->request, &egress)
					: connection_evaluate(message->generation, &message->request, &egress);
	bool pending = verdict.decision == DECISION_PENDING, over = pending && work_is_over(&message->work);

	if (verdict.decision == DECISION_ALLOWED) {
		query->allowed |= open;
		return true;
	}
	if (pending && !over && may_pend(message, stage, query))
		return true;
	struct text address = recipient ? spelled_in(recipient, (unsigned)__builtin_ctz(open))->address : TEXT("");
	*against = !over ? outcome_by_policy(message, stage, query, verdict, egress, address)
			 : outcome_refuse(message, stage, REASON_TOO_MUCH_WORK, address.length ? address : message->sender.address);
	return false;
}

/* Put a question in each reading in which it is not answered yet. False: `against` is what there is to say. */
static bool judge_query(struct message *message, enum stage stage, struct query *query, const struct spelled *recipient,
	bool singly, struct outcome *against)
{
	message->request.work = work_for(message, stage, query);
	if (!query_load(message, query)) {
		*against = outcome_trouble(message, stage);
		return false;
	}
	for (size_t i = 0; i < message->reading_count; i++) {
		unsigned open = query->readings & ~query->allowed & readings_of(message, i);
		if (!open)
			continue;
		readings_enter(message, i);
		if (!judge_reading(message, stage, query, open, recipient, singly, against))
			return false;
	}
	return true;
}

bool message_judge_stage(struct message *message, enum stage stage, const struct spelled *recipient, bool singly,
	struct outcome *against)
{
	for (size_t i = 0; i < message->query_count; i++)
		if (is_due(message, stage, &message->queries[i]) &&
			!judge_query(message, stage, &message->queries[i], recipient, singly, against))
			return false;
	/* With the work spent not every question was asked: the next recipient must not be judged alone. */
	message_state_turn(&message->state, stage == STAGE_RCPT && work_is_over(&message->each) ? TURN_WAITS : TURN_JUDGED);
	return true;
}

/*
 * What is not refused anyway: did a policy that looks at headers come into force
 * after this connection had been told to show none? Only a new connection can
 * help then, and 421 ends this one.
 */
static bool unless_unseen(struct message *message, enum stage stage, struct outcome *against)
{
	if (message->headers_come || !message->generation->wants_headers)
		return true;
	*against = outcome_trouble(message, stage);
	against->reason = REASON_HEADERS_UNSEEN;
	against->text = reason_rows[REASON_HEADERS_UNSEEN].text;
	return false;
}

bool message_judge_whole(struct message *message, enum stage stage, struct outcome *against)
{
	return message_judge_stage(message, stage, NULL, false, against) && unless_unseen(message, stage, against);
}
