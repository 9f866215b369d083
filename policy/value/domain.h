/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * domain: the domain of an address, or of a pattern of addresses: what follows
 * the last at sign; without one, all of it. Domains of mail have no case (RFC
 * 5321 section 2.4); policies compare letters as they stand.
 *
 * So a policy with capitals in a domain says two things: what it says as it is
 * written, and what it says with domains in lower case. Where domains have no
 * case a policy set is asked in both readings (policy_set.h), and what either
 * refuses is refused.
 */
#ifndef VALUE_DOMAIN_H
#define VALUE_DOMAIN_H

#include "base/arena.h"

/* Which domains of a policy have no case. */
enum domain_fold {
	DOMAIN_FOLD_NONE,       /* none: letters are compared as they are written */
	DOMAIN_FOLD_IDENTITIES, /* in Resource, of identities that are domains */
	DOMAIN_FOLD_ALL,        /* in Resource, and in what the keys of addresses are compared with (key.h) */
};

struct text domain_of(struct text address);

/* Are there ASCII capitals in it? */
bool domain_has_capitals(struct text address);

/* A copy with the ASCII letters of the domain in lower case; .at NULL when memory is short. */
struct text domain_lowered(struct arena *arena, struct text address);

#endif
