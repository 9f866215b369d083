/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rfc_name: the display name of a mailbox as RFC 5322 and RFC 2047 have it.
 *
 * Where a name begins and ends is the grammar's (address_grammar.h). GMime decodes it, and gets nothing else of the header: what
 * a patient parser would make of the rest is never asked.
 */
#ifndef SES_RFC_NAME_H
#define SES_RFC_NAME_H

#include "base/arena.h"
#include "ses/address_grammar.h"
#include "ses/name_found.h"

/* Makes GMime ready, so that no message waits for it; again is fine. */
void rfc_name_prepare(void);

/*
 * The name of a mailbox, in ASCII as the grammar has it, unfolded, from `words`. What is read is well-formed UTF-8, and in the
 * arena. NAME_UNKNOWN: it begins with a dot, which no word does, or what it is encoded from is no text.
 * GLib, with which GMime decodes, ends the process when it gets no memory.
 */
enum name_found rfc_name_read(struct arena *arena, const struct address_spec *spec, struct text *name);

#endif
