/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * header: the header fields of a message that SES looks at, as they come.
 *
 * Of From every instance counts (a second one is refused); of the fields that
 * steer SES the first (SES developer guide, "Delegate sender tasks").
 */
#ifndef SES_HEADER_H
#define SES_HEADER_H

#include "base/arena.h"

enum header_field {
	HEADER_FROM,
	HEADER_SENDER,
	HEADER_RETURN_PATH,
	HEADER_FULL_NAME, /* Sendmail's: the display name of the From header that it makes where there is none */
	HEADER_SOURCE_ARN,
	HEADER_FROM_ARN,
	HEADER_RETURN_PATH_ARN,
	HEADER_CONFIGURATION_SET,
	HEADER_TENANT,
	HEADER_SES_PLAIN,   /* X-SES-... of which policies can say nothing: message tags, subscriptions */
	HEADER_SES_UNKNOWN, /* X-SES-... of any other name */
	HEADER_FIELDS,
	HEADER_OTHER = HEADER_FIELDS,
};

/* The fields from here on steer SES; as far as HEADER_CONFIGURATION_SET they name resources. */
#define HEADER_STEERING HEADER_SOURCE_ARN

/* More instances of From than this are counted, not kept. */
#define HEADER_INSTANCES 100

/*
 * So many bytes of values are kept of a message; what finds no more room is counted only. Four times the longest header
 * that Postfix takes (header_size_limit), and that is read here (FROM_HEADER_MAX).
 */
#define HEADERS_MAX ((size_t)409600)

struct header_values {
	/* Without blanks at the ends; still folded. Of HEADER_SES_PLAIN and HEADER_SES_UNKNOWN the field's name instead. */
	struct text *values;
	size_t kept, count;
};

struct headers {
	struct header_values of[HEADER_FIELDS];
	unsigned seen; /* bits: 1 << field, of those that have come */
	size_t bytes;  /* that are kept */
	/*
	 * The name of the first field of any kind with a line break that is no fold: some readers, Amazon SES among them, end a
	 * header line at a lone CR, and `X: a<CR>From: eve@example.net` has a From for them. Empty, .at NULL: there is none.
	 */
	struct text broken;
};

/* Which one a name is, in any case of letters, also with blanks or control bytes around it, as JavaMail has it. */
enum header_field header_find(struct text name);

/* Can header_find say that it is an X-SES-... field? A quick look at what comes with every message. */
static inline bool header_may_steer(struct text name)
{
	return name.length && (text_lower(name.at[0]) == 'x' || (unsigned char)name.at[0] <= ' ');
}

/* "X-SES-SOURCE-ARN" and the like, as the documentation spells it; "X-SES-" where it stands for several. */
const char *header_name(enum header_field field);

/* Is something missing of what counts: of From any instance, of all others the first? */
bool header_is_cut(const struct headers *headers, enum header_field field);

/* The value of its first instance; empty: there is none, or it was not kept. */
struct text headers_first(const struct headers *headers, enum header_field field);

/* Keep a copy if it is one of ours and there is room; look at the line breaks of any. False when memory is short. */
bool headers_add(struct headers *headers, struct arena *arena, struct text name, struct text value);

#endif
