/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * address_grammar: is a text a list of addresses that all readers understand in
 * the same way?
 *
 * The grammar of RFC 5322, 3.4 (mailboxes, groups, comments, quoted strings,
 * domain literals; dots in names as in 4.1), without what only obsolete syntax
 * has: routes, blanks inside of an address, words that run into each other. Bytes
 * from 0x80 on are letters (RFC 6532).
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
};

/*
 * `text` is unfolded and without control bytes. With ADDRESSES_SOME, `specs` (of
 * `room`) gets the mailboxes in their order and `*count` becomes their number;
 * more than there is room for are none.
 */
enum address_list address_grammar_check(struct text text, struct address_spec *specs, size_t room, size_t *count);

#endif
