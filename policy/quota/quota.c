/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota.h"
#include "quota/quota_redis.h"
#include "quota/quota_sqlite.h"
#include "quota/quota_store.h"

static const char *path_of(const char *store)
{
	return store ? store : QUOTA_STORE_DEFAULT;
}

bool quota_store_check(const char *store, struct faults *faults)
{
	store = path_of(store);
	if (quota_redis_is(store))
		return quota_redis_store_check(store, faults);
	if (*store == '/')
		return quota_sqlite_is_built(faults);
	char shown[80];
	fault_add(faults,
		"quotas.store: `%s` is no store; name a file by its whole path, or redis://HOST:PORT, rediss://HOST:PORT, "
		"unix:/PATH or sentinel://HOST,HOST/NAME",
		text_escape(text_of(store), shown, sizeof shown));
	return false;
}

/* A setting for Redis that says nothing of a file is a mistake. */
static bool file_check(const struct quota_options *options, struct faults *faults)
{
	const struct {
		const char *name, *value;
	} others[] = {
		{ "store_user", options->user },
		{ "store_password_file", options->password_file },
		{ "store_sentinel_user", options->sentinel_user },
		{ "store_sentinel_password_file", options->sentinel_password_file },
		{ "store_ca_file", options->ca_file },
	};

	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		if (!others[i].value)
			continue;
		fault_add(faults, "quotas.%s: counts are kept in a file, not in Redis; name a Redis as `store`, or take it out",
			others[i].name);
		return false;
	}
	return true;
}

bool quota_check(const struct quota_options *options, struct faults *faults)
{
	struct quota_options filled = *options;

	filled.store = path_of(options->store);
	if (!quota_store_check(filled.store, faults))
		return false;
	if (quota_redis_is(filled.store))
		return quota_redis_check(&filled, faults);
	return file_check(&filled, faults) && quota_sqlite_check(&filled, faults);
}

struct quota_store *quota_open(const struct quota_options *options, struct faults *faults)
{
	struct quota_options filled = *options;

	filled.store = path_of(options->store);
	if (!quota_store_check(filled.store, faults))
		return NULL;
	if (quota_redis_is(filled.store))
		return quota_redis_open(&filled, faults);
	return file_check(&filled, faults) ? quota_sqlite_open(&filled, faults) : NULL;
}

bool quota_start(struct quota_store *store)
{
	return store->kind->start(store);
}

bool quota_drain(struct quota_store *store, int64_t milliseconds)
{
	return !store || !store->kind->drain || store->kind->drain(store, milliseconds);
}

void quota_close(struct quota_store *store, int64_t milliseconds)
{
	if (store)
		store->kind->close(store, milliseconds);
}

/* ---- a message ---- */

/* The caller's keys as stores want them. */
struct ordered_keys {
	const struct quota_key *keys[QUOTA_KEYS_MAX];
	size_t places[QUOTA_KEYS_MAX]; /* of each, among the caller's */
	size_t count;
};

static bool same_key(const struct quota_key *a, const struct quota_key *b)
{
	return a->scope == b->scope && text_equals(a->name, b->name);
}

static void insert(struct ordered_keys *ordered, const struct quota_key *key, size_t place)
{
	size_t at = ordered->count;

	for (size_t i = 0; i < ordered->count; i++)
		if (same_key(ordered->keys[i], key))
			return;
	for (; at > 0 && ordered->keys[at - 1]->scope > key->scope; at--) {
		ordered->keys[at] = ordered->keys[at - 1];
		ordered->places[at] = ordered->places[at - 1];
	}
	ordered->keys[at] = key;
	ordered->places[at] = place;
	ordered->count++;
}

/* False: stores do not take them. */
static bool order(struct ordered_keys *ordered, const struct quota_key *keys, size_t count, int64_t recipients)
{
	ordered->count = 0;
	if (count > QUOTA_KEYS_MAX || recipients < 1 || recipients > QUOTA_RECIPIENTS_MAX)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (keys[i].name.length > QUOTA_NAME_MAX)
			return false;
		insert(ordered, &keys[i], i);
	}
	return true;
}

static uint64_t bits_of(const struct ordered_keys *ordered, uint64_t bits)
{
	uint64_t out = 0;

	for (size_t i = 0; bits; i++, bits >>= 1)
		if (bits & 1)
			out |= (uint64_t)1 << ordered->places[i];
	return out;
}

/* While the store is away only the rates are known, those of this relay. */
static struct quota_answer take_floor(struct quota_store *store, const struct ordered_keys *ordered, int64_t recipients,
	unsigned how)
{
	quota_table_sweep(store->floor, 2, NULL, NULL);
	struct quota_answer answer = quota_table_take(store->floor, ordered->keys, ordered->count, recipients,
		how | QUOTA_TABLE_PACE_ONLY | QUOTA_TABLE_UNMETERED);
	/* Memory is short: that is no reason to refuse, either. */
	if (answer.result == QUOTA_UNAVAILABLE)
		answer = (struct quota_answer){ .unmetered = true };
	if (answer.result == QUOTA_TAKEN && answer.would == QUOTA_TAKEN)
		answer.would = QUOTA_UNAVAILABLE;
	/* The store has not counted it, and has nothing to give back. */
	answer.bucket = -1;
	return answer;
}

/* What full_for says later. */
static void remember(struct quota_store *store, const struct ordered_keys *ordered, const struct quota_answer *answer)
{
	if (answer->result == QUOTA_DAY_FULL && answer->full_for > 0 && !store->kind->full_for)
		quota_full_put(&store->full, ordered->keys[answer->key], answer->full_for, quota_table_now(store->floor));
}

struct quota_answer quota_take(struct quota_store *store, const struct quota_key *keys, size_t count, int64_t recipients,
	unsigned how)
{
	struct ordered_keys ordered;

	if (!order(&ordered, keys, count, recipients))
		return (struct quota_answer){ .result = QUOTA_UNAVAILABLE, .would = QUOTA_UNAVAILABLE };
	if (ordered.count == 0)
		return (struct quota_answer){ .result = QUOTA_TAKEN };
	struct quota_answer answer = store->kind->take(store, ordered.keys, ordered.count, recipients, how);
	if (answer.result == QUOTA_UNAVAILABLE && how & QUOTA_ACCEPT)
		answer = take_floor(store, &ordered, recipients, how);
	remember(store, &ordered, &answer);
	answer.key = ordered.places[answer.key];
	answer.reached_80 = bits_of(&ordered, answer.reached_80);
	answer.reached_100 = bits_of(&ordered, answer.reached_100);
	return answer;
}

void quota_give_back(struct quota_store *store, const struct quota_key *keys, size_t count, int64_t recipients, int64_t bucket)
{
	struct ordered_keys ordered;

	if (bucket < 0 || !order(&ordered, keys, count, recipients) || ordered.count == 0)
		return;
	store->kind->give_back(store, ordered.keys, ordered.count, recipients, bucket);
	if (!store->kind->full_for)
		for (size_t i = 0; i < ordered.count; i++)
			quota_full_forget(&store->full, ordered.keys[i]->scope, ordered.keys[i]->name);
}

int64_t quota_full_for(struct quota_store *store, const struct quota_key *key)
{
	if (key->limit.monitor || key->limit.per_day <= 0)
		return 0;
	if (store->kind->full_for)
		return store->kind->full_for(store, key);
	return quota_full_get(&store->full, key, quota_table_now(store->floor));
}

void quota_reloaded(struct quota_store *store, const char *site)
{
	quota_full_clear(&store->full);
	if (store->kind->reloaded)
		store->kind->reloaded(store, site);
}

/* ---- for people ---- */

bool quota_list(struct quota_store *store, quota_each *each, void *context, struct faults *faults)
{
	return store->kind->list(store, each, context, faults);
}

enum quota_found quota_show(struct quota_store *store, enum quota_scope scope, struct text name, struct quota_row *row,
	struct faults *faults)
{
	return store->kind->show(store, scope, name, row, faults);
}

enum quota_found quota_reset(struct quota_store *store, enum quota_scope scope, struct text name, struct faults *faults)
{
	enum quota_found found = store->kind->reset(store, scope, name, faults);

	quota_full_forget(&store->full, scope, name);
	return found;
}

bool quota_set(struct quota_store *store, enum quota_scope scope, struct text name, int64_t used, struct faults *faults)
{
	bool done = store->kind->set(store, scope, name, used, faults);

	quota_full_forget(&store->full, scope, name);
	return done;
}

void quota_status(struct quota_store *store, struct quota_status *status)
{
	*status = (struct quota_status){ .keys = -1 };
	quota_tally_read(&store->tally, status);
	store->kind->status(store, status);
}
