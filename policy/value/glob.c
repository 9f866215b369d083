/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pattern is walked once; on a mismatch only the last `*` seen takes one
 * byte more. That is enough: when the part between two stars fits at its first
 * place, every later place ends later too, and what it leaves over the next
 * star could have taken. (`?` ends where a character does, so this also holds
 * for characters of several bytes.)
 *
 * Most parts differ in their first bytes from what they do not match. Where a value
 * and a pattern are made so that they differ late, and looks in vain come to more than
 * a few for each byte, long parts are sought at all places at once (glob_part.h).
 */
#include "value/glob_part.h"

#include <string.h>

/* Where the matching stands in the value, and what it has taken. */
struct matching {
	struct text value;
	struct work *work;
	bool folds; /* some letters may match others */
	size_t at;
	size_t spent; /* bytes looked at in vain */
	bool tried;   /* the part behind the last star is one to be tried place by place */
};

/* A part up to this length is tried at each place as quickly as sought. */
#define PART_SHORT 8

/* Is the part behind the last star, at `star`, to be sought rather than tried? Looks in vain have become many. */
static bool part_is_sought(struct matching *m, struct glob_cursor star)
{
	size_t symbols = m->tried ? 0 : glob_part_length(star);

	/* What takes longer than can be counted is given up. */
	if (symbols > GLOB_PART_MAX && m->work)
		m->work->left = 0;
	m->tried = symbols <= PART_SHORT || (symbols > GLOB_PART_MAX && !m->work);
	return !m->tried;
}

/* Seek the part at *pattern from `from` on, all of its places at once: `at` is where it ends, *pattern behind it. False: nowhere. */
static bool part_find(struct matching *m, struct glob_cursor *pattern, size_t from)
{
	size_t symbols = glob_part_length(*pattern);
	struct glob_part part;

	if (symbols > GLOB_PART_MAX)
		return false;
	glob_part_make(&part, pattern, symbols, m->folds);
	size_t end = glob_part_seek(&part, m->value, from, glob_cursor_symbol(pattern) == SYMBOL_END);
	work_take(m->work, part.words * (64 + 3 * ((end == GLOB_NOWHERE ? m->value.length : end) - from)));
	m->at = end;
	return end != GLOB_NOWHERE;
}

/* One symbol of the pattern, which is not a star, against the value from `at` on. */
static inline bool symbol_take(struct matching *m, struct glob_cursor *pattern, enum glob_symbol symbol)
{
	if (symbol == SYMBOL_BYTE &&
		glob_byte_matches(pattern->piece->text.at[pattern->at], m->value.at[m->at],
			m->folds ? pattern->piece->letters : GLOB_LETTERS_EXACT)) {
		m->at++;
	} else if (symbol == SYMBOL_ONE && glob_character_begins(m->value, m->at)) {
		m->at += text_character(m->value, m->at);
	} else {
		return false;
	}
	glob_cursor_step(pattern);
	return true;
}

static inline bool match(struct glob_cursor pattern, struct matching *m)
{
	struct glob_cursor star = pattern; /* behind the last `*` */
	size_t taken = 0;                  /* where in the value that star ends */
	bool starred = false;
	size_t patience = 2 * m->value.length + 256;

	glob_cursor_settle(&pattern);
	for (;;) {
		enum glob_symbol symbol = glob_cursor_symbol(&pattern);

		if (symbol == SYMBOL_ANY) {
			glob_cursor_step(&pattern);
			if (glob_cursor_symbol(&pattern) == SYMBOL_END)
				return true;
			star = pattern;
			taken = m->at;
			starred = true;
			m->tried = false;
			continue;
		}
		if (symbol == SYMBOL_END && m->at == m->value.length)
			return true;
		if (m->at < m->value.length) {
			if (symbol_take(m, &pattern, symbol))
				continue;
		} else if (symbol != SYMBOL_END) {
			/* The value is used up, and stars that take more leave less still. */
			return false;
		}
		if (!starred)
			return false;
		m->spent += m->at - taken + 1;
		taken++;
		pattern = star;
		if (m->spent > patience && part_is_sought(m, star)) {
			if (!part_find(m, &pattern, taken))
				return false;
			continue;
		}
		if (glob_cursor_symbol(&star) == SYMBOL_BYTE && !(m->folds && star.piece->letters != GLOB_LETTERS_EXACT)) {
			taken = text_find(m->value, star.piece->text.at[star.at], taken);
			if (taken == m->value.length)
				return false;
		}
		m->at = taken;
	}
}

static inline bool match_all(const struct glob_piece *pieces, size_t count, struct text value, bool folds, struct work *work)
{
	struct matching m = { .value = value, .work = work, .folds = folds };
	bool matches = match((struct glob_cursor){ pieces, pieces + count, 0 }, &m);

	work_take(work, 24 + 2 * m.spent + (m.at == GLOB_NOWHERE ? 0 : m.at));
	return matches;
}

static inline bool match_one(struct text pattern, struct text value, enum glob_letters letters, struct work *work)
{
	struct glob_piece piece = { .text = pattern, .letters = letters };

	return match_all(&piece, 1, value, letters != GLOB_LETTERS_EXACT, work);
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
	return match_one(pattern, value, GLOB_LETTERS_EXACT, NULL);
}

bool glob_match_counted(struct text pattern, struct text value, struct work *work)
{
	return match_one(pattern, value, GLOB_LETTERS_EXACT, work);
}

bool glob_match_fold(struct text pattern, struct text value)
{
	return match_one(pattern, value, GLOB_LETTERS_FOLD, NULL);
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

bool glob_match_domain(struct text pattern, struct text value, struct work *work)
{
	struct glob_piece pieces[2] = { { .text = pattern } };
	bool address;
	size_t count = glob_fold_domain(pieces, 1, GLOB_LETTERS_CAPITALS, &address);

	return match_all(pieces, count, value, true, work);
}

bool glob_match_pieces(const struct glob_piece *pieces, size_t count, struct text value, struct work *work)
{
	if (count == 0)
		return value.length == 0;
	return match_all(pieces, count, value, true, work);
}
