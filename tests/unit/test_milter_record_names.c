/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records of real messages. Display names are decoded by GMime, and GLib ends the process when it gets no memory: so
 * GMime is asked only where a policy asks for them, never for the sake of the record. What the filter did not look at
 * is null, what is not there is empty.
 */
#include "unit/check.h"

#include "unit/generation_of.h"

#include "record_json.h"

#include <stdlib.h>

#include <gmime/gmime.h>
#include <jansson.h>

static size_t asked; /* how often GMime was */

char *__real_g_mime_utils_header_decode_phrase(GMimeParserOptions *options, const char *text);
char *__wrap_g_mime_utils_header_decode_phrase(GMimeParserOptions *options, const char *text);

char *__wrap_g_mime_utils_header_decode_phrase(GMimeParserOptions *options, const char *text)
{
	asked++;
	return __real_g_mime_utils_header_decode_phrase(options, text);
}

#define DENY(condition) \
	"{\"Statement\": {\"Effect\": \"Deny\", \"Principal\": \"*\", \"Action\": \"ses:*\", " \
	"\"Resource\": \"arn:aws:ses:us-west-2:123456789012:identity/example.net\", \"Condition\": {" condition "}}}"

#define BY_NAME DENY("\"StringEquals\": {\"ses:FromDisplayName\": \"Boss\"}")
#define BY_ADDRESS DENY("\"StringEquals\": {\"ses:FromAddress\": \"boss@example.net\"}")
#define BY_RECIPIENT DENY("\"ForAnyValue:StringEquals\": {\"ses:Recipients\": \"eve@evil.test\"}")
#define BY_FEEDBACK DENY("\"StringEquals\": {\"ses:FeedbackAddress\": \"eve@evil.test\"}")

static const struct {
	const char *name, *policy, *header; /* header NULL: none */
	enum from_address mode;
	bool headers_come;
	size_t asked;
	const char *from, *raw; /* members of the record, as JSON */
} rows[] = {
	{ "a policy asks for names", BY_NAME, "=?utf-8?q?J=C3=B6?= <a@example.net>", FROM_BOTH, true, 1,
		"[{\"address\":\"a@example.net\",\"name\":\"J\303\266\"}]", "[\"=?utf-8?q?J=C3=B6?= <a@example.net>\"]" },
	{ "a policy asks for names, there is none", BY_NAME, "a@example.net", FROM_BOTH, true, 0,
		"[{\"address\":\"a@example.net\",\"name\":\"\"}]", "[\"a@example.net\"]" },
	{ "a policy asks for names, there is no From", BY_NAME, NULL, FROM_BOTH, true, 0, "[]", "[]" },
	{ "a policy asks for addresses", BY_ADDRESS, "=?utf-8?q?J=C3=B6?= <a@example.net>", FROM_BOTH, true, 0,
		"[{\"address\":\"a@example.net\",\"name\":null}]", "[\"=?utf-8?q?J=C3=B6?= <a@example.net>\"]" },
	{ "folded", BY_ADDRESS, "\"Jo\n Ho\" <a@example.net>", FROM_BOTH, true, 0,
		"[{\"address\":\"a@example.net\",\"name\":null}]", "[\"\\\"Jo\\u000a Ho\\\" <a@example.net>\"]" },
	{ "not valid", BY_ADDRESS, "Jo", FROM_BOTH, true, 0, "[]", "[\"Jo\"]" },
	{ "no UTF-8: it could not be read again", BY_ADDRESS, "J\366 <a@example.net>", FROM_BOTH, true, 0,
		"[{\"address\":\"a@example.net\",\"name\":null}]", "null" },
	{ "a policy asks for Return-Path", BY_FEEDBACK, "Jo <a@example.net>", FROM_ENVELOPE, true, 0, "null",
		"[\"Jo <a@example.net>\"]" },
	{ "no policy looks at headers", BY_RECIPIENT, "Jo <a@example.net>", FROM_ENVELOPE, true, 0, "null", "null" },
	{ "headers do not come", BY_RECIPIENT, NULL, FROM_ENVELOPE, false, 0, "null", "null" },
};

static json_t *record_of(const char *policy, enum from_address mode, bool headers_come, struct text header, enum stage stage)
{
	struct site_options options = { .from_address = mode };
	struct hold hold = { .generation = generation_of_site(policy, &options), .number = 1 };
	struct message *message = message_new();
	struct session session = { .hold = &hold, .message = message, .id = "id1" };
	struct json_line line;

	assert_non_null(message);
	message_begin(message, hold.generation, &session.client, &session.began, headers_come);
	struct outcome outcome = message_sender(message, TEXT("a@example.net"), TEXT(""), true);
	if (stage > STAGE_RCPT) {
		message_recipient(message, TEXT("r@example.org"), TEXT(""), true);
		message_data(message, true);
		if (header.length)
			assert_true(message_header(message, TEXT("From"), header));
		outcome = message_end(message);
	}
	assert_true(record_json(&(struct record){ &session, &outcome, NULL, NULL, RECORD_ENFORCE, NULL }, &line));
	json_t *json = json_loadb(line.at, line.used, 0, NULL);
	assert_non_null(json);
	free(line.at);
	message_free(message);
	generation_free(hold.generation);
	return json;
}

static bool is(const json_t *record, const char *member, const char *wanted)
{
	json_t *value = json_loads(wanted, JSON_DECODE_ANY, NULL);
	bool same = value && json_object_get(record, member) && json_equal(json_object_get(record, member), value);

	json_decref(value);
	return same;
}

static void names_are_decoded_only_for_a_policy(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		asked = 0;
		json_t *record = record_of(rows[i].policy, rows[i].mode, rows[i].headers_come, text_of(rows[i].header), STAGE_EOM);
		CHECK_CASE(failures, rows[i].name, is(record, "header_from", rows[i].from));
		CHECK_CASE(failures, rows[i].name, is(record, "header_from_raw", rows[i].raw));
		CHECK_CASE(failures, rows[i].name, asked == rows[i].asked);
		json_decref(record);
	}
	assert_int_equal(failures, 0);
}

static void before_the_headers_nothing_is_known_of_them(void **state)
{
	json_t *record = record_of(BY_NAME, FROM_BOTH, true, text_of(NULL), STAGE_MAIL);

	(void)state;
	assert_true(is(record, "header_from", "null"));
	assert_true(is(record, "header_from_raw", "null"));
	json_decref(record);
}

/* A record stays a line of bounded length, whatever the header. */
static void a_long_header_is_not_kept(void **state)
{
	static char header[8000];

	(void)state;
	for (size_t length = 4096; length <= 4097; length++) {
		memset(header, 'x', length);
		memcpy(header + length - 16, " <a@example.net>", 16);
		json_t *record = record_of(BY_ADDRESS, FROM_BOTH, true, (struct text){ header, length }, STAGE_EOM);
		assert_true(is(record, "header_from", "[{\"address\":\"a@example.net\",\"name\":null}]"));
		assert_int_equal(json_is_null(json_object_get(record, "header_from_raw")), length > 4096);
		json_decref(record);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_decoded_only_for_a_policy),
		cmocka_unit_test(before_the_headers_nothing_is_known_of_them),
		cmocka_unit_test(a_long_header_is_not_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
