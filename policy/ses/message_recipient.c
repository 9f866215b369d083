/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/message_recipient.h"

#include "base/arena_grow.h"
#include "ses/certain.h"
#include "ses/message_account.h"
#include "ses/message_form.h"
#include "ses/message_query.h"
#include "ses/message_identity.h"
#include "ses/message_judge.h"
#include "ses/message_readings.h"

/* What is no address stands as it was written. False when memory is short. */
static bool recipient_as_written(struct message *message, struct text raw, struct mailbox *mailbox)
{
	*mailbox = (struct mailbox){ .kind = MAILBOX_INVALID, .address = arena_text(&message->arena, raw) };
	return mailbox->address.at;
}

/* Its address in all its spellings. `mailbox` must live as long as they do. False: `against` is what there is to say. */
static bool recipient_read(struct message *message, struct text raw, struct text completed, struct mailbox *mailbox,
	struct spelled *spelled, struct outcome *against)
{
	const struct generation *generation = message->generation;
	/* Where nobody looks at recipients, what the MTA makes of them does not matter. */
	bool looked_at = generation->slot[KEY_RECIPIENTS] >= 0 || generation->sandbox;
	enum mailbox_kind kind = envelope_read(message, raw, completed, mailbox, spelled);

	if (mailbox->kind == MAILBOX_INVALID && !certain_recipients_matter(generation) &&
		!recipient_as_written(message, raw, mailbox))
		kind = MAILBOX_MEMORY;
	if (kind == MAILBOX_MEMORY)
		*against = outcome_trouble(message, STAGE_RCPT);
	/* A recipient that goes elsewhere than it says would pass by what the policies say of that place. */
	else if ((mailbox->kind != MAILBOX_ADDRESS && certain_recipients_matter(generation)) ||
		(looked_at && (kind != MAILBOX_ADDRESS || (spelled->count > 1 && mailbox_is_routed(mailbox, completed)))))
		*against = outcome_bad_address(message, STAGE_RCPT, raw);
	else
		return true;
	return false;
}

/* Its questions go. */
static void queries_back(struct message *message, size_t queries)
{
	message->query_count = queries;
	message->queried = NULL;
}

/*
 * In the sandbox SES takes verified recipients alone, and asks the policies about each identity. False: `against` is what
 * there is to say.
 */
static bool recipient_check(struct message *message, const struct spelled *spelled, struct outcome *against)
{
	const size_t queries = message->query_count;

	against->stage = STAGE_RCPT;
	for (unsigned i = 0; message->generation->sandbox && i < spelled->count; i++) {
		const struct mailbox *mailbox = &spelled->at[i];
		if (message_recipient_is_simulator(mailbox) ||
			message_identity_is_good(message, query_identity(message, mailbox, spelled_readings(spelled, i), true),
				mailbox, REASON_UNVERIFIED_RECIPIENT, against))
			continue;
		if (against->action == OUTCOME_REFUSE)
			queries_back(message, queries);
		return false;
	}
	return true;
}

static bool respelled_add(struct message *message, const struct spelled *spelled)
{
	if (!arena_grow(&message->arena, &message->respelled, message->respelled_count, &message->respelled_room,
		    sizeof *message->respelled))
		return false;
	message->respelled[message->respelled_count++] = (struct respelled){ message->recipient_count, *spelled };
	return true;
}

/* False when memory is short: `against` says so. */
static bool recipient_add(struct message *message, const struct spelled *spelled, struct outcome *against)
{
	if (!arena_grow(&message->arena, &message->recipients, message->recipient_count, &message->recipient_room,
		    sizeof *message->recipients) ||
		!readings_recipient(message, spelled) || (spelled->count > 1 && !respelled_add(message, spelled))) {
		*against = outcome_trouble(message, STAGE_RCPT);
		return false;
	}
	message->recipients[message->recipient_count++] = spelled->at->address;
	return true;
}

/* As if it had never been named. */
static void recipient_back(struct message *message, size_t queries)
{
	readings_recipient_back(message);
	message->recipient_count--;
	if (message->respelled_count && message->respelled[message->respelled_count - 1].recipient == message->recipient_count)
		message->respelled_count--;
	queries_back(message, queries);
	/* What was certain of a list that grows may be so because of it. */
	for (size_t i = 0; i < queries; i++)
		message->queries[i].allowed = 0;
}

/* `queries`: how many questions there were before it. False: `against` is what there is to say. */
static bool recipient_judge(struct message *message, const struct spelled *spelled, size_t queries, struct outcome *against)
{
	const struct generation *generation = message->generation;
	bool listed = generation->slot[KEY_RECIPIENTS] >= 0;
	/* All before it has been judged, and it brings no questions of its own. */
	bool only = message->state == MESSAGE_JUDGED && queries == message->query_count;
	size_t left = message->each.left;

	if (only && !listed)
		return true;
	bool good = message_judge_stage(message, STAGE_RCPT, spelled, only && generation->recipients_apart, against);
	work_take(&message->work, left - message->each.left);
	return good;
}

/* What the policies say of one that is good in itself, and the suppression list; what cannot be told here waits. */
static struct outcome recipient_end(struct message *message, const struct spelled *spelled, size_t queries, bool may_refuse)
{
	unsigned suppressed = message_account_suppressed(message, spelled);
	struct outcome against;

	if (!may_refuse)
		message_state_turn(&message->state, TURN_WAITS);
	else if (!recipient_judge(message, spelled, queries, &against) ||
		!message_account_recipient(message, suppressed, spelled->at->address, &against)) {
		if (against.action == OUTCOME_REFUSE)
			recipient_back(message, queries);
		return against;
	}
	message_account_keep(message, suppressed);
	return outcome_carry_on(message, STAGE_RCPT);
}

struct outcome message_recipient_take(struct message *message, struct text raw, struct text completed, bool may_refuse)
{
	const size_t queries = message->query_count;
	struct mailbox mailbox;
	struct spelled spelled;
	struct outcome against;

	against.stage = STAGE_RCPT;
	if (!recipient_read(message, raw, completed, &mailbox, &spelled, &against) ||
		(message->generation->form_check && !message_form_address(message, raw, &against)) ||
		!recipient_check(message, &spelled, &against) || !recipient_add(message, &spelled, &against))
		return message_tell(message, against, may_refuse);
	return recipient_end(message, &spelled, queries, may_refuse);
}

void message_recipients_close(struct message *message)
{
	readings_state(message, message->generation->slot[KEY_RECIPIENTS], message->recipient_count ? SLOT_PRESENT : SLOT_ABSENT);
}
