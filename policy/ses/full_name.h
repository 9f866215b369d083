/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * full_name: the display name that Sendmail gives a message without From. It makes
 * the header behind the filter, from the first Full-Name header and the envelope's sender: the name as it stands,
 * as a phrase, where rfc822_string() takes it for one, else in quotes (sendmail/headers.c, eatheader; cf/m4/proto.m4,
 * confFROM_HEADER).
 */
#ifndef SES_FULL_NAME_H
#define SES_FULL_NAME_H

#include "ses/from_header.h"

/* One a reading: as a phrase, and in quotes. */
#define FULL_NAMES 2

/*
 * The names that readers of that header see, decoded, all different, in the arena; `*count` of them, 0 if the value is
 * empty. HEADER_INVALID: the header might say more than a name. HEADER_MEMORY: memory ran short.
 */
enum header_kind full_name_read(struct arena *arena, struct text value, struct text names[FULL_NAMES], size_t *count);

#endif
