/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/replay_print.h"

#include "base/fault.h"
#include "tool/colour.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

/* Groups of one change that people are shown. */
#define GROUPS_SHOWN 20

static const char *shown(struct text text)
{
	static char room[4][128];
	static unsigned next;

	next = (next + 1) % 4;
	return text.length ? text_escape(text, room[next], sizeof room[next]) : "-";
}

static void print_group(const struct replay_group *group)
{
	printf("  %9zu  %s -> %s", group->count, shown(group->sender_domain), shown(group->recipient_domain));
	if (group->policy.length)
		printf(" (policy %s, statement %s)\n", shown(group->policy), shown(group->sid));
	else
		printf(" (%s)\n", shown(group->sid));
	for (size_t i = 0; i < group->example_count; i++) {
		const struct example *example = &group->examples[i];
		printf("             %sid=%s queue=%s %s -> %s at %s%s\n", colour(COLOUR_DIM), shown(example->id),
			shown(example->queue_id), shown(example->sender), shown(example->recipient), example->stage,
			colour(COLOUR_OFF));
	}
}

static void print_change(enum change change, size_t total, struct replay_group *const *groups, size_t count)
{
	size_t left = 0;

	printf("\n%s%s: %zu%s\n", colour(change == CHANGE_REFUSED ? COLOUR_BAD : COLOUR_STRONG), change_name(change), total,
		colour(COLOUR_OFF));
	for (size_t i = 0; i < count; i++) {
		if (i < GROUPS_SHOWN)
			print_group(groups[i]);
		else
			left += groups[i]->count;
	}
	if (left)
		printf("  %9zu  in %zu more groups (--json shows all)\n", left, count - GROUPS_SHOWN);
}

bool replay_print(const struct replay_tally *tally)
{
	struct replay_group **groups = replay_tally_sorted(tally);

	if (!groups)
		return false;
	printf("%zu records: %zu newly refused, %zu newly allowed, %zu refused by another statement, %zu as before\n",
		tally->records, tally->changes[CHANGE_REFUSED], tally->changes[CHANGE_ALLOWED], tally->changes[CHANGE_STATEMENT],
		tally->changes[CHANGE_NONE]);
	if (tally->skipped)
		printf("%zu of them are about errors or shadow policies; they are left out\n", tally->skipped);
	if (tally->unknown)
		printf("%zu of them are unknown: the policies look at headers that these records do not hold\n", tally->unknown);
	for (size_t i = 0, end; i < tally->group_count; i = end) {
		for (end = i; end < tally->group_count && groups[end]->change == groups[i]->change; end++)
			;
		print_change(groups[i]->change, tally->changes[groups[i]->change], groups + i, end - i);
	}
	free(groups);
	return true;
}

static json_t *text_json(struct text text)
{
	char room[1200];

	return text_is_utf8(text) ? json_stringn(text.length ? text.at : "", text.length)
				  : json_string(text_escape(text, room, sizeof room));
}

static bool dump(json_t *json)
{
	bool good = json && !json_dumpf(json, stdout, JSON_COMPACT) && putchar('\n') != EOF;

	json_decref(json);
	return good;
}

static json_t *group_json(const struct replay_group *group)
{
	json_t *examples = json_array();

	for (size_t i = 0; i < group->example_count; i++)
		if (json_array_append_new(examples,
			    json_pack("{s:o, s:o, s:o, s:o, s:s}", "id", text_json(group->examples[i].id), "queue_id",
				    text_json(group->examples[i].queue_id), "sender", text_json(group->examples[i].sender),
				    "recipient", text_json(group->examples[i].recipient), "stage", group->examples[i].stage))) {
			json_decref(examples);
			return NULL;
		}
	return json_pack("{s:s, s:I, s:o, s:o, s:o, s:o, s:o}", "change", change_name(group->change), "count",
		(json_int_t)group->count, "policy", text_json(group->policy), "statement", text_json(group->sid), "sender_domain",
		text_json(group->sender_domain), "recipient_domain", text_json(group->recipient_domain), "examples", examples);
}

bool replay_print_json(const struct replay_tally *tally)
{
	struct replay_group **groups = replay_tally_sorted(tally);
	bool good = groups &&
		dump(json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "records", (json_int_t)tally->records, "newly_refused",
			(json_int_t)tally->changes[CHANGE_REFUSED], "newly_allowed", (json_int_t)tally->changes[CHANGE_ALLOWED],
			"other_statement", (json_int_t)tally->changes[CHANGE_STATEMENT], "as_before",
			(json_int_t)tally->changes[CHANGE_NONE], "left_out", (json_int_t)tally->skipped, "invalid",
			(json_int_t)tally->invalid, "unknown", (json_int_t)tally->unknown));

	for (size_t i = 0; good && i < tally->group_count; i++)
		good = dump(group_json(groups[i]));
	free(groups);
	return good;
}
