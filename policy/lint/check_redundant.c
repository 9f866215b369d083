/* SPDX-License-Identifier: BSD-2-Clause */
/* Entries that others in the same list cover: they say nothing more, and may hide a slip. (Access Analyzer checks.) */
#include "lint/checks.h"

#include "iam/glob.h"

/* Does the pattern take everything that the other takes? In doubt not. */
static bool covers(struct text pattern, struct text other, bool fold)
{
	/* A question mark would take the star of the other, which stands for more. */
	if (text_find(pattern, '?', 0) < pattern.length && text_find(other, '*', 0) < other.length)
		return false;
	return fold ? glob_match_fold(pattern, other) : glob_match(pattern, other);
}

/* The entry that covers entry i of the list; of two alike the later is the one too many. `count`: none. */
static size_t covered_by(struct text (*entry)(const void *list, size_t i), const void *list, size_t count, size_t i, bool glob, bool fold)
{
	struct text one = entry(list, i);

	for (size_t j = 0; j < count; j++) {
		struct text other = entry(list, j);
		bool same = fold ? text_equals_fold(one, other) : text_equals(one, other);
		if (j != i && (same ? j < i : glob && covers(other, one, fold)))
			return j;
	}
	return count;
}

static struct text action(const void *list, size_t i)
{
	return ((const struct statement *)list)->actions[i];
}

static struct text resource(const void *list, size_t i)
{
	return ((const struct statement *)list)->resources[i].text;
}

static struct text value(const void *list, size_t i)
{
	return ((const struct condition *)list)->values[i];
}

void check_redundant(const struct subject_statement *s)
{
	const struct subject *subject = s->subject;
	const struct statement *statement = s->statement;
	struct place place;
	size_t by;

	for (size_t i = 0; i < statement->action_count; i++)
		if ((by = covered_by(action, statement, statement->action_count, i, true, true)) < statement->action_count)
			report_statement(s, KIND_REDUNDANT_ACTION, place_entry(&place, s, action_member(statement), i),
				say(subject, "\"%s\" is covered by \"%s\"", shown(subject, statement->actions[i]),
					shown(subject, statement->actions[by])), NULL, NULL);
	for (size_t i = 0; i < statement->resource_count; i++)
		if ((by = covered_by(resource, statement, statement->resource_count, i, true, false)) < statement->resource_count)
			report_statement(s, KIND_REDUNDANT_RESOURCE, place_entry(&place, s, resource_member(statement), i),
				say(subject, "\"%s\" is covered by \"%s\"", shown(subject, statement->resources[i].text),
					shown(subject, statement->resources[by].text)), NULL, NULL);
	for (size_t n = 0; n < statement->condition_count; n++) {
		const struct condition *c = &statement->conditions[n];
		for (size_t i = 0; i < c->value_count; i++)
			if ((by = covered_by(value, c, c->value_count, i, is_glob(c),
				c->how.operator->comparison == COMPARE_EQUAL_IGNORE_CASE)) < c->value_count)
				report_statement(s, KIND_REDUNDANT_VALUE, place_value(&place, s, c, i),
					say(subject, "\"%s\" is covered by \"%s\"", shown(subject, c->values[i]),
						shown(subject, c->values[by])), NULL, NULL);
	}
}
