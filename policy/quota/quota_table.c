/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_table.h"
#include "quota/pace.h"
#include "quota/quota_clock.h"
#include "quota/quota_hash.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

/* Where a row stands on its way to where it is kept. */
enum row_change {
	KEPT,
	CHANGED,       /* in the list `changed` or `keeping` */
	TAKEN,         /* in the list `taken`: being kept */
	CHANGED_TAKEN, /* and has changed since */
};

struct table_row {
	struct quota_count count;
	struct table_row *next;      /* with the same place */
	struct table_row *next_list; /* in the list that `change` tells */
	uint32_t hash;
	uint16_t length;
	uint8_t scope, change;
	char name[];
};

struct row_list {
	struct table_row *first, **end;
};

struct quota_table {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	int64_t (*now)(void *context);
	void *context;
	struct table_row **places; /* a power of two of them, about as many as rows */
	size_t size, rows, swept;
	unsigned listing; /* while it is not 0, rows neither go nor move to other places */
	bool watched, woken;
	struct row_list changed, keeping, taken;
	_Atomic int64_t changed_since, keeping_since;
};

#define PLACES_FIRST 64

static void list_empty(struct row_list *list)
{
	*list = (struct row_list){ NULL, &list->first };
}

static void list_append(struct row_list *list, struct table_row *row)
{
	row->next_list = NULL;
	*list->end = row;
	list->end = &row->next_list;
}

static struct table_row *list_take(struct row_list *list)
{
	struct table_row *row = list->first;

	if (row) {
		list->first = row->next_list;
		if (!list->first)
			list->end = &list->first;
	}
	return row;
}

static bool prepare(struct quota_table *table)
{
	pthread_condattr_t attributes;

	list_empty(&table->changed);
	list_empty(&table->keeping);
	list_empty(&table->taken);
	table->size = PLACES_FIRST;
	table->places = calloc(table->size, sizeof *table->places);
	if (!table->places || pthread_mutex_init(&table->lock, NULL) != 0)
		return false;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	bool good = pthread_cond_init(&table->wake, &attributes) == 0;
	pthread_condattr_destroy(&attributes);
	return good;
}

struct quota_table *quota_table_make(int64_t (*now)(void *context), void *context)
{
	struct quota_table *table = calloc(1, sizeof *table);

	if (!table)
		return NULL;
	table->now = now;
	table->context = context;
	if (prepare(table))
		return table;
	free(table->places);
	free(table);
	return NULL;
}

void quota_table_free(struct quota_table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < table->size; i++)
		for (struct table_row *row = table->places[i], *next; row; row = next) {
			next = row->next;
			free(row);
		}
	pthread_cond_destroy(&table->wake);
	pthread_mutex_destroy(&table->lock);
	free(table->places);
	free(table);
}

int64_t quota_table_now(const struct quota_table *table)
{
	return table->now(table->context);
}

/* ---- rows; all below with the mutex ---- */

static struct table_row **place_of(struct quota_table *table, uint32_t hash)
{
	return &table->places[hash & (table->size - 1)];
}

static struct text name_of(const struct table_row *row)
{
	return (struct text){ row->name, row->length };
}

static struct table_row *find(struct quota_table *table, enum quota_scope scope, struct text name)
{
	uint32_t hash = (uint32_t)quota_hash(scope, name);

	for (struct table_row *row = *place_of(table, hash); row; row = row->next)
		if (row->hash == hash && row->scope == scope && text_equals(name_of(row), name))
			return row;
	return NULL;
}

/* Without room for it the rows stand closer together. */
static void grow(struct quota_table *table)
{
	size_t old = table->size;
	struct table_row **places = old < UINT32_MAX / 2 ? calloc(old * 2, sizeof *places) : NULL;

	if (!places)
		return;
	struct table_row **from = table->places;
	table->places = places;
	table->size = old * 2;
	table->swept = 0;
	for (size_t i = 0; i < old; i++)
		for (struct table_row *row = from[i], *next; row; row = next) {
			next = row->next;
			row->next = *place_of(table, row->hash);
			*place_of(table, row->hash) = row;
		}
	free(from);
}

static struct table_row *make(enum quota_scope scope, struct text name)
{
	struct table_row *row = malloc(offsetof(struct table_row, name) + name.length);

	if (!row)
		return NULL;
	memset(row, 0, offsetof(struct table_row, name));
	row->hash = (uint32_t)quota_hash(scope, name);
	row->scope = (uint8_t)scope;
	row->length = (uint16_t)name.length;
	if (name.length)
		memcpy(row->name, name.at, name.length);
	return row;
}

static void put(struct quota_table *table, struct table_row *row)
{
	if (table->rows >= table->size && !table->listing)
		grow(table);
	row->next = *place_of(table, row->hash);
	*place_of(table, row->hash) = row;
	table->rows++;
}

static void mark(struct quota_table *table, struct table_row *row)
{
	if (!table->watched)
		return;
	if (row->change == TAKEN) {
		row->change = CHANGED_TAKEN;
	} else if (row->change == KEPT) {
		if (!table->changed.first) {
			atomic_store(&table->changed_since, quota_clock_awake());
			pthread_cond_signal(&table->wake);
		}
		row->change = CHANGED;
		list_append(&table->changed, row);
	}
}

/* ---- deciding ---- */

struct quota_verdict {
	enum quota_result result;
	int64_t used, limit, retry_after, full_for;
};

static int64_t seconds_until(int64_t moment, int64_t now)
{
	return moment > now ? (moment - now + 999999) / 1000000 : 1;
}

/* What a key that is not there yet would count from. */
static void begin(struct quota_count *count, int64_t seed, int64_t now)
{
	ring_advance(&count->ring, now);
	if (seed > 0)
		ring_add(&count->ring, seed);
}

static struct quota_verdict day_full(struct table_row *row, const struct quota_key *key, int64_t recipients, int64_t used,
	int64_t now)
{
	int64_t per_day = key->limit.per_day;
	/* Of a seed it is not known when it was sent: all of it now. */
	int64_t later = now + RING_SPAN_MICROSECONDS;
	int64_t fits = row ? ring_moment_of(&row->count.ring, per_day - recipients) : later;
	int64_t one = row ? ring_moment_of(&row->count.ring, per_day - 1) : later;

	return (struct quota_verdict){ QUOTA_DAY_FULL, used, per_day, seconds_until(fits, now),
		used >= per_day ? seconds_until(one, now) : 0 };
}

static struct quota_verdict judge(struct table_row *row, const struct quota_key *key, int64_t recipients, unsigned how, int64_t now)
{
	const struct quota_limit *limit = &key->limit;
	int64_t used = row ? row->count.ring.sum : key->seed;

	if (limit->per_day >= 0 && !(how & QUOTA_TABLE_PACE_ONLY)) {
		if (recipients > limit->per_day)
			return (struct quota_verdict){ QUOTA_TOO_LARGE, used, limit->per_day, 0, 0 };
		if (row && row->count.doubtful > now)
			return (struct quota_verdict){ QUOTA_UNAVAILABLE, used, limit->per_day, 0, 0 };
		if (used + recipients > limit->per_day)
			return day_full(row, key, recipients, used, now);
	}
	if (limit->rate > 0 && row) {
		int64_t wait = pace_wait(row->count.paid, now, limit->rate, limit->burst);
		if (wait > 0)
			return (struct quota_verdict){ QUOTA_TOO_FAST, used, limit->rate, seconds_until(now + wait, now), 0 };
	}
	return (struct quota_verdict){ .result = QUOTA_TAKEN };
}

static bool enforced(const struct quota_key *key, enum quota_result result, unsigned how)
{
	return !key->limit.monitor && !(how & QUOTA_FORCE) && !(result == QUOTA_UNAVAILABLE && how & QUOTA_ACCEPT);
}

/* The answer if nothing was counted. */
static struct quota_answer decide(struct table_row *const *rows, const struct quota_key *const *keys, size_t count,
	int64_t recipients, unsigned how, int64_t now)
{
	struct quota_answer answer = { .unmetered = how & QUOTA_TABLE_UNMETERED };

	for (size_t i = 0; i < count; i++) {
		struct quota_verdict verdict = judge(rows[i], keys[i], recipients, how, now);
		if (verdict.result == QUOTA_TAKEN)
			continue;
		bool ends = enforced(keys[i], verdict.result, how);
		answer.unmetered |= verdict.result == QUOTA_UNAVAILABLE && how & QUOTA_ACCEPT;
		if (!ends && answer.would != QUOTA_TAKEN)
			continue;
		answer.would = verdict.result;
		answer.key = i;
		answer.used = verdict.used;
		answer.limit = verdict.limit;
		answer.retry_after = verdict.retry_after;
		answer.full_for = verdict.full_for;
		if (ends) {
			answer.result = verdict.result;
			answer.unmetered = false;
			return answer;
		}
	}
	return answer;
}

/* Was it told in the last 24 hours? If not, it is now. */
static bool tell_once(int32_t *told, int64_t bucket)
{
	if (*told && bucket - (*told - 1) < RING_COUNTERS - 1)
		return false;
	*told = (int32_t)(bucket + 1);
	return true;
}

static void warn(struct quota_count *count, const struct quota_key *key, uint64_t bit, struct quota_answer *answer)
{
	int64_t per_day = key->limit.per_day, used = count->ring.sum;

	if (per_day <= 0 || used < per_day - per_day / 5)
		return;
	/* Who reaches both at once hears of the last. */
	bool first = tell_once(&count->reached_80, count->ring.newest);
	if (used < per_day)
		answer->reached_80 |= first ? bit : 0;
	else if (tell_once(&count->reached_100, count->ring.newest))
		answer->reached_100 |= bit;
}

static void count_one(struct quota_table *table, struct table_row *row, const struct quota_key *key, int64_t recipients,
	unsigned how, uint64_t bit, int64_t now, struct quota_answer *answer)
{
	struct quota_count *count = &row->count;

	if (key->limit.rate > 0)
		count->paid = pace_add(count->paid, now, key->limit.rate, key->limit.burst, recipients);
	count->touched = now;
	if (how & QUOTA_TABLE_PACE_ONLY)
		return;
	ring_add(&count->ring, recipients);
	warn(count, key, bit, answer);
	mark(table, row);
}

/* Of days alone nothing is to be known where only the pace counts. */
static bool needs_row(const struct quota_key *key, unsigned how)
{
	return !(how & QUOTA_TABLE_PACE_ONLY) || key->limit.rate > 0;
}

/* False when memory is short: nothing has changed. */
static bool make_missing(struct quota_table *table, struct table_row **rows, const struct quota_key *const *keys, size_t count,
	unsigned how, int64_t now)
{
	uint64_t made = 0;

	for (size_t i = 0; i < count; i++) {
		if (rows[i] || !needs_row(keys[i], how))
			continue;
		rows[i] = make(keys[i]->scope, keys[i]->name);
		if (!rows[i]) {
			for (size_t k = 0; k < i; k++)
				if (made >> k & 1)
					free(rows[k]);
			return false;
		}
		made |= (uint64_t)1 << i;
	}
	for (size_t i = 0; i < count; i++) {
		if (!(made >> i & 1))
			continue;
		begin(&rows[i]->count, how & QUOTA_TABLE_PACE_ONLY ? 0 : keys[i]->seed, now);
		put(table, rows[i]);
	}
	return true;
}

static struct quota_answer take(struct quota_table *table, const struct quota_key *const *keys, size_t count, int64_t recipients,
	unsigned how, int64_t now)
{
	struct table_row *rows[QUOTA_KEYS_MAX];

	for (size_t i = 0; i < count; i++) {
		rows[i] = find(table, keys[i]->scope, keys[i]->name);
		if (rows[i])
			ring_advance(&rows[i]->count.ring, now);
	}
	struct quota_answer answer = decide(rows, keys, count, recipients, how, now);
	if (answer.result != QUOTA_TAKEN)
		return answer;
	if (!make_missing(table, rows, keys, count, how, now))
		return (struct quota_answer){ .result = QUOTA_UNAVAILABLE, .would = QUOTA_UNAVAILABLE };
	for (size_t i = 0; i < count; i++)
		if (rows[i])
			count_one(table, rows[i], keys[i], recipients, how, (uint64_t)1 << i, now, &answer);
	answer.bucket = now / RING_BUCKET_MICROSECONDS;
	return answer;
}

struct quota_answer quota_table_take(struct quota_table *table, const struct quota_key *const *keys, size_t count,
	int64_t recipients, unsigned how)
{
	pthread_mutex_lock(&table->lock);
	struct quota_answer answer = take(table, keys, count, recipients, how, quota_table_now(table));
	pthread_mutex_unlock(&table->lock);
	return answer;
}

void quota_table_give_back(struct quota_table *table, const struct quota_key *const *keys, size_t count, int64_t recipients,
	int64_t bucket)
{
	pthread_mutex_lock(&table->lock);
	int64_t now = quota_table_now(table);
	for (size_t i = 0; i < count; i++) {
		struct table_row *row = find(table, keys[i]->scope, keys[i]->name);
		if (!row)
			continue;
		ring_advance(&row->count.ring, now);
		ring_take_back(&row->count.ring, bucket, recipients);
		if (keys[i]->limit.rate > 0)
			row->count.paid = pace_take_back(row->count.paid, keys[i]->limit.rate, recipients);
		mark(table, row);
	}
	pthread_mutex_unlock(&table->lock);
}

int64_t quota_table_full_for(struct quota_table *table, const struct quota_key *key)
{
	int64_t seconds = 0;

	if (key->limit.monitor || key->limit.per_day <= 0)
		return 0;
	pthread_mutex_lock(&table->lock);
	int64_t now = quota_table_now(table);
	struct table_row *row = find(table, key->scope, key->name);
	if (row) {
		ring_advance(&row->count.ring, now);
		if (row->count.doubtful <= now && row->count.ring.sum >= key->limit.per_day)
			seconds = seconds_until(ring_moment_of(&row->count.ring, key->limit.per_day - 1), now);
	}
	pthread_mutex_unlock(&table->lock);
	return seconds;
}

/* ---- for people ---- */

static struct quota_row describe(struct table_row *row, int64_t now)
{
	struct quota_row out = { .scope = (enum quota_scope)row->scope, .name = name_of(row) };
	int64_t moment;

	ring_advance(&row->count.ring, now);
	out.used = row->count.ring.sum;
	out.damaged = row->count.doubtful > now;
	out.released = ring_next(&row->count.ring, &moment);
	if (out.released)
		out.next_release = seconds_until(moment, now);
	return out;
}

#define LISTED_AT_ONCE 32

void quota_table_list(struct quota_table *table, quota_each *each, void *context)
{
	struct quota_row some[LISTED_AT_ONCE];
	size_t place = 0, count;
	struct table_row *row = NULL;

	pthread_mutex_lock(&table->lock);
	table->listing++;
	do {
		int64_t now = quota_table_now(table);
		for (count = 0; count < LISTED_AT_ONCE; row = row->next) {
			while (!row && place < table->size)
				row = table->places[place++];
			if (!row)
				break;
			some[count++] = describe(row, now);
		}
		pthread_mutex_unlock(&table->lock);
		for (size_t i = 0; i < count; i++)
			each(context, &some[i]);
		pthread_mutex_lock(&table->lock);
	} while (count == LISTED_AT_ONCE);
	table->listing--;
	pthread_mutex_unlock(&table->lock);
}

enum quota_found quota_table_show(struct quota_table *table, enum quota_scope scope, struct text name, struct quota_row *out)
{
	pthread_mutex_lock(&table->lock);
	struct table_row *row = find(table, scope, name);
	if (row) {
		*out = describe(row, quota_table_now(table));
		out->name = name;
	}
	pthread_mutex_unlock(&table->lock);
	return row ? QUOTA_FOUND : QUOTA_ABSENT;
}

enum quota_found quota_table_reset(struct quota_table *table, enum quota_scope scope, struct text name)
{
	pthread_mutex_lock(&table->lock);
	struct table_row *row = find(table, scope, name);
	if (row) {
		int64_t now = quota_table_now(table);
		memset(&row->count, 0, sizeof row->count);
		ring_advance(&row->count.ring, now);
		mark(table, row);
	}
	pthread_mutex_unlock(&table->lock);
	return row ? QUOTA_FOUND : QUOTA_ABSENT;
}

static struct table_row *find_or_make(struct quota_table *table, enum quota_scope scope, struct text name)
{
	struct table_row *row = find(table, scope, name);

	if (!row && (row = make(scope, name)))
		put(table, row);
	return row;
}

bool quota_table_set(struct quota_table *table, enum quota_scope scope, struct text name, int64_t used)
{
	pthread_mutex_lock(&table->lock);
	struct table_row *row = find_or_make(table, scope, name);
	if (row) {
		int64_t now = quota_table_now(table);
		memset(&row->count, 0, sizeof row->count);
		begin(&row->count, used, now);
		row->count.touched = now;
		mark(table, row);
	}
	pthread_mutex_unlock(&table->lock);
	return row;
}

int64_t quota_table_keys(struct quota_table *table)
{
	pthread_mutex_lock(&table->lock);
	int64_t rows = (int64_t)table->rows;
	pthread_mutex_unlock(&table->lock);
	return rows;
}

/* ---- going ---- */

static bool is_over(struct table_row *row, int64_t now)
{
	ring_advance(&row->count.ring, now);
	return row->change == KEPT && row->count.ring.sum == 0 && row->count.paid <= now && row->count.doubtful <= now &&
		(row->count.touched == 0 || row->count.touched <= now - QUOTA_TABLE_KEPT_MICROSECONDS);
}

void quota_table_sweep(struct quota_table *table, size_t places, quota_gone *gone, void *context)
{
	struct table_row *over = NULL;

	pthread_mutex_lock(&table->lock);
	int64_t now = quota_table_now(table);
	for (; places > 0 && !table->listing; places--) {
		table->swept %= table->size;
		for (struct table_row **at = &table->places[table->swept++]; *at;) {
			struct table_row *row = *at;
			if (!is_over(row, now)) {
				at = &row->next;
				continue;
			}
			*at = row->next;
			table->rows--;
			row->next = over;
			over = row;
		}
	}
	pthread_mutex_unlock(&table->lock);
	for (struct table_row *next; over; over = next) {
		next = over->next;
		if (gone)
			gone(context, (enum quota_scope)over->scope, name_of(over));
		free(over);
	}
}

/* ---- keeping ---- */

void quota_table_watch(struct quota_table *table)
{
	pthread_mutex_lock(&table->lock);
	table->watched = true;
	pthread_mutex_unlock(&table->lock);
}

void quota_table_wait(struct quota_table *table, int64_t milliseconds, bool changes)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += milliseconds / 1000;
	until.tv_nsec += milliseconds % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&table->lock);
	while (!table->woken && !(changes && table->changed.first))
		if (pthread_cond_timedwait(&table->wake, &table->lock, &until) != 0)
			break;
	table->woken = false;
	pthread_mutex_unlock(&table->lock);
}

void quota_table_wake(struct quota_table *table)
{
	pthread_mutex_lock(&table->lock);
	table->woken = true;
	pthread_cond_signal(&table->wake);
	pthread_mutex_unlock(&table->lock);
}

bool quota_table_keep_begin(struct quota_table *table)
{
	pthread_mutex_lock(&table->lock);
	int64_t since = atomic_load(&table->changed_since);
	for (struct table_row *row; (row = list_take(&table->changed));)
		list_append(&table->keeping, row);
	atomic_store(&table->keeping_since, since);
	atomic_store(&table->changed_since, 0);
	pthread_mutex_unlock(&table->lock);
	return since != 0;
}

size_t quota_table_keep_some(struct quota_table *table, struct quota_change *changes, size_t room)
{
	size_t count = 0;

	pthread_mutex_lock(&table->lock);
	for (struct table_row *row; count < room && (row = list_take(&table->keeping)); count++) {
		changes[count] = (struct quota_change){ (enum quota_scope)row->scope, name_of(row), row->count };
		row->change = TAKEN;
		list_append(&table->taken, row);
	}
	pthread_mutex_unlock(&table->lock);
	return count;
}

void quota_table_keep_end(struct quota_table *table, bool kept)
{
	pthread_mutex_lock(&table->lock);
	int64_t since = kept ? quota_clock_awake() : atomic_load(&table->keeping_since);
	/* Those that nobody asked for. */
	for (struct table_row *row; (row = list_take(&table->keeping));) {
		row->change = CHANGED_TAKEN;
		list_append(&table->taken, row);
	}
	bool first = !table->changed.first, left = false;
	for (struct table_row *row; (row = list_take(&table->taken));) {
		if (kept && row->change == TAKEN) {
			row->change = KEPT;
			continue;
		}
		row->change = CHANGED;
		list_append(&table->changed, row);
		left = true;
	}
	if (left && (first || !kept))
		atomic_store(&table->changed_since, since);
	atomic_store(&table->keeping_since, 0);
	pthread_mutex_unlock(&table->lock);
}

int64_t quota_table_unkept_since(struct quota_table *table)
{
	/* In this order: what moves from the one to the other is not missed. */
	int64_t changed = atomic_load(&table->changed_since), keeping = atomic_load(&table->keeping_since);

	return keeping && (!changed || keeping < changed) ? keeping : changed;
}

void quota_table_change_all(struct quota_table *table)
{
	pthread_mutex_lock(&table->lock);
	for (size_t i = 0; i < table->size; i++)
		for (struct table_row *row = table->places[i]; row; row = row->next)
			mark(table, row);
	pthread_mutex_unlock(&table->lock);
}

bool quota_table_load(struct quota_table *table, enum quota_scope scope, struct text name, const struct quota_count *count,
	bool changed)
{
	pthread_mutex_lock(&table->lock);
	struct table_row *row = find_or_make(table, scope, name);
	if (row) {
		quota_count_merge(&row->count, count);
		if (changed)
			mark(table, row);
	}
	pthread_mutex_unlock(&table->lock);
	return row;
}
