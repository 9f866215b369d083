/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_common: what the checks share: what a statement is about, what a text looks like, which name is meant.
 */
#ifndef LINT_CHECK_COMMON_H
#define LINT_CHECK_COMMON_H

#include "lint/subject.h"

/* Are all actions of the statement those of SES? An identity policy may hold others too, which are not our business. */
bool check_about_ses(const struct statement *statement);

/* Is none of them, and so the statement no business of ours? */
bool check_about_others(const struct statement *statement);

/* Does it allow by fitting, or deny by not fitting? What fits the condition then passes. */
bool check_fit_passes(const struct statement *statement, const struct condition *c);

/* Of a text condition with fixed values: exact, or with wildcards? */
bool check_is_text(const struct condition *c);
bool check_is_glob(const struct condition *c);

/* Is value i plain text rather than one with variables? */
bool check_is_fixed(const struct condition *c, size_t i);

/* What stands before the last at sign; empty without one. */
struct text check_local_of(struct text address);

bool check_has_upper(struct text t);

/* Has it the form of a Region's name: two words or more, a direction, a number? New Regions have it too. */
bool check_is_region(struct text t);

/* The known key that one is misspelt for; NULL: none. */
const char *check_nearest_key(struct text key);

/* The operator that one is misspelt for, as AWS writes it, in `out` (OPERATOR_SIZE bytes, fix.h). False: none. */
bool check_nearest_operator(struct text name, char *out);

/* Is no address on the Internet in it? */
bool check_is_private(const struct subject *subject, const struct ip_network *network);

/* Does the site fill the key in? */
bool check_site_has_key(const struct lint_site *site, struct text key);

/*
 * The name in the list that a misspelt one is nearest to, without regard to case: at most `most` letters added, left out,
 * changed or swapped with the next; NULL: none.
 */
const char *check_nearest(struct text name, const char *const *names, size_t count, size_t most);

#endif
