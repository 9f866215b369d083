/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mailbox_parts: an envelope address taken apart, for the files that spell it:
 * mailbox.c in the one way that policies are asked about, spellings.c in all ways
 * that somebody may read.
 */
#ifndef SES_MAILBOX_PARTS_H
#define SES_MAILBOX_PARTS_H

#include "ses/mailbox.h"

/* The content of a local part, quotes and backslashes taken away. */
struct content {
	char bytes[MAILBOX_MAX];
	size_t length;
};

struct address_parts {
	struct content local;
	struct text written; /* the local part as it stands, with its quotes */
	struct text domain;  /* without a last dot; empty: none */
};

/*
 * Take apart what mailbox_parse() would read, but for the null sender: brackets and source route are gone. False: not one
 * address. The texts are parts of `raw`.
 */
bool mailbox_read(struct text raw, struct address_parts *parts);

/* The one spelling of a local part's content at a domain. */
struct mailbox mailbox_spell(struct arena *arena, const struct content *local, struct text domain, enum mailbox_case fold);

/*
 * What is left of a local part when the MTA has made a domain of the rest; the MTA's own local part tells which piece. It
 * is taken as it is written here: Postfix tells it in lower case. All of it if there is no `!`, `%` or `@` in it.
 */
struct text mailbox_piece(struct text local, struct text completed);

#endif
