/* SPDX-License-Identifier: BSD-2-Clause */
#include "value/fold.h"

#include <glib.h>

/* What one character that is not UTF-8 folds to: apart from all code points. */
#define RAW_BYTE 0x110000u

uint32_t fold_next(struct text t, size_t *at)
{
	const unsigned char *bytes = (const unsigned char *)t.at + *at;

	if (bytes[0] < 0x80) {
		(*at)++;
		return (uint32_t)text_lower((char)bytes[0]);
	}
	size_t length = text_character(t, *at);
	*at += length;
	if (length == 1)
		return RAW_BYTE + bytes[0];
	/* 110xxxxx, 1110xxxx, 11110xxx, then 10xxxxxx each */
	uint32_t character = bytes[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++)
		character = character << 6 | (bytes[i] & 0x3fu);
	return g_unichar_tolower(g_unichar_toupper(character));
}

bool fold_equals(struct text a, struct text b)
{
	size_t at_a = 0, at_b = 0;

	while (at_a < a.length && at_b < b.length) {
		if (fold_next(a, &at_a) != fold_next(b, &at_b))
			return false;
	}
	return at_a == a.length && at_b == b.length;
}
