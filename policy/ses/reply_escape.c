/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/reply_escape.h"

#include "base/fault.h"

#include <string.h>

/* Write the printable form of the byte at `at` to `out` (4 bytes of room); returns its length. */
static size_t escape_byte(struct text t, size_t at, char *out)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char byte = (unsigned char)t.at[at];

	if (byte < 0x80 && text_shows(t, at)) {
		out[0] = (char)byte;
		return 1;
	}
	out[0] = '\\';
	out[1] = 'x';
	out[2] = hex[byte >> 4];
	out[3] = hex[byte & 15];
	return 4;
}

/* How many bytes from `at` on, up to `most`, stand for themselves whatever stands around them. */
static size_t plain_length(struct text t, size_t at, size_t most)
{
	size_t end = t.length - at < most ? t.length : at + most;
	size_t i = at;

	while (i < end && t.at[i] >= 0x20 && t.at[i] < 0x7f && t.at[i] != '\\')
		i++;
	return i - at;
}

size_t reply_escape(struct text t, char *out, size_t room)
{
	static const char dots[] = "...";
	size_t used = 0, cut = 0; /* cut: how much stays if it does not all fit */

	if (!room)
		return 0;
	for (size_t i = 0; i < t.length;) {
		size_t plain = plain_length(t, i, room - 1 - used);
		char form[4];

		if (plain) {
			memcpy(out + used, t.at + i, plain);
			if (used + 3 < room)
				cut = used + plain < room - 4 ? used + plain : room - 4;
			used += plain;
			i += plain;
			continue;
		}
		size_t length = escape_byte(t, i, form);
		if (used + length >= room) {
			size_t count = room - 1 - cut < 3 ? room - 1 - cut : 3;
			memcpy(out + cut, dots, count);
			used = cut + count;
			break;
		}
		memcpy(out + used, form, length);
		used += length;
		i++;
		if (used + 3 < room)
			cut = used;
	}
	out[used] = '\0';
	return used;
}
