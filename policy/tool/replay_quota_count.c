/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/replay_quota_count.h"

#include "quota/quota_memory.h"

#include <stdlib.h>
#include <string.h>

void replay_quota_total_free(struct replay_quota_total *total)
{
	replay_quota_free(&total->all);
}

bool replay_quota_merge(struct replay_quota_total *total, const struct replay_quota *from)
{
	struct replay_quota *all = &total->all;

	all->unknown += from->unknown;
	all->crowded += from->crowded;
	all->changed += from->changed;
	for (size_t i = 0; i < from->keys.room; i++) {
		struct replay_quota_key *key = from->keys.table[i];
		if (key && !(key->whole = replay_quota_key(all, &key->key)))
			return false;
	}
	if (!from->count)
		return true;
	struct replay_quota_entry *grown = reallocarray(all->entries, all->count + from->count, sizeof *grown);
	if (!grown)
		return false;
	memcpy(grown + all->count, from->entries, from->count * sizeof *grown);
	all->entries = grown;
	all->count += from->count;
	all->room = all->count;
	return true;
}

static int by_time(const void *a, const void *b)
{
	const struct replay_quota_entry *one = a, *other = b;

	if (one->time != other->time)
		return one->time < other->time ? -1 : 1;
	return one->order < other->order ? -1 : one->order > other->order;
}

static int64_t clock_of_records(void *context)
{
	return *(const int64_t *)context;
}

static void add_times(struct replay_quota_times *times, const struct replay_quota_entry *entry)
{
	if (!times->messages++)
		times->first = entry->time;
	times->recipients += entry->recipients;
}

/* False when memory is short. */
static bool count_entry(struct replay_quota_total *total, struct quota_store *store, const struct replay_quota_entry *entry)
{
	struct quota_key keys[QUOTA_KEYS_MAX];

	for (unsigned i = 0; i < entry->key_count; i++)
		keys[i] = entry->keys[i]->whole->key;
	struct quota_answer answer = quota_take(store, keys, entry->key_count, entry->recipients, 0);
	if (answer.result == QUOTA_UNAVAILABLE)
		return false;
	bool passes = answer.result == QUOTA_TAKEN;
	enum quota_result would = passes ? answer.would : answer.result;
	struct replay_quota_key *key = entry->keys[answer.key]->whole;
	if (would == QUOTA_TOO_LARGE)
		add_times(&key->never, entry);
	else if (would != QUOTA_TAKEN)
		add_times(&key->deferred, entry);
	if (passes)
		total->counted++;
	else
		add_times(would == QUOTA_TOO_LARGE ? &total->never : &total->deferred, entry);
	total->all.changed += passes == entry->throttled;
	return true;
}

bool replay_quota_count(struct replay_quota_total *total)
{
	int64_t now = 0;
	const struct quota_options options = { .now = clock_of_records, .now_context = &now };
	struct replay_quota *all = &total->all;
	struct quota_store *store = quota_memory_open(&options);
	bool good = store && quota_start(store);

	if (all->count)
		qsort(all->entries, all->count, sizeof *all->entries, by_time);
	for (size_t i = 0; good && i < all->count; i++) {
		now = all->entries[i].time;
		good = count_entry(total, store, &all->entries[i]);
	}
	if (store)
		quota_close(store, 0);
	return good;
}

static int order(const void *a, const void *b)
{
	const struct replay_quota_key *one = *(struct replay_quota_key *const *)a, *other = *(struct replay_quota_key *const *)b;

	if (one->deferred.messages != other->deferred.messages)
		return one->deferred.messages > other->deferred.messages ? -1 : 1;
	if (one->never.messages != other->never.messages)
		return one->never.messages > other->never.messages ? -1 : 1;
	if (one->key.scope != other->key.scope)
		return one->key.scope < other->key.scope ? -1 : 1;
	return text_compare(one->key.name, other->key.name);
}

struct replay_quota_key **replay_quota_sorted(const struct replay_quota_total *total, size_t *count)
{
	const struct replay_quota_keys *keys = &total->all.keys;
	struct replay_quota_key **list = calloc(keys->count + 1, sizeof *list);

	*count = 0;
	for (size_t i = 0; list && i < keys->room; i++)
		if (keys->table[i] && (keys->table[i]->deferred.messages || keys->table[i]->never.messages))
			list[(*count)++] = keys->table[i];
	if (list)
		qsort(list, *count, sizeof *list, order);
	return list;
}
