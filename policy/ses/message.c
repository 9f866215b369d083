/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/message.h"

#include "ses/identity.h"
#include "ses/needs.h"
#include "ses/refusal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct message {
	const struct generation *generation;
	const struct client *client;
	struct instant now;
	struct arena arena;
	struct mailbox sender;
	struct request request;
	bool has_request;     /* false for the null sender: nobody to be authorized in the envelope */
	bool allowed;         /* certain, whatever comes */
	bool closed;          /* the list of recipients is complete */
	bool trouble;         /* memory ran short: 451 until the next message */
	struct outcome held;  /* a refusal that could not be told yet; action CONTINUE: none */
	struct text *recipients;
	size_t recipient_count, recipient_room;
	char text[REFUSAL_TEXT_SIZE];
};

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

void message_begin(struct message *message, const struct generation *generation,
	const struct client *client, const struct instant *now)
{
	struct arena arena = message->arena;

	arena_reset(&arena);
	*message = (struct message){ .generation = generation, .client = client, .now = *now, .arena = arena };
}

static struct outcome outcome_at(const struct message *message, enum stage stage, struct text address)
{
	return (struct outcome){ .action = OUTCOME_CONTINUE, .stage = stage, .decision = DECISION_PENDING, .statement = -1,
		.principal = message->generation->principal, .resource = message->request.resource_text, .address = address };
}

static struct outcome trouble(struct message *message, enum stage stage)
{
	struct outcome outcome = outcome_at(message, stage, message->sender.address);

	message->trouble = true;
	refusal_trouble(&outcome);
	return outcome;
}

/* Tell a refusal now, or keep it for the stage that can. */
static struct outcome refuse(struct message *message, struct outcome outcome, bool may_refuse)
{
	outcome.action = OUTCOME_REFUSE;
	if (may_refuse)
		return outcome;
	/* A raw address is the caller's, and only during the call. */
	outcome.address = arena_text(&message->arena, outcome.address);
	if (!outcome.address.at)
		return trouble(message, outcome.stage);
	message->held = outcome;
	return outcome_at(message, outcome.stage, outcome.address);
}

/* What an earlier stage left: trouble, or a refusal that waits. True: *outcome is the answer. */
static bool left_over(struct message *message, enum stage stage, bool may_refuse, struct outcome *outcome)
{
	if (message->trouble) {
		*outcome = trouble(message, stage);
		return true;
	}
	*outcome = outcome_at(message, stage, message->sender.address);
	if (message->held.action == OUTCOME_CONTINUE)
		return false;
	if (may_refuse) {
		*outcome = message->held;
		outcome->stage = stage;
	}
	return true;
}

static bool set_key(struct message *message, int slot, struct text value)
{
	return slot < 0 || (value.at && request_value(&message->request, slot, value));
}

/* The keys that are known at MAIL. False: memory ran short. */
static bool keys_fill(struct message *message)
{
	const struct generation *g = message->generation;
	char text[IP_TEXT_SIZE], time[INSTANT_TEXT_SIZE], epoch[24];
	struct text name = text_from(g->principal, text_find(g->principal, '/', 0) + 1);

	snprintf(epoch, sizeof epoch, "%" PRId64, message->now.seconds);
	bool good = set_key(message, g->slot_from, message->sender.address) &&
		set_key(message, g->slot_feedback, message->sender.address) &&
		set_key(message, g->slot_api_version, TEXT("2")) &&
		set_key(message, g->slot_secure_transport, message->client->tls ? TEXT("true") : TEXT("false")) &&
		set_key(message, g->slot_principal_arn, g->principal) &&
		set_key(message, g->slot_principal_account, g->account) &&
		set_key(message, g->slot_principal_type, TEXT("User")) &&
		set_key(message, g->slot_username, name) &&
		set_key(message, g->slot_region, g->region) &&
		set_key(message, g->slot_resource_account, g->account);
	if (g->slot_source_ip >= 0 && message->client->ip.family)
		good = good && set_key(message, g->slot_source_ip,
			arena_text(&message->arena, text_of(ip_print(&message->client->ip, text))));
	if (g->slot_current_time >= 0)
		good = good && set_key(message, g->slot_current_time,
			arena_text(&message->arena, text_of(instant_print(&message->now, time))));
	if (g->slot_epoch_time >= 0)
		good = good && set_key(message, g->slot_epoch_time, arena_text(&message->arena, text_of(epoch)));
	request_state(&message->request, g->slot_recipients, SLOT_OPEN);
	return good;
}

/* The request that the envelope sender makes. False: memory ran short. */
static bool request_build(struct message *message)
{
	const struct generation *g = message->generation;
	struct text identity;

	if (!request_init(&message->request, g->set, &message->arena) ||
	    !identity_of(&message->arena, g->identities, g->identity_count, &message->sender, &identity))
		return false;
	struct text arn = identity_arn(&message->arena, g->partition, g->region, g->account, identity);
	if (!arn.at || !request_caller(&message->request, g->principal) || !request_resource(&message->request, arn))
		return false;
	message->request.action = TEXT(SES_ACTION);
	message->request.identity_allows_all = g->identity_allows_all;
	message->has_request = true;
	return keys_fill(message);
}

/* Ask the policies; an answer that is certain stays. */
static struct outcome decide(struct message *message, enum stage stage, struct text address, bool may_refuse)
{
	struct outcome outcome = outcome_at(message, stage, address);

	if (message->allowed || !message->has_request) {
		outcome.decision = message->closed ? DECISION_ALLOWED : DECISION_PENDING;
		return outcome;
	}
	struct verdict verdict = evaluate(&message->request);
	outcome.decision = verdict.decision;
	if (verdict.decision == DECISION_ALLOWED)
		message->allowed = true;
	/* Of a complete message nothing may be pending; if it were, it would be no permission. */
	bool refused = verdict.decision == DECISION_EXPLICIT_DENY || verdict.decision == DECISION_IMPLICIT_DENY ||
		(message->closed && verdict.decision == DECISION_PENDING);
	if (!refused)
		return outcome;
	refusal_by_policy(&outcome, verdict.statement, message->text);
	return refuse(message, outcome, may_refuse);
}

struct outcome message_sender(struct message *message, struct text raw, struct text completed, bool may_refuse)
{
	const struct generation *g = message->generation;

	message->sender = mailbox_parse(&message->arena, raw, completed, g->address_case);
	struct outcome outcome = outcome_at(message, STAGE_MAIL, raw);
	switch (message->sender.kind) {
	case MAILBOX_MEMORY:
		return trouble(message, STAGE_MAIL);
	case MAILBOX_INVALID:
		refusal_bad_address(&outcome, true, message->text);
		return refuse(message, outcome, may_refuse);
	case MAILBOX_NULL:
		if (!g->null_sender_reject)
			return outcome;
		refusal_null_sender(&outcome);
		return refuse(message, outcome, may_refuse);
	case MAILBOX_ADDRESS:
		break;
	}
	if (!request_build(message))
		return trouble(message, STAGE_MAIL);
	return decide(message, STAGE_MAIL, message->sender.address, may_refuse);
}

static bool recipient_add(struct message *message, struct text address)
{
	if (message->recipient_count == message->recipient_room) {
		size_t room = message->recipient_room ? 2 * message->recipient_room : 8;
		struct text *grown = arena_array(&message->arena, room, sizeof *grown);
		if (!grown)
			return false;
		if (message->recipient_count)
			memcpy(grown, message->recipients, message->recipient_count * sizeof *grown);
		message->recipients = grown;
		message->recipient_room = room;
	}
	message->recipients[message->recipient_count++] = address;
	return !message->has_request || request_value(&message->request, message->generation->slot_recipients, address);
}

/*
 * Ask about the newest recipient. Where each can be judged by himself the list is for the moment just him: the ones
 * before him have not refused the message, and asking them again for each would make long lists quadratic.
 */
static struct outcome recipient_decide(struct message *message, struct text address, bool may_refuse)
{
	int number = message->generation->slot_recipients;

	if (number < 0 || !message->generation->recipients_apart || !message->has_request)
		return decide(message, STAGE_RCPT, address, may_refuse);
	struct slot *slot = &message->request.slots[number], whole = *slot;
	slot->values += slot->count - 1;
	slot->count = 1;
	struct outcome outcome = decide(message, STAGE_RCPT, address, may_refuse);
	*slot = whole;
	return outcome;
}

struct outcome message_recipient(struct message *message, struct text raw, struct text completed, bool may_refuse)
{
	struct outcome outcome;

	if (left_over(message, STAGE_RCPT, may_refuse, &outcome))
		return outcome;
	struct mailbox recipient = mailbox_parse(&message->arena, raw, completed, message->generation->address_case);
	if (recipient.kind == MAILBOX_MEMORY)
		return trouble(message, STAGE_RCPT);
	if (recipient.kind != MAILBOX_ADDRESS) {
		outcome.address = raw;
		refusal_bad_address(&outcome, false, message->text);
		return refuse(message, outcome, may_refuse);
	}
	if (!recipient_add(message, recipient.address))
		return trouble(message, STAGE_RCPT);
	outcome = recipient_decide(message, recipient.address, may_refuse);
	if (outcome.action == OUTCOME_REFUSE) {
		message->recipient_count--;
		if (message->has_request)
			request_value_back(&message->request, message->generation->slot_recipients);
	}
	return outcome;
}

struct outcome message_data(struct message *message, bool may_refuse)
{
	struct outcome outcome;

	if (left_over(message, STAGE_DATA, may_refuse, &outcome))
		return outcome;
	message->closed = true;
	if (message->has_request)
		request_state(&message->request, message->generation->slot_recipients, SLOT_PRESENT);
	return decide(message, STAGE_DATA, message->sender.address, may_refuse);
}

struct outcome message_end(struct message *message)
{
	struct outcome outcome = message_data(message, true);

	outcome.stage = STAGE_EOM;
	return outcome;
}

struct text message_sender_address(const struct message *message)
{
	return message->sender.address;
}

size_t message_recipient_count(const struct message *message)
{
	return message->recipient_count;
}

struct text message_recipient_address(const struct message *message, size_t index)
{
	return message->recipients[index];
}
