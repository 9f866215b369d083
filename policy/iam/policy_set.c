/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/policy_set_parts.h"

#include <stdlib.h>
#include <string.h>

struct policy_set *policy_set_new(void)
{
	struct policy_set *set = calloc(1, sizeof *set);
	if (!set)
		return NULL;
	arena_init(&set->arena);
	set->keys.arena = &set->arena;
	return set;
}

void policy_set_fold(struct policy_set *set, enum domain_fold fold)
{
	set->fold = fold;
}

void policy_set_free(struct policy_set *set)
{
	if (!set)
		return;
	arena_free(&set->arena);
	free(set);
}

/* The statements of a group behind those that are in order already; where they end. */
static size_t group_order(struct policy_set *set, unsigned group, size_t at)
{
	for (int effect = EFFECT_DENY; effect >= EFFECT_ALLOW; effect--)
		for (size_t i = 0; i < set->statement_count; i++)
			if (set->statements[i]->policy->group == group && (int)set->statements[i]->effect == effect)
				set->ordered[at++] = set->statements[i];
	return at;
}

void policy_set_seal(struct policy_set *set, struct faults *faults)
{
	unsigned count = 0;
	size_t at = 0;

	for (size_t i = 0; i < set->policy_count; i++)
		if (set->policies[i]->group >= count)
			count = set->policies[i]->group + 1;
	set->ordered = arena_array(&set->arena, set->statement_count, sizeof *set->ordered);
	set->groups = arena_array(&set->arena, count, sizeof *set->groups);
	bool made = set->ordered && set->groups;
	for (unsigned group = 0; group < count && made; group++) {
		size_t first = at;
		at = group_order(set, group, at);
		made = scope_table_make(&set->arena, set, first, at, &set->groups[group]);
		set->folds = set->folds || set->groups[group].folds;
	}
	if (made)
		set->group_count = count;
	else
		fault_memory(faults);
}

size_t policy_set_count(const struct policy_set *set)
{
	return set->policy_count;
}

const struct policy *policy_set_policy(const struct policy_set *set, size_t index)
{
	return set->policies[index];
}

size_t policy_set_statement_count(const struct policy_set *set)
{
	return set->statement_count;
}

const struct statement *policy_set_statement(const struct policy_set *set, size_t index)
{
	return set->statements[index];
}

size_t policy_set_key_count(const struct policy_set *set)
{
	return set->keys.count;
}

const struct key *policy_set_keys(const struct policy_set *set)
{
	return set->keys.keys;
}

struct text policy_set_key_name(const struct policy_set *set, size_t slot)
{
	return set->keys.keys[slot].name;
}

int policy_set_key(const struct policy_set *set, struct text key)
{
	return key_table_find(&set->keys, key);
}

size_t policy_set_bytes(const struct policy_set *set)
{
	return sizeof *set + set->arena.reserved;
}

void policy_set_cost(const struct policy_set *set, struct cost *out)
{
	struct cost own = { 0 };

	*out = (struct cost){ 0 };
	for (unsigned group = POLICY_GROUP_RESOURCE + 1; group < set->group_count; group++)
		cost_most(&own, &set->groups[group].cost);
	if (set->group_count > POLICY_GROUP_RESOURCE)
		cost_add(out, &set->groups[POLICY_GROUP_RESOURCE].cost);
	cost_add(out, &own);
}
