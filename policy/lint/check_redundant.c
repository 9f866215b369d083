/* SPDX-License-Identifier: BSD-2-Clause */
/* Entries that others in the same list cover: they say nothing more, and may hide a slip. (Access Analyzer checks.) */
#include "lint/checks.h"
#include "lint/check_common.h"

#include "value/glob.h"

#include <stdlib.h>

/* Comparisons of one list with its patterns, at most: a list may be long, and this is no more than a suggestion. */
#define COMPARISONS 1000000

/* One list: what its entries are, where they stand, how they are compared. */
struct redundant_list {
	const struct subject_statement *s;
	enum kind_number kind;
	const struct condition *condition; /* NULL: an element */
	const char *member;                /* of an element */
	size_t count;
	bool glob, fold;
};

struct redundant_entry {
	struct text text;
	size_t index;
};

static struct text entry_text(const struct redundant_list *list, size_t i)
{
	const struct statement *statement = list->s->statement;

	if (list->condition)
		return list->condition->values[i];
	return list->kind == KIND_REDUNDANT_ACTION ? statement->actions[i] : statement->resources[i].text;
}

static void covered(const struct redundant_list *list, size_t i, struct text by)
{
	const struct subject *subject = list->s->subject;
	struct place place;
	const struct json_path *path = list->condition ? place_value(&place, list->s, list->condition, i)
						       : place_entry(&place, list->s, list->member, i);

	subject_report_statement(list->s, list->kind, path,
		subject_say(subject, "\"%s\" is covered by \"%s\"", subject_show(subject, entry_text(list, i)),
			subject_show(subject, by)),
		NULL, NULL);
}

/* Does the pattern take everything that the other takes? In doubt not. */
static bool covers(const struct redundant_list *list, struct text pattern, struct text other)
{
	/* A question mark would take the star of the other, which stands for more. */
	if (text_find(pattern, '?', 0) < pattern.length && text_find(other, '*', 0) < other.length)
		return false;
	return list->fold ? glob_match_fold(pattern, other) : glob_match(pattern, other);
}

static int order(const void *a, const void *b)
{
	const struct redundant_entry *left = a, *right = b;
	int texts = text_compare(left->text, right->text);

	return texts ? texts : (left->index > right->index) - (left->index < right->index);
}

static bool same(const struct redundant_list *list, struct text a, struct text b)
{
	return list->fold ? text_equals_fold(a, b) : text_equals(a, b);
}

static void list_check(const struct redundant_list *list)
{
	struct redundant_entry *sorted = calloc(list->count ? list->count : 1, sizeof *sorted), *patterns;
	size_t pattern_count = 0;

	patterns = calloc(list->count ? list->count : 1, sizeof *patterns);
	if (!sorted || !patterns) {
		list->s->subject->findings->out_of_memory = true;
		free(sorted);
		free(patterns);
		return;
	}
	for (size_t i = 0; i < list->count; i++) {
		sorted[i] = (struct redundant_entry){ entry_text(list, i), i };
		if (list->glob && glob_has_wildcard(sorted[i].text))
			patterns[pattern_count++] = sorted[i];
	}
	if (pattern_count * list->count > COMPARISONS)
		pattern_count = 0;
	qsort(sorted, list->count, sizeof *sorted, order);
	for (size_t n = 0; n < list->count && !subject_has_enough(list->s->subject, list->kind); n++) {
		struct redundant_entry *one = &sorted[n];
		bool told = n && text_equals(one->text, sorted[n - 1].text);
		if (told)
			covered(list, one->index, one->text);
		for (size_t p = 0; !told && p < pattern_count; p++)
			if (patterns[p].index != one->index && covers(list, patterns[p].text, one->text) &&
				/* Of two that differ by case alone the later is one too many. */
				(!same(list, patterns[p].text, one->text) || patterns[p].index < one->index)) {
				covered(list, one->index, patterns[p].text);
				told = true;
			}
	}
	free(sorted);
	free(patterns);
}

/* A network inside another; of two that are the same the later. */
static void networks_check(const struct redundant_list *list)
{
	const struct subject *subject = list->s->subject;
	struct ip_network *networks = calloc(list->count, sizeof *networks);

	if (!networks) {
		subject->findings->out_of_memory = true;
		return;
	}
	for (size_t i = 0; i < list->count; i++)
		if (!subject_network(subject, entry_text(list, i), &networks[i])) {
			free(networks);
			return;
		}
	for (size_t i = 0; i < list->count && !subject_has_enough(subject, list->kind); i++)
		for (size_t by = 0; by < list->count; by++) {
			const struct ip_network *whole = &networks[by], *one = &networks[i];
			bool wider = whole->prefix < one->prefix || (whole->prefix == one->prefix && by < i);
			if (by != i && wider && whole->first.family == one->first.family && ip_network_holds(whole, &one->first)) {
				covered(list, i, entry_text(list, by));
				break;
			}
		}
	free(networks);
}

void check_redundant(const struct subject_statement *s)
{
	const struct statement *statement = s->statement;

	list_check(&(struct redundant_list){ .s = s,
		.kind = KIND_REDUNDANT_ACTION,
		.member = subject_action_member(statement),
		.count = statement->action_count,
		.glob = true,
		.fold = true });
	list_check(&(struct redundant_list){ .s = s,
		.kind = KIND_REDUNDANT_RESOURCE,
		.member = subject_resource_member(statement),
		.count = statement->resource_count,
		.glob = true });
	for (size_t n = 0; n < statement->condition_count; n++) {
		const struct condition *c = &statement->conditions[n];
		list_check(&(struct redundant_list){ .s = s,
			.kind = KIND_REDUNDANT_VALUE,
			.condition = c,
			.count = c->value_count,
			.glob = check_is_glob(c) });
		if (c->how.op->type == TYPE_IP && c->value_count > 1 && c->value_count * c->value_count <= COMPARISONS)
			networks_check(&(struct redundant_list){ .s = s,
				.kind = KIND_REDUNDANT_VALUE,
				.condition = c,
				.count = c->value_count });
	}
}
