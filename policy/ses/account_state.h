/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account_state: what SES itself knows of the account, as contrib/sync fetches it into a folder and a generation has it:
 *
 *     state.json          written last: {"parts": {"account": "2026-05-01T12:00:00Z", ...}}, which parts there are and when
 *                         each was fetched
 *     account.json        `aws sesv2 get-account`
 *     identities/         of each identity `aws sesv2 get-email-identity` (account_identities.h)
 *     configuration-sets/ of each set `aws sesv2 get-configuration-set` (account_sets.h)
 *     tenants/            of each tenant `aws sesv2 get-tenant` and `list-tenant-resources` (account_tenants.h)
 *     suppressed.json     `aws sesv2 list-suppressed-destinations`, all pages (account_suppressed.h)
 *
 * A part that state.json lists must be there and whole, else nothing is loaded. A part that it does not list has no
 * checks. Parts are called as their files and folders are. (Amazon SES API v2.)
 */
#ifndef SES_ACCOUNT_STATE_H
#define SES_ACCOUNT_STATE_H

#include "base/fault.h"
#include "value/instant.h"

struct generation;
struct site_options;
struct string_set;

enum account_part { PART_ACCOUNT, PART_IDENTITIES, PART_SETS, PART_TENANTS, PART_SUPPRESSED, ACCOUNT_PARTS };

/* Why an address is on the suppression list of the account. Several are a set of bits. */
enum suppression { SUPPRESSION_BOUNCE, SUPPRESSION_COMPLAINT, SUPPRESSIONS };

/* An identity of the account. */
struct account_identity {
	struct text name;              /* as identity_read spells it */
	bool verified;                 /* mail may be sent from it */
	struct text configuration_set; /* that its mail has by default, or empty */
};

struct account_set {
	struct text name;
	bool off;         /* no mail is sent with it now */
	bool own_reasons; /* it says itself for which reasons it suppresses; else as the account */
	unsigned reasons; /* then which: bits of enum suppression */
};

struct account_tenant {
	struct text name;
	bool paused;
	struct text *resources; /* ARNs, sorted by text_compare */
	size_t resource_count;
};

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
	bool paused;                         /* SES takes no mail of the account now */
	bool sandbox;                        /* the account has no production access */
	unsigned reasons;                    /* for which of them the account suppresses: bits of enum suppression */
	struct account_identity *identities; /* sorted by text_compare of their names */
	size_t identity_count;
	struct account_set *sets; /* sorted in the same way */
	size_t set_count;
	struct account_tenant *tenants; /* the same */
	size_t tenant_count;
	struct string_set *suppressed[SUPPRESSIONS];
	size_t suppressed_count;
	/* What the settings make of it. */
	bool refuses_suppressed;          /* suppressed recipients are refused, where that is certain */
	unsigned certain;                 /* the reasons for which each set that a message may have suppresses: bits */
	unsigned certain_by_default;      /* the same of a message that names no set, where its default set is not known */
	bool knows_defaults;              /* which set an identity's mail has by default is known */
	bool pause_refuses, pause_defers; /* what becomes of mail that SES has paused; neither: it goes on */
};

/* account_state_max_age: the least, the most, and where nothing is said; in seconds. */
#define ACCOUNT_AGE_LEAST (5 * 60)
#define ACCOUNT_AGE_MOST (30 * 86400)
#define ACCOUNT_AGE_DEFAULT "1d"

/* A part's name in state.json, and of its file or folder. */
const char *account_part_name(enum account_part part);

/*
 * Read what the settings name, if they name anything, into generation->account_state. Faults say what is wrong with it;
 * notes, what is not there, and that it is old.
 */
void account_state_load(struct generation *generation, const struct site_options *options, struct faults *faults);

/* The settings and the policies are there, too: for which reasons recipients are refused; notes on what does not fit. */
void account_state_settle(struct generation *generation, const struct site_options *options, struct faults *faults);

#endif
