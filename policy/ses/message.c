/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/message_parts.h"

#include "ses/message_account.h"
#include "ses/message_query.h"
#include "ses/message_form.h"
#include "ses/message_headers.h"
#include "ses/message_identity.h"
#include "ses/message_judge.h"
#include "ses/message_readings.h"
#include "ses/message_recipient.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct message *message_new(void)
{
	return calloc(1, sizeof(struct message));
}

void message_free(struct message *message)
{
	if (!message)
		return;
	arena_free(&message->arena);
	free(message);
}

void message_clear(struct message *message)
{
	arena_reset(&message->arena);
}

void message_begin(struct message *message, const struct generation *generation, const struct client *client,
	const struct instant *now, bool headers_come)
{
	struct arena arena = message->arena;

	arena_reset(&arena);
	/* What begins there is written before it is read. */
	memset(message, 0, offsetof(struct message, request));
	message->generation = generation;
	message->client = client;
	message->now = *now;
	message->arena = arena;
	message->state = MESSAGE_EMPTY;
	message->work.left = MESSAGE_WORK_MAX;
	message->early.left = EARLY_WORK_MAX;
	message->each.left = RECIPIENTS_WORK_MAX;
	message->headers_come = headers_come;
	message->senders = message->first_senders;
	message->sender_room = ROOM_FIRST;
	message->queries = message->first_queries;
	message->query_room = ROOM_FIRST;
	message->recipients = message->first_recipients;
	message->recipient_room = RECIPIENTS_FIRST;
	message->reading_count = 1;
}

/* The senders as far as MAIL tells, each with its question. False when memory is short. */
static bool first_senders(struct message *message)
{
	const struct generation *generation = message->generation;
	bool known = message->sender.kind == MAILBOX_ADDRESS && generation->from_address != FROM_HEADER;

	/* A Return-Path header may add to that. */
	bool good = readings_feedback(message, NULL);
	if (generation->wants_headers) {
		readings_state(message, generation->slot[KEY_FEEDBACK_ADDRESS], SLOT_PENDING);
		request_state(&message->request, generation->slot[KEY_TENANT_NAME], SLOT_PENDING);
	}
	/* What holds of a sender who is not known yet holds of the envelope's too. */
	if (!known)
		return good && query_sender(message, NULL, TEXT(""), true, READINGS_ALL);
	for (unsigned i = 0; good && i < message->envelope.count; i++) {
		unsigned readings = spelled_readings(&message->envelope, i);
		good = !readings || query_sender(message, &message->envelope.at[i], TEXT(""), true, readings);
	}
	return good;
}

/* What SES would say of the envelope's sender whatever the policies say. False: `against` is what there is to say. */
static bool sender_check(struct message *message, struct text raw, struct outcome *against)
{
	against->stage = STAGE_MAIL;
	if (message->generation->form_check && !message_form_address(message, raw, against))
		return false;
	if (message->sender.kind == MAILBOX_NULL && message->generation->null_sender_reject) {
		*against = outcome_refuse(message, STAGE_MAIL, REASON_NULL_SENDER, TEXT(""));
		return false;
	}
	for (unsigned i = 0; i < message->envelope.count; i++)
		if (!message_identity_check(message, &message->envelope.at[i], against))
			return false;
	return true;
}

/* Who sends: its address, and who it is to the policies. False: `against` is what there is to say. */
static bool sender_take(struct message *message, struct text raw, struct text completed, struct outcome *against)
{
	enum mailbox_kind kind = envelope_read(message, raw, completed, &message->sender, &message->envelope);
	enum principal_found found;

	if (kind == MAILBOX_INVALID)
		message->sender = (struct mailbox){ .kind = kind };
	if (kind == MAILBOX_MEMORY || !query_prepare(message, &found))
		*against = outcome_trouble(message, STAGE_MAIL);
	else if (kind == MAILBOX_INVALID)
		*against = outcome_bad_address(message, STAGE_MAIL, raw);
	else if (found != PRINCIPAL_FOUND)
		*against = outcome_bad_client(message, found);
	else if (!sender_check(message, raw, against))
		return false;
	else if (!first_senders(message))
		*against = outcome_trouble(message, STAGE_MAIL);
	else
		return true;
	return false;
}

struct outcome message_sender(struct message *message, struct text raw, struct text completed, bool may_refuse)
{
	struct outcome against;

	if (message_state_event(&message->state, EVENT_MAIL) == STEP_LOSE)
		return outcome_trouble(message, STAGE_MAIL);
	if (!sender_take(message, raw, completed, &against) || (may_refuse && !message_judge_whole(message, STAGE_MAIL, &against)))
		return message_tell(message, against, may_refuse);
	return outcome_carry_on(message, STAGE_MAIL);
}

struct outcome message_recipient(struct message *message, struct text raw, struct text completed, bool may_refuse)
{
	enum message_step step = message_state_event(&message->state, EVENT_RCPT);

	if (step == STEP_LOSE)
		return outcome_trouble(message, STAGE_RCPT);
	if (step == STEP_TELL && may_refuse)
		return message_tell_doom(message, STAGE_RCPT, true);
	return message_recipient_take(message, raw, completed, may_refuse);
}

bool message_header(struct message *message, struct text name, struct text value)
{
	if (message_state_event(&message->state, EVENT_HEADER) == STEP_LOSE)
		return false;
	const struct generation *generation = message->generation;
	if ((!generation->wants_headers && !generation->keeps_headers) ||
		(headers_add(&message->headers, &message->arena, name, value) &&
			(!generation->form_check || form_header(&message->form, &message->arena, name))))
		return true;
	message_state_turn(&message->state, TURN_TROUBLE);
	return false;
}

/* What the headers say, if they were shown. False: `against` is what there is to say. */
static bool settle(struct message *message, enum stage stage, struct outcome *against)
{
	return !message->generation->wants_headers || !message->headers_come || message_headers_settle(message, stage, against);
}

/* What there is to say against the message at a stage that can refuse it. False as above. */
static bool judge(struct message *message, enum stage stage, struct outcome *against)
{
	return message_judge_whole(message, stage, against) && message_account_end(message, stage, against);
}

/* An event that may be the last before the end: no more recipients come. */
static struct outcome take_stage(struct message *message, enum message_event event, enum stage stage, bool may_refuse)
{
	enum message_step step = message_state_event(&message->state, event);
	struct outcome against;

	if (step == STEP_LOSE)
		return outcome_trouble(message, stage);
	message_recipients_close(message);
	if (step == STEP_TELL)
		return message_tell_doom(message, stage, may_refuse);
	if ((step == STEP_SETTLE && !settle(message, stage, &against)) || (may_refuse && !judge(message, stage, &against)))
		return message_tell(message, against, may_refuse);
	return outcome_carry_on(message, stage);
}

struct outcome message_data(struct message *message, bool may_refuse)
{
	return take_stage(message, EVENT_DATA, STAGE_DATA, may_refuse);
}

struct outcome message_headers_end(struct message *message, bool may_refuse)
{
	return take_stage(message, EVENT_EOH, STAGE_EOH, may_refuse);
}

struct outcome message_end(struct message *message)
{
	return take_stage(message, EVENT_EOM, STAGE_EOM, true);
}
