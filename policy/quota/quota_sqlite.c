/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "quota/quota_sqlite.h"

#ifdef HAVE_SQLITE
#include "quota/quota_clock.h"
#include "quota/quota_file.h"
#include "quota/quota_key.h"
#include "quota/quota_store.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define SECOND INT64_C(1000000)
/* Changes are gathered so long before they are written; milliseconds. */
#define GATHER 20
/* A trouble is tried again after so long; milliseconds. */
#define AGAIN 500
/* The same trouble is told again after so long. */
#define TOLD_AGAIN (60 * SECOND)
/* What may be unwritten, for how long, before answers are those of an unavailable store. */
#define BEHIND_MOST (5 * SECOND)
#define SYNC_EVERY SECOND
/* Places of the table that are looked at in a round of the thread: a hundred thousand keys in two minutes. */
#define SWEPT_A_ROUND 1024
#define CHANGES_AT_ONCE 32

/* Rows come in the order of their keys. Reading that has broken off goes on behind this one: what is up to it is in the table. */
struct last_key {
	size_t length;
	char key[QUOTA_KEY_SIZE];
};

struct sqlite_store {
	struct quota_store store;
	struct quota_table *table;
	char *path;
	int64_t (*now)(void *context);
	void *context;
	int64_t origin; /* the table's moment when `now` says 0 */
	_Atomic bool open;
	/* Of the thread, once it runs. */
	struct quota_file *file;
	int lock;
	bool loaded; /* what the file said is in the table */
	struct last_key read;
	bool unsynced;
	int64_t synced_at;
	char told[QUOTA_FILE_WORDS];
	int64_t told_at;
	struct quota_change changes[CHANGES_AT_ONCE];
	/* Of all, under the mutex. */
	pthread_t thread;
	bool started;
	pthread_mutex_t mutex;
	pthread_cond_t written;
	bool stopping;
	uint64_t drains_wanted, drains_done;
};

static struct sqlite_store *sqlite_of(struct quota_store *store)
{
	return (struct sqlite_store *)store;
}

static int64_t moment_of(void *context)
{
	const struct sqlite_store *sqlite = context;

	return sqlite->origin + sqlite->now(sqlite->context);
}

/* ---- opening and loading ---- */

/* How much time has passed since the file was written. */
static int64_t passed_since(struct quota_store *store, const char *path, int64_t wall)
{
	int64_t passed = quota_clock_wall() - wall;

	if (passed < 0) {
		if (store)
			quota_store_say(store, LOG_WARNING,
				"quotas: %s: it was written %lld s after what the clock says now; counting goes on as if no time had passed: "
				"look at the clock (timedatectl)",
				path, (long long)(-passed / SECOND));
		return 0;
	}
	/* After that nothing is left to count, and keys go. */
	return passed < QUOTA_TABLE_KEPT_MICROSECONDS ? passed : QUOTA_TABLE_KEPT_MICROSECONDS;
}

static bool see_newest(void *context, enum quota_scope scope, struct text name, const struct quota_count *count)
{
	int64_t *newest = context;

	(void)scope;
	(void)name;
	if (count && count->touched > *newest)
		*newest = count->touched;
	return true;
}

/* The file's moment for now. QUOTA_ABSENT: it is new. */
static enum quota_found file_moment(struct quota_store *store, const char *path, struct quota_file *file, int64_t *moment,
	struct quota_file_trouble *trouble)
{
	int64_t wall;
	enum quota_found found = quota_file_clock(file, moment, &wall);

	if (found == QUOTA_FOUND)
		*moment += passed_since(store, path, wall);
	if (found != QUOTA_FAILED)
		return found;
	/* No time has passed, as far as is known: nothing is forgotten too early. */
	*moment = 0;
	if (!quota_file_load(file, see_newest, moment, trouble))
		return QUOTA_FAILED;
	if (store) {
		quota_tally_error(&store->tally, QUOTA_ERROR_DAMAGED);
		quota_store_say(store, LOG_ERR,
			"quotas: %s: when it was written cannot be read; counting goes on as if no time had passed", path);
	}
	return *moment ? QUOTA_FOUND : QUOTA_ABSENT;
}

struct file_loading {
	struct quota_store *store; /* NULL: for a look only */
	const char *path;
	struct quota_table *table;
	struct last_key *read;
	int64_t shift; /* of moments, from the file's to the table's */
	bool memory_short;
};

static void tell_damaged(const struct file_loading *loading, enum quota_scope scope, struct text name)
{
	char key[QUOTA_KEY_SIZE], shown[300];
	size_t length = quota_key_write(scope, name, key, sizeof key);

	quota_tally_error(&loading->store->tally, QUOTA_ERROR_DAMAGED);
	text_escape((struct text){ key, length }, shown, sizeof shown);
	quota_store_say(loading->store, LOG_ERR,
		"quotas: %s: the count of %s cannot be read; for 24 hours its mail is treated as quotas.unavailable says, or until `ses-policy "
		"quota reset %s`",
		loading->path, shown, shown);
}

static bool load_one(void *context, enum quota_scope scope, struct text name, const struct quota_count *count)
{
	struct file_loading *loading = context;
	int64_t now = quota_table_now(loading->table), shift = loading->shift;
	struct quota_count loaded = { 0 };
	struct last_key this;

	this.length = quota_key_write(scope, name, this.key, sizeof this.key);
	if (text_compare((struct text){ this.key, this.length }, (struct text){ loading->read->key, loading->read->length }) <= 0)
		return true;
	if (count) {
		loaded = *count;
		if (shift) {
			/* Rounded to what is free later. */
			int64_t buckets = shift / RING_BUCKET_MICROSECONDS + (shift > 0 && shift % RING_BUCKET_MICROSECONDS);
			ring_shift(&loaded.ring, buckets);
			loaded.paid = loaded.paid ? loaded.paid + shift : 0;
			loaded.touched = loaded.touched ? loaded.touched + shift : 0;
			loaded.doubtful = loaded.doubtful ? loaded.doubtful + shift : 0;
			loaded.reached_80 = loaded.reached_100 = 0;
		}
	} else {
		loaded.doubtful = now + QUOTA_TABLE_DOUBT_MICROSECONDS;
		loaded.touched = now;
		if (loading->store)
			tell_damaged(loading, scope, name);
	}
	loading->memory_short = !quota_table_load(loading->table, scope, name, &loaded, !count || shift != 0);
	if (!loading->memory_short)
		*loading->read = this;
	return !loading->memory_short;
}

static bool load_file(struct file_loading *loading, struct quota_file *file, struct quota_file_trouble *trouble)
{
	if (quota_file_load(file, load_one, loading, trouble))
		return true;
	if (loading->memory_short)
		*trouble = (struct quota_file_trouble){ .error = QUOTA_ERROR_MEMORY,
			.class = FAULT_SYSTEM,
			.starts = true,
			.words = "memory is short" };
	return false;
}

/*
 * The first time the table is empty, and its clock goes on where the file's has stopped. Later there are counts of the
 * meantime, and the clock stays. Once the file has been read, the table knows better than any file.
 */
static bool load(struct sqlite_store *sqlite, struct quota_file *file, bool first, struct quota_file_trouble *trouble)
{
	struct file_loading loading = { &sqlite->store, sqlite->path, sqlite->table, &sqlite->read, 0, false };
	int64_t moment = 0, newest = 0;

	if (sqlite->loaded)
		return true;
	enum quota_found found = file_moment(&sqlite->store, sqlite->path, file, &moment, trouble);
	/* Once without taking anything: of a file that cannot be read to its end nothing comes into the table. */
	if (found == QUOTA_FAILED || !quota_file_load(file, see_newest, &newest, trouble))
		return false;
	if (found == QUOTA_FOUND && first)
		sqlite->origin = moment - sqlite->now(sqlite->context);
	else if (found == QUOTA_FOUND)
		loading.shift = quota_table_now(sqlite->table) - moment;
	sqlite->loaded = load_file(&loading, file, trouble);
	return sqlite->loaded;
}

static bool open_file(struct sqlite_store *sqlite, bool first, struct quota_file_trouble *trouble)
{
	struct quota_file *file = quota_file_open(sqlite->path, &sqlite->lock, trouble);
	bool again = sqlite->loaded;

	if (!file)
		return false;
	if (!load(sqlite, file, first, trouble)) {
		quota_file_close(file);
		return false;
	}
	if (again)
		quota_table_change_all(sqlite->table);
	sqlite->file = file;
	atomic_store(&sqlite->open, true);
	return true;
}

/* ---- the thread ---- */

static void close_file(struct sqlite_store *sqlite)
{
	atomic_store(&sqlite->open, false);
	quota_file_close(sqlite->file);
	sqlite->file = NULL;
}

static void tell_trouble(struct sqlite_store *sqlite, const struct quota_file_trouble *trouble)
{
	int64_t now = sqlite->now(sqlite->context);

	quota_tally_error(&sqlite->store.tally, trouble->error);
	if (!strcmp(sqlite->told, trouble->words) && now - sqlite->told_at < TOLD_AGAIN)
		return;
	snprintf(sqlite->told, sizeof sqlite->told, "%s", trouble->words);
	sqlite->told_at = now;
	quota_store_say(&sqlite->store, LOG_ERR, "quotas: %s", trouble->words);
}

static void tell_mended(struct sqlite_store *sqlite)
{
	if (!*sqlite->told)
		return;
	*sqlite->told = '\0';
	quota_store_say(&sqlite->store, LOG_NOTICE, "quotas: %s: it is written again", sqlite->path);
}

static bool put_changes(struct sqlite_store *sqlite, int64_t wall, struct quota_file_trouble *trouble)
{
	size_t count;

	while ((count = quota_table_keep_some(sqlite->table, sqlite->changes, CHANGES_AT_ONCE)) > 0)
		for (size_t i = 0; i < count; i++)
			if (!quota_file_put(sqlite->file, &sqlite->changes[i], wall, trouble))
				return false;
	return true;
}

static bool write_file(struct sqlite_store *sqlite, int64_t wall, bool synced, struct quota_file_trouble *trouble)
{
	return quota_file_begin(sqlite->file, synced, trouble) && put_changes(sqlite, wall, trouble) &&
		quota_file_commit(sqlite->file, quota_table_now(sqlite->table), wall, trouble);
}

/* What has changed, in one transaction. */
static bool keep(struct sqlite_store *sqlite, bool synced)
{
	struct quota_file_trouble trouble;
	/* Read first: all that was counted before the moment that the file tells is in it. */
	int64_t wall = quota_clock_wall();
	bool changes = quota_table_keep_begin(sqlite->table), kept = true;

	if (changes || (synced && sqlite->unsynced)) {
		int64_t start = quota_clock_elapsed(NULL);
		kept = write_file(sqlite, wall, synced, &trouble);
		quota_tally_time(&sqlite->store.tally, quota_clock_elapsed(NULL) - start);
	}
	quota_table_keep_end(sqlite->table, kept);
	if (!kept) {
		tell_trouble(sqlite, &trouble);
		if (trouble.broken)
			close_file(sqlite);
		return false;
	}
	tell_mended(sqlite);
	sqlite->unsynced = synced ? false : sqlite->unsynced || changes;
	if (synced)
		sqlite->synced_at = quota_clock_elapsed(NULL);
	return true;
}

/* Somebody has moved it away or put another in its place: what is counted is in the table. */
static void look_after(struct sqlite_store *sqlite)
{
	struct quota_file_trouble trouble;

	if (sqlite->file && !quota_file_is_there(sqlite->file)) {
		quota_store_say(&sqlite->store, LOG_WARNING,
			"quotas: %s: it is gone, or another file is in its place; it is written again from memory", sqlite->path);
		close_file(sqlite);
	}
	if (!sqlite->file && !open_file(sqlite, false, &trouble))
		tell_trouble(sqlite, &trouble);
}

struct file_sweep {
	struct sqlite_store *sqlite;
	bool begun, failed;
	struct quota_file_trouble trouble;
};

/* A row that stays in the file by an error is empty, and goes after the next start. */
static void forget(void *context, enum quota_scope scope, struct text name)
{
	struct file_sweep *sweep = context;

	if (sweep->failed)
		return;
	sweep->failed = (!sweep->begun && !quota_file_begin(sweep->sqlite->file, false, &sweep->trouble)) ||
		!quota_file_remove(sweep->sqlite->file, scope, name, &sweep->trouble);
	sweep->begun = true;
}

static void sweep_table(struct sqlite_store *sqlite)
{
	struct file_sweep sweep = { .sqlite = sqlite };

	quota_table_sweep(sqlite->table, SWEPT_A_ROUND, forget, &sweep);
	if (sweep.begun && !sweep.failed)
		sweep.failed = !quota_file_commit(sqlite->file, quota_table_now(sqlite->table), quota_clock_wall(), &sweep.trouble);
	if (sweep.failed)
		tell_trouble(sqlite, &sweep.trouble);
}

static uint64_t wanted(struct sqlite_store *sqlite, bool *stopping)
{
	pthread_mutex_lock(&sqlite->mutex);
	uint64_t drains = sqlite->drains_wanted;
	*stopping = sqlite->stopping;
	pthread_mutex_unlock(&sqlite->mutex);
	return drains;
}

static void drained(struct sqlite_store *sqlite, uint64_t drains)
{
	pthread_mutex_lock(&sqlite->mutex);
	sqlite->drains_done = drains;
	pthread_cond_broadcast(&sqlite->written);
	pthread_mutex_unlock(&sqlite->mutex);
}

static void *serve(void *with)
{
	struct sqlite_store *sqlite = with;
	int64_t looked = 0;
	uint64_t done = 0;

	for (bool stopping = false; !stopping;) {
		/* A sync that is due is not late. */
		quota_table_wait(sqlite->table, sqlite->unsynced ? SYNC_EVERY / 1000 / 2 : 1000, sqlite->file);
		uint64_t drains = wanted(sqlite, &stopping);
		if (!stopping && drains == done)
			quota_table_wait(sqlite->table, GATHER, false);
		drains = wanted(sqlite, &stopping);
		int64_t now = quota_clock_elapsed(NULL);
		if (now - looked >= SECOND || now < looked || stopping) {
			looked = now;
			look_after(sqlite);
		}
		bool synced = stopping || drains != done || now - sqlite->synced_at >= SYNC_EVERY;
		bool kept = sqlite->file && keep(sqlite, synced);
		if (kept)
			sweep_table(sqlite);
		if (drains != done)
			drained(sqlite, done = drains);
		if (!kept && !stopping)
			quota_table_wait(sqlite->table, AGAIN, false);
	}
	quota_file_close(sqlite->file);
	sqlite->file = NULL;
	drained(sqlite, UINT64_MAX);
	return NULL;
}

/* ---- the store ---- */

static bool sqlite_start(struct quota_store *store)
{
	struct sqlite_store *sqlite = sqlite_of(store);
	int error = pthread_create(&sqlite->thread, NULL, serve, sqlite);

	sqlite->started = error == 0;
	errno = error;
	return sqlite->started;
}

static void wait_drained(struct sqlite_store *sqlite, uint64_t drains, int64_t milliseconds)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += milliseconds / 1000;
	until.tv_nsec += milliseconds % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	while (sqlite->drains_done < drains)
		if (pthread_cond_timedwait(&sqlite->written, &sqlite->mutex, &until) != 0)
			break;
}

static bool sqlite_drain(struct quota_store *store, int64_t milliseconds)
{
	struct sqlite_store *sqlite = sqlite_of(store);

	if (!sqlite->started)
		return !quota_table_unkept_since(sqlite->table);
	pthread_mutex_lock(&sqlite->mutex);
	uint64_t drains = ++sqlite->drains_wanted;
	pthread_mutex_unlock(&sqlite->mutex);
	quota_table_wake(sqlite->table);
	pthread_mutex_lock(&sqlite->mutex);
	wait_drained(sqlite, drains, milliseconds);
	bool in_time = sqlite->drains_done >= drains;
	pthread_mutex_unlock(&sqlite->mutex);
	return in_time && !quota_table_unkept_since(sqlite->table);
}

/* Asks the thread to end, and waits. False: it has not. */
static bool end_thread(struct sqlite_store *sqlite, int64_t milliseconds)
{
	pthread_mutex_lock(&sqlite->mutex);
	sqlite->stopping = true;
	pthread_mutex_unlock(&sqlite->mutex);
	quota_table_wake(sqlite->table);
	pthread_mutex_lock(&sqlite->mutex);
	wait_drained(sqlite, UINT64_MAX, milliseconds);
	bool ended = sqlite->drains_done == UINT64_MAX;
	pthread_mutex_unlock(&sqlite->mutex);
	if (ended)
		pthread_join(sqlite->thread, NULL);
	return ended;
}

static void sqlite_free(struct sqlite_store *sqlite)
{
	quota_file_close(sqlite->file);
	if (sqlite->lock >= 0)
		close(sqlite->lock);
	quota_table_free(sqlite->table);
	pthread_cond_destroy(&sqlite->written);
	pthread_mutex_destroy(&sqlite->mutex);
	quota_store_clear(&sqlite->store);
	free(sqlite->path);
	free(sqlite);
}

static void sqlite_close(struct quota_store *store, int64_t milliseconds)
{
	struct sqlite_store *sqlite = sqlite_of(store);

	/* A thread that hangs in the disk keeps what it uses. */
	if (!sqlite->started || end_thread(sqlite, milliseconds))
		sqlite_free(sqlite);
}

static bool available(const struct sqlite_store *sqlite)
{
	int64_t since = quota_table_unkept_since(sqlite->table);

	return atomic_load(&sqlite->open) && (!since || quota_clock_awake() - since <= BEHIND_MOST);
}

static struct quota_answer sqlite_take(struct quota_store *store, const struct quota_key *const *keys, size_t count,
	int64_t recipients, unsigned how)
{
	struct sqlite_store *sqlite = sqlite_of(store);

	if (available(sqlite))
		return quota_table_take(sqlite->table, keys, count, recipients, how);
	if (!(how & QUOTA_ACCEPT))
		return (struct quota_answer){ .result = QUOTA_UNAVAILABLE, .would = QUOTA_UNAVAILABLE };
	struct quota_answer answer = quota_table_take(sqlite->table, keys, count, recipients, how | QUOTA_TABLE_UNMETERED);
	if (answer.result == QUOTA_TAKEN && answer.would == QUOTA_TAKEN)
		answer.would = QUOTA_UNAVAILABLE;
	return answer;
}

static void sqlite_give_back(struct quota_store *store, const struct quota_key *const *keys, size_t count, int64_t recipients,
	int64_t bucket)
{
	quota_table_give_back(sqlite_of(store)->table, keys, count, recipients, bucket);
}

static int64_t sqlite_full_for(struct quota_store *store, const struct quota_key *key)
{
	return available(sqlite_of(store)) ? quota_table_full_for(sqlite_of(store)->table, key) : 0;
}

/* While the file has not been read the table does not know what people ask for. */
static bool is_open(struct sqlite_store *sqlite, struct faults *faults)
{
	if (atomic_load(&sqlite->open))
		return true;
	fault_add_as(faults, FAULT_SYSTEM, "quotas: %s is not open; the log of the filter says why", sqlite->path);
	return false;
}

static bool sqlite_list(struct quota_store *store, quota_each *each, void *context, struct faults *faults)
{
	if (!is_open(sqlite_of(store), faults))
		return false;
	quota_table_list(sqlite_of(store)->table, each, context);
	return true;
}

static enum quota_found sqlite_show(struct quota_store *store, enum quota_scope scope, struct text name, struct quota_row *row,
	struct faults *faults)
{
	if (!is_open(sqlite_of(store), faults))
		return QUOTA_FAILED;
	return quota_table_show(sqlite_of(store)->table, scope, name, row);
}

static enum quota_found sqlite_reset(struct quota_store *store, enum quota_scope scope, struct text name, struct faults *faults)
{
	if (!is_open(sqlite_of(store), faults))
		return QUOTA_FAILED;
	return quota_table_reset(sqlite_of(store)->table, scope, name);
}

static bool sqlite_set(struct quota_store *store, enum quota_scope scope, struct text name, int64_t used, struct faults *faults)
{
	if (!is_open(sqlite_of(store), faults))
		return false;
	if (quota_table_set(sqlite_of(store)->table, scope, name, used))
		return true;
	fault_memory(faults);
	return false;
}

static void sqlite_status(struct quota_store *store, struct quota_status *status)
{
	status->up = available(sqlite_of(store));
	status->keys = quota_table_keys(sqlite_of(store)->table);
}

static const struct quota_store_kind kind = {
	.start = sqlite_start,
	.drain = sqlite_drain,
	.close = sqlite_close,
	.take = sqlite_take,
	.give_back = sqlite_give_back,
	.full_for = sqlite_full_for,
	.list = sqlite_list,
	.show = sqlite_show,
	.reset = sqlite_reset,
	.set = sqlite_set,
	.status = sqlite_status,
};

static bool make_conditions(struct sqlite_store *sqlite)
{
	pthread_condattr_t attributes;

	if (pthread_mutex_init(&sqlite->mutex, NULL) != 0)
		return false;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	bool good = pthread_cond_init(&sqlite->written, &attributes) == 0;
	pthread_condattr_destroy(&attributes);
	return good;
}

static struct sqlite_store *make(const struct quota_options *options)
{
	struct sqlite_store *sqlite = calloc(1, sizeof *sqlite);

	if (!sqlite)
		return NULL;
	sqlite->lock = -1;
	sqlite->now = options->now ? options->now : quota_clock_elapsed;
	sqlite->context = options->now_context;
	sqlite->origin = quota_clock_wall() - sqlite->now(sqlite->context);
	sqlite->path = strdup(options->store);
	sqlite->table = quota_table_make(moment_of, sqlite);
	if (sqlite->path && sqlite->table && make_conditions(sqlite)) {
		if (quota_store_make(&sqlite->store, &kind, options))
			return sqlite;
		pthread_cond_destroy(&sqlite->written);
		pthread_mutex_destroy(&sqlite->mutex);
	}
	quota_table_free(sqlite->table);
	free(sqlite->path);
	free(sqlite);
	return NULL;
}

static bool fault_of(const struct quota_file_trouble *trouble, struct faults *faults)
{
	if (trouble->error == QUOTA_ERROR_MEMORY)
		fault_memory(faults);
	else
		fault_add_as(faults, trouble->class, "quotas: %s", trouble->words);
	return false;
}

struct quota_store *quota_sqlite_open(const struct quota_options *options, struct faults *faults)
{
	struct quota_file_trouble trouble;
	struct sqlite_store *sqlite = make(options);

	if (!sqlite) {
		fault_memory(faults);
		return NULL;
	}
	quota_table_watch(sqlite->table);
	if (open_file(sqlite, true, &trouble))
		return &sqlite->store;
	if (trouble.starts) {
		tell_trouble(sqlite, &trouble);
		return &sqlite->store;
	}
	fault_of(&trouble, faults);
	sqlite_free(sqlite);
	return NULL;
}

bool quota_sqlite_is_built(struct faults *faults)
{
	(void)faults;
	return true;
}

bool quota_sqlite_check(const struct quota_options *options, struct faults *faults)
{
	struct quota_file_trouble trouble;

	return quota_file_look(options->store, &trouble) || fault_of(&trouble, faults);
}

/* ---- without a daemon ---- */

static int64_t moment_fixed(void *context)
{
	return *(int64_t *)context;
}

bool quota_sqlite_list(const char *path, quota_each *each, void *context, struct faults *faults)
{
	struct quota_file_trouble trouble;
	int64_t moment = 0;
	struct quota_table *table = quota_table_make(moment_fixed, &moment);
	struct last_key read = { 0 };
	struct file_loading loading = { .path = path, .table = table, .read = &read };
	struct quota_file *file = table ? quota_file_open_to_read(path, &trouble) : NULL;

	if (!table)
		fault_memory(faults);
	bool good = file && file_moment(NULL, path, file, &moment, &trouble) != QUOTA_FAILED && load_file(&loading, file, &trouble);
	if (table && !good)
		fault_of(&trouble, faults);
	if (good)
		quota_table_list(table, each, context);
	quota_file_close(file);
	quota_table_free(table);
	return good;
}

#endif
