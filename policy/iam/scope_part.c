/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/scope_part.h"

#include "iam/condition_fold.h"

#include <stdlib.h>

/* A statement with more values than this under its condition finds them itself: they need not be in memory twice. */
#define INDEX_VALUES 1024

/* A statement, and the condition by which it can be found; NULL: none. */
struct candidate {
	uint32_t member;
	const struct condition *condition;
};

/*
 * Is the condition false of every value that its lists do not hold, in either
 * reading of domains, and of a key that is absent? (condition_match.c; of a list
 * that is open it is pending.)
 */
static bool condition_is_indexable(const struct condition *condition)
{
	const struct operator_info *op = condition->how.op;

	return condition->slot >= 0 && (op->type == TYPE_STRING || op->type == TYPE_IP) && !op->negated &&
		!condition->how.if_exists && condition->how.quantifier != QUANTIFIER_ALL && !condition->template_count &&
		condition->value_count && condition->value_count <= INDEX_VALUES &&
		!(condition->fold && condition->fold->bare_count);
}

/* The best one to find a statement by: of a key that is no list, since that is known earlier and has one value. */
static const struct condition *statement_index_condition(const struct statement *statement)
{
	const struct condition *best = NULL;

	for (size_t i = 0; i < statement->condition_count; i++) {
		const struct condition *condition = &statement->conditions[i];
		if (condition_is_indexable(condition) && (!best || (best->plural && !condition->plural)))
			best = condition;
	}
	return best;
}

/* Conditions of one kind, key and comparison share an index. */
static int index_order(const struct condition *a, const struct condition *b)
{
	if (a->slot != b->slot)
		return a->slot < b->slot ? -1 : 1;
	if (a->how.op->type != b->how.op->type)
		return a->how.op->type < b->how.op->type ? -1 : 1;
	return (int)a->how.op->comparison - (int)b->how.op->comparison;
}

/* By index, those without one first; ascending within each. */
static int candidate_order(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;
	int order = !left->condition || !right->condition ? (left->condition != NULL) - (right->condition != NULL)
							  : index_order(left->condition, right->condition);

	return order ? order : (left->member > right->member) - (left->member < right->member);
}

static int member_order(const void *a, const void *b)
{
	const uint32_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

/* Its values, and behind them those that it has where domains have no case. */
static size_t index_values(const struct condition *condition)
{
	return condition->value_count + (condition->fold ? condition->fold->count : 0);
}

static struct text index_value(const struct condition *condition, size_t i)
{
	return i < condition->value_count ? condition->values[i] : condition->fold->values[i - condition->value_count];
}

static bool index_strings(struct arena *arena, const struct candidate *candidates, size_t count, size_t values,
	struct scope_index *out)
{
	struct text *texts = calloc(values, sizeof *texts);
	uint32_t *numbers = calloc(values, sizeof *numbers);
	size_t at = 0;

	for (size_t i = 0; i < count && texts && numbers; i++)
		for (size_t j = 0; j < index_values(candidates[i].condition); j++) {
			numbers[at] = candidates[i].member;
			texts[at++] = index_value(candidates[i].condition, j);
		}
	if (texts && numbers)
		out->lists.strings = string_set_new_numbered(arena, condition_string_kind(candidates->condition), texts, numbers,
			values);
	free(texts);
	free(numbers);
	return out->lists.strings;
}

static bool index_networks(struct arena *arena, const struct candidate *candidates, size_t count, size_t values,
	struct scope_index *out)
{
	struct ip_network *networks = calloc(values, sizeof *networks);
	uint32_t *numbers = calloc(values, sizeof *numbers);
	bool good = networks && numbers;
	size_t at = 0;

	for (size_t i = 0; i < count && good; i++)
		for (size_t j = 0; j < candidates[i].condition->value_count && good; j++) {
			numbers[at] = candidates[i].member;
			good = ip_network_parse(candidates[i].condition->values[j], &networks[at++], NULL) == IP_NETWORK_GOOD;
		}
	if (good)
		out->lists.networks = ip_index_new(arena, networks, numbers, values);
	free(networks);
	free(numbers);
	return out->lists.networks;
}

static bool index_make(struct arena *arena, const struct candidate *candidates, size_t count, struct scope_index *out)
{
	uint32_t *members = arena_array(arena, count, sizeof *members);
	size_t values = 0;

	if (!members)
		return false;
	for (size_t i = 0; i < count; i++) {
		members[i] = candidates[i].member;
		values += index_values(candidates[i].condition);
	}
	*out = (struct scope_index){ .slot = candidates->condition->slot,
		.type = candidates->condition->how.op->type,
		.members = members,
		.count = count };
	return out->type == TYPE_IP ? index_networks(arena, candidates, count, values, out)
				    : index_strings(arena, candidates, count, values, out);
}

/* How many from the first on go by the same index. */
static size_t run_length(const struct candidate *candidates, size_t count)
{
	size_t length = 1;

	while (length < count && candidates->condition && !index_order(candidates->condition, candidates[length].condition))
		length++;
	return length;
}

static bool part_fill(struct arena *arena, const struct candidate *candidates, size_t count, struct scope_part *out)
{
	uint32_t *plain = arena_array(arena, count, sizeof *plain);
	struct scope_index *indexes;
	size_t runs = 0;

	for (size_t i = 0, length; i < count; i += length)
		runs += (length = run_length(candidates + i, count - i)) > 1;
	indexes = arena_array(arena, runs, sizeof *indexes);
	if (!plain || !indexes)
		return false;
	*out = (struct scope_part){ .plain = plain, .indexes = indexes };
	for (size_t i = 0, length; i < count; i += length) {
		length = run_length(candidates + i, count - i);
		/* One alone is asked as quickly as looked up. */
		if (length == 1)
			plain[out->plain_count++] = candidates[i].member;
		else if (!index_make(arena, candidates + i, length, &indexes[out->index_count++]))
			return false;
	}
	if (out->plain_count)
		qsort(plain, out->plain_count, sizeof *plain, member_order);
	return true;
}

bool scope_part_make(struct arena *arena, const struct statement *const *ordered, const uint32_t *members, size_t count,
	struct scope_part *out)
{
	struct candidate *candidates;

	*out = (struct scope_part){ 0 };
	if (!count)
		return true;
	candidates = calloc(count, sizeof *candidates);
	if (!candidates)
		return false;
	for (size_t i = 0; i < count; i++)
		candidates[i] = (struct candidate){ members[i], statement_index_condition(ordered[members[i]]) };
	qsort(candidates, count, sizeof *candidates, candidate_order);
	bool filled = part_fill(arena, candidates, count, out);
	free(candidates);
	return filled;
}
