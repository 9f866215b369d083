/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record_json: every key in every line, whatever is known; valid JSON and valid
 * UTF-8 whatever bytes the mail had.
 */
#include "unit/check.h"

#include "unit/fake_message.h"

#include "record_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

static struct session session;

static int begin(void **state)
{
	(void)state;
	session_connect(&session, NULL);
	session.client.ip = (struct ip){ 4, { 192, 0, 2, 1 } };
	fake_put("MRD");
	if (!session_begin(&session, "svc", false))
		return -1;
	session.client.tls = true;
	session.began = (struct instant){ 1732622400, 7999999 };
	strcpy(session.id, "id1");
	return 0;
}

static struct outcome refusal(enum stage stage)
{
	return (struct outcome){ OUTCOME_REFUSE, stage, DECISION_EXPLICIT_DENY, REASON_POLICY, "Access denied",
		TEXT("example-policy"), TEXT("DenyAll"), 3, TEXT("arn:aws:iam::1:user/x"), TEXT("arn:r2"), TEXT("a@example.com"),
		TEXT("203.0.113.7"), TEXT("resource"), 0 };
}

static const struct reply told = { "550", "5.7.1", "Access denied", "id1" };

static void check(const struct record *record, const char *wanted)
{
	struct json_line line;

	assert_true(record_json(record, &line));
	assert_string_equal(line.at, wanted);
	assert_int_equal(line.used, strlen(wanted));
	free(line.at);
}

static void a_refusal_in_full(void **state)
{
	struct outcome outcome = refusal(STAGE_RCPT);

	(void)state;
	message_sender(session.message, TEXT("s@example.net"), TEXT(""), true);
	check(&(struct record){ &session, &outcome, &told, "4ABC", RECORD_MONITOR, NULL },
		"{\"time\":\"2024-11-26T12:00:00.007Z\",\"id\":\"id1\",\"queue_id\":\"4ABC\",\"stage\":\"RCPT\","
		"\"decision\":\"explicitDeny\",\"mode\":\"monitor\",\"would\":\"would-reject\",\"generation\":1,"
		"\"client\":\"192.0.2.1\",\"login\":\"svc\",\"tls\":true,\"principal\":\"arn:aws:iam::1:user/x\","
		"\"sender\":\"s@example.net\",\"header_from\":[],\"header_from_raw\":null,\"recipients\":[\"a@example.com\"],\"completed\":[],\"return_path\":null,"
		"\"configuration_set\":\"set-1\",\"source_arn\":null,\"from_arn\":null,\"return_path_arn\":null,\"tenant\":null,\"full_name\":null,\"ses_header\":null,"
		"\"resources\":[\"arn:r2\",\"arn:r1\"],\"egress\":\"203.0.113.7\",\"policy\":\"example-policy\",\"sid\":\"DenyAll\",\"statement\":3,"
		"\"layer\":\"resource\",\"level\":null,"
		"\"reason\":\"policy\",\"quota\":null,\"reply\":\"550 5.7.1 Access denied id=id1\"}\n");
}

static void what_is_let_through(void **state)
{
	const struct outcome outcome = { .stage = STAGE_EOM, .statement = -1, .reason = REASON_NONE };

	(void)state;
	message_recipient(session.message, TEXT("r@example.org"), TEXT(""), true);
	message_header(session.message, TEXT("From"), TEXT("f@example.net"));
	check(&(struct record){ &session, &outcome, NULL, NULL, RECORD_ENFORCE, NULL },
		"{\"time\":\"2024-11-26T12:00:00.007Z\",\"id\":\"id1\",\"queue_id\":null,\"stage\":\"EOM\","
		"\"decision\":\"allowed\",\"mode\":\"enforce\",\"would\":null,\"generation\":1,"
		"\"client\":\"192.0.2.1\",\"login\":\"svc\",\"tls\":true,\"principal\":null,"
		"\"sender\":\"s@example.net\",\"header_from\":[{\"address\":\"f@example.net\",\"name\":\"Name\"}],"
		"\"header_from_raw\":[\"f@example.net\"],"
		"\"recipients\":[\"r@example.org\"],\"completed\":[],\"return_path\":null,"
		"\"configuration_set\":\"set-1\",\"source_arn\":null,\"from_arn\":null,\"return_path_arn\":null,\"tenant\":null,\"full_name\":null,\"ses_header\":null,"
		"\"resources\":[\"arn:r1\",\"arn:r2\"],\"egress\":null,\"policy\":null,\"sid\":null,\"statement\":null,"
		"\"layer\":null,\"level\":null,"
		"\"reason\":\"\",\"quota\":null,\"reply\":null}\n");
}

/* Both forms of each address that has two. */
static void what_the_mta_completes(void **state)
{
	const struct outcome outcome = { .stage = STAGE_EOM, .statement = -1, .reason = REASON_NONE };
	struct json_line line;

	(void)state;
	message_sender(session.message, TEXT("s@mail"), TEXT("+s@mail.example.net"), true);
	assert_true(record_json(&(struct record){ &session, &outcome, NULL, NULL, RECORD_ENFORCE, NULL }, &line));
	assert_non_null(strstr(line.at,
		",\"completed\":[{\"address\":\"s@mail+s@mail.example.net\",\"as\":\"+s@mail.example.net\"},"
		"{\"address\":\"r@example.org\",\"as\":\"+s@mail.example.net\"}],\"return_path\":"));
	free(line.at);
}

/* No message has begun: nothing is known, and nothing is missing. */
static void trouble_has_every_key(void **state)
{
	const struct outcome outcome = { .action = OUTCOME_TROUBLE,
		.stage = STAGE_MAIL,
		.statement = -1,
		.reason = REASON_NO_CLIENT };
	struct session bare = { .id = "id2" };
	const struct reply reply = { "451", "4.3.0", "Internal error", "id2" };

	(void)state;
	check(&(struct record){ &bare, &outcome, &reply, NULL, RECORD_ENFORCE, NULL },
		"{\"time\":\"1970-01-01T00:00:00.000Z\",\"id\":\"id2\",\"queue_id\":null,\"stage\":\"MAIL\","
		"\"decision\":\"error\",\"mode\":\"enforce\",\"would\":null,\"generation\":null,"
		"\"client\":null,\"login\":null,\"tls\":false,\"principal\":null,"
		"\"sender\":\"\",\"header_from\":null,\"header_from_raw\":null,\"recipients\":[],\"completed\":[],\"return_path\":null,"
		"\"configuration_set\":null,\"source_arn\":null,\"from_arn\":null,\"return_path_arn\":null,\"tenant\":null,\"full_name\":null,\"ses_header\":null,"
		"\"resources\":[],\"egress\":null,\"policy\":null,\"sid\":null,\"statement\":null,"
		"\"layer\":null,\"level\":null,"
		"\"reason\":\"no-client\",\"quota\":null,\"reply\":\"451 4.3.0 Internal error id=id2\"}\n");
}

/* A limit that was met, as the settings have it. */
static void limits_are_whole(void **state)
{
	static const struct quota_key key = { .scope = QUOTA_SENDER, .name = { "a@example.net", 13 } };
	static const struct {
		const char *name;
		struct throttled throttled;
		const char *want;
	} rows[] = {
		{ "a day", { &key, THROTTLED_DAY, 1234567, 1234567, 2, 3600 },
			"\"kind\":\"day\",\"used\":1234567,\"limit\":1234567,\"asked\":2,\"retry_after\":3600}" },
		{ "less than one a second", { &key, THROTTLED_SECOND, 1, 10, 1, 100 },
			"\"kind\":\"second\",\"used\":1,\"limit\":0.01,\"asked\":1,\"retry_after\":100}" },
		{ "many a second", { &key, THROTTLED_SECOND, 1, 12345678, 1, 1 },
			"\"kind\":\"second\",\"used\":1,\"limit\":12345.678,\"asked\":1,\"retry_after\":1}" },
		{ "the most", { &key, THROTTLED_SECOND, 1, INT64_C(1000000000), 1, 1 },
			"\"kind\":\"second\",\"used\":1,\"limit\":1000000,\"asked\":1,\"retry_after\":1}" },
		{ "it can never pass", { &key, THROTTLED_SIZE, 0, 20, 50, 0 },
			"\"kind\":\"size\",\"used\":0,\"limit\":20,\"asked\":50,\"retry_after\":null}" },
		{ "nobody knows how many", { &key, THROTTLED_DAY, -1, 20, 1, 1 },
			"\"kind\":\"day\",\"used\":null,\"limit\":20,\"asked\":1,\"retry_after\":1}" },
	};
	const struct outcome outcome = refusal(STAGE_EOM);
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char want[256];
		struct json_line line;

		snprintf(want, sizeof want, "\"quota\":{\"scope\":\"sender\",\"key\":\"a@example.net\",%s", rows[i].want);
		assert_true(record_json(&(struct record){ &session, &outcome, &told, NULL, RECORD_ENFORCE, &rows[i].throttled },
			&line));
		CHECK_CASE(failures, rows[i].name, strstr(line.at, want));
		free(line.at);
	}
	assert_int_equal(failures, 0);
}

static void any_bytes_make_valid_json(void **state)
{
	static const struct {
		const char *name, *value, *shown, *read;
	} rows[] = {
		{ "quote and backslash", "\"\\", "\"\\\"\\\\\"", "\"\\" },
		{ "line break", "a\r\n\tb", "\"a\\u000d\\u000a\\u0009b\"", "a\r\n\tb" },
		{ "escape, delete", "\033\177", "\"\\u001b\\u007f\"", "\033\177" },
		{ "C1", "\xc2\x9b", "\"\\u009b\"", "\xc2\x9b" },
		{ "UTF-8", "j\xc3\xb6\xe2\x82\xac\xf0\x9f\x93\xa7", "\"j\xc3\xb6\xe2\x82\xac\xf0\x9f\x93\xa7\"",
			"j\xc3\xb6\xe2\x82\xac\xf0\x9f\x93\xa7" },
		{ "stray byte",
			"a\xff"
			"b",
			"\"a\\ufffdb\"",
			"a\xef\xbf\xbd"
			"b" },
		{ "overlong", "\xc0\xaf", "\"\\ufffd\\ufffd\"", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "surrogate", "\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "cut off", "\xe2\x82", "\"\\ufffd\\ufffd\"", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "empty", "", "\"\"", "" },
	};
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct json_line line = { 0 };
		json_line_text(&line, NULL, text_of(rows[i].value));
		CHECK_CASE(failures, rows[i].name, strcmp(line.at, rows[i].shown) == 0);
		json_t *value = json_loads(line.at, JSON_DECODE_ANY, NULL);
		CHECK_CASE(failures, rows[i].name, value && strcmp(json_string_value(value), rows[i].read) == 0);
		json_decref(value);
		free(line.at);
	}
	assert_int_equal(failures, 0);
}

/* Seconds for which there is no year: the line says no time of today, and all else that it has. */
static void a_time_beyond_all_years(void **state)
{
	const struct instant began = session.began;
	const struct outcome outcome = { .stage = STAGE_EOM, .statement = -1, .reason = REASON_NONE };
	struct json_line line;

	(void)state;
	session.began.seconds = INT64_MAX;
	assert_true(record_json(&(struct record){ &session, &outcome, NULL, NULL, RECORD_ENFORCE, NULL }, &line));
	session.began = began;
	json_t *root = json_loadb(line.at, line.used, 0, NULL);
	assert_string_equal(json_string_value(json_object_get(root, "time")), "1900-01-00T00:00:00.007Z");
	assert_string_equal(json_string_value(json_object_get(root, "id")), "id1");
	json_decref(root);
	free(line.at);
}

/* Thousands of bytes that all need an escape. */
static void a_line_has_no_bound(void **state)
{
	static char value[100000];
	struct json_line line = { 0 };

	(void)state;
	memset(value, 1, sizeof value);
	json_line_text(&line, "k", (struct text){ value, sizeof value });
	assert_false(line.failed);
	assert_int_equal(line.used, 6 * sizeof value + 6);
	assert_memory_equal(line.at + line.used - 7, "\\u0001\"", 7);
	free(line.at);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refusal_in_full),
		cmocka_unit_test(what_is_let_through),
		cmocka_unit_test(what_the_mta_completes),
		cmocka_unit_test(trouble_has_every_key),
		cmocka_unit_test(limits_are_whole),
		cmocka_unit_test(any_bytes_make_valid_json),
		cmocka_unit_test(a_time_beyond_all_years),
		cmocka_unit_test(a_line_has_no_bound),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
