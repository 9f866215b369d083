/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/message.h"

#include "ses/facts.h"
#include "ses/identity.h"
#include "ses/needs.h"
#include "ses/refusal_text.h"

#include <stdlib.h>
#include <string.h>

/* One question that the message puts to the policies; all must be answered with yes. */
struct ask {
	struct request request;
	struct text address; /* the sender it is about */
	bool allowed;        /* certain: need not be asked again */
};

struct message {
	const struct generation *generation;
	const struct client *client;
	struct instant now;
	struct arena arena;       /* holds all that follows; one message long */
	struct ask *asks;
	size_t ask_count;
	struct mailbox sender;
	struct text *recipients;
	size_t recipient_count, recipient_room;
	bool unjudged;            /* something came at a stage that could not tell a refusal */
	bool trouble;             /* memory ran short, or no sender has come yet: nothing can be allowed */
	bool doomed;              /* certain to be refused: with `doom` */
	struct outcome doom;
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

void message_begin(struct message *message, const struct generation *generation, const struct client *client,
	const struct instant *now)
{
	struct arena arena = message->arena;

	arena_reset(&arena);
	*message = (struct message){
		.generation = generation, .client = client, .now = *now, .arena = arena, .trouble = true,
	};
}

/* What is known of the message whatever becomes of it. */
static struct outcome outcome_plain(const struct message *message, enum stage stage)
{
	struct outcome outcome = {
		.stage = stage,
		.statement = -1,
		.principal = message->generation->principal,
		.address = message->sender.address,
		.reason = "",
	};

	if (message->ask_count)
		outcome.resource = message->asks[0].request.resource_text;
	return outcome;
}

static struct outcome carry_on(const struct message *message, enum stage stage)
{
	struct outcome outcome = outcome_plain(message, stage);

	outcome.action = OUTCOME_CONTINUE;
	outcome.decision = DECISION_ALLOWED;
	for (size_t i = 0; i < message->ask_count; i++)
		if (!message->asks[i].allowed)
			outcome.decision = DECISION_PENDING;
	return outcome;
}

/* From here on there is nothing but trouble, until the next message. */
static struct outcome trouble(struct message *message, enum stage stage)
{
	struct outcome outcome = outcome_plain(message, stage);

	message->trouble = true;
	outcome.action = OUTCOME_TROUBLE;
	outcome.code = "451";
	outcome.xcode = "4.3.0";
	outcome.text = "Policy check failed for want of memory; try again later";
	outcome.reason = "memory";
	return outcome;
}

static struct outcome refuse(struct message *message, enum stage stage, const char *code, const char *xcode,
	const char *reason)
{
	struct outcome outcome = outcome_plain(message, stage);

	outcome.action = OUTCOME_REFUSE;
	outcome.decision = DECISION_IMPLICIT_DENY;
	outcome.code = code;
	outcome.xcode = xcode;
	outcome.reason = reason;
	outcome.text = message->text;
	return outcome;
}

/* `raw` is no address, or the null one where that may not be. */
static struct outcome refuse_address(struct message *message, enum stage stage, struct text raw)
{
	refusal_bad_address(message->text, raw);
	struct outcome outcome = refuse(message, stage, "553", stage == STAGE_MAIL ? "5.1.7" : "5.1.3", "bad-address");
	outcome.address = arena_text(&message->arena, raw);
	return outcome.address.at ? outcome : trouble(message, stage);
}

static struct outcome refuse_null_sender(struct message *message)
{
	strcpy(message->text, "Null sender refused: Amazon SES relays no mail from <>");
	return refuse(message, STAGE_MAIL, "550", "5.7.1", "null-sender");
}

/* `recipient` has just come, or is empty. */
static struct outcome refuse_by_policy(struct message *message, enum stage stage, const struct ask *ask,
	struct verdict verdict, struct text recipient)
{
	const struct generation *generation = message->generation;
	const struct statement *statement = verdict.statement;
	struct outcome outcome = refuse(message, stage, "550", "5.7.1", statement ? "policy" : "no-allow");

	outcome.resource = ask->request.resource_text;
	outcome.address = ask->address;
	if (recipient.length && (!statement || needs_recipients(generation, statement)))
		outcome.address = recipient;
	if (statement) {
		outcome.decision = DECISION_EXPLICIT_DENY;
		outcome.policy = statement->policy->name;
		outcome.sid = statement->sid;
		outcome.statement = (int)statement->index;
	}
	refusal_by_policy(message->text, outcome.address, outcome.principal, SES_ACTION, outcome.resource, statement);
	return outcome;
}

/*
 * A refusal that came up: told if it can be, kept if not. Only a recipient can
 * be refused and the message live.
 */
static struct outcome tell(struct message *message, struct outcome outcome, bool may_refuse)
{
	if (outcome.action != OUTCOME_REFUSE)
		return outcome;
	if (may_refuse && outcome.stage == STAGE_RCPT)
		return outcome;
	if (!message->doomed)
		message->doom = outcome;
	message->doomed = true;
	return may_refuse ? outcome : carry_on(message, outcome.stage);
}

static struct outcome tell_doom(struct message *message, enum stage stage, bool may_refuse)
{
	if (!may_refuse)
		return carry_on(message, stage);
	message->doom.stage = stage;
	return message->doom;
}

/* Evaluate as if the last recipient were the only one so far. */
static struct verdict evaluate_last(struct request *request, int slot_recipients)
{
	struct slot *slot = &request->slots[slot_recipients], all = *slot;

	slot->values += slot->count - 1;
	slot->count = 1;
	struct verdict verdict = evaluate(request);
	*slot = all;
	return verdict;
}

/*
 * Put the questions that are not answered yet. `singly`: everything up to the
 * last recipient has been found not to be forbidden, and the last one alone tells
 * whether that is still so (needs.h): a list of thousands is not gone through
 * anew for each of them.
 */
static struct outcome judge(struct message *message, enum stage stage, struct text recipient, bool singly)
{
	for (size_t i = 0; i < message->ask_count; i++) {
		struct ask *ask = &message->asks[i];
		if (ask->allowed)
			continue;
		struct verdict verdict = singly ? evaluate_last(&ask->request, message->generation->slot_recipients)
			: evaluate(&ask->request);
		/* Nothing is left to wait for at the end: what is still open then is not allowed. */
		if (verdict.decision == DECISION_PENDING && stage != STAGE_EOM)
			continue;
		if (verdict.decision != DECISION_ALLOWED)
			return refuse_by_policy(message, stage, ask, verdict, recipient);
		ask->allowed = true;
	}
	message->unjudged = false;
	return carry_on(message, stage);
}

/* The question whether this sender may send. False when memory is short. */
static bool ask_for(struct message *message, const struct mailbox *mailbox)
{
	const struct generation *generation = message->generation;
	struct ask *ask = arena_array(&message->arena, 1, sizeof *ask);
	struct text identity;

	if (!ask || !request_init(&ask->request, generation->set, &message->arena) ||
	    !identity_of(&message->arena, generation->identities, generation->identity_count, mailbox, &identity))
		return false;
	struct text resource = identity_arn(&message->arena, generation->partition, generation->region,
		generation->account, identity);
	if (!resource.at || !request_resource(&ask->request, resource) ||
	    !facts_of_generation(&ask->request, generation) ||
	    !facts_of_message(&ask->request, generation, mailbox->address, message->client, &message->now))
		return false;
	ask->address = mailbox->address;
	message->asks = ask;
	message->ask_count = 1;
	return true;
}

struct outcome message_sender(struct message *message, struct text raw, struct text completed, bool may_refuse)
{
	const struct generation *generation = message->generation;

	message->trouble = false;
	message->sender = mailbox_parse(&message->arena, raw, completed, generation->address_case);
	switch (message->sender.kind) {
	case MAILBOX_MEMORY:
		return trouble(message, STAGE_MAIL);
	case MAILBOX_INVALID:
		return tell(message, refuse_address(message, STAGE_MAIL, raw), may_refuse);
	case MAILBOX_NULL:
		/* There is no address to ask about; SES itself does not take such mail. */
		if (generation->null_sender_reject)
			return tell(message, refuse_null_sender(message), may_refuse);
		return carry_on(message, STAGE_MAIL);
	case MAILBOX_ADDRESS:
		break;
	}
	if (!ask_for(message, &message->sender))
		return trouble(message, STAGE_MAIL);
	message->unjudged = true;
	if (!may_refuse)
		return carry_on(message, STAGE_MAIL);
	return tell(message, judge(message, STAGE_MAIL, TEXT(""), false), true);
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
	for (size_t i = 0; i < message->ask_count; i++)
		if (!request_value(&message->asks[i].request, message->generation->slot_recipients, address))
			return false;
	message->recipients[message->recipient_count++] = address;
	return true;
}

static void recipient_back(struct message *message)
{
	for (size_t i = 0; i < message->ask_count; i++)
		request_value_back(&message->asks[i].request, message->generation->slot_recipients);
	message->recipient_count--;
}

struct outcome message_recipient(struct message *message, struct text raw, struct text completed, bool may_refuse)
{
	const struct generation *generation = message->generation;

	if (message->trouble)
		return trouble(message, STAGE_RCPT);
	if (message->doomed && may_refuse)
		return tell_doom(message, STAGE_RCPT, true);
	struct mailbox mailbox = mailbox_parse(&message->arena, raw, completed, generation->address_case);
	if (mailbox.kind == MAILBOX_MEMORY)
		return trouble(message, STAGE_RCPT);
	/* A recipient that goes elsewhere than it says would pass by what the policies say of that place. */
	bool bad = mailbox.kind != MAILBOX_ADDRESS ||
		(generation->slot_recipients >= 0 && mailbox_is_routed(&mailbox, completed));
	if (bad && message->doomed)
		return carry_on(message, STAGE_RCPT);
	if (bad)
		return tell(message, refuse_address(message, STAGE_RCPT, raw), may_refuse);
	if (!recipient_add(message, mailbox.address))
		return trouble(message, STAGE_RCPT);
	if (!may_refuse || message->doomed) {
		message->unjudged = true;
		return carry_on(message, STAGE_RCPT);
	}
	/* No policy looks at recipients, and all else has been looked at. */
	if (generation->slot_recipients < 0 && !message->unjudged)
		return carry_on(message, STAGE_RCPT);
	struct outcome outcome = judge(message, STAGE_RCPT, mailbox.address,
		generation->recipients_apart && generation->slot_recipients >= 0 && !message->unjudged);
	if (outcome.action == OUTCOME_REFUSE)
		recipient_back(message);
	return outcome;
}

/* No more recipients will come. */
static void close_list(struct message *message)
{
	enum slot_state state = message->recipient_count ? SLOT_PRESENT : SLOT_ABSENT;

	for (size_t i = 0; i < message->ask_count; i++)
		request_state(&message->asks[i].request, message->generation->slot_recipients, state);
}

struct outcome message_data(struct message *message, bool may_refuse)
{
	if (message->trouble)
		return trouble(message, STAGE_DATA);
	close_list(message);
	if (message->doomed)
		return tell_doom(message, STAGE_DATA, may_refuse);
	if (!may_refuse)
		return carry_on(message, STAGE_DATA);
	return tell(message, judge(message, STAGE_DATA, TEXT(""), false), true);
}

struct outcome message_end(struct message *message)
{
	if (message->trouble)
		return trouble(message, STAGE_EOM);
	close_list(message);
	if (message->doomed)
		return tell_doom(message, STAGE_EOM, true);
	return tell(message, judge(message, STAGE_EOM, TEXT(""), false), true);
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
