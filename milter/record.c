/* SPDX-License-Identifier: BSD-2-Clause */
#include "record.h"
#include "quota/quota_key.h"
#include "ses/message_report.h"
#include "ses/message_quota.h"

#include <stdio.h>
#include <string.h>

/* Longest value, escaped. Thirteen of them and the reply stay under RECORD_MAX in all but made-up mail. */
#define VALUE_MAX 200

struct line {
	char *out;
	size_t used;
};

static void put(struct line *line, const char *bytes, size_t length)
{
	if (length > RECORD_MAX - 1 - line->used)
		length = RECORD_MAX - 1 - line->used;
	memcpy(line->out + line->used, bytes, length);
	line->used += length;
	line->out[line->used] = '\0';
}

/* How many bytes at the beginning stand for themselves. */
static size_t plain_length(struct text value, bool spaces)
{
	size_t i = 0;

	for (; i < value.length; i++) {
		unsigned char byte = (unsigned char)value.at[i];
		if (!(byte > 0x20 && byte < 0x7f && byte != '"' && byte != '\\') && !(spaces && byte == ' '))
			break;
	}
	return i;
}

/* Cut with `...` so that at most `room` bytes are written. */
static void put_escaped(struct line *line, struct text value, size_t room, bool spaces)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t left = room - 3; value.length;) {
		size_t plain = plain_length(value, spaces), need = plain ? plain : 4;
		unsigned char byte = (unsigned char)value.at[0];
		const char hex[4] = { '\\', 'x', digits[byte >> 4], digits[byte & 15] };
		if (plain)
			put(line, value.at, plain < left ? plain : left);
		else if (need <= left)
			put(line, hex, sizeof hex);
		if (need > left) {
			put(line, "...", 3);
			return;
		}
		left -= need;
		value = text_from(value, plain ? plain : 1);
	}
}

static void put_key(struct line *line, const char *key)
{
	if (line->used)
		put(line, " ", 1);
	put(line, key, strlen(key));
	put(line, "=", 1);
}

/* An empty value is left out: a key that is there has something to say. */
static void put_value(struct line *line, const char *key, struct text value)
{
	if (value.length == 0)
		return;
	put_key(line, key);
	put_escaped(line, value, VALUE_MAX, false);
}

static void put_number(struct line *line, const char *key, unsigned long value)
{
	char digits[24];

	put_key(line, key);
	put(line, digits, (size_t)snprintf(digits, sizeof digits, "%lu", value));
}

static void put_thousandths(struct line *line, const char *key, int64_t value)
{
	char digits[32];

	put_key(line, key);
	put(line, digits, (size_t)snprintf(digits, sizeof digits, "%.10g", (double)value / 1000));
}

const char *record_mode_name(enum record_mode mode)
{
	static const char *const names[] = { "enforce", "monitor", "shadow" };

	return names[mode];
}

const char *record_would(const struct record *record)
{
	if (record->mode == RECORD_ENFORCE || !record->reply)
		return NULL;
	/* That a client is to try again is no trouble of ours. */
	return record->reply->code[0] == '5' || record->throttled ? "would-reject" : "would-tempfail";
}

const char *record_decision(const struct record *record)
{
	if (record->outcome->action == OUTCOME_TROUBLE)
		return "error";
	if (record->throttled)
		return "throttled";
	return record->outcome->action == OUTCOME_CONTINUE ? "allowed" : decision_name(record->outcome->decision);
}

struct message *record_message(const struct record *record)
{
	if (!record->session->hold)
		return NULL;
	return record->mode == RECORD_SHADOW ? record->session->shadow : record->session->message;
}

struct text record_login(const struct record *record, const struct message *message)
{
	return message ? message_login(message) : record->session->client.login;
}

struct text record_sender(const struct record *record, const struct message *message)
{
	struct text sender = message_sender_address(message);

	/* What is no address has no canonical form. */
	return sender.length == 0 && record->outcome->stage == STAGE_MAIL ? record->outcome->address : sender;
}

/* The recipient that was refused, or all of the message's. */
static void put_recipients(struct line *line, const struct message *message, const struct outcome *outcome)
{
	size_t count = message ? message_recipient_count(message) : 0;

	if (outcome->stage == STAGE_RCPT) {
		put_value(line, "rcpt", outcome->address);
		return;
	}
	if (count == 0)
		return;
	put_number(line, "nrcpt", count);
	put_value(line, "rcpt", message_recipient_address(message, 0));
}

/* The limit, as the reply has it; and how many times the like was not told. */
static void put_throttled(struct line *line, const struct throttled *throttled, unsigned long more)
{
	put_value(line, "quota", quota_scope_name(throttled->key->scope));
	if (throttled->key->scope != QUOTA_ACCOUNT)
		put_value(line, "key", message_quota_name(throttled->key));
	put_value(line, "kind", text_of(throttled_kind_name(throttled->kind)));
	if (throttled->used >= 0)
		put_number(line, "used", (unsigned long)throttled->used);
	if (throttled->kind == THROTTLED_SECOND)
		put_thousandths(line, "limit", throttled->limit);
	else
		put_number(line, "limit", (unsigned long)throttled->limit);
	put_number(line, "asked", (unsigned long)throttled->asked);
	if (throttled->retry_after)
		put_number(line, "retry_after", (unsigned long)throttled->retry_after);
	if (more)
		put_number(line, "more", more);
}

static void put_reply(struct line *line, const struct reply *reply)
{
	char text[REPLY_LINE_MAX];

	reply_text(reply, text);
	put_key(line, "reply");
	put(line, "\"", 1);
	put(line, reply->code, strlen(reply->code));
	put(line, " ", 1);
	put(line, reply->xcode, strlen(reply->xcode));
	put(line, " ", 1);
	put_escaped(line, text_of(text), REPLY_LINE_MAX, true);
	put(line, "\"", 1);
}

size_t record_line(const struct record *record, char out[RECORD_MAX])
{
	return record_line_throttled(record, 0, out);
}

size_t record_line_throttled(const struct record *record, unsigned long more, char out[RECORD_MAX])
{
	const struct session *session = record->session;
	const struct outcome *outcome = record->outcome;
	const struct message *message = record_message(record);
	struct line line = { out, 0 };
	char ip[IP_TEXT_SIZE];

	out[0] = '\0';
	put_value(&line, "id", text_of(record->reply ? record->reply->id : session->id));
	put_value(&line, "queue", text_of(record->queue));
	put_value(&line, "stage", text_of(stage_name(outcome->stage)));
	put_value(&line, "decision", text_of(record_decision(record)));
	/* Where there is nothing unusual these two stay away. */
	if (record_would(record)) {
		put_value(&line, "mode", text_of(record_mode_name(record->mode)));
		put_value(&line, "would", text_of(record_would(record)));
	}
	put_value(&line, "reason", text_of(reason_rows[outcome->reason].word));
	if (record->throttled)
		put_throttled(&line, record->throttled, more);
	put_value(&line, "client", text_of(session->client.ip.family ? ip_print(&session->client.ip, ip) : "unknown"));
	put_value(&line, "login", record_login(record, message));
	if (message) {
		struct text sender = record_sender(record, message);
		put_value(&line, "sender", sender.length ? sender : TEXT("<>"));
	}
	put_recipients(&line, message, outcome);
	put_value(&line, "policy", outcome->policy);
	put_value(&line, "sid", outcome->sid);
	if (outcome->action != OUTCOME_TROUBLE && outcome->statement >= 0)
		put_number(&line, "statement", (unsigned long)outcome->statement);
	/* Of the usual policies the name is enough. */
	if (outcome->level || text_equals(outcome->layer, text_of(policy_layer_name(LAYER_BOUNDARY))))
		put_value(&line, "layer", outcome->layer);
	if (outcome->level)
		put_number(&line, "level", outcome->level);
	put_value(&line, "principal", outcome->principal);
	put_value(&line, "resource", outcome->resource);
	put_value(&line, "egress", outcome->egress);
	if (session->hold)
		put_number(&line, "generation", session->hold->number);
	if (record->reply)
		put_reply(&line, record->reply);
	return line.used;
}
