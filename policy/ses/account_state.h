/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account_state: what SES itself knows of the account, as contrib/sync fetches it into a folder and a generation has it:
 *
 *     state.json       written last: {"parts": {"account": "2026-05-01T12:00:00Z", ...}}, which parts there are and when
 *                      each was fetched
 *     account.json     `aws sesv2 get-account`
 *     suppressed.json  `aws sesv2 list-suppressed-destinations`, all pages
 *
 * A part that state.json lists must be there and whole, else nothing is loaded. A part that it does not list has no
 * checks. (Amazon SES API v2: GetAccount, ListSuppressedDestinations.)
 */
#ifndef SES_ACCOUNT_STATE_H
#define SES_ACCOUNT_STATE_H

#include "base/fault.h"
#include "value/instant.h"

struct generation;
struct site_options;
struct string_set;

enum account_part { PART_ACCOUNT, PART_SUPPRESSED, ACCOUNT_PARTS };

/* Why an address is on the suppression list of the account. Several are a set of bits. */
enum suppression { SUPPRESSION_BOUNCE, SUPPRESSION_COMPLAINT, SUPPRESSIONS };

/* What SES lets the account send (SES API v2, SendQuota), as it stood at when[PART_ACCOUNT]. */
struct send_quota {
	bool known;  /* account.json says it; else the rest is 0 */
	double day;  /* recipients in 24 hours; -1: as many as it likes */
	double rate; /* the same in a second */
	double sent; /* in the 24 hours before it was fetched */
};

/* A zeroed one knows nothing, and has nothing checked. */
struct account_state {
	bool loaded;
	bool has[ACCOUNT_PARTS];
	struct instant when[ACCOUNT_PARTS]; /* of those it has: when it was fetched */
	struct instant oldest;              /* of them the first */
	struct send_quota quota;
	bool paused;      /* SES takes no mail of the account now */
	bool sandbox;     /* the account has no production access */
	unsigned reasons; /* for which of them the account suppresses: bits of enum suppression */
	struct string_set *suppressed[SUPPRESSIONS];
	size_t suppressed_count;
	unsigned refused_reasons;         /* for which of them a recipient is refused: bits; 0: none is looked up */
	bool paused_refuse, paused_defer; /* what becomes of mail now; neither: it goes on */
};

/* account_state_max_age: the least, the most, and where nothing is said; in seconds. */
#define ACCOUNT_AGE_LEAST (5 * 60)
#define ACCOUNT_AGE_MOST (30 * 86400)
#define ACCOUNT_AGE_DEFAULT "1d"

/* A part's name in state.json. */
const char *account_part_name(enum account_part part);

/*
 * Read what the settings name, if they name anything, into generation->account_state. Faults say what is wrong with it;
 * notes, what is not there, and that it is old.
 */
void account_state_load(struct generation *generation, const struct site_options *options, struct faults *faults);

#endif
