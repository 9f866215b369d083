/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/message_parts.h"

#include "ses/facts.h"
#include "ses/message_query.h"
#include "ses/message_headers.h"
#include "ses/message_readings.h"
#include "ses/needs.h"

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
	memset(message, 0, offsetof(struct message, text));
	message->generation = generation;
	message->client = client;
	message->now = *now;
	message->arena = arena;
	message->trouble = true;
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

/* What is known of the message whatever becomes of it. */
static struct outcome outcome_plain(const struct message *message, enum stage stage)
{
	struct outcome outcome = {
		.stage = stage,
		.statement = -1,
		.principal = message->caller.text,
		.address = message->sender.address,
	};

	if (message->sender_count)
		outcome.resource = message->senders[0].resource;
	return outcome;
}

struct outcome outcome_carry_on(const struct message *message, enum stage stage)
{
	struct outcome outcome = outcome_plain(message, stage);

	outcome.action = OUTCOME_CONTINUE;
	outcome.decision = DECISION_ALLOWED;
	for (size_t i = 0; i < message->query_count; i++)
		if (message->queries[i].readings & ~message->queries[i].allowed)
			outcome.decision = DECISION_PENDING;
	return outcome;
}

struct outcome outcome_refuse(struct message *message, enum stage stage, enum reason reason, struct text address)
{
	struct outcome outcome = outcome_plain(message, stage);

	outcome.action = OUTCOME_REFUSE;
	outcome.decision = DECISION_IMPLICIT_DENY;
	outcome.reason = reason;
	outcome.text = reason_rows[reason].text ? reason_rows[reason].text : message->text;
	outcome.address = address;
	return outcome;
}

/* From here on there is nothing but trouble, until the next message. */
struct outcome outcome_trouble(struct message *message, enum stage stage)
{
	struct outcome outcome = outcome_plain(message, stage);

	if (message->crowded)
		return outcome_refuse(message, stage, REASON_CROWDED, message->sender.address);
	message->trouble = true;
	outcome.action = OUTCOME_TROUBLE;
	outcome.reason = REASON_MEMORY;
	outcome.text = reason_rows[REASON_MEMORY].text;
	return outcome;
}

/* `raw` is no address, or the null one where that may not be. */
static struct outcome refuse_address(struct message *message, enum stage stage, struct text raw)
{
	struct text address = arena_text(&message->arena, raw);

	refusal_bad_address(message->text, raw);
	return !address.at
		? outcome_trouble(message, stage)
		: outcome_refuse(message, stage, stage == STAGE_MAIL ? REASON_BAD_SENDER : REASON_BAD_RECIPIENT, address);
}

/* Who asks is no principal. */
static struct outcome refuse_client(struct message *message, enum principal_found found)
{
	enum reason reason = REASON_LOGIN;

	switch (found) {
	case PRINCIPAL_REFUSED:
		reason = REASON_CLIENT_REFUSED;
		refusal_client(message->text, message_login(message));
		break;
	case PRINCIPAL_UNKNOWN:
		reason = REASON_PRINCIPAL_UNKNOWN;
		refusal_unknown(message->text, message_login(message));
		break;
	case PRINCIPAL_TWINS:
		reason = REASON_PRINCIPAL_UNKNOWN;
		refusal_twins(message->text, message_login(message));
		break;
	case PRINCIPAL_LOGIN_CASE:
		refusal_login_case(message->text, message_login(message));
		break;
	default:
		refusal_login(message->text, message->client->login);
	}
	return outcome_refuse(message, STAGE_MAIL, reason, message->sender.address);
}

static struct outcome refuse_unverified(struct message *message, enum stage stage, struct text address, enum reason reason)
{
	refusal_unverified(message->text, address, message->generation->region);
	return outcome_refuse(message, stage, reason, address);
}

/* From which of the relay's addresses; `recipient` has just come, or is empty. */
static struct outcome refuse_by_policy(struct message *message, enum stage stage, const struct query *query, struct verdict verdict,
	size_t egress, struct text recipient)
{
	const struct generation *generation = message->generation;
	const struct statement *statement = verdict.statement;
	struct text address = message->senders[query->sender].address;

	if (recipient.length && (!statement || needs_recipients(generation, statement)))
		address = recipient;
	struct outcome outcome = outcome_refuse(message, stage, statement ? REASON_POLICY : REASON_NO_ALLOW,
		address.length ? address : message->sender.address);
	outcome.resource = query->resource;
	if (query->open) {
		/* Whatever identity it will be. */
		outcome.resource = text_of(arena_printf(&message->arena, "%.*s*", TEXT_ARGS(query->resource)));
		if (!outcome.resource.length)
			return outcome_trouble(message, stage);
	}
	if (statement) {
		outcome.decision = DECISION_EXPLICIT_DENY;
		outcome.policy = statement->policy->name;
		outcome.sid = statement->sid;
		outcome.statement = (int)statement->index;
	}
	outcome.egress = connection_named(generation, statement, egress);
	refusal_by_policy(message->text, outcome.address, outcome.principal, SES_ACTION, outcome.resource, outcome.egress,
		statement);
	return outcome;
}

/* Whether the policies allow it would take too long to find out. */
static struct outcome refuse_work(struct message *message, enum stage stage, struct text recipient)
{
	return outcome_refuse(message, stage, REASON_TOO_MUCH_WORK, recipient.length ? recipient : message->sender.address);
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
	if (!message->doomed) {
		/* What comes until it is told may have a text of its own. */
		struct text copy = arena_text(&message->arena, text_of(outcome.text));
		if (!copy.at)
			return outcome_trouble(message, outcome.stage);
		message->doom = outcome;
		message->doom.text = copy.at;
	}
	message->doomed = true;
	return may_refuse ? outcome : outcome_carry_on(message, outcome.stage);
}

static struct outcome tell_doom(struct message *message, enum stage stage, bool may_refuse)
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

/*
 * Put one question in each reading in which it is not answered yet. Nobody refuses: true. False: `against` is what there
 * is to say.
 */
static bool judge_query(struct message *message, enum stage stage, struct query *query, const struct spelled *recipient,
	bool singly, struct outcome *against)
{
	size_t egress;

	for (size_t i = 0; i < message->reading_count; i++) {
		unsigned open = query->readings & ~query->allowed & readings_of(message, i);
		if (!open)
			continue;
		readings_enter(message, i);
		struct verdict verdict = singly ? evaluate_last(message->generation, &message->request, &egress)
						: connection_evaluate(message->generation, &message->request, &egress);
		bool pending = verdict.decision == DECISION_PENDING, over = pending && work_is_over(&message->work);
		if (pending && !over && may_pend(message, stage, query))
			continue;
		if (verdict.decision != DECISION_ALLOWED) {
			struct text address = recipient ? spelled_in(recipient, (unsigned)__builtin_ctz(open))->address : TEXT("");
			*against = over ? refuse_work(message, stage, address)
					: refuse_by_policy(message, stage, query, verdict, egress, address);
			return false;
		}
		query->allowed |= open;
	}
	return true;
}

/*
 * Put the questions that are not answered yet. `recipient` has just come, or is NULL. `singly`: everything up to the
 * last recipient has been found not to be forbidden, and the last one alone tells
 * whether that is still so (needs.h): a list of thousands is not gone through
 * anew for each of them.
 */
static struct outcome judge(struct message *message, enum stage stage, const struct spelled *recipient, bool singly)
{
	for (size_t i = 0; i < message->query_count; i++) {
		struct query *query = &message->queries[i];
		struct outcome against;
		if (!(query->readings & ~query->allowed))
			continue;
		/* An answer that may wait is not worth all of the work. */
		message->request.work = query->open && stage != STAGE_EOM ? &message->early
			: stage == STAGE_RCPT                             ? &message->each
									  : &message->work;
		if (message->request.work != &message->work && work_is_over(message->request.work))
			continue;
		if (!query_load(message, query))
			return outcome_trouble(message, stage);
		if (!judge_query(message, stage, query, recipient, singly, &against))
			return against;
	}
	/* Not every question was asked: the next recipient must not be judged alone. */
	message->unjudged = stage == STAGE_RCPT && work_is_over(&message->each);
	return outcome_carry_on(message, stage);
}

/*
 * What is not refused anyway: did a policy that looks at headers come into force
 * after this connection had been told to show none? Only a new connection can
 * help then, and 421 ends this one.
 */
static void unless_unseen(struct message *message, struct outcome *outcome)
{
	if (outcome->action != OUTCOME_CONTINUE || message->headers_come || !message->generation->wants_headers)
		return;
	*outcome = outcome_trouble(message, outcome->stage);
	outcome->reason = REASON_HEADERS_UNSEEN;
	outcome->text = reason_rows[REASON_HEADERS_UNSEEN].text;
}

/* What the policies say at a stage that ends the message if it is refused. */
static struct outcome judge_whole(struct message *message, enum stage stage)
{
	struct outcome outcome = judge(message, stage, NULL, false);

	if (outcome.action == OUTCOME_REFUSE)
		return tell(message, outcome, true);
	unless_unseen(message, &outcome);
	return outcome;
}

/* The senders as far as MAIL tells, each with his question. False when memory is short. */
static bool first_senders(struct message *message)
{
	const struct generation *generation = message->generation;
	bool known = message->sender.kind == MAILBOX_ADDRESS && generation->from_address != FROM_HEADER;

	/* A Return-Path header may add to that. */
	bool good = readings_feedback(message, NULL);
	if (generation->wants_headers)
		readings_state(message, generation->slot[KEY_FEEDBACK_ADDRESS], SLOT_PENDING);
	if (generation->wants_headers)
		request_state(&message->request, generation->slot[KEY_TENANT_NAME], SLOT_PENDING);
	/* What holds of a sender who is not known yet holds of the envelope's too. */
	if (!known)
		return good && query_sender(message, NULL, TEXT(""), true, READINGS_ALL);
	for (unsigned i = 0; good && i < message->envelope.count; i++) {
		unsigned readings = spelled_readings(&message->envelope, i);
		good = !readings || query_sender(message, &message->envelope.at[i], TEXT(""), true, readings);
	}
	return good;
}

/* What SES would say of the envelope's sender whatever the policies say. False: it stands `against` him. */
static bool check_sender(struct message *message, struct outcome *against)
{
	const struct generation *generation = message->generation;
	const struct known_resource *known;
	struct text resource;

	if (message->sender.kind == MAILBOX_NULL && generation->null_sender_reject) {
		*against = outcome_refuse(message, STAGE_MAIL, REASON_NULL_SENDER, TEXT(""));
		return false;
	}
	if (message->sender.kind != MAILBOX_ADDRESS || !generation->unknown_identity_reject)
		return true;
	for (unsigned i = 0; i < message->envelope.count; i++) {
		const struct mailbox *mailbox = &message->envelope.at[i];
		switch (message_identity_resource(message, mailbox, &resource, &known)) {
		case IDENTITY_KNOWN:
			break;
		case IDENTITY_UNKNOWN:
			*against = refuse_unverified(message, STAGE_MAIL, mailbox->address, REASON_UNKNOWN_IDENTITY);
			return false;
		default:
			*against = outcome_trouble(message, STAGE_MAIL);
			return false;
		}
	}
	return true;
}

struct outcome message_sender(struct message *message, struct text raw, struct text completed, bool may_refuse)
{
	enum principal_found found;

	message->trouble = false;
	enum mailbox_kind kind = envelope_read(message, raw, completed, &message->sender, &message->envelope);
	if (kind == MAILBOX_INVALID)
		message->sender = (struct mailbox){ .kind = kind };
	if (kind == MAILBOX_MEMORY || !query_prepare(message, &found))
		return outcome_trouble(message, STAGE_MAIL);
	if (kind == MAILBOX_INVALID)
		return tell(message, refuse_address(message, STAGE_MAIL, raw), may_refuse);
	if (found != PRINCIPAL_FOUND)
		return tell(message, refuse_client(message, found), may_refuse);
	struct outcome against;
	if (!check_sender(message, &against))
		return tell(message, against, may_refuse);
	if (!first_senders(message))
		return outcome_trouble(message, STAGE_MAIL);
	message->unjudged = true;
	if (!may_refuse)
		return outcome_carry_on(message, STAGE_MAIL);
	return judge_whole(message, STAGE_MAIL);
}

static bool respelled_add(struct message *message, const struct spelled *spelled)
{
	void *respelled = message->respelled;

	if (!message_grow(message, &respelled, message->respelled_count, &message->respelled_room, sizeof *message->respelled))
		return false;
	message->respelled = respelled;
	message->respelled[message->respelled_count++] = (struct respelled){ message->recipient_count, *spelled };
	return true;
}

static bool recipient_add(struct message *message, const struct spelled *spelled)
{
	void *recipients = message->recipients;

	if (!message_grow(message, &recipients, message->recipient_count, &message->recipient_room, sizeof *message->recipients) ||
		!readings_recipient(message, spelled) || (spelled->count > 1 && !respelled_add(message, spelled)))
		return false;
	message->recipients = recipients;
	message->recipients[message->recipient_count++] = spelled->at->address;
	return true;
}

/* The questions of a recipient who was refused go with him. */
static void queries_back(struct message *message, size_t queries)
{
	message->query_count = queries;
	message->queried = NULL;
}

/* As if he had never been named. */
static void recipient_back(struct message *message, size_t queries)
{
	readings_recipient_back(message);
	message->recipient_count--;
	if (message->respelled_count && message->respelled[message->respelled_count - 1].recipient == message->recipient_count)
		message->respelled_count--;
	queries_back(message, queries);
	/* What was certain of a list that grows may be so because of him. */
	for (size_t i = 0; i < queries; i++)
		message->queries[i].allowed = 0;
}

/* In the sandbox SES takes verified recipients alone, and asks the policies about each identity. False: it stands `against` him. */
static bool check_recipient(struct message *message, const struct spelled *spelled, struct outcome *against)
{
	for (unsigned i = 0; message->generation->sandbox && i < spelled->count; i++) {
		const struct mailbox *mailbox = &spelled->at[i];
		if (message_recipient_is_simulator(mailbox))
			continue;
		switch (query_identity(message, mailbox, spelled_readings(spelled, i))) {
		case IDENTITY_KNOWN:
			break;
		case IDENTITY_UNKNOWN:
			*against = refuse_unverified(message, STAGE_RCPT, mailbox->address, REASON_UNVERIFIED_RECIPIENT);
			return false;
		default:
			*against = outcome_trouble(message, STAGE_RCPT);
			return false;
		}
	}
	return true;
}

struct outcome message_recipient(struct message *message, struct text raw, struct text completed, bool may_refuse)
{
	const struct generation *generation = message->generation;
	size_t queries = message->query_count;

	if (message->trouble)
		return outcome_trouble(message, STAGE_RCPT);
	if (message->doomed && may_refuse)
		return tell_doom(message, STAGE_RCPT, true);
	struct mailbox mailbox;
	struct spelled spelled;
	enum mailbox_kind kind = envelope_read(message, raw, completed, &mailbox, &spelled);
	if (kind == MAILBOX_MEMORY)
		return outcome_trouble(message, STAGE_RCPT);
	/* Where nobody looks at recipients, what the MTA makes of them does not matter. */
	bool looked_at = generation->slot[KEY_RECIPIENTS] >= 0 || generation->sandbox;
	/* A recipient that goes elsewhere than it says would pass by what the policies say of that place. */
	bool bad = mailbox.kind != MAILBOX_ADDRESS ||
		(looked_at && (kind != MAILBOX_ADDRESS || (spelled.count > 1 && mailbox_is_routed(&mailbox, completed))));
	if (bad && message->doomed)
		return outcome_carry_on(message, STAGE_RCPT);
	if (bad)
		return tell(message, refuse_address(message, STAGE_RCPT, raw), may_refuse);
	struct outcome against;
	if (!check_recipient(message, &spelled, &against)) {
		if (against.action == OUTCOME_REFUSE)
			queries_back(message, queries);
		if (against.action == OUTCOME_REFUSE && message->doomed)
			return outcome_carry_on(message, STAGE_RCPT);
		return tell(message, against, may_refuse);
	}
	if (!recipient_add(message, &spelled))
		return outcome_trouble(message, STAGE_RCPT);
	if (!may_refuse || message->doomed) {
		message->unjudged = true;
		return outcome_carry_on(message, STAGE_RCPT);
	}
	/* No policy looks at recipients, and all else has been looked at. */
	if (generation->slot[KEY_RECIPIENTS] < 0 && !message->unjudged && queries == message->query_count)
		return outcome_carry_on(message, STAGE_RCPT);
	size_t left = message->each.left;
	struct outcome outcome = judge(message, STAGE_RCPT, &spelled,
		generation->recipients_apart && generation->slot[KEY_RECIPIENTS] >= 0 && !message->unjudged &&
			queries == message->query_count);
	work_take(&message->work, left - message->each.left);
	if (outcome.action == OUTCOME_REFUSE)
		recipient_back(message, queries);
	return outcome;
}

/* No more recipients will come. */
static void close_list(struct message *message)
{
	readings_state(message, message->generation->slot[KEY_RECIPIENTS], message->recipient_count ? SLOT_PRESENT : SLOT_ABSENT);
}

struct outcome message_data(struct message *message, bool may_refuse)
{
	if (message->trouble)
		return outcome_trouble(message, STAGE_DATA);
	close_list(message);
	if (message->doomed)
		return tell_doom(message, STAGE_DATA, may_refuse);
	if (!may_refuse)
		return outcome_carry_on(message, STAGE_DATA);
	return judge_whole(message, STAGE_DATA);
}

bool message_header(struct message *message, struct text name, struct text value)
{
	if (message->trouble || !message->generation->wants_headers)
		return !message->trouble;
	message->trouble = !headers_add(&message->headers, &message->arena, name, value);
	return !message->trouble;
}

/* The end of the headers, or of the message if the one before was not told. */
static struct outcome finish(struct message *message, enum stage stage, bool may_refuse)
{
	if (message->trouble)
		return outcome_trouble(message, stage);
	close_list(message);
	if (message->doomed)
		return tell_doom(message, stage, may_refuse);
	if (message->generation->wants_headers && message->headers_come && !message->headers_done) {
		struct outcome against;
		if (!message_headers_settle(message, stage, &against))
			return tell(message, against, may_refuse);
	}
	if (!may_refuse)
		return outcome_carry_on(message, stage);
	return judge_whole(message, stage);
}

struct outcome message_headers_end(struct message *message, bool may_refuse)
{
	return finish(message, STAGE_EOH, may_refuse);
}

struct outcome message_end(struct message *message)
{
	return finish(message, STAGE_EOM, true);
}

struct text message_login(const struct message *message)
{
	struct text name;

	login_name(&message->generation->principals.realms, message->client->login, &name);
	return name;
}

bool message_login_strays(const struct message *message)
{
	return message->rule && stray_login_is(&message->generation->principals, message->rule, message->client->login);
}

const char *message_login_stray(const struct message *message, char out[STRAY_LOGIN_SIZE])
{
	return stray_login_say(&message->generation->principals, message->rule, message->client->login, &message->client->ip, out);
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

size_t message_from_count(const struct message *message)
{
	return message->from.count;
}

struct text message_from_address(const struct message *message, size_t index)
{
	const struct header_mailbox *from = &message->from.at[index];

	return from->written.kind == MAILBOX_ADDRESS ? from->written.address : from->mailbox.address;
}

bool message_from_is_read(const struct message *message)
{
	return message->from_read;
}

bool message_from_is_named(const struct message *message)
{
	return message->named;
}

struct text message_from_name(const struct message *message, size_t index)
{
	return message->from.at[index].name;
}

bool message_from_headers(const struct message *message, const struct text **values, size_t *count)
{
	const struct header_values *from = &message->headers.of[HEADER_FROM];

	*values = from->values;
	*count = from->kept;
	return message->headers_come && message->generation->wants_headers && from->kept == from->count;
}

struct text message_return_path(const struct message *message)
{
	return message->return_path;
}

struct text message_header_value(const struct message *message, enum header_field field)
{
	const struct header_values *values = &message->headers.of[field];

	return values->kept ? values->values[0] : TEXT("");
}

size_t message_resource_count(const struct message *message)
{
	return message->query_count;
}

struct text message_resource(const struct message *message, size_t index)
{
	return message->queries[index].resource;
}
