/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/text.h"

#include <stdint.h>
#include <string.h>

/* memcmp may not be given NULL, which an empty text may hold. */
static bool bytes_equal(const char *a, const char *b, size_t length)
{
	return length == 0 || memcmp(a, b, length) == 0;
}

static bool bytes_equal_fold(const char *a, const char *b, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text_lower(a[i]) != text_lower(b[i]))
			return false;
	}
	return true;
}

bool text_equals_fold(struct text a, struct text b)
{
	return a.length == b.length && bytes_equal_fold(a.at, b.at, a.length);
}

bool text_starts_with(struct text t, struct text prefix)
{
	return t.length >= prefix.length && bytes_equal(t.at, prefix.at, prefix.length);
}

bool text_starts_with_fold(struct text t, struct text prefix)
{
	return t.length >= prefix.length && bytes_equal_fold(t.at, prefix.at, prefix.length);
}

bool text_ends_with(struct text t, struct text suffix)
{
	return text_equals(text_from(t, t.length >= suffix.length ? t.length - suffix.length : 0), suffix);
}

size_t text_find(struct text t, char byte, size_t from)
{
	if (from >= t.length)
		return t.length;
	const char *found = memchr(t.at + from, byte, t.length - from);
	return found ? (size_t)(found - t.at) : t.length;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Not 0 if one of eight bytes is an ASCII capital. */
static inline uint64_t capitals_of(uint64_t word)
{
	uint64_t low = word & EACH(0x7f), from_a = low + EACH(0x80 - 'A'), behind_z = low + EACH(0x7f - 'Z');

	return ~word & (from_a ^ behind_z) & EACH(0x80);
}

/* The same of control bytes. */
static inline uint64_t controls_of(uint64_t word)
{
	uint64_t low = word & EACH(0x7f), from_blank = low + EACH(0x80 - ' '), is_last = low + EACH(1);

	return ~word & (~from_blank | is_last) & EACH(0x80);
}

/* Has any byte what `of` finds in eight of them? It finds nothing in blanks. */
static inline bool has(struct text t, uint64_t (*of)(uint64_t word))
{
	uint64_t word = EACH(' '), found = 0;

	if (t.length < sizeof word) {
		if (t.length)
			memcpy(&word, t.at, t.length);
		return of(word);
	}
	for (size_t i = 0; i < t.length - sizeof word; i += sizeof word) {
		memcpy(&word, t.at + i, sizeof word);
		found |= of(word);
	}
	/* The last eight may overlap those before. */
	memcpy(&word, t.at + t.length - sizeof word, sizeof word);
	return found | of(word);
}

bool text_has_capitals(struct text t)
{
	return has(t, capitals_of);
}

bool text_has_controls(struct text t)
{
	return has(t, controls_of);
}

int text_compare(struct text a, struct text b)
{
	size_t shared = a.length < b.length ? a.length : b.length;
	int order = shared == 0 ? 0 : memcmp(a.at, b.at, shared);

	if (order != 0)
		return order;
	return (a.length > b.length) - (a.length < b.length);
}

/*
 * The well-formed sequences of RFC 3629 section 4, by first byte. The range of
 * the second byte keeps overlong forms, surrogates and what lies beyond
 * U+10FFFF out; all further bytes are 80..BF.
 */
static const struct sequence {
	uint8_t first_low, first_high;
	uint8_t second_low, second_high;
	uint8_t length;
} sequences[] = {
	{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
	{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
	{ 0xe1, 0xec, 0x80, 0xbf, 3 },
	{ 0xed, 0xed, 0x80, 0x9f, 3 },
	{ 0xee, 0xef, 0x80, 0xbf, 3 },
	{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
	{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
	{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

/* Length of the well-formed character of more than one byte at `bytes`, 0 if there is none. */
static size_t sequence_length(const uint8_t *bytes, size_t left)
{
	for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++) {
		const struct sequence *s = &sequences[i];

		if (bytes[0] < s->first_low || bytes[0] > s->first_high)
			continue;
		if (left < s->length || bytes[1] < s->second_low || bytes[1] > s->second_high)
			return 0;
		for (size_t j = 2; j < s->length; j++) {
			if (bytes[j] < 0x80 || bytes[j] > 0xbf)
				return 0;
		}
		return s->length;
	}
	return 0;
}

size_t text_character(struct text t, size_t at)
{
	const uint8_t *bytes = (const uint8_t *)t.at + at;

	if (bytes[0] < 0x80)
		return 1;
	size_t length = sequence_length(bytes, t.length - at);
	return length == 0 ? 1 : length;
}

uint32_t text_code_point(struct text t, size_t at)
{
	const uint8_t *bytes = (const uint8_t *)t.at + at;
	size_t length = text_character(t, at);
	uint32_t code = length == 1 ? bytes[0] : bytes[0] & (0xffu >> (length + 1));

	for (size_t i = 1; i < length; i++)
		code = code << 6 | (bytes[i] & 0x3f);
	return code;
}

bool text_is_utf8(struct text t)
{
	const uint8_t *bytes = (const uint8_t *)t.at;

	for (size_t i = 0; i < t.length;) {
		size_t length = bytes[i] < 0x80 ? 1 : sequence_length(bytes + i, t.length - i);

		if (length == 0)
			return false;
		i += length;
	}
	return true;
}

void text_place(struct text t, size_t at, unsigned *line, unsigned *column)
{
	*line = *column = 1;
	for (size_t i = 0; i < at && i < t.length; i += text_character(t, i)) {
		*column = t.at[i] == '\n' ? 1 : *column + 1;
		*line += t.at[i] == '\n';
	}
}
