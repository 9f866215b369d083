/* SPDX-License-Identifier: BSD-2-Clause */
#include "value/glob_part.h"

#include <string.h>

size_t glob_part_length(struct glob_cursor cursor)
{
	size_t symbols = 0;

	for (; symbols <= GLOB_PART_MAX &&
		(glob_cursor_symbol(&cursor) == SYMBOL_BYTE || glob_cursor_symbol(&cursor) == SYMBOL_ONE);
		symbols++)
		glob_cursor_step(&cursor);
	return symbols;
}

static void part_set(struct glob_part *part, char byte, size_t symbol)
{
	part->of_byte[(unsigned char)byte * part->words + symbol / 64] |= (uint64_t)1 << symbol % 64;
}

void glob_part_make(struct glob_part *part, struct glob_cursor *cursor, size_t symbols, bool folds)
{
	part->symbols = symbols;
	part->words = symbols / 64 + 1;
	memset(part->of_byte, 0, 256 * part->words * sizeof *part->of_byte);
	memset(part->one, 0, sizeof part->one);
	for (size_t i = 0; i < symbols; i++, glob_cursor_step(cursor)) {
		char byte = cursor->piece->text.at[cursor->at];
		enum glob_letters letters = folds ? cursor->piece->letters : GLOB_LETTERS_EXACT;

		if (glob_cursor_symbol(cursor) == SYMBOL_ONE) {
			part->one[i / 64] |= (uint64_t)1 << i % 64;
			continue;
		}
		part_set(part, byte, i);
		if (letters != GLOB_LETTERS_EXACT)
			part_set(part, text_lower(byte), i);
		if (letters == GLOB_LETTERS_FOLD && byte >= 'a' && byte <= 'z')
			part_set(part, (char)(byte - 'a' + 'A'), i);
	}
	for (size_t i = 0; i < 128 * part->words; i++)
		part->of_byte[i] |= part->one[i % part->words];
}

/* One more byte, for which these symbols match: now = (now & matching) << 1 | 1. */
static inline void part_step(uint64_t *now, const uint64_t *matching, size_t words)
{
	uint64_t carry = 1;

	for (size_t w = 0; w < words; w++) {
		uint64_t matched = now[w] & matching[w];

		now[w] = matched << 1 | carry;
		carry = matched >> 63;
	}
}

/* The same for a byte of a character of several, or of none: `waiting` is due when the character is over, at `due`. */
static void part_step_beyond_ascii(const struct glob_part *part, struct text value, size_t at, uint64_t *now, uint64_t *waiting,
	size_t *due)
{
	const uint64_t *of_byte = &part->of_byte[(unsigned char)value.at[at] * part->words];
	size_t character = glob_character_begins(value, at) ? text_character(value, at) : 0;
	uint64_t matching[GLOB_PART_WORDS];

	for (size_t w = 0; w < part->words; w++)
		matching[w] = of_byte[w] | (character == 1 ? part->one[w] : 0);
	if (character > 1) {
		memcpy(waiting, now, part->words * sizeof *waiting);
		part_step(waiting, part->one, part->words);
		*due = at + character;
	}
	part_step(now, matching, part->words);
	for (size_t w = 0; w < part->words && *due == at + 1 && character == 0; w++)
		now[w] |= waiting[w];
}

static inline size_t part_seek_words(const struct glob_part *part, struct text value, size_t from, bool last, size_t words)
{
	/* Bit i: the first i symbols match what ends here. Those that end with a `?` in a character of several bytes wait. */
	uint64_t now[GLOB_PART_WORDS] = { 1 }, waiting[GLOB_PART_WORDS] = { 0 };
	size_t due = 0;

	for (size_t at = from; at < value.length; at++) {
		unsigned char byte = (unsigned char)value.at[at];

		if (byte < 0x80)
			part_step(now, &part->of_byte[byte * words], words);
		else
			part_step_beyond_ascii(part, value, at, now, waiting, &due);
		if ((now[words - 1] >> part->symbols % 64 & 1) && (!last || at + 1 == value.length))
			return at + 1;
	}
	return GLOB_NOWHERE;
}

size_t glob_part_seek(const struct glob_part *part, struct text value, size_t from, bool last)
{
	/* Most parts have one word, and the compiler then no loop. */
	return part->words == 1 ? part_seek_words(part, value, from, last, 1)
				: part_seek_words(part, value, from, last, part->words);
}
