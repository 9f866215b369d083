/* SPDX-License-Identifier: BSD-2-Clause */
#include "record_json.h"

#include "quota/quota_key.h"
#include "ses/message_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void put_time(struct json_line *line, const struct instant *began)
{
	char text[80], whole[40];
	time_t seconds = (time_t)began->seconds;
	struct tm utc;

	if (!gmtime_r(&seconds, &utc))
		memset(&utc, 0, sizeof utc);
	strftime(whole, sizeof whole, "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(text, sizeof text, "%s.%03uZ", whole, began->nanoseconds / 1000000u % 1000u);
	json_line_text(line, "time", text_of(text));
}

static void put_number(struct json_line *line, const char *key, long value)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%ld", value);
	json_line_word(line, key, value < 0 ? "null" : digits);
}

/* Names are not decoded for the record: for want of memory that would end the process. */
static void put_header_from(struct json_line *line, const struct message *message)
{
	if (!message || !message_from_is_read(message)) {
		json_line_word(line, "header_from", "null");
		return;
	}
	json_line_open(line, "header_from", '[');
	for (size_t i = 0; i < message_from_count(message); i++) {
		json_line_open(line, NULL, '{');
		json_line_text(line, "address", message_from_address(message, i));
		if (message_from_is_named(message))
			json_line_text(line, "name", message_from_name(message, i));
		else
			json_line_word(line, "name", "null");
		json_line_close(line, '}');
	}
	json_line_close(line, ']');
}

/* What cannot be read again as it came is left out. */
static bool can_be_kept(const struct text *values, size_t count)
{
	size_t length = 0;

	for (size_t i = 0; i < count; i++) {
		length += values[i].length;
		if (length > RECORD_RAW_MAX || !text_is_utf8(values[i]))
			return false;
	}
	return true;
}

static void put_header_from_raw(struct json_line *line, const struct message *message, enum stage stage)
{
	const struct text *values;
	size_t count;

	if (!message || stage < STAGE_EOH || !message_from_headers(message, &values, &count) || !can_be_kept(values, count)) {
		json_line_word(line, "header_from_raw", "null");
		return;
	}
	json_line_open(line, "header_from_raw", '[');
	for (size_t i = 0; i < count; i++)
		json_line_text(line, NULL, values[i]);
	json_line_close(line, ']');
}

static void put_recipients(struct json_line *line, const struct message *message, const struct outcome *outcome)
{
	size_t count = message && outcome->stage != STAGE_RCPT ? message_recipient_count(message) : 0;

	json_line_open(line, "recipients", '[');
	if (outcome->stage == STAGE_RCPT && outcome->address.length)
		json_line_text(line, NULL, outcome->address);
	for (size_t i = 0; i < count; i++)
		json_line_text(line, NULL, message_recipient_address(message, i));
	json_line_close(line, ']');
}

static void put_form(struct json_line *line, struct text address, struct text form)
{
	if (!form.length)
		return;
	json_line_open(line, NULL, '{');
	json_line_text(line, "address", address);
	json_line_text(line, "as", form);
	json_line_close(line, '}');
}

/* Addresses that the MTA relays in another form, and which: they are judged in both. */
static void put_completed(struct json_line *line, const struct message *message, const struct outcome *outcome)
{
	size_t count = message && outcome->stage != STAGE_RCPT ? message_recipient_count(message) : 0;

	json_line_open(line, "completed", '[');
	if (message)
		put_form(line, message_sender_address(message), message_sender_completed(message));
	for (size_t i = 0; i < count; i++)
		put_form(line, message_recipient_address(message, i), message_recipient_completed(message, i));
	json_line_close(line, ']');
}

static bool told_before(const struct message *message, size_t index, struct text first)
{
	struct text resource = message_resource(message, index);

	if (text_equals(resource, first))
		return true;
	for (size_t i = 0; i < index; i++)
		if (text_equals(resource, message_resource(message, i)))
			return true;
	return false;
}

static void put_resources(struct json_line *line, const struct message *message, const struct outcome *outcome)
{
	size_t count = message ? message_resource_count(message) : 0;

	json_line_open(line, "resources", '[');
	if (outcome->resource.length)
		json_line_text(line, NULL, outcome->resource);
	for (size_t i = 0; i < count; i++)
		if (!told_before(message, i, outcome->resource))
			json_line_text(line, NULL, message_resource(message, i));
	json_line_close(line, ']');
}

static void put_reply(struct json_line *line, const struct reply *reply)
{
	char text[REPLY_LINE_MAX], whole[2 * REPLY_LINE_MAX];

	if (!reply) {
		json_line_word(line, "reply", "null");
		return;
	}
	reply_text(reply, text);
	snprintf(whole, sizeof whole, "%s %s %s", reply->code, reply->xcode, text);
	json_line_text(line, "reply", text_of(whole));
}

static void put_quota(struct json_line *line, const struct throttled *throttled)
{
	char digits[32];

	if (!throttled) {
		json_line_word(line, "quota", "null");
		return;
	}
	json_line_open(line, "quota", '{');
	json_line_text(line, "scope", quota_scope_name(throttled->key->scope));
	json_line_text(line, "key", throttled->key->name);
	json_line_text(line, "kind", text_of(throttled_kind_name(throttled->kind)));
	put_number(line, "used", (long)throttled->used);
	snprintf(digits, sizeof digits, "%.10g", (double)throttled->limit / 1000);
	if (throttled->kind == THROTTLED_SECOND)
		json_line_word(line, "limit", digits);
	else
		put_number(line, "limit", (long)throttled->limit);
	put_number(line, "asked", (long)throttled->asked);
	put_number(line, "retry_after", throttled->retry_after ? (long)throttled->retry_after : -1);
	json_line_close(line, '}');
}

static const struct {
	const char *key;
	enum header_field field;
} headers[] = {
	{ "configuration_set", HEADER_CONFIGURATION_SET },
	{ "source_arn", HEADER_SOURCE_ARN },
	{ "from_arn", HEADER_FROM_ARN },
	{ "return_path_arn", HEADER_RETURN_PATH_ARN },
	{ "tenant", HEADER_TENANT },
};

/* Beside a From header it says nothing. */
static struct text full_name(const struct message *message)
{
	return message_header_value(message, HEADER_FROM).length ? TEXT("") : message_header_value(message, HEADER_FULL_NAME);
}

/* The name of one that steers SES, and that policies can say nothing of. */
static struct text ses_header(const struct message *message)
{
	struct text plain = message_header_value(message, HEADER_SES_PLAIN);

	return plain.length ? plain : message_header_value(message, HEADER_SES_UNKNOWN);
}

bool record_json(const struct record *record, struct json_line *line)
{
	const struct session *session = record->session;
	const struct outcome *outcome = record->outcome;
	const struct message *message = record_message(record);
	char ip[IP_TEXT_SIZE];

	*line = (struct json_line){ 0 };
	json_line_open(line, NULL, '{');
	put_time(line, &session->began);
	json_line_text(line, "id", text_of(session->id));
	json_line_text_or_null(line, "queue_id", text_of(record->queue));
	json_line_text(line, "stage", text_of(stage_name(outcome->stage)));
	json_line_text(line, "decision", text_of(record_decision(record)));
	json_line_text(line, "mode", text_of(record_mode_name(record->mode)));
	json_line_text_or_null(line, "would", text_of(record_would(record)));
	put_number(line, "generation", session->hold ? (long)session->hold->number : -1);
	json_line_text_or_null(line, "client", text_of(session->client.ip.family ? ip_print(&session->client.ip, ip) : NULL));
	json_line_text_or_null(line, "login", record_login(record, message));
	json_line_word(line, "tls", session->client.tls ? "true" : "false");
	json_line_text_or_null(line, "principal", outcome->principal);
	json_line_text(line, "sender", message ? record_sender(record, message) : TEXT(""));
	put_header_from(line, message);
	put_header_from_raw(line, message, outcome->stage);
	put_recipients(line, message, outcome);
	put_completed(line, message, outcome);
	json_line_text_or_null(line, "return_path", message ? message_return_path(message) : TEXT(""));
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
		json_line_text_or_null(line, headers[i].key, message ? message_header_value(message, headers[i].field) : TEXT(""));
	json_line_text_or_null(line, "full_name", message ? full_name(message) : TEXT(""));
	json_line_text_or_null(line, "ses_header", message ? ses_header(message) : TEXT(""));
	put_resources(line, message, outcome);
	json_line_text_or_null(line, "egress", outcome->egress);
	json_line_text_or_null(line, "policy", outcome->policy);
	json_line_text_or_null(line, "sid", outcome->sid);
	put_number(line, "statement", outcome->action == OUTCOME_REFUSE ? outcome->statement : -1);
	json_line_text_or_null(line, "layer", outcome->layer);
	put_number(line, "level", outcome->level ? (long)outcome->level : -1);
	json_line_text(line, "reason", text_of(reason_rows[outcome->reason].word));
	put_quota(line, record->throttled);
	put_reply(line, record->reply);
	json_line_close(line, '}');
	json_line_end(line);
	return !line->failed;
}
