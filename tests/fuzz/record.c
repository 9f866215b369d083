/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: lines, each a record of a decision.
 *
 * Promises: what the quick reader takes, jansson takes too where it is JSON at all, and both read the same; what was read of
 * a line leaves nothing for the next one; every text stands in the line.
 */
#include "fuzz/fuzz.h"
#include "tool/replay_record.h"

#include <string.h>

enum { LINES = 8 };

/* Where the texts stand in JSON, by enum record_text. */
static const char *const members[RECORD_TEXTS] = {
	[RECORD_ID] = "id",
	[RECORD_QUEUE_ID] = "queue_id",
	[RECORD_DECISION] = "decision",
	[RECORD_POLICY] = "policy",
	[RECORD_SID] = "sid",
	[RECORD_REASON] = "reason",
	[RECORD_MODE] = "mode",
	[RECORD_PRINCIPAL] = "principal",
	[RECORD_STAGE] = "stage",
	[RECORD_TIME] = "time",
	[RECORD_CLIENT] = "client",
	[RECORD_LOGIN] = "login",
	[RECORD_SENDER] = "sender",
	[RECORD_RETURN_PATH] = "return_path",
	[RECORD_CONFIGURATION_SET] = "configuration_set",
	[RECORD_SOURCE_ARN] = "source_arn",
	[RECORD_FROM_ARN] = "from_arn",
	[RECORD_RETURN_PATH_ARN] = "return_path_arn",
	[RECORD_TENANT] = "tenant",
	[RECORD_FULL_NAME] = "full_name",
	[RECORD_SES_HEADER] = "ses_header",
};

/* A text of a record as jansson has it; null and absent are empty. */
static bool says(struct text text, const json_t *json)
{
	if (!json || json_is_null(json))
		return !text.length;
	return json_is_string(json) && text_equals(text, (struct text){ json_string_value(json), json_string_length(json) });
}

static void lists_check(const struct replay_record *record, const json_t *root)
{
	const json_t *recipients = json_object_get(root, "recipients"), *from = json_object_get(root, "header_from"),
		     *completed = json_object_get(root, "completed");

	FUZZ_CHECK(record->recipient_count == json_array_size(recipients));
	for (size_t i = 0; i < record->recipient_count; i++)
		FUZZ_CHECK(says(record->recipients[i], json_array_get(recipients, i)));
	FUZZ_CHECK(record->has_from == json_is_array(from) && record->from_count == json_array_size(from));
	for (size_t i = 0; i < record->from_count; i++) {
		const json_t *one = json_array_get(from, i);
		FUZZ_CHECK(says(record->from[i].address, json_object_get(one, "address")));
		FUZZ_CHECK(says(record->from[i].name, json_object_get(one, "name")));
		FUZZ_CHECK(record->from[i].named == json_is_string(json_object_get(one, "name")));
	}
	FUZZ_CHECK(record->completed_count == json_array_size(completed));
	for (size_t i = 0; i < record->completed_count; i++) {
		const json_t *one = json_array_get(completed, i);
		FUZZ_CHECK(says(record->completed[i].address, json_object_get(one, "address")));
		FUZZ_CHECK(says(record->completed[i].as, json_object_get(one, "as")));
	}
}

/* A value that the quick reader only marks, and jansson reads. */
static void marked_check(struct text marked, const json_t *read, const json_t *value)
{
	if (marked.at) {
		json_t *again = json_loadb(marked.at, marked.length, 0, NULL);
		FUZZ_CHECK(again && json_equal(again, value));
		json_decref(again);
	} else {
		FUZZ_CHECK(read ? json_equal(read, value) : !value || json_is_null(value));
	}
}

static void record_check(const struct replay_record *record, const json_t *root)
{
	const json_t *statement = json_object_get(root, "statement");

	for (size_t i = 0; i < RECORD_TEXTS; i++)
		FUZZ_CHECK(members[i] && says(record->of[i], json_object_get(root, members[i])));
	FUZZ_CHECK(record->tls == json_is_true(json_object_get(root, "tls")));
	FUZZ_CHECK(json_is_integer(statement) ? record->statement == json_integer_value(statement) : record->statement == -1);
	lists_check(record, root);
	marked_check(record->raw, record->raw_json, json_object_get(root, "header_from_raw"));
	marked_check(record->quota, record->quota_json, json_object_get(root, "quota"));
}

static bool stands_in(struct text text, struct text line)
{
	return !text.length || (text.at >= line.at && text.at + text.length <= line.at + line.length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct replay_record record = { 0 };
	struct text lines[LINES];
	size_t count = fuzz_lines(fuzz_text(data, size), lines, LINES);

	for (size_t i = 0; i < count; i++) {
		enum record_found found = replay_record_read(&record, lines[i]);
		json_t *root = json_loadb(lines[i].at, lines[i].length, 0, NULL);
		json_t *strict = json_loadb(lines[i].at, lines[i].length, JSON_REJECT_DUPLICATES, NULL);

		FUZZ_CHECK(found != RECORD_MEMORY);
		for (size_t t = 0; t < RECORD_TEXTS && found == RECORD_READ && !record.root; t++)
			FUZZ_CHECK(stands_in(record.of[t], lines[i]));
		/* Of a member that is there twice either may count: the daemon writes none. */
		if (found == RECORD_READ && strict)
			record_check(&record, strict);
		/* What jansson alone took was JSON. */
		FUZZ_CHECK(found != RECORD_READ || !record.root || root);
		json_decref(strict);
		json_decref(root);
	}
	replay_record_free(&record);
	return 0;
}
