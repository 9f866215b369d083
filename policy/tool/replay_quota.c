/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/replay_quota.h"

#include <stdlib.h>

void replay_quota_free(struct replay_quota *quota)
{
	free(quota->keys.table);
	free(quota->entries);
	arena_free(&quota->arena);
}

/* FNV-1a, as in replay_tally. */
static uint64_t hash_key(const struct quota_key *key)
{
	uint64_t hash = 0xcbf29ce484222325 + (uint64_t)key->scope;

	for (size_t i = 0; i < key->name.length; i++)
		hash = (hash ^ (unsigned char)key->name.at[i]) * 0x100000001b3;
	return hash;
}

static struct replay_quota_key **find(struct replay_quota_key **table, size_t room, uint64_t hash, const struct quota_key *key)
{
	size_t at = hash & (room - 1);

	while (table[at] &&
		(table[at]->hash != hash || table[at]->key.scope != key->scope || !text_equals(table[at]->key.name, key->name)))
		at = (at + 1) & (room - 1);
	return &table[at];
}

static bool widen(struct replay_quota_keys *keys)
{
	size_t room = keys->room ? 2 * keys->room : 256;
	struct replay_quota_key **table = calloc(room, sizeof *table);

	if (!table)
		return false;
	for (size_t i = 0; i < keys->room; i++)
		if (keys->table[i])
			*find(table, room, keys->table[i]->hash, &keys->table[i]->key) = keys->table[i];
	free(keys->table);
	keys->table = table;
	keys->room = room;
	return true;
}

struct replay_quota_key *replay_quota_key(struct replay_quota *quota, const struct quota_key *key)
{
	struct replay_quota_keys *keys = &quota->keys;
	uint64_t hash = hash_key(key);

	if (2 * keys->count >= keys->room && !widen(keys))
		return NULL;
	struct replay_quota_key **place = find(keys->table, keys->room, hash, key);
	if (*place)
		return *place;
	struct replay_quota_key *made = arena_array(&quota->arena, 1, sizeof *made);
	struct text name = arena_text(&quota->arena, key->name);
	if (!made || !name.at)
		return NULL;
	made->hash = hash;
	made->key = *key;
	made->key.name = name;
	/* What SES has seen of the last day says nothing of the day of the records. */
	made->key.seed = 0;
	*place = made;
	keys->count++;
	return made;
}

/* False when memory is short. */
static bool add(struct replay_quota *quota, const struct replay_quota_entry *entry, const struct message_keys *keys)
{
	if (quota->count == quota->room) {
		size_t room = quota->room ? 2 * quota->room : 1024;
		struct replay_quota_entry *grown = reallocarray(quota->entries, room, sizeof *grown);
		if (!grown)
			return false;
		quota->entries = grown;
		quota->room = room;
	}
	struct replay_quota_entry *added = &quota->entries[quota->count];
	*added = *entry;
	added->key_count = (unsigned)keys->count;
	added->keys = arena_array(&quota->arena, keys->count, sizeof *added->keys);
	for (size_t i = 0; added->keys && i < keys->count; i++)
		if (!(added->keys[i] = replay_quota_key(quota, &keys->at[i])))
			return false;
	quota->count += added->keys != NULL;
	return added->keys;
}

/* The moment of a record. False: it has none that a clock of today could have told. */
static bool moment_of(const struct replay_record *record, int64_t *moment)
{
	static const int64_t last = INT64_C(253402300799);
	struct instant time;

	if (!instant_parse(record->of[RECORD_TIME], &time) || time.seconds < 0 || time.seconds > last)
		return false;
	*moment = time.seconds * 1000000 + time.nanoseconds / 1000;
	return true;
}

bool replay_quota_take(struct replay_quota *quota, struct message *message, const struct replay_record *record,
	const struct judgement *now, uint64_t order)
{
	struct replay_quota_entry entry = { .order = order,
		.throttled = text_equals(record->of[RECORD_DECISION], TEXT("throttled")) };
	struct message_keys keys;

	if (now->end == END_REFUSED)
		return true;
	if (now->end == END_PASSES)
		entry.recipients = message_quota_recipients(message);
	if (!entry.recipients || !moment_of(record, &entry.time)) {
		quota->unknown++;
		return true;
	}
	switch (message_quota_keys(message, &keys)) {
	case MESSAGE_KEYS_MEMORY:
		return false;
	case MESSAGE_KEYS_TOO_MANY:
		quota->crowded++;
		quota->changed++;
		return true;
	default:
		return !keys.count || add(quota, &entry, &keys);
	}
}
