/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/full_name.h"

#include <string.h>

/* Whose name it is matters to nobody here. */
#define MAILBOX TEXT(" <x@x.invalid>")

/*
 * Does Sendmail write it as it stands (sendmail/util.c, rfc822_string)? Of the characters that make it quote a name (option
 * MustQuoteChars) these are always among them; whether a site's others do, the name is the same.
 */
static bool stands_alone(struct text value)
{
	bool quoted = false;
	size_t comments = 0;

	for (size_t i = 0; i < value.length; i++) {
		char byte = value.at[i];
		if (byte == '\\' && ++i == value.length)
			return false;
		else if (byte == '\\')
			continue;
		if (!comments && byte == '"')
			quoted = !quoted;
		else if (!quoted && byte == '(')
			comments++;
		else if (!quoted && byte == ')' && comments-- == 0)
			return false;
		else if (!quoted && !comments && strchr("@,;:[]", byte))
			return false;
	}
	return !quoted && !comments;
}

static struct text as_it_stands(struct arena *arena, struct text value)
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

enum header_kind full_name_read(struct arena *arena, struct text value, bool names, struct text *name, struct text *ses_name)
{
	struct header_mailboxes found = { 0 };

	*name = *ses_name = TEXT("");
	if (!value.length)
		return HEADER_MAILBOXES;
	if (value.length > FROM_HEADER_MAX)
		return HEADER_INVALID;
	struct text header = stands_alone(value) ? as_it_stands(arena, value) : in_quotes(arena, value);
	if (!header.at)
		return HEADER_MEMORY;
	enum header_kind kind = from_header_read(arena, header, MAILBOX_CASE_PRESERVE, names, &found);
	if (kind != HEADER_MAILBOXES)
		return kind == HEADER_MEMORY ? kind : HEADER_INVALID;
	if (found.count != 1)
		return HEADER_INVALID;
	*name = found.at[0].name;
	*ses_name = found.at[0].ses_name;
	return HEADER_MAILBOXES;
}
