/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pattern is walked once; on a mismatch only the last `*` seen takes one
 * byte more. That is enough: when the part between two stars fits at its first
 * place, every later place ends later too, and what it leaves over the next
 * star could have taken. (`?` ends where a character does, so this also holds
 * for characters of several bytes.)
 */
#include "iam/glob.h"

/* A place in the pattern. It never rests at the end of a piece that is not the last. */
struct cursor {
	const struct glob_piece *piece, *end;
	size_t at;
};

enum symbol { SYMBOL_END, SYMBOL_BYTE, SYMBOL_ONE, SYMBOL_ANY };

static inline void cursor_settle(struct cursor *cursor)
{
	while (cursor->piece < cursor->end && cursor->at == cursor->piece->text.length) {
		cursor->piece++;
		cursor->at = 0;
	}
}

static inline void cursor_step(struct cursor *cursor)
{
	cursor->at++;
	cursor_settle(cursor);
}

static inline enum symbol cursor_symbol(const struct cursor *cursor)
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
static bool character_begins(struct text t, size_t at)
{
	if (((unsigned char)t.at[at] & 0xc0) != 0x80)
		return true;
	for (size_t back = 1; back <= 3 && back <= at; back++) {
		if (((unsigned char)t.at[at - back] & 0xc0) != 0x80)
			return text_character(t, at - back) <= back;
	}
	return true;
}

/* `folds`: some letters may match others. */
static inline bool match(struct cursor pattern, struct text value, bool folds)
{
	struct cursor star = pattern; /* behind the last `*` */
	size_t taken = 0;             /* where in the value that star ends */
	bool starred = false;
	size_t at = 0;

	cursor_settle(&pattern);
	for (;;) {
		enum symbol symbol = cursor_symbol(&pattern);

		if (symbol == SYMBOL_ANY) {
			cursor_step(&pattern);
			if (cursor_symbol(&pattern) == SYMBOL_END)
				return true;
			star = pattern;
			taken = at;
			starred = true;
			continue;
		}
		if (symbol == SYMBOL_END && at == value.length)
			return true;
		if (at < value.length) {
			if (symbol == SYMBOL_BYTE
			    && glob_byte_matches(pattern.piece->text.at[pattern.at], value.at[at],
				folds ? pattern.piece->letters : GLOB_LETTERS_EXACT)) {
				cursor_step(&pattern);
				at++;
				continue;
			}
			if (symbol == SYMBOL_ONE && character_begins(value, at)) {
				cursor_step(&pattern);
				at += text_character(value, at);
				continue;
			}
		} else if (symbol != SYMBOL_END) {
			/* The value is used up, and stars that take more leave less still. */
			return false;
		}
		if (!starred)
			return false;
		taken++;
		if (cursor_symbol(&star) == SYMBOL_BYTE && !(folds && star.piece->letters != GLOB_LETTERS_EXACT)) {
			taken = text_find(value, star.piece->text.at[star.at], taken);
			if (taken == value.length)
				return false;
		}
		at = taken;
		pattern = star;
	}
}

static inline bool match_one(struct text pattern, struct text value, enum glob_letters letters)
{
	struct glob_piece piece = { .text = pattern, .letters = letters };

	return match((struct cursor){ &piece, &piece + 1, 0 }, value, letters != GLOB_LETTERS_EXACT);
}

/* Offset of the last at sign; false: there is none. */
static bool last_at_sign(struct text t, size_t *at)
{
	for (*at = t.length; *at > 0;)
		if (t.at[--*at] == '@')
			return true;
	return false;
}

bool glob_has_wildcard(struct text pattern)
{
	return text_find(pattern, '*', 0) < pattern.length || text_find(pattern, '?', 0) < pattern.length;
}

bool glob_match(struct text pattern, struct text value)
{
	return match_one(pattern, value, GLOB_LETTERS_EXACT);
}

bool glob_match_fold(struct text pattern, struct text value)
{
	return match_one(pattern, value, GLOB_LETTERS_FOLD);
}

size_t glob_fold_domain(struct glob_piece *pieces, size_t count, enum glob_letters letters, bool *address)
{
	size_t at, last = count;

	*address = false;
	while (last > 0 && !*address) {
		last--;
		*address = last_at_sign(pieces[last].text, &at);
		if (!*address)
			pieces[last].letters = letters;
	}
	if (!*address)
		return count;
	/* The piece with the at sign ends behind it; what it goes on with is one more. */
	memmove(&pieces[last + 2], &pieces[last + 1], (count - last - 1) * sizeof *pieces);
	pieces[last + 1] = pieces[last];
	pieces[last + 1].text = text_from(pieces[last].text, at + 1);
	pieces[last + 1].letters = letters;
	pieces[last].text = text_first(pieces[last].text, at + 1);
	return count + 1;
}

bool glob_match_domain(struct text pattern, struct text value)
{
	struct glob_piece pieces[2] = { { .text = pattern } };
	bool address;
	size_t count = glob_fold_domain(pieces, 1, GLOB_LETTERS_CAPITALS, &address);

	return match((struct cursor){ pieces, pieces + count, 0 }, value, true);
}

bool glob_match_pieces(const struct glob_piece *pieces, size_t count, struct text value)
{
	if (count == 0)
		return value.length == 0;
	return match((struct cursor){ pieces, pieces + count, 0 }, value, true);
}
