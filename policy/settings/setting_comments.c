/* SPDX-License-Identifier: BSD-2-Clause */
#include "settings/setting_comments.h"

#include <string.h>

/* The byte behind the string that begins at `at`, as far as it goes. */
static size_t string_end(const char *bytes, size_t size, size_t at)
{
	for (at++; at < size && bytes[at] != '"'; at++)
		if (bytes[at] == '\\')
			at++;
	return at < size ? at + 1 : size;
}

/* The byte behind the comment that begins at `at`; `at`: there is none, or it does not end. */
static size_t comment_end(const char *bytes, size_t size, size_t at)
{
	struct text rest = { bytes + at, size - at };

	if (text_starts_with(rest, TEXT("//"))) {
		const char *line = memchr(rest.at, '\n', rest.length);
		return line ? (size_t)(line - bytes) : size;
	}
	if (!text_starts_with(rest, TEXT("/*")))
		return at;
	const char *end = memmem(rest.at + 2, rest.length - 2, "*/", 2);
	return end ? (size_t)(end - bytes) + 2 : at;
}

size_t setting_comments_blank(char *bytes, size_t size)
{
	size_t used = 0, at = 0;

	while (at < size) {
		size_t end = comment_end(bytes, size, at);
		if (end > at) {
			for (; at < end; at++)
				/* Columns are counted in characters: the later bytes of one have no blank of their own. */
				if (((unsigned char)bytes[at] & 0xc0) != 0x80)
					bytes[used++] = bytes[at] == '\n' || bytes[at] == '\r' ? bytes[at] : ' ';
			continue;
		}
		end = bytes[at] == '"' ? string_end(bytes, size, at) : at + 1;
		memmove(bytes + used, bytes + at, end - at);
		used += end - at;
		at = end;
	}
	return used;
}

const char *setting_comments_words(struct text text, const struct json_mistake *mistake)
{
	if (mistake->kind != MISTAKE_COMMENT || mistake->at >= text.length)
		return NULL;
	return text.at[mistake->at] == '/' ? "a comment that does not end; write */ after it"
					   : "a comment of another kind; write // or /* */";
}
