/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * checks: the checks by theme. Each looks at one statement or document that has loaded and reports what it finds.
 */
#ifndef LINT_CHECKS_H
#define LINT_CHECKS_H

#include "lint/subject.h"

/* Statements */
void check_actions(const struct subject_statement *s);        /* names, services, and what covers SMTP */
void check_addresses(const struct subject_statement *s);      /* patterns under the keys of addresses and names */
void check_allows(const struct subject_statement *s);         /* conditions that restrict nobody */
void check_case(const struct subject_statement *s);           /* letters that are compared as they are written */
void check_denies(const struct subject_statement *s);         /* Denies that leave nothing between them */
void check_connection(const struct subject_statement *s);     /* of the client or of the relay: what the settings say */
void check_contradictions(const struct subject_statement *s); /* bounds, windows, conditions that exclude each other */
void check_from(const struct subject_statement *s);           /* senders that are asked about in two ways */
void check_gate(const struct subject_statement *s);           /* an Allow of everything, where that opens the gate */
void check_keys(const struct subject_statement *s);           /* keys that there are not, or not by SMTP */
void check_logins(const struct subject_statement *s);         /* Denies of users that logins by another spelling are not */
void check_missing_keys(const struct subject_statement *s);   /* what an Allow does when a key is missing */
void check_networks(const struct subject_statement *s);       /* addresses, VPCs, endpoints */
void check_placeholders(const struct subject_statement *s);   /* what was not filled in */
void check_principals(const struct subject_statement *s);     /* who */
void check_recipients(const struct subject_statement *s);     /* lists and their set operators */
void check_redundant(const struct subject_statement *s);      /* entries that others cover */
void check_resources(const struct subject_statement *s);      /* ARNs, and what the site knows of them */
void check_set_operators(const struct subject_statement *s);  /* set operators where none belongs, values that say nothing */
void check_supply(const struct subject_statement *s);         /* keys that the settings do not give, or give all mail alike */
void check_variables(const struct subject_statement *s);      /* ${...} */
void check_wider(const struct subject_statement *s);          /* an Allow behind one that asks for less */
void check_wildcards(const struct subject_statement *s);      /* wildcards that are none, and regular expressions */

/* Documents */
void check_document(const struct subject *subject); /* version, size, name, Sids, statements twice */
void check_site(const struct subject *subject);     /* what the site needs and a user's policy does not allow */

#endif
