/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * checks: the checks by theme. Each looks at one statement or document that has loaded and reports what it finds.
 */
#ifndef LINT_CHECKS_H
#define LINT_CHECKS_H

#include "value/domain.h"
#include "lint/subject.h"

/* Statements */
void check_actions(const struct subject_statement *s);        /* names, services, and what covers SMTP */
void check_addresses(const struct subject_statement *s);      /* patterns under the keys of addresses and names */
void check_case(const struct subject_statement *s);           /* letters that are compared as they stand */
void check_denies(const struct subject_statement *s);         /* Denies that leave nothing between them */
void check_contradictions(const struct subject_statement *s); /* bounds, windows, conditions that exclude each other */
void check_keys(const struct subject_statement *s);           /* keys that there are not, or not by SMTP */
void check_logins(const struct subject_statement *s);         /* Denies of users that logins by another spelling are not */
void check_missing_keys(const struct subject_statement *s);   /* what an Allow does when a key is missing */
void check_networks(const struct subject_statement *s);       /* addresses, VPCs, endpoints */
void check_principals(const struct subject_statement *s);     /* who */
void check_recipients(const struct subject_statement *s);     /* lists and their set operators */
void check_redundant(const struct subject_statement *s);      /* entries that others cover */
void check_resources(const struct subject_statement *s);      /* ARNs, and what the site knows of them */
void check_set_operators(const struct subject_statement *s);  /* set operators where none belongs, values that say nothing */
void check_variables(const struct subject_statement *s);      /* ${...} */
void check_wildcards(const struct subject_statement *s);      /* wildcards that are none, and regular expressions */

/* Documents */
void check_document(const struct subject *subject); /* version, size, name, Sids, statements twice */
void check_site(const struct subject *subject);     /* what the site needs and a user's policy does not allow */

/* The words that the checks share. */

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

/* The known key that one is misspelt for; NULL: none. (check_keys.c) */
const char *check_nearest_key(struct text key);

/* The place of entry n of Principal: entries stand in the order of the element's members. (check_principals.c) */
const struct json_path *check_principal_place(struct place *place, const struct subject_statement *s, size_t n);

/* Does the site fill the key in? */
bool check_site_has_key(const struct lint_site *site, struct text key);

/*
 * The name in the list that a misspelt one is nearest to, without regard to case: at most `most` letters added, left out,
 * changed or swapped with the next; NULL: none.
 */
const char *check_nearest(struct text name, const char *const *names, size_t count, size_t most);

#endif
