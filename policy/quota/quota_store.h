/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_store: what a kind of store does. Each has a struct whose first member is struct quota_store, which quota_store_make() fills in.
 *
 * What a kind is given by quota.c: keys in the order of their scopes, none twice, at least one, and as many as
 * QUOTA_KEYS_MAX at most; names up to QUOTA_NAME_MAX; recipients from 1 to QUOTA_RECIPIENTS_MAX. An answer's `key` and bits are places in
 * that order; quota.c turns them into the caller's.
 */
#ifndef QUOTA_QUOTA_STORE_H
#define QUOTA_QUOTA_STORE_H

#include "quota/quota.h"
#include "quota/quota_full.h"
#include "quota/quota_table.h"
#include "quota/quota_tally.h"

struct quota_store_kind {
	bool (*start)(struct quota_store *store);
	/* NULL: there is nothing to wait for. As quota_drain(). */
	bool (*drain)(struct quota_store *store, int64_t milliseconds);
	/* Gives all back, with quota_store_clear() what quota_store_make() took. */
	void (*close)(struct quota_store *store, int64_t milliseconds);
	/*
	 * With QUOTA_ACCEPT it may answer QUOTA_UNAVAILABLE all the same if nothing was counted: quota.c then lets the message pass
	 * as the rates allow. It may also answer itself, with `unmetered`.
	 */
	struct quota_answer (*take)(struct quota_store *store, const struct quota_key *const *keys, size_t count,
		int64_t recipients, unsigned how);
	void (*give_back)(struct quota_store *store, const struct quota_key *const *keys, size_t count, int64_t recipients,
		int64_t bucket);
	/* NULL: quota.c remembers what `take` answered. */
	int64_t (*full_for)(struct quota_store *store, const struct quota_key *key);
	bool (*list)(struct quota_store *store, quota_each *each, void *context, struct faults *faults);
	enum quota_found (*show)(struct quota_store *store, enum quota_scope scope, struct text name, struct quota_row *row,
		struct faults *faults);
	enum quota_found (*reset)(struct quota_store *store, enum quota_scope scope, struct text name, struct faults *faults);
	bool (*set)(struct quota_store *store, enum quota_scope scope, struct text name, int64_t used, struct faults *faults);
	/* NULL: a reload of the settings is nothing to it. Waits for nobody. */
	void (*reloaded)(struct quota_store *store, const char *site);
	/* The tally's numbers are in it already. */
	void (*status)(struct quota_store *store, struct quota_status *status);
};

struct quota_store {
	const struct quota_store_kind *kind;
	struct quota_tally tally;
	struct quota_table *floor; /* the rates while the store is away */
	struct quota_full full;    /* for kinds without `full_for` */
	quota_say *say;            /* or NULL: quota_store_say() */
	void *context;
};

/* False: memory is short, and nothing was taken. */
bool quota_store_make(struct quota_store *store, const struct quota_store_kind *kind, const struct quota_options *options);
void quota_store_clear(struct quota_store *store);

/* One line for the log, printf fashion, cut at 1,000 bytes. */
void quota_store_say(struct quota_store *store, int priority, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
