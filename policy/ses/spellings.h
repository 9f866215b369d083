/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spellings: all ways in which somebody behind this filter may read an envelope
 * address. MTAs complete domains (Postfix: append_dot_mydomain, myorigin), make them
 * canonical (Sendmail without FEATURE(nocanonify)), and relay quotes as they came
 * (Sendmail) or where they are needed only (Postfix); SES compares what it gets. A
 * message must be allowed in every one of them.
 *
 * An MTA treats all addresses of a message alike: it relays what it told of each, or
 * what the client wrote of each. So the first spelling of the sender goes with the
 * first of each recipient, the second with the second, and so on.
 */
#ifndef SES_SPELLINGS_H
#define SES_SPELLINGS_H

#include "ses/mailbox.h"

enum spelling {
	SPELLING_GIVEN,     /* what the client wrote, as mailbox_parse() spells it */
	SPELLING_COMPLETED, /* the MTA's form of it, spelled alike */
	SPELLING_MIXED,   /* the client's local part and the MTA's domain: Postfix tells lower case, and relays what was written */
	SPELLING_WRITTEN, /* the client's, its local part with the quotes that it had */
	SPELLING_TOLD,    /* the MTA's, with the quotes that it has */
	SPELLINGS,
};

/* May the MTA put another domain in place of this one without a word: no dot in it, localhost.ANYTHING, or a literal? */
bool spellings_is_unqualified(struct text domain);

/*
 * Do all of them come to the same? True of nearly every address, and no more work than one comparison. `mailbox` is what
 * mailbox_parse() made of `raw`; `completed` is the MTA's form ({mail_addr}, {rcpt_addr}), or empty: it told none.
 * Capitals are no difference: Postfix takes them off there, and relays them.
 */
static inline bool spellings_agree(const struct mailbox *mailbox, struct text raw, struct text completed)
{
	struct text form = completed;

	if (!form.length)
		form = raw.at[0] == '<' ? (struct text){ raw.at + 1, raw.length - 2 } : raw;
	return text_equals(form, mailbox->address) || text_equals_fold(form, mailbox->address);
}

/*
 * Find them, for an address for which spellings_agree() says no; those that nobody reads are the same as the first.
 * `own` is the MTA's own name, or empty: with a form that has no domain it means that it takes the address for one of
 * its own (Sendmail); an unqualified domain becomes that name then.
 * An address that the MTA routes (user%other@here) it relays as it stands.
 * MAILBOX_ADDRESS, MAILBOX_MEMORY, or MAILBOX_INVALID: the MTA will relay something that it does not tell, or that cannot be
 * read here.
 */
enum mailbox_kind spellings_find(struct arena *arena, const struct mailbox *mailbox, struct text raw, struct text completed,
	struct text own, enum mailbox_case fold, struct mailbox out[SPELLINGS]);

#endif
