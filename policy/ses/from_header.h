/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * from_header: the mailboxes of a From header (also of Sender and Return-Path), where all readers find the same: RFC 5322,
 * and Amazon SES (address_grammar.h).
 *
 * What a reader can understand in two ways is a way past a policy, so a header is read only if it is in
 * that grammar. Display names have two readings: that of RFC 2047 (rfc_name.h), and that of SES (ses_name.h). Bytes from 0x80
 * on are taken in a name, but what they mean nobody can tell: with such a one no name of the header is known.
 */
#ifndef SES_FROM_HEADER_H
#define SES_FROM_HEADER_H

#include "ses/header_flaw.h"
#include "ses/mailbox.h"

struct header_mailbox {
	struct mailbox mailbox; /* canonical, as mailbox_parse makes them */
	struct mailbox written; /* with the quotes that stand there, which SES gets and compares; MAILBOX_NULL: it is the same */
	struct text name;       /* display name, decoded to UTF-8, or empty: none */
	struct text ses_name;   /* the same as SES reads it */
	size_t bytes;           /* of the address and its name, as they stand there; without a name in encoded-words */
};

struct header_mailboxes {
	struct header_mailbox *at;
	size_t count;
	char flaw[HEADER_FLAW_SIZE]; /* with HEADER_INVALID: what is wrong (header_flaw.h) */
};

enum header_kind {
	HEADER_MAILBOXES, /* at least one */
	HEADER_NULL,      /* `<>` and nothing else, as Return-Path may have it */
	HEADER_INVALID,   /* none that is certain */
	HEADER_MEMORY,    /* memory ran short */
};

/* Longest header that is read, in bytes; MTAs have limits of their own near it (Postfix: header_size_limit). */
#define FROM_HEADER_MAX 102400

/* More mailboxes than this are no valid header. */
#define HEADER_MAILBOXES_MAX 100

/* Must be called before the first header is read; again is fine. */
void from_header_prepare(void);

/*
 * Read the value of one header (folded or not) and append what it holds to
 * what is in `out` already; only HEADER_MAILBOXES changes that. All of it is in the
 * arena. Without `names` they are all empty, and GMime, which
 * takes more time than all the rest of a message, is not asked; with them a header is HEADER_INVALID if one of its names is
 * not known.
 */
enum header_kind from_header_read(struct arena *arena, struct text value, enum mailbox_case fold, bool names,
	struct header_mailboxes *out);

#endif
