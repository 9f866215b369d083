/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * glob_part: a part of a pattern between stars, sought in a value at all places
 * at once, for glob.c alone: where a value and a pattern are made so that they
 * differ late, trying place by place takes long. (Baeza-Yates and
 * Gonnet, "A new approach to text searching", 1992.)
 */
#ifndef VALUE_GLOB_PART_H
#define VALUE_GLOB_PART_H

#include "value/glob.h"

#include <stdint.h>

/* A place in the pattern. It never rests at the end of a piece that is not the last. */
struct glob_cursor {
	const struct glob_piece *piece, *end;
	size_t at;
};

enum glob_symbol { SYMBOL_END, SYMBOL_BYTE, SYMBOL_ONE, SYMBOL_ANY };

static inline void glob_cursor_settle(struct glob_cursor *cursor)
{
	while (cursor->piece < cursor->end && cursor->at == cursor->piece->text.length) {
		cursor->piece++;
		cursor->at = 0;
	}
}

static inline void glob_cursor_step(struct glob_cursor *cursor)
{
	cursor->at++;
	glob_cursor_settle(cursor);
}

static inline enum glob_symbol glob_cursor_symbol(const struct glob_cursor *cursor)
{
	if (cursor->piece == cursor->end)
		return SYMBOL_END;
	if (cursor->piece->literal)
		return SYMBOL_BYTE;
	switch (cursor->piece->text.at[cursor->at]) {
	case '*':
		return SYMBOL_ANY;
	case '?':
		return SYMBOL_ONE;
	default:
		return SYMBOL_BYTE;
	}
}

/* Does a character begin at `at`? Only then can `?` take it: `*` may have stopped inside one. */
static inline bool glob_character_begins(struct text t, size_t at)
{
	if (((unsigned char)t.at[at] & 0xc0) != 0x80)
		return true;
	for (size_t back = 1; back <= 3 && back <= at; back++) {
		if (((unsigned char)t.at[at - back] & 0xc0) != 0x80)
			return text_character(t, at - back) <= back;
	}
	return true;
}

#define GLOB_PART_WORDS ((GLOB_PART_MAX + 64) / 64)

/* A set of bits for each byte of a value, of which bit i is there if the byte is the i-th symbol. */
struct glob_part {
	size_t symbols, words;
	uint64_t of_byte[256 * GLOB_PART_WORDS]; /* `words` for each; ASCII is a character each, and so a `?`, too */
	uint64_t one[GLOB_PART_WORDS];           /* which symbols are `?` */
};

/* How many symbols there are up to the next star or the end; not counted beyond what is too many. */
size_t glob_part_length(struct glob_cursor cursor);

/* The cursor goes behind the part. `folds`: some letters may match others. */
void glob_part_make(struct glob_part *part, struct glob_cursor *cursor, size_t symbols, bool folds);

/*
 * Where the part ends at the earliest if it begins at `from` or later; `last`: where it ends at the end of the value.
 * GLOB_NOWHERE: there is no such place.
 */
#define GLOB_NOWHERE SIZE_MAX

size_t glob_part_seek(const struct glob_part *part, struct text value, size_t from, bool last);

#endif
