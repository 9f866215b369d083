/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * address_grammar: is a text a list of mailboxes in which all readers find the
 * same addresses?
 *
 * Two readers count: that of RFC 5322, 3.4, and Amazon SES, whose refusals are those
 * of JavaMail 1.4.3 to 1.5.1 with strict parsing (javax.mail.internet.InternetAddress,
 * parseHeader and validate). So there is nothing in the grammar that one of them refuses or
 * takes for something else: no groups, no comments inside of an address, in an address ASCII
 * alone, in a domain letters, digits, `-` and `.` alone, or a literal. Also not what
 * only obsolete syntax has, routes and text behind an address in brackets.
 * Names are free: words, quoted strings and comments, of any bytes but specials and control bytes.
 * A name without quotes that is an address is that of the brackets behind it, once more.
 *
 * What is refused here never reaches a more patient parser: its guess might not
 * be that of the next one.
 */
#ifndef SES_ADDRESS_GRAMMAR_H
#define SES_ADDRESS_GRAMMAR_H

#include "base/text.h"

enum address_list {
	ADDRESSES_NONE, /* no address, or not in this grammar */
	ADDRESSES_NULL, /* `<>` and nothing else but comments */
	ADDRESSES_SOME,
};

/* local@domain as written, each with its quotes; parts of the text. */
struct address_spec {
	struct text local, domain;
	struct text phrase;  /* what stands before its bracket, from the first word to the last, comments in it too; or empty */
	struct text comment; /* without a phrase: the content of the comment that SES takes for the name; or empty */
	struct text words; /* the name to RFC 5322, encoded as it stands: the phrase to its last word, or the content of the comment
	                        right behind an address without brackets; or empty */
	bool twice;        /* the phrase is the address itself; then `words` is empty */
};

/* What is wrong with a list. */
enum address_flaw_kind {
	FLAW_NONE,
	FLAW_EMPTY,       /* there is no address in it */
	FLAW_CONTROL,     /* a control byte */
	FLAW_NON_ASCII,   /* a byte from 0x80 on in an address */
	FLAW_DOMAIN_BYTE, /* a byte that no domain has */
	FLAW_COMMENT,     /* a comment inside of an address, or where none can stand */
	FLAW_GROUP,       /* a group begins or ends */
	FLAW_UNENDED,     /* a quote, comment, bracket or literal that does not end */
	FLAW_ROUTE,       /* no local part before an `@`, as in a route */
	FLAW_BEHIND,      /* something behind an address */
	FLAW_OTHER_NAME,  /* an address before the brackets that is not the one in them */
	FLAW_DOTS,        /* a dot at an end of a local part or domain, or two together */
	FLAW_NO_DOMAIN,   /* an address without a domain */
	FLAW_MANY,        /* more mailboxes than there is room for */
	FLAW_ENCODED,     /* (from_header.h) an encoded-word for a local part */
	FLAW_QUOTED_AT,   /* an `@` in a quoted local part */
	FLAW_FOLDED,      /* (from_header.h) an address over two lines */
	FLAW_ADDRESS,     /* (from_header.h) an address that mailbox_parse() does not take */
	FLAW_NAME_BYTE,   /* (from_header.h) a name with a byte from 0x80 on */
	FLAW_NAME,        /* (from_header.h) a name that may be read in several ways */
	FLAW_SYNTAX,      /* something else that does not belong there */
	ADDRESS_FLAWS
};

struct address_flaw {
	enum address_flaw_kind kind;
	size_t at; /* of the byte in the text */
};

/*
 * `text` is unfolded; blanks and tabs are the only control bytes. With ADDRESSES_SOME, `specs` (of
 * `room`) gets the mailboxes in their order and `*count` becomes their number;
 * more than there is room for are none. With ADDRESSES_NONE `*flaw` says why.
 */
enum address_list address_grammar_check(struct text text, struct address_spec *specs, size_t room, size_t *count,
	struct address_flaw *flaw);

#endif
