/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_table: the counts in memory: one mutex, all keys of a message or none.
 *
 * A key comes in when mail of it is admitted or it is set, and goes when its ring has been empty for five minutes and more
 * (24 hours 10 minutes after its last mail) and its debt is paid. The table knows which keys have changed, for the one that keeps
 * them elsewhere. Moments are microseconds on the table's clock.
 */
#ifndef QUOTA_QUOTA_TABLE_H
#define QUOTA_QUOTA_TABLE_H

#include "quota/quota.h"
#include "quota/quota_count.h"

/* How long a key lives without mail. */
#define QUOTA_TABLE_KEPT_MICROSECONDS (INT64_C(87000) * 1000000)
/* How long a key of which the count could not be read is in doubt. */
#define QUOTA_TABLE_DOUBT_MICROSECONDS (INT64_C(86400) * 1000000)

struct quota_table;

/* `now` never goes back. NULL when memory is short. */
struct quota_table *quota_table_make(int64_t (*now)(void *context), void *context);
void quota_table_free(struct quota_table *table);

/* For quota_table_take(), besides enum quota_how. */
enum quota_table_how {
	QUOTA_TABLE_PACE_ONLY = 64,  /* days are not looked at, nor counted, and no key counts as changed */
	QUOTA_TABLE_UNMETERED = 128, /* the answer is to say so */
};

/* As in quota_store.h. QUOTA_UNAVAILABLE: memory is short, or a key is in doubt (then `key` is its place) and QUOTA_ACCEPT is not given. */
struct quota_answer quota_table_take(struct quota_table *table, const struct quota_key *const *keys, size_t count,
	int64_t recipients, unsigned how);
void quota_table_give_back(struct quota_table *table, const struct quota_key *const *keys, size_t count, int64_t recipients,
	int64_t bucket);
int64_t quota_table_full_for(struct quota_table *table, const struct quota_key *key);

/* As in quota.h. The list looks at a few keys at a time: mail does not wait for all of them. */
void quota_table_list(struct quota_table *table, quota_each *each, void *context);
enum quota_found quota_table_show(struct quota_table *table, enum quota_scope scope, struct text name, struct quota_row *row);
enum quota_found quota_table_reset(struct quota_table *table, enum quota_scope scope, struct text name);
/* False: memory is short. */
bool quota_table_set(struct quota_table *table, enum quota_scope scope, struct text name, int64_t used);
int64_t quota_table_keys(struct quota_table *table);

int64_t quota_table_now(const struct quota_table *table);

/*
 * Look at `places` of its places, going on where the last call ended, and forget the keys there whose time is over. Then `gone` is
 * called for each, unless it is NULL. Does nothing while keys are listed.
 */
typedef void quota_gone(void *context, enum quota_scope scope, struct text name);
void quota_table_sweep(struct quota_table *table, size_t places, quota_gone *gone, void *context);

/* ---- for the one thread that keeps the keys elsewhere, and sweeps ---- */

/* From now on changes are remembered. */
void quota_table_watch(struct quota_table *table);

/* Wait for `milliseconds` at most, until quota_table_wake(), and with `changes` until there is one to keep. */
void quota_table_wait(struct quota_table *table, int64_t milliseconds, bool changes);
void quota_table_wake(struct quota_table *table);

/* All changes up to now are to be kept. False: there are none. */
bool quota_table_keep_begin(struct quota_table *table);

/* A copy of a key as it is. */
struct quota_change {
	enum quota_scope scope;
	struct text name; /* the table's, good until the next sweep */
	struct quota_count count;
};

/* The next of them, up to `room`. 0: that were all. */
size_t quota_table_keep_some(struct quota_table *table, struct quota_change *changes, size_t room);

/* They are kept, or none of them is and all count as changed again. */
void quota_table_keep_end(struct quota_table *table, bool kept);

/* Since when the oldest change is not kept, by quota_clock_awake(); 0: all are. Any thread; waits for nobody. */
int64_t quota_table_unkept_since(struct quota_table *table);

/* All keys count as changed: what they were kept in is gone. */
void quota_table_change_all(struct quota_table *table);

/* What is kept elsewhere of a key, to be added to what was counted here. `changed`: it is to be kept again. False: memory is short. */
bool quota_table_load(struct quota_table *table, enum quota_scope scope, struct text name, const struct quota_count *count,
	bool changed);

#endif
