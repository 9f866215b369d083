/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * full_name: the display name that Sendmail gives a message without From. It makes
 * that header behind the filter, of the envelope's sender and the first Full-Name header (sendmail/headers.c, eatheader;
 * cf/m4/proto.m4, confFROM_HEADER).
 */
#ifndef SES_FULL_NAME_H
#define SES_FULL_NAME_H

#include "ses/from_header.h"

/*
 * The name that readers of that header see, decoded, and that SES sees, in the arena; empty if the value is. HEADER_INVALID: the header could be
 * read in two ways, or hold more than a name and the sender. HEADER_MEMORY: memory ran short. Without `names` it is empty in any
 * case, and GMime is not asked, as in from_header_read.
 */
enum header_kind full_name_read(struct arena *arena, struct text value, bool names, struct text *name, struct text *ses_name);

#endif
