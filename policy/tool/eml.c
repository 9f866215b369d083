/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/eml.h"

#include "settings/read_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool eml_append(struct arena *arena, struct mail *mail, struct mail_header header)
{
	/* Room doubles at each power of two. */
	if ((mail->header_count & (mail->header_count - 1)) == 0) {
		size_t room = mail->header_count ? 2 * mail->header_count : 1;
		struct mail_header *grown = arena_array(arena, room, sizeof *grown);
		if (!grown)
			return false;
		if (mail->header_count)
			memcpy(grown, mail->headers, mail->header_count * sizeof *grown);
		mail->headers = grown;
	}
	mail->headers[mail->header_count++] = header;
	return true;
}

/* CRLF to LF, in place; a NUL would end the field for an MTA: so it does here. */
static size_t normalize(char *at, size_t length)
{
	size_t used = 0;

	for (size_t i = 0; i < length && at[i]; i++)
		if (at[i] != '\r' || i + 1 >= length || at[i + 1] != '\n')
			at[used++] = at[i];
	return used;
}

bool eml_field(struct arena *arena, struct text field, struct mail_header *out)
{
	size_t colon = text_find(field, ':', 0), name = colon;

	out->name = TEXT("");
	while (name && (field.at[name - 1] == ' ' || field.at[name - 1] == '\t'))
		name--;
	if (!name || colon == field.length)
		return false;
	for (size_t i = 0; i < name; i++)
		if ((unsigned char)field.at[i] <= ' ' || (unsigned char)field.at[i] > 0x7e)
			return false;
	struct text value = text_from(field, colon + 1);
	if (value.length && value.at[0] == ' ')
		value = text_from(value, 1);
	out->name = arena_text(arena, text_first(field, name));
	out->value = arena_text(arena, value);
	if (!out->name.at || !out->value.at) {
		out->name.at = NULL;
		return false;
	}
	out->value.length = normalize((char *)out->value.at, out->value.length);
	return true;
}

/* The end of the line at `at`, past its LF. */
static size_t line_end(struct text t, size_t at)
{
	size_t lf = text_find(t, '\n', at);

	return lf < t.length ? lf + 1 : lf;
}

static struct text without_end(struct text line)
{
	while (line.length && (line.at[line.length - 1] == '\n' || line.at[line.length - 1] == '\r'))
		line.length--;
	return line;
}

/* Up to the empty line, or to a line that is no field: there the MTA too sees the body begin. */
static bool read_block(struct arena *arena, struct text block, struct mail *mail)
{
	for (size_t at = 0; at < block.length;) {
		size_t end = line_end(block, at);
		while (end < block.length && (block.at[end] == ' ' || block.at[end] == '\t'))
			end = line_end(block, end);
		struct text field = without_end((struct text){ block.at + at, end - at });
		struct mail_header header;
		/* mbox's separator in front of the first field. */
		if (at == 0 && text_starts_with(field, TEXT("From "))) {
			at = end;
			continue;
		}
		if (!field.length)
			break;
		if (!eml_field(arena, field, &header)) {
			if (!header.name.at)
				return false;
			break;
		}
		if (!eml_append(arena, mail, header))
			return false;
		at = end;
	}
	return true;
}

const char *eml_read(struct arena *arena, const char *path, struct mail *mail)
{
	size_t size;
	char *bytes = read_file(path, EML_MAX, &size);

	if (!bytes)
		return errno == EFBIG ? "larger than 256 MiB" : errno == EINVAL ? "not a file" : strerror(errno);
	bool good = read_block(arena, (struct text){ bytes, size }, mail);
	free(bytes);
	return good ? NULL : "memory is short";
}
