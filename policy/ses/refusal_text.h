/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * refusal_text: what the client is told. One line of printable ASCII of at most
 * REFUSAL_TEXT_MAX bytes, whatever the texts in it are: the longest are cut
 * first, the policy's name and the statement's last. The wording follows that of
 * SES ("Troubleshooting Amazon SES SMTP issues").
 */
#ifndef SES_REFUSAL_TEXT_H
#define SES_REFUSAL_TEXT_H

#include "iam/evaluate.h"
#include "iam/statement.h"

#define REFUSAL_TEXT_MAX 340
#define REFUSAL_TEXT_SIZE (REFUSAL_TEXT_MAX + 1)

/* A policy forbids it; the verdict's statement NULL: none allows it, or not its layer. `egress`: the aws:SourceIp for which that is so; empty: it does not matter. */
void refusal_by_policy(char out[REFUSAL_TEXT_SIZE], struct text address, struct text principal, const char *action,
	struct text resource, struct text egress, const struct verdict *verdict);

/* The argument of MAIL or RCPT is no address. */
void refusal_bad_address(char out[REFUSAL_TEXT_SIZE], struct text argument);

/* The address's identity is not verified. */
void refusal_unverified(char out[REFUSAL_TEXT_SIZE], struct text address, struct text region);

/* The recipient is on the suppression list of the account. */
void refusal_suppressed(char out[REFUSAL_TEXT_SIZE], struct text address);

/* The account has no such configuration set, no such tenant. */
void refusal_unknown_set(char out[REFUSAL_TEXT_SIZE], struct text name);
void refusal_unknown_tenant(char out[REFUSAL_TEXT_SIZE], struct text name);

/* The resource is not associated with the tenant. */
void refusal_tenant_resource(char out[REFUSAL_TEXT_SIZE], struct text resource);

/* Nothing is sent now with this `what`, a constant. */
void refusal_paused(char out[REFUSAL_TEXT_SIZE], const char *what, struct text name);

/* The SASL login can be no principal. */
void refusal_login(char out[REFUSAL_TEXT_SIZE], struct text login);

/* It is an entry's login but for the case of its letters. */
void refusal_login_case(char out[REFUSAL_TEXT_SIZE], struct text login);

/* IAM has no such principal, or several users of that name; login empty: it has none. */
void refusal_unknown(char out[REFUSAL_TEXT_SIZE], struct text login);
void refusal_twins(char out[REFUSAL_TEXT_SIZE], struct text login);

/* The settings refuse the client; login empty: it has none. */
void refusal_client(char out[REFUSAL_TEXT_SIZE], struct text login);

/* A header field that this site does not take; its name may come from outside. */
void refusal_unwanted(char out[REFUSAL_TEXT_SIZE], struct text name);

/* Amazon SES refuses the message for a header field, which may come from outside: "Duplicate header". */
void refusal_form(char out[REFUSAL_TEXT_SIZE], const char *what, struct text name);

/* The same for an argument of `command`, "MAIL FROM" or "RCPT TO". */
void refusal_not_ascii(char out[REFUSAL_TEXT_SIZE], const char *command);

/* The same for a mailbox that is too long with its name. */
void refusal_too_long(char out[REFUSAL_TEXT_SIZE]);

/* The lines of a header field do not end as they must; its name comes from outside. */
void refusal_line_break(char out[REFUSAL_TEXT_SIZE], struct text name);

/* A header field is not as it must be: its name, a constant, and what is wrong, which has nothing from outside in it. */
void refusal_header(char out[REFUSAL_TEXT_SIZE], const char *name, const char *what);

#endif
