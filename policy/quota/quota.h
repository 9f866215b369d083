/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota: how many recipients a day and a second an account, an identity, a principal and a sender may still have.
 *
 * SES counts recipients over any 24 hours, and a rate per second at which short bursts are let through and are a debt
 * afterwards (Amazon SES Developer Guide, "Managing your Amazon SES sending limits"). Here it is the same for each key:
 *
 *   per_day    in any 24 hours never more than that. What was sent is free again 24 hours later, at most five minutes late.
 *   rate       in any D seconds at most burst + D * rate + n - 1, where n is the largest message. A message larger than
 *              what is left passes if anything is left, and the rest is a debt.
 *
 * A store keeps the counts: in memory alone (quota_memory.h, for questions about the past), in a file of SQLite's behind
 * the memory (quota_sqlite.h), or in Redis. The functions below are for any of them, and for any thread.
 *
 * At the start: quota_open() before the process gives up root if it acts as the user it will be (euid), and
 * quota_start(), which makes threads, after that and after the signals are blocked; the process must not fork between
 * the first and the last call. A store that was opened and not started keeps nothing and reaches nobody, and is soon unavailable.
 */
#ifndef QUOTA_QUOTA_H
#define QUOTA_QUOTA_H

#include "base/fault.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is counted, in the order in which the first one that refuses answers. */
enum quota_scope { QUOTA_ACCOUNT, QUOTA_IDENTITY, QUOTA_PRINCIPAL, QUOTA_SENDER, QUOTA_SCOPES };

#define QUOTA_UNLIMITED (-1)

/* Limits are the caller's and may be others at each call. What was counted stays. */
struct quota_limit {
	int64_t per_day; /* recipients in any 24 hours; 0: nothing may be sent; or QUOTA_UNLIMITED */
	int64_t rate;    /* thousandths of a recipient a second, from 1 on; or QUOTA_UNLIMITED */
	int64_t burst;   /* recipients, from 1 on, where there is a rate */
	bool monitor;    /* counts, never refuses */
};

struct quota_key {
	enum quota_scope scope;
	struct text name; /* "" of the account; the identity, the ARN, the address; as it is to be told and kept; no NUL */
	struct quota_limit limit;
	int64_t seed; /* what a key that is not in the store has sent in the last 24 hours, from elsewhere; else 0 */
};

/* Of one message. More cannot be asked for at once. */
#define QUOTA_KEYS_MAX 64
/* Recipients of one message, and of quota_set(). */
#define QUOTA_RECIPIENTS_MAX 1000000000
#define QUOTA_NAME_MAX 4096

enum quota_result {
	QUOTA_TAKEN,
	QUOTA_DAY_FULL,    /* it does not fit into the last 24 hours */
	QUOTA_TOO_FAST,    /* the burst is used up */
	QUOTA_TOO_LARGE,   /* more recipients than per_day: it can never pass */
	QUOTA_UNAVAILABLE, /* it cannot be told */
	QUOTA_RESULTS
};

struct quota_answer {
	enum quota_result result;
	/*
	 * What it would have been if all keys were enforced. Another than `result` only if that is QUOTA_TAKEN: a key in monitor
	 * mode would have refused, or QUOTA_FORCE or QUOTA_ACCEPT let it pass.
	 */
	enum quota_result would;
	/* Counted in part or not at all, or by a store that does not keep it: only with QUOTA_ACCEPT. */
	bool unmetered;
	size_t key;    /* place, among the caller's keys, of the first that refuses or would; 0 if none does or it is not known */
	int64_t used;  /* recipients of that key in the last 24 hours, without this message */
	int64_t limit; /* of that key: per_day, or for QUOTA_TOO_FAST the rate */
	int64_t retry_after; /* seconds until this message can pass as far as this key goes, from 1 on; 0: it can never, or it is not known */
	int64_t full_for; /* QUOTA_DAY_FULL: seconds until one recipient can pass; else 0 */
	int64_t bucket;   /* where it was counted, for quota_give_back(); -1: the store has not counted it */
	/* Bit i: with this message keys[i] has reached 80, or 100 percent of its per_day, for the first time in 24 hours. */
	uint64_t reached_80, reached_100;
};

/* How to take, or-ed. */
enum quota_how {
	QUOTA_FORCE =
		1, /* count whatever the outcome: the daemon is in monitor mode. The result is QUOTA_TAKEN or QUOTA_UNAVAILABLE */
	QUOTA_ACCEPT =
		2, /* trouble with the store is no reason to refuse: never QUOTA_UNAVAILABLE. The rates still hold, on this relay, and what it knows of days */
};

/* What a line of the log is about: syslog's LOG_ERR, LOG_WARNING, LOG_NOTICE, LOG_INFO. Any thread calls it; it must not wait, nor call back. */
typedef void quota_say(void *context, int priority, const char *line);

struct quota_options {
	const char *store; /* a path, "redis://...", "rediss://...", "unix:/...", "sentinel://..."; NULL: QUOTA_STORE_DEFAULT */
	const char *user;  /* of Redis, or NULL */
	const char *password_file;                          /* of Redis, or NULL */
	const char *sentinel_user, *sentinel_password_file; /* of its Sentinels, or NULL */
	const char *ca_file; /* of Redis through TLS: whose certificates are trusted; NULL: those that the system trusts */
	int64_t timeout_ms;  /* of Redis: of a command */
	const char *site;    /* "ACCOUNT/REGION": keeps sites in one Redis apart */
	quota_say *say;      /* or NULL */
	void *context;
	/* Microseconds that never go back, or NULL for the clock of the system. For tests, and for questions about the past. */
	int64_t (*now)(void *now_context);
	void *now_context;
};

#define QUOTA_STORE_DEFAULT "/var/lib/ses-policy-milter/quota/quota.db"

struct quota_store;

/* Is `store` something that this program was built for, and written as it must be? Opens nothing. */
bool quota_store_check(const char *store, struct faults *faults);

/*
 * Can the store be used, as far as it can be told without changing anything and without a connection? For --check. What
 * it reads of the options is what says where the store is and how it is reached.
 */
bool quota_check(const struct quota_options *options, struct faults *faults);

/*
 * NULL and a fault: somebody has to change something, or another daemon has the file (FAULT_PASSING). A store in trouble that
 * may pass, or of which the counts cannot be read, is opened: it says so, and answers QUOTA_UNAVAILABLE until it is mended.
 * The options and what they point to may go afterwards, but for `context` and `now_context`.
 */
struct quota_store *quota_open(const struct quota_options *options, struct faults *faults);

/* False: threads cannot be made; errno says why. */
bool quota_start(struct quota_store *store);

/*
 * What was counted until now is on the disk when this returns. False: it is not, since the disk does not take it, or
 * `milliseconds` are over. For the end of a process that goes on meanwhile, and for those who must tell a person.
 */
bool quota_drain(struct quota_store *store, int64_t milliseconds);

/* Keep what was counted, as far as the disk takes it in `milliseconds`; then end the threads and give all back. Nobody may use it by then. */
void quota_close(struct quota_store *store, int64_t milliseconds);

/*
 * Count `recipients` (1 to QUOTA_RECIPIENTS_MAX) for all keys or for none. Keys may stand in any order; of the same key twice
 * the first counts. Not longer than the time-out of the store.
 */
struct quota_answer quota_take(struct quota_store *store, const struct quota_key *keys, size_t count, int64_t recipients,
	unsigned how);

/* Take back what quota_take() counted in `bucket`: the message was not accepted after all. What cannot be reached stays counted. */
void quota_give_back(struct quota_store *store, const struct quota_key *keys, size_t count, int64_t recipients, int64_t bucket);

/*
 * Seconds for which no message can pass because the key's day is full; 0: not known to be. Never asks a store that is not on this
 * machine, and never waits. Always 0 for a key in monitor mode.
 */
int64_t quota_full_for(struct quota_store *store, const struct quota_key *key);

/*
 * Limits may have changed: forget what quota_full_for() knows from earlier answers. A store elsewhere looks its names up and reads its
 * password again, by a thread of its own, and counts for `site` from now on. A file has the counts of one site, whatever it is called.
 */
void quota_reloaded(struct quota_store *store, const char *site);

/* ---- for people ---- */

/* A key as the store knows it: limits it does not. */
struct quota_row {
	enum quota_scope scope;
	struct text name;
	int64_t used;         /* recipients in the last 24 hours */
	int64_t next_release; /* seconds until the oldest of them are free again; 0: there are none */
	int64_t released;     /* how many those are */
	bool damaged;         /* its count could not be read */
};

typedef void quota_each(void *context, const struct quota_row *row);

/* "Is not" and "could not" apart. */
enum quota_found { QUOTA_FOUND, QUOTA_ABSENT, QUOTA_FAILED };

/* All keys, in no order; a row is good during the call only, which must not call back. False and a fault: not all of them. */
bool quota_list(struct quota_store *store, quota_each *each, void *context, struct faults *faults);

/* One key. row->name is the caller's `name`. */
enum quota_found quota_show(struct quota_store *store, enum quota_scope scope, struct text name, struct quota_row *row,
	struct faults *faults);

/* Forget what a key has sent, also what could not be read of it. */
enum quota_found quota_reset(struct quota_store *store, enum quota_scope scope, struct text name, struct faults *faults);

/* A key has sent `used` recipients (0 to QUOTA_RECIPIENTS_MAX), all of them now, whatever was counted. False and a fault: it is as before. */
bool quota_set(struct quota_store *store, enum quota_scope scope, struct text name, int64_t used, struct faults *faults);

/* ---- for metrics ---- */

enum quota_error {
	QUOTA_ERROR_CONNECT, /* no connection, or the file cannot be opened */
	QUOTA_ERROR_TIMEOUT,
	QUOTA_ERROR_REFUSED, /* the store refuses: password, rights, read-only */
	QUOTA_ERROR_ANSWER,  /* an answer that makes no sense, or an error of the store's own */
	QUOTA_ERROR_WRITE,   /* what was counted cannot be written */
	QUOTA_ERROR_DAMAGED, /* a row or a file that cannot be read */
	QUOTA_ERROR_MEMORY,
	QUOTA_ERRORS
};

/* Their names, and the bounds of the histogram below: quota_tally.h. */
#define QUOTA_TIMES 11

struct quota_status {
	bool up;                         /* answers are told from counts that are kept */
	uint64_t errors[QUOTA_ERRORS];   /* since the start */
	uint64_t counts_lost;            /* times that the store was found to have forgotten */
	int64_t keys;                    /* -1: not known */
	uint64_t times[QUOTA_TIMES + 1]; /* of what was asked of Redis, or written to the file; each in one place only */
	uint64_t microseconds;           /* all of them together */
};

/* Waits for nobody. */
void quota_status(struct quota_store *store, struct quota_status *status);

#endif
