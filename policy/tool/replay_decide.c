/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/replay_decide.h"

#include "ses/certain.h"

#include <stdint.h>
#include <string.h>

static enum stage stage_of(struct text name)
{
	for (enum stage stage = STAGE_MAIL; stage < STAGE_EOM; stage++)
		if (text_equals(name, text_of(stage_name(stage))))
			return stage;
	return STAGE_EOM;
}

bool replay_recorded(const struct replay_record *record, struct judgement *out)
{
	struct text decision = record->of[RECORD_DECISION];
	enum stage stage = stage_of(record->of[RECORD_STAGE]);
	/* By a limit, at its end: the policies had let it pass. A limit that is only watched stands beside a record of its own. */
	bool throttled = text_equals(decision, TEXT("throttled")) && stage == STAGE_EOM &&
		text_equals(record->of[RECORD_MODE], TEXT("enforce"));
	bool allowed = text_equals(decision, TEXT("allowed")) || throttled;

	*out = (struct judgement){
		.refused = !allowed,
		.stage = stage,
		.policy = record->of[RECORD_POLICY],
		.sid = record->of[RECORD_SID],
		.statement = record->statement,
		.reason = reason_find(record->of[RECORD_REASON]),
		.recipient = SIZE_MAX,
	};
	/* What shadow policies say of a message stands beside a record of its own. */
	if (text_equals(record->of[RECORD_MODE], TEXT("shadow")))
		return false;
	return allowed || text_equals(decision, TEXT("explicitDeny")) || text_equals(decision, TEXT("implicitDeny"));
}

bool replay_was_cut_short(const struct replay_record *record)
{
	return text_equals(record->of[RECORD_DECISION], TEXT("throttled")) && stage_of(record->of[RECORD_STAGE]) != STAGE_EOM &&
		text_equals(record->of[RECORD_MODE], TEXT("enforce"));
}

static void note(struct judgement *out, const struct outcome *outcome)
{
	if (out->refused)
		return;
	*out = (struct judgement){
		.refused = true,
		.stage = outcome->stage,
		.policy = outcome->policy,
		.sid = outcome->sid,
		.statement = outcome->statement,
		.reason = outcome->reason,
		.recipient = SIZE_MAX,
	};
}

static bool is_ascii(struct text t)
{
	for (size_t i = 0; i < t.length; i++)
		if ((unsigned char)t.at[i] >= 0x80)
			return false;
	return true;
}

/* In an encoded-word (RFC 2047): outside of one nobody can tell what bytes beyond ASCII mean. */
static char *put_encoded(char *at, struct text name)
{
	static const char digits[] = "0123456789abcdef";

	at = mempcpy(at, "=?utf-8?q?", 10);
	for (size_t i = 0; i < name.length; i++) {
		unsigned char byte = (unsigned char)name.at[i];
		*at++ = '=';
		*at++ = digits[byte >> 4];
		*at++ = digits[byte & 15];
	}
	return mempcpy(at, "?= ", 3);
}

/* A mailbox as a From header has it: the name quoted, with nothing in it that ends the quotes or the line. */
static size_t put_mailbox(char *at, const struct record_mailbox *mailbox)
{
	char *start = at;

	if (!is_ascii(mailbox->name)) {
		at = put_encoded(at, mailbox->name);
	} else if (mailbox->name.length) {
		*at++ = '"';
		for (size_t i = 0; i < mailbox->name.length; i++) {
			char byte = mailbox->name.at[i];
			if (byte == '"' || byte == '\\')
				*at++ = '\\';
			*at++ = (unsigned char)byte < ' ' || byte == 0x7f ? ' ' : byte;
		}
		*at++ = '"';
		*at++ = ' ';
	}
	*at++ = '<';
	if (mailbox->address.length)
		at = mempcpy(at, mailbox->address.at, mailbox->address.length);
	*at++ = '>';
	return (size_t)(at - start);
}

static bool has_raw(const struct replay_record *record)
{
	return record->raw.at || record->raw_json;
}

static bool is_named(const struct replay_record *record)
{
	for (size_t i = 0; i < record->from_count; i++)
		if (!record->from[i].named)
			return false;
	return record->has_from;
}

/* The mailboxes as they were recorded say all that the policies look at; else the header as it came does. */
static bool mailboxes_do(const struct generation *generation, const struct replay_record *record)
{
	return record->has_from && (generation->slot[KEY_FROM_DISPLAY_NAME] < 0 || is_named(record));
}

/* Neither do: what the daemon that wrote the record did not look at. */
static bool is_lacking(const struct generation *generation, const struct replay_record *record)
{
	return generation->wants_headers && !mailboxes_do(generation, record) && !has_raw(record);
}

/* The From headers as they came. False: memory is short, or that is no list of texts. */
static bool say_raw(struct message *message, const struct replay_record *record)
{
	json_t *read = record->raw_json ? NULL : json_loadb(record->raw.at, record->raw.length, 0, NULL);
	const json_t *list = record->raw_json ? record->raw_json : read;
	bool good = json_is_array(list);

	for (size_t i = 0; good && i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		struct text value = { json_string_value(one), json_string_length(one) };
		good = value.at && message_header(message, TEXT("From"), value);
	}
	json_decref(read);
	return good;
}

static bool say_from(struct message *message, const struct replay_record *record, struct arena *arena)
{
	size_t room = 1, used = 0;

	for (size_t i = 0; i < record->from_count; i++)
		room += 3 * record->from[i].name.length + record->from[i].address.length + 16;
	char *value = arena_take(arena, room);
	if (!value)
		return false;
	for (size_t i = 0; i < record->from_count; i++) {
		if (i) {
			value[used++] = ',';
			value[used++] = ' ';
		}
		used += put_mailbox(value + used, &record->from[i]);
	}
	return message_header(message, TEXT("From"), (struct text){ value, used });
}

static const struct {
	enum record_text text;
	struct text name;
} fields[] = {
	{ RECORD_RETURN_PATH, { "Return-Path", 11 } },
	{ RECORD_CONFIGURATION_SET, { "X-SES-CONFIGURATION-SET", 23 } },
	{ RECORD_SOURCE_ARN, { "X-SES-SOURCE-ARN", 16 } },
	{ RECORD_FROM_ARN, { "X-SES-FROM-ARN", 14 } },
	{ RECORD_RETURN_PATH_ARN, { "X-SES-RETURN-PATH-ARN", 21 } },
	{ RECORD_TENANT, { "X-SES-TENANT", 12 } },
	{ RECORD_FULL_NAME, { "Full-Name", 9 } },
};

/*
 * The usual message: From is the envelope's sender, whom the policies are asked about in any case; without a From header
 * they are asked the same.
 */
static bool from_adds_nothing(const struct generation *generation, const struct replay_record *record)
{
	return record->from_count == 1 && !record->of[RECORD_FULL_NAME].length && generation->slot[KEY_FROM_DISPLAY_NAME] < 0 &&
		!record->completed_count && text_equals(record->from[0].address, record->of[RECORD_SENDER]);
}

static bool say_headers(struct message *message, const struct generation *generation, const struct replay_record *record,
	struct arena *arena)
{
	if (!mailboxes_do(generation, record) && has_raw(record)) {
		if (!say_raw(message, record))
			return false;
	} else if (record->from_count && !from_adds_nothing(generation, record) && !say_from(message, record, arena)) {
		return false;
	}
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (record->of[fields[i].text].length && !message_header(message, fields[i].name, record->of[fields[i].text]))
			return false;
	/* Of one that policies can say nothing of, the name is there. */
	return !record->of[RECORD_SES_HEADER].length || message_header(message, record->of[RECORD_SES_HEADER], TEXT(""));
}

/* DATA and what follows it, no further than `last`; `unknown` becomes true where the record says too little of that. */
static struct outcome decide_rest(struct message *message, const struct generation *generation, const struct replay_record *record,
	struct arena *arena, enum stage last, struct outcome outcome, bool *unknown)
{
	const bool *may_refuse = generation->may_refuse;
	bool lacking = last >= STAGE_EOH && is_lacking(generation, record);

	/* Where headers are lacking this is all that can be certain. */
	if (may_refuse[STAGE_DATA] || last == STAGE_DATA || lacking)
		outcome = message_data(message, true);
	*unknown = lacking && outcome.action == OUTCOME_CONTINUE;
	if (last == STAGE_DATA || lacking || outcome.action != OUTCOME_CONTINUE)
		return outcome;
	if (generation->wants_headers && !say_headers(message, generation, record, arena))
		return (struct outcome){ .action = OUTCOME_TROUBLE };
	if (may_refuse[STAGE_EOH] || last == STAGE_EOH)
		outcome = message_headers_end(message, true);
	return outcome.action == OUTCOME_CONTINUE && last == STAGE_EOM ? message_end(message) : outcome;
}

/*
 * How far the message went. One that was let through before its end (milter.json(5), early_accept) has been there all the same: what its
 * record does not hold is not known, and nothing of it is absent.
 */
static enum stage last_of(const struct replay_record *record, bool *early)
{
	enum stage last = stage_of(record->of[RECORD_STAGE]);

	*early = last < STAGE_EOM && text_equals(record->of[RECORD_DECISION], TEXT("allowed"));
	return *early ? STAGE_EOM : last;
}

bool replay_decide(struct message *message, const struct generation *generation, const struct replay_record *record,
	struct arena *arena, struct judgement *out)
{
	/* What the record has of headers is what was shown: an MTA that completes them later is not asked about again. */
	struct client client = { .tls = record->tls, .login = record->of[RECORD_LOGIN], .headers_complete = true };
	bool early, unknown = false;
	enum stage last = last_of(record, &early), told = stage_of(record->of[RECORD_STAGE]);
	const bool *may_refuse = generation->may_refuse;
	struct instant time = { 0 };
	size_t taken = 0;

	*out = (struct judgement){ .recipient = SIZE_MAX, .statement = -1, .stage = told };
	ip_parse(record->of[RECORD_CLIENT], &client.ip);
	instant_parse(record->of[RECORD_TIME], &time);
	message_begin(message, generation, &client, &time, true);
	struct outcome outcome = message_sender(message, record->of[RECORD_SENDER],
		replay_record_form(record, record->of[RECORD_SENDER]), may_refuse[STAGE_MAIL] || last == STAGE_MAIL);
	for (size_t i = 0; outcome.action == OUTCOME_CONTINUE && last > STAGE_MAIL && i < record->recipient_count; i++) {
		struct outcome one = message_recipient(message, record->recipients[i],
			replay_record_form(record, record->recipients[i]), may_refuse[STAGE_RCPT] || last == STAGE_RCPT);
		if (one.action == OUTCOME_TROUBLE)
			return false;
		if (one.action == OUTCOME_REFUSE && !out->refused) {
			note(out, &one);
			out->recipient = i;
		}
		taken += one.action == OUTCOME_CONTINUE;
	}
	/* Before DATA more recipients may have come than the record has. */
	if (early && told < STAGE_DATA && certain_recipients_matter(generation))
		unknown = outcome.action == OUTCOME_CONTINUE;
	else if (outcome.action == OUTCOME_CONTINUE && last > STAGE_RCPT && (taken || !record->recipient_count))
		outcome = decide_rest(message, generation, record, arena, last, outcome, &unknown);
	if (outcome.action == OUTCOME_REFUSE)
		note(out, &outcome);
	/* A record has not the headers for which the form of a message is refused: where that is asked, they stand there still. */
	bool form = generation->form_check && last >= STAGE_EOH && text_equals(record->of[RECORD_REASON], TEXT("form"));
	if (form && !out->refused && outcome.action == OUTCOME_CONTINUE)
		return replay_recorded(record, out) || out->refused;
	if (outcome.action == OUTCOME_CONTINUE && (taken || !record->recipient_count))
		out->end = last == STAGE_EOM && !unknown && (!early || told >= STAGE_DATA) ? END_PASSES : END_UNKNOWN;
	/* A recipient that is refused is so whatever the headers say. */
	out->unknown = unknown && !out->refused;
	return outcome.action != OUTCOME_TROUBLE;
}
