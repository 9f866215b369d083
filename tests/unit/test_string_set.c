/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * string_set: asks the same as comparing with every value in turn, faster.
 * Sources: IAM User Guide, "String condition operators" (StringEquals exact,
 * StringEqualsIgnoreCase, StringLike with `*` and `?`).
 */
#include "unit/check.h"
#include "unit/short_memory.h"

#include "value/glob.h"
#include "value/fold.h"
#include "value/string_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 6

static const struct {
	const char *name;
	enum string_set_kind kind;
	struct text values[MOST];
	size_t count;
	struct text asked;
	bool want;
} cases[] = {
	{ "exact: no values", STRING_SET_EXACT, { { NULL, 0 } }, 0, TEXT(""), false },
	{ "exact: one of two", STRING_SET_EXACT, { TEXT("a@x"), TEXT("b@x") }, 2, TEXT("b@x"), true },
	{ "exact: none of two", STRING_SET_EXACT, { TEXT("a@x"), TEXT("b@x") }, 2, TEXT("c@x"), false },
	{ "exact: empty value", STRING_SET_EXACT, { TEXT("") }, 1, TEXT(""), true },
	{ "exact: empty value, NULL asked", STRING_SET_EXACT, { TEXT("") }, 1, { NULL, 0 }, true },
	{ "exact: NULL value", STRING_SET_EXACT, { { NULL, 0 } }, 1, TEXT(""), true },
	{ "exact: empty is not something", STRING_SET_EXACT, { TEXT("") }, 1, TEXT("a"), false },
	{ "exact: star is a star", STRING_SET_EXACT, { TEXT("*@x") }, 1, TEXT("*@x"), true },
	{ "exact: star is no wildcard", STRING_SET_EXACT, { TEXT("*@x") }, 1, TEXT("a@x"), false },
	{ "exact: question is no wildcard", STRING_SET_EXACT, { TEXT("?@x") }, 1, TEXT("a@x"), false },
	{ "exact: star alone", STRING_SET_EXACT, { TEXT("*") }, 1, TEXT("a"), false },
	{ "exact: case matters", STRING_SET_EXACT, { TEXT("a@x") }, 1, TEXT("A@x"), false },
	{ "exact: NUL inside", STRING_SET_EXACT, { TEXT("a\0b") }, 1, TEXT("a\0b"), true },
	{ "exact: NUL inside, other end", STRING_SET_EXACT, { TEXT("a\0b") }, 1, TEXT("a\0c"), false },
	{ "exact: prefix of a value", STRING_SET_EXACT, { TEXT("abcdefghi") }, 1, TEXT("abcdefgh"), false },
	{ "exact: longer than a value", STRING_SET_EXACT, { TEXT("abcdefgh") }, 1, TEXT("abcdefghh"), false },
	{ "exact: duplicates", STRING_SET_EXACT, { TEXT("a"), TEXT("a"), TEXT("a") }, 3, TEXT("a"), true },
	{ "exact: composed is not decomposed", STRING_SET_EXACT, { TEXT("\xc3\xa9") }, 1, TEXT("e\xcc\x81"), false },

	{ "fold: ASCII", STRING_SET_IGNORE_CASE, { TEXT("Bob@Example.COM") }, 1, TEXT("bOB@example.com"), true },
	{ "fold: star is a star", STRING_SET_IGNORE_CASE, { TEXT("*@X") }, 1, TEXT("*@x"), true },
	{ "fold: star is no wildcard", STRING_SET_IGNORE_CASE, { TEXT("*@X") }, 1, TEXT("a@x"), false },
	{ "fold: @ is not `", STRING_SET_IGNORE_CASE, { TEXT("@") }, 1, TEXT("`"), false },
	{ "fold: e acute", STRING_SET_IGNORE_CASE, { TEXT("\xc3\x89") }, 1, TEXT("\xc3\xa9"), true },
	{ "fold: e acute is not e", STRING_SET_IGNORE_CASE, { TEXT("\xc3\x89") }, 1, TEXT("e"), false },
	{ "fold: Greek", STRING_SET_IGNORE_CASE, { TEXT("\xce\xa3") }, 1, TEXT("\xcf\x83"), true },
	{ "fold: Greek final sigma", STRING_SET_IGNORE_CASE, { TEXT("\xcf\x82") }, 1, TEXT("\xcf\x83"), true },
	{ "fold: Cyrillic", STRING_SET_IGNORE_CASE, { TEXT("\xd0\x96") }, 1, TEXT("\xd0\xb6"), true },
	{ "fold: Deseret, four bytes", STRING_SET_IGNORE_CASE, { TEXT("\xf0\x90\x90\x80") }, 1, TEXT("\xf0\x90\x90\xa8"), true },
	{ "fold: Kelvin sign, another length", STRING_SET_IGNORE_CASE, { TEXT("\xe2\x84\xaa") }, 1, TEXT("k"), true },
	{ "fold: long s", STRING_SET_IGNORE_CASE, { TEXT("S") }, 1, TEXT("\xc5\xbf"), true },
	{ "fold: sharp s, small and capital", STRING_SET_IGNORE_CASE, { TEXT("\xe1\xba\x9e") }, 1, TEXT("\xc3\x9f"), true },
	{ "fold: sharp s is not ss", STRING_SET_IGNORE_CASE, { TEXT("\xc3\x9f") }, 1, TEXT("ss"), false },
	{ "fold: ligature is not its letters", STRING_SET_IGNORE_CASE, { TEXT("\xef\xac\x81") }, 1, TEXT("FI"), false },
	{ "fold: dotless i, as Java", STRING_SET_IGNORE_CASE, { TEXT("\xc4\xb1") }, 1, TEXT("I"), true },
	{ "fold: titlecase digraph", STRING_SET_IGNORE_CASE, { TEXT("\xc7\x85") }, 1, TEXT("\xc7\x84"), true },
	{ "fold: not UTF-8, equal", STRING_SET_IGNORE_CASE, { TEXT("A\xe9") }, 1, TEXT("a\xe9"), true },
	{ "fold: not UTF-8, Latin-1 has no case", STRING_SET_IGNORE_CASE, { TEXT("\xe9") }, 1, TEXT("\xc9"), false },
	{ "fold: a byte is not its code point", STRING_SET_IGNORE_CASE, { TEXT("\xe9") }, 1, TEXT("\xc3\xa9"), false },
	{ "fold: cut character", STRING_SET_IGNORE_CASE, { TEXT("\xe2\x84") }, 1, TEXT("\xe2\x84"), true },
	{ "fold: empty", STRING_SET_IGNORE_CASE, { TEXT("") }, 1, TEXT(""), true },

	{ "like: exact", STRING_SET_GLOB, { TEXT("a@x") }, 1, TEXT("a@x"), true },
	{ "like: empty", STRING_SET_GLOB, { TEXT("") }, 1, TEXT(""), true },
	{ "like: empty is not everything", STRING_SET_GLOB, { TEXT("") }, 1, TEXT("a"), false },
	{ "like: everything", STRING_SET_GLOB, { TEXT("*") }, 1, TEXT("a@\nx"), true },
	{ "like: everything on empty", STRING_SET_GLOB, { TEXT("*") }, 1, TEXT(""), true },
	{ "like: suffix", STRING_SET_GLOB, { TEXT("*@x.com"), TEXT("*@y.com") }, 2, TEXT("a@y.com"), true },
	{ "like: suffix, whole value", STRING_SET_GLOB, { TEXT("*@x.com") }, 1, TEXT("@x.com"), true },
	{ "like: suffix longer than the value", STRING_SET_GLOB, { TEXT("*@x.com") }, 1, TEXT("x.com"), false },
	{ "like: suffix, subdomain", STRING_SET_GLOB, { TEXT("*@x.com") }, 1, TEXT("a@b.x.com"), false },
	{ "like: suffixes inside each other", STRING_SET_GLOB, { TEXT("*.mail.x.com"), TEXT("*x.com"), TEXT("*com") }, 3,
		TEXT("telecom"), true },
	{ "like: suffix, case matters", STRING_SET_GLOB, { TEXT("*@x.com") }, 1, TEXT("a@X.com"), false },
	{ "like: prefix", STRING_SET_GLOB, { TEXT("marketing+*"), TEXT("sales+*") }, 2, TEXT("sales+1@x"), true },
	{ "like: prefix, whole value", STRING_SET_GLOB, { TEXT("sales+*") }, 1, TEXT("sales+"), true },
	{ "like: prefix longer than the value", STRING_SET_GLOB, { TEXT("sales+*") }, 1, TEXT("sales"), false },
	{ "like: prefix is not a suffix", STRING_SET_GLOB, { TEXT("abc*") }, 1, TEXT("xabc"), false },
	{ "like: suffix is not a prefix", STRING_SET_GLOB, { TEXT("*abc") }, 1, TEXT("abcx"), false },
	{ "like: both ends", STRING_SET_GLOB, { TEXT("*abc*") }, 1, TEXT("xabcx"), true },
	{ "like: middle", STRING_SET_GLOB, { TEXT("a*@x"), TEXT("*@y") }, 2, TEXT("anna@x"), true },
	{ "like: question", STRING_SET_GLOB, { TEXT("?@x") }, 1, TEXT("\xc3\xa9@x"), true },
	{ "like: question and star", STRING_SET_GLOB, { TEXT("*?") }, 1, TEXT(""), false },
	{ "like: two stars", STRING_SET_GLOB, { TEXT("**") }, 1, TEXT(""), true },
	{ "like: none of many", STRING_SET_GLOB, { TEXT("a"), TEXT("*b"), TEXT("c*"), TEXT("d*d"), TEXT("?e") }, 5, TEXT("xyz"),
		false },
};

static void string_set_table(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct arena arena = { 0 };
		struct string_set *set = string_set_new(&arena, cases[i].kind, cases[i].values, cases[i].count);

		CHECK_CASE(failures, cases[i].name, set != NULL);
		CHECK_CASE(failures, cases[i].name, string_set_holds(set, cases[i].asked, NULL) == cases[i].want);
		if (cases[i].kind == STRING_SET_IGNORE_CASE && cases[i].count == 1) {
			CHECK_CASE(failures, cases[i].name, fold_equals(cases[i].values[0], cases[i].asked) == cases[i].want);
			CHECK_CASE(failures, cases[i].name, fold_equals(cases[i].asked, cases[i].values[0]) == cases[i].want);
		}
		arena_free(&arena);
	}
	assert_int_equal(failures, 0);
}

static bool holds_plainly(enum string_set_kind kind, const struct text *values, size_t count, struct text asked)
{
	for (size_t i = 0; i < count; i++) {
		if (kind == STRING_SET_GLOB                ? glob_match(values[i], asked)
				: kind == STRING_SET_EXACT ? text_equals(values[i], asked)
							   : fold_equals(values[i], asked))
			return true;
	}
	return false;
}

/* Text of up to `most` bytes, from few letters so that much matches. */
static struct text random_text(struct arena *arena, uint64_t *seed, const char *letters, size_t most)
{
	size_t length = check_below(seed, most + 1), kinds = strlen(letters);
	char *at = arena_take(arena, length);

	assert_non_null(at);
	for (size_t i = 0; i < length; i++)
		at[i] = letters[check_below(seed, kinds)];
	return (struct text){ at, length };
}

enum { NUMBERS = 200 };
static bool told[NUMBERS];

static void number_take(void *with, uint32_t number)
{
	(void)with;
	assert_in_range(number, 0, NUMBERS - 1);
	told[number] = true;
}

/* The numbers told are those of the values that match alone; two values share each number. */
static void check_numbers(const struct string_set *set, enum string_set_kind kind, const struct text *values, size_t count,
	struct text t)
{
	bool want[NUMBERS] = { false };

	memset(told, 0, sizeof told);
	string_set_numbers(set, t, NULL, number_take, NULL);
	for (size_t i = 0; i < count; i++)
		want[i / 2] |= holds_plainly(kind, &values[i], 1, t);
	assert_memory_equal(told, want, sizeof told);
}

static void string_set_agrees_with_matching_in_turn(void **state)
{
	static const char *const letters[] = {
		"ab@.",
		"ab@.*",
		"a*?",
		"aA\xc3\xa9\x89*?",
		"kK\xe2\x84\xaa*",
		"abcdefghijklmnopqrstuvwxyz@.*",
	};
	size_t asked = 0, held = 0;
	uint64_t seed = 4;

	(void)state;
	for (size_t round = 0; round < 1800; round++) {
		struct arena arena = { 0 };
		enum string_set_kind kind = (enum string_set_kind)(round % 3);
		const char *alphabet = letters[check_below(&seed, COUNT_OF(letters))];
		size_t count = check_below(&seed, round % 10 == 0 ? 400 : 12);
		struct text *values = arena_array(&arena, count, sizeof *values);

		assert_non_null(values);
		for (size_t i = 0; i < count; i++) {
			values[i] = random_text(&arena, &seed, alphabet, 1 + check_below(&seed, 20));
			/* Suffixes and prefixes, which chance alone makes seldom. */
			if (values[i].length > 0 && check_below(&seed, 3) == 0)
				((char *)values[i].at)[0] = '*';
			else if (values[i].length > 0 && check_below(&seed, 3) == 0)
				((char *)values[i].at)[values[i].length - 1] = '*';
		}
		struct string_set *set = string_set_new(&arena, kind, values, count);
		uint32_t numbers[2 * NUMBERS];

		for (size_t i = 0; i < count; i++)
			numbers[i] = (uint32_t)i / 2;
		struct string_set *numbered = string_set_new_numbered(&arena, kind, values, numbers, count);
		assert_non_null(set);
		assert_non_null(numbered);
		for (size_t i = 0; i < 40; i++) {
			struct text t = random_text(&arena, &seed, alphabet, 1 + check_below(&seed, 24));
			bool want;

			if (count > 0 && i % 3 == 0) {
				/* A value itself, perhaps with something in front or behind. */
				struct text value = values[check_below(&seed, count)];
				struct text front = text_first(t, i % 2 == 0 ? 0 : 3), back = text_first(t, i % 4 == 0 ? 0 : 2);

				t = text_of(
					arena_printf(&arena, "%.*s%.*s%.*s", TEXT_ARGS(front), TEXT_ARGS(value), TEXT_ARGS(back)));
			}
			want = holds_plainly(kind, values, count, t);
			if (string_set_holds(set, t, NULL) != want)
				fail_msg("round %zu question %zu kind %d: '%.*s' must be %d", round, i, (int)kind, TEXT_ARGS(t),
					want);
			assert_int_equal(string_set_holds(numbered, t, NULL), want);
			check_numbers(numbered, kind, values, count, t);
			asked++;
			held += want;
		}
		arena_free(&arena);
	}
	assert_int_equal(asked, 72000);
	assert_in_range(held, asked / 10, asked * 9 / 10);
}

/* A hundred thousand of each kind: all found, neighbours not, memory within bounds. */
static void string_set_is_large(void **state)
{
	enum { COUNT = 100000 };
	/* What stands before and behind the number in a value, in one that it matches, in one that it does not. */
	static const struct {
		const char *value[2], *inside[2], *outside[2];
	} forms[] = {
		{ { "user", "@example.com" }, { "user", "@example.com" }, { "user", "@example.co" } },
		{ { "*@host", ".example" }, { "anyone@host", ".example" }, { "anyone@host", ".example2" } },
		{ { "box", "+*" }, { "box", "+label@example.com" }, { "box", "" } },
	};
	struct arena arena = { 0 }, scratch = { 0 };
	struct text *values = calloc(COUNT, sizeof *values);

	(void)state;
	assert_non_null(values);
	for (size_t f = 0; f < COUNT_OF(forms); f++) {
		for (size_t i = 0; i < COUNT; i++)
			values[i] = text_of(arena_printf(&scratch, "%s%zu%s", forms[f].value[0], i, forms[f].value[1]));
		struct string_set *set = string_set_new(&arena, STRING_SET_GLOB, values, COUNT);
		assert_non_null(set);
		for (size_t i = 0; i < COUNT; i++) {
			char asked[64];

			snprintf(asked, sizeof asked, "%s%zu%s", forms[f].inside[0], i, forms[f].inside[1]);
			assert_true(string_set_holds(set, text_of(asked), NULL));
			snprintf(asked, sizeof asked, "%s%zu%s", forms[f].outside[0], i, forms[f].outside[1]);
			assert_false(string_set_holds(set, text_of(asked), NULL));
		}
		assert_true(arena.used < (f + 1) * (COUNT * 24 + 4096));
	}
	arena_free(&scratch);
	arena_free(&arena);
	free(values);
}

/* Each allocation fails once: NULL, nothing lost; and asking never allocates. */
static void string_set_short_of_memory(void **state)
{
	char large[9000];
	struct text values[] = { TEXT("a"), TEXT("*b"), { large, sizeof large }, TEXT("c*"), TEXT("d*d") };
	const uint32_t numbers[COUNT_OF(values)] = { 0 };
	bool made = false;

	(void)state;
	/* A prefix so long that its bitmap and tables are blocks of their own. */
	memset(large, 'x', sizeof large);
	large[sizeof large - 1] = '*';
	for (size_t n = 1; !made; n++) {
		struct arena arena = { 0 };

		assert_true(n < 50);
		short_memory_after(n);
		struct string_set *set = string_set_new_numbered(&arena, STRING_SET_GLOB, values, numbers, COUNT_OF(values));
		made = short_memory_count() < n;
		assert_true((set != NULL) == made);
		if (made) {
			short_memory_after(1);
			assert_true(string_set_holds(set, TEXT("xb"), NULL));
			assert_true(string_set_holds(set, TEXT("dd"), NULL));
			assert_false(string_set_holds(set, TEXT("x"), NULL));
			assert_int_equal(short_memory_count(), 0);
			assert_true(n > 2);
		}
		short_memory_after(0);
		arena_free(&arena);
	}
}

/* More than memory can hold, and longer than a slot can say: refused, not wrapped around. */
static void string_set_sizes_overflow(void **state)
{
	struct text overlong = { "x", (size_t)UINT32_MAX + 1 };
	struct arena arena = { 0 };

	(void)state;
	assert_null(string_set_new(&arena, STRING_SET_EXACT, &overlong, 1));
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(string_set_table),
		cmocka_unit_test(string_set_agrees_with_matching_in_turn),
		cmocka_unit_test(string_set_is_large),
		cmocka_unit_test(string_set_short_of_memory),
		cmocka_unit_test(string_set_sizes_overflow),
	};

	return cmocka_run_group_tests_name("string_set", tests, NULL, NULL);
}
