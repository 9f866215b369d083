/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: values of aws:username, aws:PrincipalTag/team and ses:FromAddress on
 * three lines; behind them a text with policy variables.
 *
 * Promises: as a value of StringLike, StringEquals, ArnLike and as the end of a
 * Resource the text matches what it matches when the variables are written out
 * by hand, their values as data; while a key is pending, no answer is given that
 * the complete request contradicts.
 */
#include "fuzz/fuzz.h"
#include "fuzz/reference.h"
#include "iam/document.h"
#include "iam/evaluate.h"
#include "iam/policy_set.h"
#include "iam/statement.h"
#include "iam/statement_match.h"

#include <string.h>

enum { NAME, TEAM, FROM, KEYS, TEMPLATE = KEYS };
enum { LIKE, EQUALS, ARN, RESOURCE, STATEMENTS };

static const char *const keys[KEYS] = { "aws:username", "aws:PrincipalTag/team", "ses:FromAddress" };

#define ARN_START "arn:aws:ses:us-west-2:123456789012:identity/"

static json_t *statement_new(const char *resource, const char *end, const char *op, const char *key, const char *start,
	struct text text)
{
	json_t *statement = json_pack("{s:s, s:s, s:s+}", "Effect", "Deny", "Action", "*", "Resource", resource, end);
	json_t *value = json_sprintf("%s%.*s", start, TEXT_ARGS(text));

	FUZZ_CHECK(statement);
	/* No JSON string can hold bytes that are not UTF-8. */
	if (!value || (op && json_object_set_new(statement, "Condition", json_pack("{s:{s:o}}", op, key, value)))) {
		json_decref(statement);
		return NULL;
	}
	if (!op)
		json_decref(value);
	return statement;
}

/* The document, or NULL if the text cannot stand in JSON. */
static json_t *document_new(struct text text)
{
	char end[REFERENCE_LONGEST + 1];
	json_t *statements[STATEMENTS];

	memcpy(end, text.at, text.length);
	end[text.length] = '\0';
	if (!text_is_utf8(text) || memchr(text.at, '\0', text.length))
		return NULL;
	statements[LIKE] = statement_new("*", "", "StringLike", "ses:FromAddress", "", text);
	statements[EQUALS] = statement_new("*", "", "StringEquals", "ses:FromAddress", "", text);
	statements[ARN] = statement_new("*", "", "ArnLike", "aws:SourceArn", ARN_START, text);
	statements[RESOURCE] = statement_new(ARN_START, end, NULL, NULL, "", text);
	return json_pack("{s:s, s:[o,o,o,o]}", "Version", "2012-10-17", "Statement", statements[LIKE], statements[EQUALS],
		statements[ARN], statements[RESOURCE]);
}

/* Add what a variable stands for. False: it has no value. */
static bool variable_add(struct reference *like, struct reference *equals, struct text inside, const struct text *values)
{
	size_t comma = text_find(inside, ',', 0);
	struct text key = text_first(inside, comma), value = { 0 };

	if (inside.length == 1 && strchr("*?$", *inside.at))
		value = inside;
	else if (comma < inside.length)
		value = text_first(text_from(inside, comma + 3), inside.length - comma - 4);
	for (int i = 0; i < KEYS; i++)
		if (text_equals_fold(key, text_of(keys[i])))
			value = values[i];
	return value.at && reference_add(like, value, true) && reference_add(equals, value, true);
}

/* Write the variables out; the text has passed the loader. False: one has no value. */
static bool write_out(struct reference *like, struct reference *equals, struct text text, const struct text *values)
{
	while (text.length) {
		size_t dollar = 0;
		while (dollar < text.length && !text_starts_with(text_from(text, dollar), TEXT("${")))
			dollar++;
		reference_add(like, text_first(text, dollar), false);
		reference_add(equals, text_first(text, dollar), true);
		text = text_from(text, dollar);
		if (!text.length)
			break;
		size_t close = text_find(text, '}', 0);
		if (!variable_add(like, equals, text_first(text_from(text, 2), close - 2), values))
			return false;
		text = text_from(text, close + 1);
	}
	return true;
}

static void request_fill(struct request *request, struct arena *arena, const struct policy_set *set, const struct text *values,
	struct text resource)
{
	FUZZ_CHECK(request_init(request, set, arena));
	FUZZ_CHECK(request_caller(request, TEXT("arn:aws:iam::123456789012:user/smtp-relay")));
	FUZZ_CHECK(request_resource(request, resource));
	request->action = TEXT("ses:SendRawEmail");
	for (int i = 0; i < KEYS; i++)
		FUZZ_CHECK(request_value(request, request_slot(request, text_of(keys[i])), values[i]));
	FUZZ_CHECK(request_value(request, request_slot(request, TEXT("aws:SourceArn")), resource));
}

static void match_check(const struct policy_set *set, const struct text *lines)
{
	char resource[sizeof ARN_START + REFERENCE_LONGEST];
	struct text from = lines[FROM];
	struct reference like = { 0 }, equals = { 0 };
	struct arena arena = { 0 };
	struct request request;
	bool want[STATEMENTS] = { false };

	memcpy(resource, ARN_START, sizeof ARN_START - 1);
	memcpy(resource + sizeof ARN_START - 1, from.at, from.length);
	if (write_out(&like, &equals, lines[TEMPLATE], lines)) {
		want[LIKE] = want[ARN] = want[RESOURCE] = reference_match(&like, from, false);
		want[EQUALS] = reference_match(&equals, from, false);
	}
	request_fill(&request, &arena, set, lines, (struct text){ resource, sizeof ARN_START - 1 + from.length });
	for (size_t i = 0; i < STATEMENTS; i++)
		FUZZ_CHECK(statement_match(policy_set_statement(set, i), &request, NULL) == truth_of(want[i]));
	for (size_t slot = 0; slot < policy_set_key_count(set); slot++) {
		enum slot_state state = request.slots[slot].state;
		request_state(&request, (int)slot, SLOT_PENDING);
		for (size_t i = 0; i < STATEMENTS; i++) {
			enum truth early = statement_match(policy_set_statement(set, i), &request, NULL);
			FUZZ_CHECK(early == TRUTH_PENDING || early == truth_of(want[i]));
		}
		request_state(&request, (int)slot, state);
	}
	arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text rest = fuzz_text(data, size), lines[KEYS + 1];
	struct policy_set *set = policy_set_new();
	struct faults faults;

	for (int i = 0; i < KEYS; i++)
		lines[i] = text_first(fuzz_line(&rest), REFERENCE_LONGEST / 2);
	lines[TEMPLATE] = text_first(rest, REFERENCE_LONGEST);
	faults_init(&faults);
	FUZZ_CHECK(set);
	json_t *document = rest.length ? document_new(lines[TEMPLATE]) : NULL;
	if (document) {
		policy_set_add_json(set, 1, "variable", TEXT("variable"), document, &faults);
		policy_set_seal(set, &faults);
		fuzz_faults(&faults, "variable");
		if (!faults.count)
			match_check(set, lines);
	}
	json_decref(document);
	faults_free(&faults);
	policy_set_free(set);
	return 0;
}
