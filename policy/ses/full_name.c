/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/full_name.h"

#include <string.h>

/* Whose name it is matters to nobody here. */
#define MAILBOX TEXT(" <x@x.invalid>")

/* The name of a From header with one mailbox. HEADER_INVALID: it is none. */
static enum header_kind read_name(struct arena *arena, struct text header, struct text *name)
{
	struct header_mailboxes found = { 0 };

	if (!header.at)
		return HEADER_MEMORY;
	enum header_kind kind = from_header_read(arena, header, MAILBOX_CASE_PRESERVE, true, &found);
	if (kind == HEADER_MEMORY)
		return kind;
	if (kind != HEADER_MAILBOXES || found.count != 1)
		return HEADER_INVALID;
	*name = found.at[0].name;
	return HEADER_MAILBOXES;
}

static struct text as_phrase(struct arena *arena, struct text value)
{
	const struct text parts[] = { value, MAILBOX };

	return arena_join(arena, parts, 2);
}

/* (sendmail/util.c, addquotes.) */
static struct text in_quotes(struct arena *arena, struct text value)
{
	const struct text mailbox = MAILBOX;
	char *out = arena_bytes(arena, 2 * value.length + 2 + mailbox.length + 1), *at = out;

	if (!out)
		return (struct text){ NULL, 0 };
	*at++ = '"';
	for (size_t i = 0; i < value.length; i++) {
		if (value.at[i] == '"' || value.at[i] == '\\')
			*at++ = '\\';
		*at++ = value.at[i];
	}
	*at++ = '"';
	at = mempcpy(at, mailbox.at, mailbox.length);
	*at = '\0';
	return (struct text){ out, (size_t)(at - out) };
}

/* Could Sendmail let it stand without quotes, and a reader find more in it than a name? */
static bool may_be_more(struct text value)
{
	for (size_t i = 0; i < value.length; i++)
		if (strchr("<>\"\\", value.at[i]))
			return true;
	return false;
}

enum header_kind full_name_read(struct arena *arena, struct text value, struct text names[FULL_NAMES], size_t *count)
{
	struct text phrase, quoted;

	*count = 0;
	if (!value.length)
		return HEADER_MAILBOXES;
	if (value.length > FROM_HEADER_MAX / 2)
		return HEADER_INVALID;
	enum header_kind as = read_name(arena, as_phrase(arena, value), &phrase);
	enum header_kind in = read_name(arena, in_quotes(arena, value), &quoted);
	if (as == HEADER_MEMORY || in == HEADER_MEMORY)
		return HEADER_MEMORY;
	if (in == HEADER_INVALID || (as == HEADER_INVALID && may_be_more(value)))
		return HEADER_INVALID;
	if (as == HEADER_MAILBOXES)
		names[(*count)++] = phrase;
	if (!*count || !text_equals(phrase, quoted))
		names[(*count)++] = quoted;
	return HEADER_MAILBOXES;
}
