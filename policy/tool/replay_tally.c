/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/replay_tally.h"

#include <stdlib.h>
#include <string.h>

const char *change_name(enum change change)
{
	static const char *const names[] = { "newly refused", "newly allowed", "refused by another statement", "as before" };

	return names[change];
}

void replay_tally_free(struct replay_tally *tally)
{
	free(tally->table);
	arena_free(&tally->arena);
}

/* FNV-1a. Records made to collide only slow down the replay of those records. */
static uint64_t hash_text(uint64_t hash, struct text text)
{
	for (size_t i = 0; i < text.length; i++)
		hash = (hash ^ (unsigned char)text.at[i]) * 0x100000001b3;
	return (hash ^ 0xff) * 0x100000001b3;
}

static uint64_t hash_group(const struct replay_group *group)
{
	uint64_t hash = hash_text(0xcbf29ce484222325 + (uint64_t)group->change, group->policy);

	hash = hash_text(hash, group->sid);
	hash = hash_text(hash, group->sender_domain);
	return hash_text(hash, group->recipient_domain);
}

static bool same(const struct replay_group *a, const struct replay_group *b)
{
	return a->hash == b->hash && a->change == b->change && text_equals(a->policy, b->policy) && text_equals(a->sid, b->sid) &&
		text_equals(a->sender_domain, b->sender_domain) && text_equals(a->recipient_domain, b->recipient_domain);
}

static struct replay_group **find(struct replay_group **table, size_t room, const struct replay_group *group)
{
	size_t at = group->hash & (room - 1);

	while (table[at] && !same(table[at], group))
		at = (at + 1) & (room - 1);
	return &table[at];
}

static bool widen(struct replay_tally *tally)
{
	size_t room = tally->room ? 2 * tally->room : 256;
	struct replay_group **table = calloc(room, sizeof *table);

	if (!table)
		return false;
	for (size_t i = 0; i < tally->room; i++)
		if (tally->table[i])
			*find(table, room, tally->table[i]) = tally->table[i];
	free(tally->table);
	tally->table = table;
	tally->room = room;
	return true;
}

static bool copy(struct arena *arena, struct text *text)
{
	*text = arena_text(arena, *text);
	return text->at;
}

static struct replay_group *group_of(struct replay_tally *tally, const struct replay_group *wanted)
{
	struct replay_group key = *wanted;

	key.hash = hash_group(wanted);
	if (2 * tally->group_count >= tally->room && !widen(tally))
		return NULL;
	struct replay_group **place = find(tally->table, tally->room, &key);
	if (*place)
		return *place;
	struct replay_group *made = arena_array(&tally->arena, 1, sizeof *made);
	if (!made)
		return NULL;
	*made = key;
	made->count = made->example_count = 0;
	if (!copy(&tally->arena, &made->policy) || !copy(&tally->arena, &made->sid) || !copy(&tally->arena, &made->sender_domain) ||
		!copy(&tally->arena, &made->recipient_domain))
		return NULL;
	*place = made;
	tally->group_count++;
	return made;
}

/* Those that come first in the input stay, in their order, whatever the order in which they are found. */
static bool add_example(struct replay_tally *tally, struct replay_group *group, const struct example *example)
{
	size_t at = group->example_count;

	while (at && group->examples[at - 1].order > example->order)
		at--;
	if (at == EXAMPLES)
		return true;
	struct example kept = *example;
	if (!copy(&tally->arena, &kept.id) || !copy(&tally->arena, &kept.queue_id) || !copy(&tally->arena, &kept.sender) ||
		!copy(&tally->arena, &kept.recipient))
		return false;
	if (group->example_count < EXAMPLES)
		group->example_count++;
	memmove(&group->examples[at + 1], &group->examples[at], (group->example_count - 1 - at) * sizeof kept);
	group->examples[at] = kept;
	return true;
}

bool replay_tally_add(struct replay_tally *tally, const struct replay_group *group, const struct example *example)
{
	struct replay_group *found = group_of(tally, group);

	if (!found)
		return false;
	found->count++;
	return add_example(tally, found, example);
}

bool replay_tally_merge(struct replay_tally *tally, const struct replay_tally *from)
{
	for (size_t i = 0; i < CHANGES; i++)
		tally->changes[i] += from->changes[i];
	tally->records += from->records;
	tally->skipped += from->skipped;
	tally->invalid += from->invalid;
	tally->unknown += from->unknown;
	for (size_t i = 0; i < from->room; i++) {
		if (!from->table[i])
			continue;
		struct replay_group *group = group_of(tally, from->table[i]);
		if (!group)
			return false;
		group->count += from->table[i]->count;
		for (size_t j = 0; j < from->table[i]->example_count; j++)
			if (!add_example(tally, group, &from->table[i]->examples[j]))
				return false;
	}
	return true;
}

static int order(const void *a, const void *b)
{
	const struct replay_group *one = *(struct replay_group *const *)a, *other = *(struct replay_group *const *)b;

	if (one->change != other->change)
		return one->change < other->change ? -1 : 1;
	if (one->count != other->count)
		return one->count > other->count ? -1 : 1;
	int by = text_compare(one->policy, other->policy);
	by = by ? by : text_compare(one->sid, other->sid);
	by = by ? by : text_compare(one->sender_domain, other->sender_domain);
	return by ? by : text_compare(one->recipient_domain, other->recipient_domain);
}

struct replay_group **replay_tally_sorted(const struct replay_tally *tally)
{
	struct replay_group **list = calloc(tally->group_count + 1, sizeof *list);
	size_t count = 0;

	for (size_t i = 0; list && i < tally->room; i++)
		if (tally->table[i])
			list[count++] = tally->table[i];
	if (list)
		qsort(list, count, sizeof *list, order);
	return list;
}
