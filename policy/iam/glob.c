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
 * a few for each byte, long parts are sought at all places at once.
 */
#include "iam/glob.h"

#include <stdint.h>
#include <string.h>

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

/* A part up to this length is tried at each place as quickly as sought. */
#define PART_SHORT 8
#define PART_WORDS ((GLOB_PART_MAX + 64) / 64)

/*
 * A part of the pattern between stars, to be sought at all places at once (Baeza-Yates and Gonnet, "A new approach to
 * text searching", 1992): a set of bits for each byte of a value, of which bit i is there if the byte is the i-th symbol.
 */
struct part {
	size_t symbols, words;
	uint64_t of_byte[256 * PART_WORDS]; /* `words` for each; ASCII is a character each, and so a `?`, too */
	uint64_t one[PART_WORDS];           /* which symbols are `?` */
};

/* How many symbols there are up to the next star or the end; not counted beyond what is too many. */
static size_t part_length(struct cursor cursor)
{
	size_t symbols = 0;

	for (; symbols <= GLOB_PART_MAX && (cursor_symbol(&cursor) == SYMBOL_BYTE || cursor_symbol(&cursor) == SYMBOL_ONE); symbols++)
		cursor_step(&cursor);
	return symbols;
}

static void part_set(struct part *part, char byte, size_t symbol)
{
	part->of_byte[(unsigned char)byte * part->words + symbol / 64] |= (uint64_t)1 << symbol % 64;
}

/* The cursor goes behind the part. */
static void part_make(struct part *part, struct cursor *cursor, size_t symbols, bool folds)
{
	part->symbols = symbols;
	part->words = symbols / 64 + 1;
	memset(part->of_byte, 0, 256 * part->words * sizeof *part->of_byte);
	memset(part->one, 0, sizeof part->one);
	for (size_t i = 0; i < symbols; i++, cursor_step(cursor)) {
		char byte = cursor->piece->text.at[cursor->at];
		enum glob_letters letters = folds ? cursor->piece->letters : GLOB_LETTERS_EXACT;

		if (cursor_symbol(cursor) == SYMBOL_ONE) {
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

/*
 * Where the part ends at the earliest if it begins at `from` or later; `last`: where it ends at the end of the value.
 * NOWHERE: there is no such place.
 */
#define NOWHERE SIZE_MAX

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
static void part_step_beyond_ascii(const struct part *part, struct text value, size_t at, uint64_t *now, uint64_t *waiting, size_t *due)
{
	const uint64_t *of_byte = &part->of_byte[(unsigned char)value.at[at] * part->words];
	size_t character = character_begins(value, at) ? text_character(value, at) : 0;
	uint64_t matching[PART_WORDS];

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

static inline size_t part_seek_words(const struct part *part, struct text value, size_t from, bool last, size_t words)
{
	/* Bit i: the first i symbols match what ends here. Those that end with a `?` in a character of several bytes wait. */
	uint64_t now[PART_WORDS] = { 1 }, waiting[PART_WORDS] = { 0 };
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
	return NOWHERE;
}

static size_t part_seek(const struct part *part, struct text value, size_t from, bool last)
{
	/* Most parts have one word, and the compiler then no loop. */
	return part->words == 1 ? part_seek_words(part, value, from, last, 1) : part_seek_words(part, value, from, last, part->words);
}

/* Where the matching stands in the value, and what it has taken. */
struct matching {
	struct text value;
	struct work *work;
	bool folds;      /* some letters may match others */
	size_t at;
	size_t spent;    /* bytes looked at in vain */
	bool tried;      /* the part behind the last star is one to be tried place by place */
};

/* Is the part behind the last star, at `star`, to be sought rather than tried? Looks in vain have become many. */
static bool part_is_sought(struct matching *m, struct cursor star)
{
	size_t symbols = m->tried ? 0 : part_length(star);

	/* What takes longer than can be counted is given up. */
	if (symbols > GLOB_PART_MAX && m->work)
		m->work->left = 0;
	m->tried = symbols <= PART_SHORT || (symbols > GLOB_PART_MAX && !m->work);
	return !m->tried;
}

/* Seek the part at *pattern from `from` on, all of its places at once: `at` is where it ends, *pattern behind it. False: nowhere. */
static bool part_find(struct matching *m, struct cursor *pattern, size_t from)
{
	size_t symbols = part_length(*pattern);
	struct part part;

	if (symbols > GLOB_PART_MAX)
		return false;
	part_make(&part, pattern, symbols, m->folds);
	size_t end = part_seek(&part, m->value, from, cursor_symbol(pattern) == SYMBOL_END);
	work_take(m->work, part.words * (64 + 3 * ((end == NOWHERE ? m->value.length : end) - from)));
	m->at = end;
	return end != NOWHERE;
}

/* One symbol of the pattern, which is not a star, against the value from `at` on. */
static inline bool symbol_take(struct matching *m, struct cursor *pattern, enum symbol symbol)
{
	if (symbol == SYMBOL_BYTE && glob_byte_matches(pattern->piece->text.at[pattern->at], m->value.at[m->at],
	    m->folds ? pattern->piece->letters : GLOB_LETTERS_EXACT)) {
		m->at++;
	} else if (symbol == SYMBOL_ONE && character_begins(m->value, m->at)) {
		m->at += text_character(m->value, m->at);
	} else {
		return false;
	}
	cursor_step(pattern);
	return true;
}

static inline bool match(struct cursor pattern, struct matching *m)
{
	struct cursor star = pattern; /* behind the last `*` */
	size_t taken = 0;             /* where in the value that star ends */
	bool starred = false;
	size_t patience = 2 * m->value.length + 256;

	cursor_settle(&pattern);
	for (;;) {
		enum symbol symbol = cursor_symbol(&pattern);

		if (symbol == SYMBOL_ANY) {
			cursor_step(&pattern);
			if (cursor_symbol(&pattern) == SYMBOL_END)
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
		if (cursor_symbol(&star) == SYMBOL_BYTE && !(m->folds && star.piece->letters != GLOB_LETTERS_EXACT)) {
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
	bool matches = match((struct cursor){ pieces, pieces + count, 0 }, &m);

	work_take(work, 24 + 2 * m.spent + (m.at == NOWHERE ? 0 : m.at));
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
