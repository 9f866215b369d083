/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint/probe.h"

bool key_is_address(struct text key)
{
	static const char *const keys[] = { "ses:FromAddress", "ses:FeedbackAddress", "ses:Recipients" };

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (text_equals_fold(key, text_of(keys[i])))
			return true;
	return false;
}

struct text sample(struct arena *arena, struct text pattern, bool address)
{
	/* A star that stands for the part with the at sign needs three bytes. */
	char *out = arena_take(arena, 3 * pattern.length + 8);
	bool wants_at = address && text_find(pattern, '@', 0) == pattern.length;
	size_t used = 0;

	if (!out)
		return (struct text){ 0 };
	for (size_t i = 0; i < pattern.length; i++) {
		char byte = pattern.at[i];
		if (byte == '*' && wants_at && (i + 1 == pattern.length || pattern.at[i + 1] != '*')) {
			out[used++] = 'a';
			out[used++] = '@';
			wants_at = false;
			/* A domain neither starts with a dot nor is empty. */
			if (i + 1 == pattern.length || pattern.at[i + 1] == '.' || pattern.at[i + 1] == '*')
				out[used++] = 'a';
		} else if (byte == '*' || byte == '?') {
			out[used++] = 'a';
		} else {
			out[used++] = byte;
		}
	}
	if (address && used && out[used - 1] == '@') {
		out[used++] = 'a';
	}
	return (struct text){ out, used };
}
