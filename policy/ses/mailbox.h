/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mailbox: from the raw argument of MAIL FROM or RCPT TO to the address that
 * the relay will send on and that policies are asked about. The one place
 * where envelope addresses are understood.
 *
 * Brackets and a source route (<@a,@b:user@example.com>, RFC 5321 appendix C)
 * are taken off; a quoted local part that needs no quotes loses them, one that
 * needs them (also for its dots: a..b) gets exactly one spelling; a dot at the
 * end of the domain goes. What the MTA itself does before it relays, we do before
 * we judge, so that no spelling of an address slips past a policy on that address.
 * `!` and `%` in the local part of an address with a domain are left alone.
 */
#ifndef SES_MAILBOX_H
#define SES_MAILBOX_H

#include "base/arena.h"
#include "value/domain.h"
#include "base/text.h"

enum mailbox_kind {
	MAILBOX_ADDRESS, /* local@domain */
	MAILBOX_NULL,    /* <> */
	MAILBOX_INVALID, /* not one address: control bytes, no local part or domain, bad quoting, comments, too long, bad UTF-8 */
	MAILBOX_MEMORY,  /* memory ran short */
};

enum mailbox_case {
	MAILBOX_CASE_DOMAIN,   /* ASCII letters of the domain become small: SMTP domains have no case */
	MAILBOX_CASE_PRESERVE, /* as written, what SES itself compares */
};

/* What that means for the domains of policies: SES verifies those of identities without regard to case. */
static inline enum domain_fold mailbox_domain_fold(enum mailbox_case fold)
{
	return fold == MAILBOX_CASE_DOMAIN ? DOMAIN_FOLD_ALL : DOMAIN_FOLD_IDENTITIES;
}

/* Longest address in bytes that is taken (RFC 5321 allows 64 + 1 + 255; Unicode may need more). */
#define MAILBOX_MAX 1024

struct mailbox {
	enum mailbox_kind kind;
	struct text address; /* local@domain, canonical; in the arena */
	struct text local;   /* part of address */
	struct text domain;  /* part of address */
};

/*
 * `completed` is the MTA's form of the same address ({mail_addr}, {rcpt_addr}),
 * or empty. It is looked at only when `raw` has no domain: its domain is then
 * taken, and if the local part holds `!`, `%` or `@`, from which an MTA may have
 * made that domain (host!user, user%host), so is the local part that it left. With
 * quotes around such a one MTAs differ: that is MAILBOX_INVALID. What the MTA makes of
 * an address that has a domain: spellings.h.
 *
 * The null sender is `<>`, or nothing at all (as local mail has it).
 */
struct mailbox mailbox_parse(struct arena *arena, struct text raw, struct text completed, enum mailbox_case fold);

/*
 * The address with a local part that stands as it was written, quotes and all, for those who compare them too: MAILBOX_INVALID
 * if it is too long. `local` and `domain` are those of an address that mailbox_parse() takes.
 */
struct mailbox mailbox_as_written(struct arena *arena, struct text local, struct text domain, enum mailbox_case fold);

/*
 * Does the MTA send a recipient on to another domain than the one it is written
 * with: user%other@here, other!user@here, "user@other"@here, where `here` is the
 * MTA itself? Postfix does so for clients it trusts (postconf: allow_percent_hack,
 * swap_bangpath, allow_untrusted_routing). `completed` as above; empty tells nothing.
 */
bool mailbox_is_routed(const struct mailbox *mailbox, struct text completed);

#endif
