/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * header: the header fields of a message that SES looks at, as they come.
 *
 * Of From every instance counts (SES refuses a second one); of the fields that
 * steer SES the first (SES developer guide, "Delegate sender tasks").
 */
#ifndef SES_HEADER_H
#define SES_HEADER_H

#include "iam/arena.h"

enum header_field {
	HEADER_FROM,
	HEADER_SENDER,
	HEADER_RETURN_PATH,
	HEADER_SOURCE_ARN,
	HEADER_FROM_ARN,
	HEADER_RETURN_PATH_ARN,
	HEADER_CONFIGURATION_SET,
	HEADER_FIELDS,
	HEADER_OTHER = HEADER_FIELDS,
};

/* The fields from here to HEADER_CONFIGURATION_SET steer SES. */
#define HEADER_STEERING HEADER_SOURCE_ARN

/* More instances of one field than this are counted, not kept. */
#define HEADER_INSTANCES 100

struct header_values {
	struct text *values; /* without blanks at the ends; still folded */
	size_t kept, count;
};

struct headers {
	struct header_values of[HEADER_FIELDS];
};

/* Which one a name is, in any case of letters, also with blanks before the colon. */
enum header_field header_find(struct text name);

/* "X-SES-SOURCE-ARN" and the like, as the documentation spells it. */
const char *header_name(enum header_field field);

/* Keep a copy if it is one of ours. False when memory is short. */
bool headers_add(struct headers *headers, struct arena *arena, struct text name, struct text value);

#endif
