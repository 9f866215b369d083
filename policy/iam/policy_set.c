/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/policy_set_parts.h"

#include "base/memory_short.h"

#include <stdlib.h>
#include <string.h>

struct policy_set *policy_set_new(void)
{
	struct policy_set *set = calloc(1, sizeof *set);
	if (!set) {
		memory_short_note();
		return NULL;
	}
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

unsigned policy_set_group(struct policy_set *set, enum policy_layer layer)
{
	if (set->layer_count == set->layer_room) {
		unsigned room = set->layer_room ? 2 * set->layer_room : 16;
		enum policy_layer *grown = arena_array(&set->arena, room, sizeof *grown);
		if (!grown)
			return POLICY_GROUP_RESOURCE;
		if (set->layer_count)
			memcpy(grown, set->layers, set->layer_count * sizeof *grown);
		set->layers = grown;
		set->layer_room = room;
	}
	set->layers[set->layer_count++] = layer;
	return set->layer_count;
}

enum policy_layer policy_set_layer(const struct policy_set *set, unsigned group)
{
	if (group == POLICY_GROUP_RESOURCE)
		return LAYER_RESOURCE;
	return group <= set->layer_count ? set->layers[group - 1] : LAYER_IDENTITY;
}

/* Where a statement is counted: by group, Deny before Allow. */
static size_t bucket(const struct statement *statement)
{
	return 2 * (size_t)statement->policy->group + (statement->effect == EFFECT_ALLOW);
}

/* Put the statements in order: starts[b] becomes where bucket b begins, up to the end of the last. */
static void order(struct policy_set *set, size_t *starts, size_t buckets)
{
	for (size_t i = 0; i < set->statement_count; i++)
		starts[bucket(set->statements[i]) + 1]++;
	for (size_t i = 0; i < buckets; i++)
		starts[i + 1] += starts[i];
	/* Filling moves each start to the next bucket's. */
	for (size_t i = 0; i < set->statement_count; i++)
		set->ordered[starts[bucket(set->statements[i])]++] = set->statements[i];
	for (size_t i = buckets; i > 0; i--)
		starts[i] = starts[i - 1];
	starts[0] = 0;
}

void policy_set_seal(struct policy_set *set, struct faults *faults)
{
	unsigned count = set->layer_count + 1;

	for (size_t i = 0; i < set->policy_count; i++)
		if (set->policies[i]->group >= count)
			count = set->policies[i]->group + 1;
	size_t *starts = calloc(2 * (size_t)count + 1, sizeof *starts);
	set->ordered = arena_array(&set->arena, set->statement_count, sizeof *set->ordered);
	set->groups = arena_array(&set->arena, count, sizeof *set->groups);
	bool made = starts && set->ordered && set->groups;
	if (made)
		order(set, starts, 2 * (size_t)count);
	for (unsigned group = 0; group < count && made; group++) {
		made = scope_table_make(&set->arena, set, starts[2 * group], starts[2 * (group + 1)], &set->groups[group]);
		set->folds = set->folds || set->groups[group].folds;
	}
	free(starts);
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

void policy_set_cost(const struct policy_set *set, const struct caller_policies *policies, struct cost *out)
{
	*out = (struct cost){ 0 };
	for (size_t part = PART_RESOURCE; part < layer_part_count(policies); part++) {
		size_t count;
		const unsigned *groups = layer_part(policies, part, &count);
		for (size_t i = 0; i < count; i++)
			if (groups[i] < set->group_count)
				cost_add(out, &set->groups[groups[i]].cost);
	}
}
