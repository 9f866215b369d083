/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: a value on the first line, a pattern on each further one. A backquote
 * in a pattern ends a piece, and every second piece is literal.
 *
 * Promises: matching is what reference.h says, also in pieces and without regard
 * to case; a string set holds what any of its patterns matches, of every kind.
 */
#include "fuzz/fuzz.h"
#include "fuzz/reference.h"
#include "base/arena.h"
#include "value/glob.h"
#include "value/fold.h"
#include "value/string_set.h"

#include <glib.h>
#include <string.h>

enum { PATTERNS = 12, PIECES = 16 };

static bool pieces_match(struct text pattern, struct text value)
{
	struct glob_piece pieces[PIECES];
	struct reference reference = { 0 };
	size_t count = 0;
	bool literal = false;

	for (size_t at = 0; at <= pattern.length && count < PIECES; literal = !literal) {
		size_t end = text_find(pattern, '`', at);

		pieces[count] = (struct glob_piece){ .text = text_first(text_from(pattern, at), end - at), .literal = literal };
		reference_add(&reference, pieces[count++].text, literal);
		at = end + 1;
	}
	bool match = glob_match_pieces(pieces, count, value, NULL);
	FUZZ_CHECK(match == reference_match(&reference, value, false));
	return match;
}

static void set_check(enum string_set_kind kind, const struct text *patterns, size_t count, struct text value, bool want)
{
	struct arena arena = { 0 };
	struct string_set *set = string_set_new(&arena, kind, patterns, count);

	FUZZ_CHECK(set);
	FUZZ_CHECK(string_set_holds(set, value, NULL) == want);
	for (size_t i = 0; i < count; i++)
		FUZZ_CHECK(string_set_holds(set, patterns[i], NULL));
	arena_free(&arena);
}

static void utf8_check(struct text t)
{
	/* GLib takes no NUL, which is a character like any other. */
	if (t.length && !memchr(t.at, '\0', t.length))
		FUZZ_CHECK(text_is_utf8(t) == (bool)g_utf8_validate_len(t.at, t.length, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text lines[1 + PATTERNS] = { 0 };
	size_t count = fuzz_lines(fuzz_text(data, size), lines, 1 + PATTERNS);
	struct text value = text_first(lines[0], REFERENCE_LONGEST), *patterns = lines + 1;
	bool any = false, equal = false, same = false;

	count -= count > 0;
	utf8_check(value);
	for (size_t i = 0; i < count; i++) {
		struct reference reference = { 0 };

		patterns[i] = text_first(patterns[i], REFERENCE_LONGEST);
		reference_add(&reference, patterns[i], false);
		bool match = glob_match(patterns[i], value);
		FUZZ_CHECK(match == reference_match(&reference, value, false));
		FUZZ_CHECK(glob_match_fold(patterns[i], value) == reference_match(&reference, value, true));
		pieces_match(patterns[i], value);
		any |= match;
		equal |= text_equals(patterns[i], value);
		bool alike = fold_equals(patterns[i], value);
		FUZZ_CHECK(alike == fold_equals(value, patterns[i]));
		FUZZ_CHECK(alike || !text_equals_fold(patterns[i], value));
		same |= alike;
	}
	set_check(STRING_SET_GLOB, patterns, count, value, any);
	set_check(STRING_SET_EXACT, patterns, count, value, equal);
	set_check(STRING_SET_IGNORE_CASE, patterns, count, value, same);
	return 0;
}
