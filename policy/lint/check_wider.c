/* SPDX-License-Identifier: BSD-2-Clause */
/* An Allow with conditions that has no effect: another Allow with fewer conditions matches the same requests. */
#include "lint/checks.h"

#include "value/glob.h"
#include "iam/policy_set.h"

#include <string.h>

/* Later ones are not compared with all before them. */
#define STATEMENTS 64

static bool text_covers(struct text pattern, struct text other, bool fold)
{
	/* A question mark would take the star of the other, which stands for more. */
	if (text_find(pattern, '?', 0) < pattern.length && text_find(other, '*', 0) < other.length)
		return false;
	return fold ? glob_match_fold(pattern, other) : glob_match(pattern, other);
}

static bool actions_cover(const struct statement *wide, const struct statement *narrow)
{
	bool all = !wide->not_action && !narrow->not_action && narrow->action_count;

	for (size_t i = 0; all && i < narrow->action_count; i++) {
		bool found = false;
		for (size_t n = 0; n < wide->action_count && !found; n++)
			found = text_covers(wide->actions[n], narrow->actions[i], true);
		all = found;
	}
	return all;
}

static bool resource_covers(const struct resource_pattern *wide, const struct resource_pattern *narrow)
{
	if (wide->any)
		return true;
	bool all = !narrow->any && !wide->template && !narrow->template;
	for (int f = ARN_PARTITION; all && f < ARN_FIELDS; f++)
		all = text_covers(wide->arn.field[f], narrow->arn.field[f], false);
	return all;
}

static bool resources_cover(const struct statement *wide, const struct statement *narrow)
{
	bool all = !wide->not_resource && !narrow->not_resource && narrow->resource_count;

	for (size_t i = 0; all && i < narrow->resource_count; i++) {
		bool found = false;
		for (size_t n = 0; n < wide->resource_count && !found; n++)
			found = resource_covers(&wide->resources[n], &narrow->resources[i]);
		all = found;
	}
	return all;
}

static bool principals_cover(const struct statement *wide, const struct statement *narrow)
{
	bool all = !wide->not_principal && !narrow->not_principal;

	for (size_t i = 0; all && i < narrow->principals.count; i++) {
		bool found = false;
		for (size_t n = 0; n < wide->principals.count && !found; n++)
			found = wide->principals.entries[n].kind == PRINCIPAL_ENTRY_ANYONE ||
				text_equals(wide->principals.entries[n].text, narrow->principals.entries[i].text);
		all = found;
	}
	return all;
}

/* Are all conditions of the wider statement conditions of the narrower one, too, as they stand? */
static bool conditions_cover(const json_t *wide, const json_t *narrow)
{
	const char *name, *key;
	json_t *block, *values;

	json_object_foreach(json_object_get(wide, "Condition"), name, block)
		json_object_foreach(block, key, values)
			if (!json_equal(values, json_object_get(json_object_get(json_object_get(narrow, "Condition"), name), key)))
				return false;
	return true;
}

void check_wider(const struct subject_statement *s)
{
	const struct subject *subject = s->subject;
	const struct statement *narrow = s->statement;
	struct place place;

	if (narrow->effect != EFFECT_ALLOW || !narrow->condition_count || subject->policy->count > STATEMENTS)
		return;
	for (size_t i = 0; i < subject->policy->count; i++) {
		struct subject_statement other;
		subject_statement_open(subject, i, &other);
		const struct statement *wide = other.statement;
		if (wide == narrow || wide->effect != EFFECT_ALLOW || wide->condition_count >= narrow->condition_count ||
			!actions_cover(wide, narrow) || !resources_cover(wide, narrow) || !principals_cover(wide, narrow) ||
			!conditions_cover(other.json, s->json))
			continue;
		subject_report_statement(s, KIND_BEHIND_WIDER, place_element(&place, s, "Condition"),
			subject_say(subject,
				"statement %zu allows all that this one does, and asks for less; the conditions restrict nothing",
				i + 1),
			"a message that does not meet them is allowed all the same", NULL);
		return;
	}
}
