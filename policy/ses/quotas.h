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

struct quota_rule {
	struct text name; /* as keys have it (message_quota.h); of a pattern, with its wildcards */
	bool pattern;     /* `*` and `?` in it stand for other names */
	bool login;       /* its one `*` stands for a login: no slash is in it */
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

#endif
