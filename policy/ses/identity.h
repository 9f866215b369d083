/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * identity: which verified identity of SES stands behind an address, and its ARN.
 *
 * The most specific one counts: the address itself, the address without its
 * +label, its domain, then the domains above it. (SES developer guide, "Creating
 * and verifying identities"; that the label comes second is our reading.) An
 * address that none covers stands for its domain.
 */
#ifndef SES_IDENTITY_H
#define SES_IDENTITY_H

#include "ses/mailbox.h"

/*
 * A name as settings and policies have it: a domain becomes small, an address
 * is spelled as mailbox_parse spells it. MAILBOX_INVALID: neither.
 */
enum mailbox_kind identity_read(struct arena *arena, struct text name, enum mailbox_case fold, struct text *identity);

/* Sort by text_compare, drop doubles; returns how many are left. */
size_t identity_sort(struct text *identities, size_t count);

/* Is the name, as identity_read has it, one of the sorted? */
bool identity_is_known(const struct text *identities, size_t count, struct text identity);

enum identity_found {
	IDENTITY_KNOWN,
	IDENTITY_UNKNOWN, /* no known identity covers the address: it stands for its domain */
	IDENTITY_MEMORY,  /* memory ran short */
};

/* The identity for a MAILBOX_ADDRESS, borrowed from either; if it is known, its index among the identities. */
enum identity_found identity_of(struct arena *arena, const struct text *identities, size_t count, const struct mailbox *mailbox,
	struct text *identity, size_t *index);

/* arn:PARTITION:ses:REGION:ACCOUNT:identity/NAME; .at is NULL when memory is short. */
struct text identity_arn(struct arena *arena, struct text partition, struct text region, struct text account, struct text identity);

#endif
