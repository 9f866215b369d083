/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ses_name: the display name of a mailbox as Amazon SES reads it, which is how JavaMail 1.4.3 to 1.5.1 does it
 * (InternetAddress.getPersonal, MimeUtility.decodeText). It differs from RFC 5322 and RFC 2047: a comment
 * behind a phrase stays in it, quotes around a part of it too; words that are joined are not decoded; encoded-words in
 * quotes are.
 */
#ifndef SES_SES_NAME_H
#define SES_SES_NAME_H

#include "base/arena.h"
#include "ses/address_grammar.h"
#include "ses/name_found.h"

/* The name of a mailbox, in ASCII as the grammar has it, unfolded. What is read is well-formed UTF-8, and in the arena.
 * NAME_UNKNOWN: a charset that is not known here, or bytes that it does not have, or broken base64. */
enum name_found ses_name_read(struct arena *arena, const struct address_spec *spec, struct text *name);

#endif
