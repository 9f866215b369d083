/* SPDX-License-Identifier: BSD-2-Clause */
/* A document as a whole: version, size, name, Sids, statements twice. (SES developer guide, "Policy anatomy".) */
#include "lint/checks.h"

#include "iam/policy_set.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define SES_POLICY_BYTES 4096
#define SES_NAME_LENGTH 64

/* Statements past these are not compared with all before them. */
#define STATEMENTS 500

static bool is_name(struct text t)
{
	for (size_t i = 0; i < t.length; i++)
		if (!isalnum((unsigned char)t.at[i]) && t.at[i] != '-' && t.at[i] != '_')
			return false;
	return t.length && t.length <= SES_NAME_LENGTH;
}

static const json_t *statement_json(const struct subject *subject, size_t i)
{
	const json_t *list = json_object_get(subject->json, "Statement");
	return json_is_array(list) ? json_array_get(list, i) : list;
}

/* The same but for the Sid. */
static bool same_statement(const json_t *a, const json_t *b)
{
	const char *member;
	json_t *value;
	size_t members = json_object_size(a) - !!json_object_get(a, "Sid");

	if (members != json_object_size(b) - !!json_object_get(b, "Sid"))
		return false;
	json_object_foreach((json_t *)a, member, value)
		if (strcmp(member, "Sid") && !json_equal(value, json_object_get(b, member)))
			return false;
	return true;
}

static void statement_check(const struct subject *subject, size_t i)
{
	struct subject_statement s;
	struct place place;

	subject_statement_open(subject, i, &s);
	const json_t *sid = json_object_get(s.json, "Sid"), *condition = json_object_get(s.json, "Condition");
	if (sid && !json_string_length(sid))
		subject_report_statement(&s, KIND_EMPTY_SID, place_element(&place, &s, "Sid"),
			"the Sid is empty; give it a name or leave it out", NULL, NULL);
	if (condition && !json_object_size(condition))
		subject_report_statement(&s, KIND_EMPTY_CONDITION, place_element(&place, &s, "Condition"),
			"the Condition is empty; leave it out", "the statement holds without a condition", NULL);
	for (size_t j = 0; j < i && i < STATEMENTS; j++) {
		const struct statement *earlier = policy_set_statement(subject->set, subject->policy->first + j);
		if (s.statement->sid.length && text_equals(s.statement->sid, earlier->sid)) {
			subject_report_statement(&s, KIND_REPEATED_SID, place_element(&place, &s, "Sid"),
				subject_say(subject, "statement %zu has this Sid already", j + 1), NULL, NULL);
			break;
		}
	}
	for (size_t j = 0; j < i && i < STATEMENTS; j++)
		if (same_statement(s.json, statement_json(subject, j))) {
			subject_report_statement(&s, KIND_REDUNDANT_STATEMENT, s.path,
				subject_say(subject, "statement %zu says the same", j + 1), NULL, NULL);
			break;
		}
}

/* Does some value hold a variable? Then another check says what lacks. */
static bool has_variable(const struct subject *subject)
{
	char *dump = json_dumps(subject->json, 0);
	bool found = !dump || strstr(dump, "${");

	if (!dump)
		subject->findings->out_of_memory = true;

	free(dump);
	return found;
}

void check_document(const struct subject *subject)
{
	if (!json_object_get(subject->json, "Version") && !has_variable(subject))
		subject_report(subject, KIND_MISSING_VERSION, subject->path, "no Version; add \"Version\": \"2012-10-17\"", NULL);
	if (!subject->identity && !subject->path && subject->source->text.length > SES_POLICY_BYTES)
		subject_report(subject, KIND_POLICY_SIZE, NULL,
			subject_say(subject, "%zu bytes; SES takes at most %d", subject->source->text.length, SES_POLICY_BYTES),
			NULL);
	if (!subject->identity && subject->named && !is_name(subject->policy->name))
		subject_report(subject, KIND_POLICY_NAME, subject->path,
			subject_say(subject, "\"%s\" is no name for SES; letters, digits, - and _ are, at most %d",
				subject_show(subject, subject->policy->name), SES_NAME_LENGTH),
			NULL);
	for (size_t i = 0; i < subject->policy->count; i++)
		statement_check(subject, i);
}
