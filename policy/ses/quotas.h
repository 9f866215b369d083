/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quotas: the limits of a site, for the keys of quota/quota.h: what the settings say in `quotas` and in entries of
 * `principals`, or what SES says of the account.
 *
 * Of the entries for one scope the first that fits counts. One with a pattern gives each name that it covers a counter of its own.
 */
#ifndef SES_QUOTAS_H
#define SES_QUOTAS_H

#include "quota/quota.h"
#include "ses/site_options.h"

struct generation;

struct quota_rule {
	struct text name;  /* as keys have it, or a pattern */
	bool pattern;      /* `*` and `?` in it stand for other names */
	bool login;        /* its one `*` stands for a login: no slash is in it */
	const char *place; /* in the settings: "quotas.senders[0]" */
	struct quota_limit limit;
};

struct quota_rules {
	struct quota_rule *at;
	size_t count;
};

/* Zeroed: nothing is counted. */
struct quotas {
	bool given;                             /* the settings have `quotas` */
	bool accept;                            /* mail passes while the store is away */
	int64_t seed;                           /* of the account; 0: none */
	struct quota_rules rules[QUOTA_SCOPES]; /* of the account one at most */
};

/* SES's limits for an account in the sandbox. (Developer Guide, "Request production access".) */
#define SANDBOX_PER_DAY 200
#define SANDBOX_PER_SECOND 1

/* Recipients that a burst has where the settings do not say, at a rate in thousandths a second. */
int64_t quotas_burst(int64_t rate);

/* Fill in generation->quotas; its account state and site are there. Faults say what is wrong; a note, that nothing is counted. */
void quotas_compile(struct generation *generation, const struct site_options *options, struct faults *faults);

/*
 * The rule for a name; NULL: it has no limit. Case does not matter: IAM has no two users whose names differ in nothing else, and senders
 * shall not get a counter of their own by it.
 */
const struct quota_rule *quotas_find(const struct quotas *quotas, enum quota_scope scope, struct text name);

#endif
