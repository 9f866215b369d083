/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/header_flaw.h"

#include <stdio.h>

/* `byte`: the one that stands there is named. */
static const struct {
	bool byte;
	const char *what;
} rows[ADDRESS_FLAWS] = {
	[FLAW_NONE] = { false, "is not valid" },
	[FLAW_EMPTY] = { false, "has no address" },
	[FLAW_CONTROL] = { true, "has a control byte" },
	[FLAW_NON_ASCII] = { true, "has a non-ASCII byte in an address" },
	[FLAW_DOMAIN_BYTE] = { true, "has a byte in a domain that is no letter, digit, hyphen or dot" },
	[FLAW_COMMENT] = { false, "has a comment inside an address, or where none can stand" },
	[FLAW_GROUP] = { true, "has a group of addresses, which Amazon SES does not take here" },
	[FLAW_UNENDED] = { false, "has a quote, comment or bracket that does not end" },
	[FLAW_ROUTE] = { false, "has an @ without a local part before it" },
	[FLAW_BEHIND] = { true, "has something after an address" },
	[FLAW_OTHER_NAME] = { false, "has another address in front of the one in brackets" },
	[FLAW_DOTS] = { false, "has a dot too many in an address" },
	[FLAW_NO_DOMAIN] = { false, "has an address without a domain" },
	[FLAW_MANY] = { false, "has too many addresses" },
	[FLAW_ENCODED] = { false, "has an encoded-word in place of an address" },
	[FLAW_QUOTED_AT] = { false, "has an @ in a quoted local part" },
	[FLAW_FOLDED] = { false, "has an address over two lines" },
	[FLAW_ADDRESS] = { false, "has an address that is too long, or not valid" },
	[FLAW_NAME_BYTE] = { true, "has a display name, which a policy asks for, with a non-ASCII byte" },
	[FLAW_NAME] = { false, "has a display name, which a policy asks for, that cannot be read in one way" },
	[FLAW_SYNTAX] = { true, "has a byte where it does not belong in a list of addresses" },
};

void header_flaw_tell(char out[HEADER_FLAW_SIZE], const struct address_flaw *flaw, struct text value)
{
	const char *what = rows[flaw->kind].what;

	if (rows[flaw->kind].byte && flaw->at < value.length)
		snprintf(out, HEADER_FLAW_SIZE, "%s: 0x%02x at column %zu", what, (unsigned char)value.at[flaw->at], flaw->at + 1);
	else
		snprintf(out, HEADER_FLAW_SIZE, "%s, at column %zu", what, flaw->at + 1);
}
