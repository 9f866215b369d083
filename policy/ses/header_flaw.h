/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * header_flaw: what is wrong with a header of addresses, for the reply and the log. It names the place and the kind; of the
 * client's bytes nothing but a number.
 */
#ifndef SES_HEADER_FLAW_H
#define SES_HEADER_FLAW_H

#include "ses/address_grammar.h"

#define HEADER_FLAW_SIZE 160

/*
 * The end of a sentence that begins with the header's name: "has a non-ASCII byte in an address: 0xf6 at column 9". Columns
 * are counted in bytes from 1 on, in the unfolded value: each fold, with the blanks behind it, is one blank.
 */
void header_flaw_tell(char out[HEADER_FLAW_SIZE], const struct address_flaw *flaw, struct text value);

#endif
