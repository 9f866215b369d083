/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * glob: `*` any run, `?` one character, nothing else special, whole value.
 * Sources: IAM User Guide, "String condition operators"; SES Developer Guide,
 * "Sending authorization policy examples".
 */
#include "unit/check.h"

#include "value/glob.h"

#include <stdlib.h>
#include <string.h>

#define LITERAL(text) \
	{ \
		TEXT(text), true, GLOB_LETTERS_EXACT \
	}
#define PATTERN(text) \
	{ \
		TEXT(text), false, GLOB_LETTERS_EXACT \
	}

static const struct glob_case {
	const char *name;
	struct text pattern, value;
	bool want;
} glob_cases[] = {
	{ "empty on empty", TEXT(""), TEXT(""), true },
	{ "empty on something", TEXT(""), TEXT("a"), false },
	{ "something on empty", TEXT("a"), TEXT(""), false },
	{ "star on empty", TEXT("*"), TEXT(""), true },
	{ "stars on empty", TEXT("***"), TEXT(""), true },
	{ "question on empty", TEXT("?"), TEXT(""), false },
	{ "equal", TEXT("bob@example.com"), TEXT("bob@example.com"), true },
	{ "value longer", TEXT("bob@example.com"), TEXT("bob@example.com.evil"), false },
	{ "value shorter", TEXT("bob@example.com"), TEXT("bob@example.co"), false },
	{ "case matters", TEXT("*@example.com"), TEXT("bob@Example.com"), false },
	{ "suffix", TEXT("*@example.com"), TEXT("bob@example.com"), true },
	{ "suffix, star empty", TEXT("*@example.com"), TEXT("@example.com"), true },
	{ "suffix, value goes on", TEXT("*@example.com"), TEXT("bob@example.com.evil"), false },
	{ "suffix twice in the value", TEXT("*@x.y"), TEXT("a@x.y@x.y"), true },
	{ "prefix", TEXT("marketing+*"), TEXT("marketing+spring@example.com"), true },
	{ "prefix, star empty", TEXT("marketing+*"), TEXT("marketing+"), true },
	{ "prefix differs", TEXT("marketing+*"), TEXT("marketing-spring"), false },
	{ "star over @ . / + newline", TEXT("a*z"), TEXT("a@.\n/+ z"), true },
	{ "star over NUL", TEXT("a*z"), TEXT("a\0z"), true },
	{ "NUL is a character", TEXT("a?z"), TEXT("a\0z"), true },
	{ "NUL does not end the value", TEXT("a"), TEXT("a\0b"), false },
	{ "no regular expression: dot", TEXT("marketing+.*@example.com"), TEXT("marketing+spring@example.com"), false },
	{ "no regular expression: dot is a dot", TEXT("marketing+.*@example.com"), TEXT("marketing+.spring@example.com"), true },
	{ "no escape", TEXT("a\\*b"), TEXT("a*b"), false },
	{ "the backslash stands for itself", TEXT("a\\*b"), TEXT("a\\xxb"), true },
	{ "no class", TEXT("[ab]"), TEXT("a"), false },
	{ "class text stands for itself", TEXT("[ab]"), TEXT("[ab]"), true },
	{ "SES: admin, quoted", TEXT("*admin*example.com"), TEXT("\"admin\"@example.com"), true },
	{ "SES: admin, label", TEXT("*admin*example.com"), TEXT("admin+1@example.com"), true },
	{ "SES: admin, subdomain", TEXT("*admin*example.com"), TEXT("sender@admin.example.com"), true },
	{ "SES: admin, not there", TEXT("*admin*example.com"), TEXT("sender@example.com"), false },
	{ "the parts may not overlap", TEXT("*aba*aba"), TEXT("ababa"), false },
	{ "the parts may touch", TEXT("*aba*aba"), TEXT("abaaba"), true },
	{ "the last part is at the end", TEXT("*ab*cd"), TEXT("abcdcd"), true },
	{ "the last part is not at the end", TEXT("*ab*cd"), TEXT("abcdc"), false },
	{ "ends before its last part", TEXT("a*bc"), TEXT("ab"), false },
	{ "question is not empty", TEXT("a?"), TEXT("a"), false },
	{ "question is one only", TEXT("a?"), TEXT("abc"), false },
	{ "question and star", TEXT("?*"), TEXT(""), false },
	{ "star and two questions", TEXT("*??"), TEXT("a"), false },
	{ "star between questions", TEXT("?*?"), TEXT("ab"), true },
	{ "star between questions, one", TEXT("?*?"), TEXT("a"), false },
	{ "question: two bytes", TEXT("?"), TEXT("\xc3\xa9"), true },
	{ "question: three bytes", TEXT("?"), TEXT("\xe2\x82\xac"), true },
	{ "question: four bytes", TEXT("?"), TEXT("\xf0\x9f\x93\xa7"), true },
	{ "two questions are not one character", TEXT("??"), TEXT("\xc3\xa9"), false },
	{ "nor behind a star", TEXT("*??"), TEXT("\xe2\x82\xac"), false },
	{ "nor before a star", TEXT("??*"), TEXT("\xf0\x9f\x93\xa7"), false },
	{ "question, star, question in one character", TEXT("?*?"), TEXT("\xf0\x9f\x93\xa7"), false },
	{ "character, then a letter, behind a star", TEXT("*?b"),
		TEXT("\xe2\x82\xac"
		     "b"),
		true },
	{ "two questions, letter and character", TEXT("*??z"), TEXT("a\xc3\xa9z"), true },
	{ "combining mark is its own character", TEXT("?"), TEXT("e\xcc\x81"), false },
	{ "combining mark with two", TEXT("??"), TEXT("e\xcc\x81"), true },
	{ "not UTF-8: lone continuation", TEXT("?"), TEXT("\xa9"), true },
	{ "not UTF-8: cut character, a byte each", TEXT("??"), TEXT("\xe2\x82"), true },
	{ "not UTF-8: cut character is not one", TEXT("?"), TEXT("\xe2\x82"), false },
	{ "not UTF-8: overlong, a byte each", TEXT("??"), TEXT("\xc0\x80"), true },
	{ "not UTF-8: surrogate, a byte each", TEXT("???"), TEXT("\xed\xa0\x80"), true },
	{ "not UTF-8: five continuations", TEXT("*?????"), TEXT("\x80\x80\x80\x80\x80"), true },
	{ "bytes under the star need not be characters", TEXT("*\xa9"), TEXT("\xc3\xa9"), true },
};

static void glob_table(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(glob_cases); i++) {
		const struct glob_case *c = &glob_cases[i];

		CHECK_CASE(failures, c->name, glob_match(c->pattern, c->value) == c->want);
	}
	assert_int_equal(failures, 0);
}

/* Action names: "the prefix and the action name are case insensitive" (IAM User Guide, "Action"). */
static const struct glob_case fold_cases[] = {
	{ "same", TEXT("ses:SendRawEmail"), TEXT("ses:SendRawEmail"), true },
	{ "SES spelling", TEXT("SES:sendrawemail"), TEXT("ses:SendRawEmail"), true },
	{ "wildcard", TEXT("SES:SEND*"), TEXT("ses:SendRawEmail"), true },
	{ "wildcard in the middle", TEXT("ses:*EMAIL"), TEXT("ses:SendRawEmail"), true },
	{ "backtracking with other case", TEXT("*AB"), TEXT("aaab"), true },
	{ "other action", TEXT("ses:SendEmail"), TEXT("ses:SendRawEmail"), false },
	{ "letters only: @ is not `", TEXT("@"), TEXT("`"), false },
	{ "letters only: [ is not {", TEXT("["), TEXT("{"), false },
	{ "ASCII only", TEXT("\xc3\x89"), TEXT("\xc3\xa9"), false },
};

static void glob_fold(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(fold_cases); i++) {
		const struct glob_case *c = &fold_cases[i];

		CHECK_CASE(failures, c->name, glob_match_fold(c->pattern, c->value) == c->want);
	}
	assert_int_equal(failures, 0);
}

/* What a policy variable brings in is never a pattern. */
static const struct {
	const char *name;
	struct glob_piece pieces[4];
	size_t count;
	struct text value;
	bool want;
} piece_cases[] = {
	{ "no pieces, empty", { { { NULL, 0 }, false, GLOB_LETTERS_EXACT } }, 0, TEXT(""), true },
	{ "no pieces, something", { { { NULL, 0 }, false, GLOB_LETTERS_EXACT } }, 0, TEXT("a"), false },
	{ "empty pieces", { LITERAL(""), PATTERN(""), LITERAL("") }, 3, TEXT(""), true },
	{ "all literal", { LITERAL("a"), LITERAL("b@x") }, 2, TEXT("ab@x"), true },
	{ "literal star is a star", { LITERAL("*"), PATTERN("@x") }, 2, TEXT("*@x"), true },
	{ "literal star is no wildcard", { LITERAL("*"), PATTERN("@x") }, 2, TEXT("anyone@x"), false },
	{ "literal question is no wildcard", { LITERAL("a?"), PATTERN("@x") }, 2, TEXT("ab@x"), false },
	{ "star before a literal", { PATTERN("*-"), LITERAL("bob"), PATTERN("@x") }, 3, TEXT("a-b-bob@x"), true },
	{ "backtracking over pieces", { PATTERN("*"), LITERAL("ab"), PATTERN("c*"), LITERAL("?") }, 4, TEXT("ababcd?"), true },
	{ "the literal question at the end", { PATTERN("*"), LITERAL("ab"), PATTERN("c*"), LITERAL("?") }, 4, TEXT("ababcde"),
		false },
	{ "literal star last", { PATTERN("a"), LITERAL("*") }, 2, TEXT("abc"), false },
	{ "empty literal, star last", { PATTERN("a*"), LITERAL("") }, 2, TEXT("abc"), true },
	{ "a character in two pieces", { LITERAL("\xc3"), LITERAL("\xa9") }, 2, TEXT("\xc3\xa9"), true },
	{ "question does not take half a character", { LITERAL("\xc3"), PATTERN("?") }, 2, TEXT("\xc3\xa9"), false },
};

static void glob_pieces(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(piece_cases); i++) {
		bool got = glob_match_pieces(piece_cases[i].pieces, piece_cases[i].count, piece_cases[i].value, NULL);

		CHECK_CASE(failures, piece_cases[i].name, got == piece_cases[i].want);
	}
	assert_int_equal(failures, 0);
}

static void glob_wildcards(void **state)
{
	(void)state;
	assert_false(glob_has_wildcard(TEXT("")));
	assert_false(glob_has_wildcard(TEXT("bob@example.com")));
	assert_true(glob_has_wildcard(TEXT("bob@*")));
	assert_true(glob_has_wildcard(TEXT("b?b@example.com")));
	assert_false(glob_has_wildcard((struct text){ NULL, 0 }));
}

/* The definition itself, recursive and over characters: the reference for the matcher. */
static bool reference(struct text pattern, struct text value, size_t at)
{
	if (pattern.length == 0)
		return at == value.length;
	struct text rest = text_from(pattern, 1);
	if (pattern.at[0] == '*') {
		for (size_t end = at; end <= value.length; end++) {
			if (reference(rest, value, end))
				return true;
		}
		return false;
	}
	if (at == value.length)
		return false;
	if (pattern.at[0] == '?') {
		for (size_t from = 0; from <= at; from += text_character(value, from)) {
			if (from == at)
				return reference(rest, value, at + text_character(value, at));
		}
		return false;
	}
	return pattern.at[0] == value.at[at] && reference(rest, value, at + 1);
}

static void glob_agrees_with_definition(void **state)
{
	static const char patterns[] = "ab***??\xc3\xa9", values[] = "abab\xc3\xa9\xe2\x82\xac";
	uint64_t seed = 1;
	size_t matches = 0;

	(void)state;
	for (size_t i = 0; i < 60000; i++) {
		char pattern[8], value[10];
		struct text p = { pattern, check_below(&seed, sizeof pattern) };
		struct text v = { value, check_below(&seed, sizeof value) };

		for (size_t j = 0; j < p.length; j++)
			pattern[j] = patterns[check_below(&seed, sizeof patterns - 1)];
		for (size_t j = 0; j < v.length; j++)
			value[j] = values[check_below(&seed, sizeof values - 1)];
		bool want = reference(p, v, 0);
		if (glob_match(p, v) != want)
			fail_msg("question %zu: pattern '%.*s' value '%.*s'", i, TEXT_ARGS(p), TEXT_ARGS(v));
		matches += want;
	}
	assert_true(matches > 3000);
}

/* The same for long texts: which places of the value each beginning of the pattern can end at. With `folds`, capitals match as they say. */
static bool reference_of_long(struct text pattern, struct text value, enum glob_letters letters)
{
	bool *ends = calloc(value.length + 1, 1), *next = calloc(value.length + 1, 1), match;

	assert_true(ends && next);
	ends[0] = true;
	for (size_t i = 0; i < pattern.length; i++) {
		char symbol = pattern.at[i];

		memset(next, 0, value.length + 1);
		for (size_t at = 0, begins = 0; at <= value.length; at++) {
			if (begins < at && at < value.length)
				begins += text_character(value, begins);
			if (symbol == '*')
				next[at] = ends[at] || (at > 0 && next[at - 1]);
			else if (at < value.length && ends[at] && symbol == '?' && begins == at)
				next[at + text_character(value, at)] = true;
			else if (at < value.length && ends[at] && symbol != '?' &&
				(symbol == value.at[at] || (letters != GLOB_LETTERS_EXACT && text_lower(symbol) == value.at[at])))
				next[at + 1] = true;
		}
		bool *swap = ends;
		ends = next;
		next = swap;
	}
	match = ends[value.length];
	free(ends);
	free(next);
	return match;
}

/* Values and patterns that differ late: parts are sought, not tried. */
static void long_parts_are_sought(void **state)
{
	static const char *const letters[] = { "b", "b", "c", "\xc3\xa9", "\xe2\x82\xac", "\xa9", "\xe2\x82", "\xc3" };
	uint64_t seed = 5;
	size_t matches = 0, worked = 0;

	(void)state;
	for (size_t i = 0; i < 3000; i++) {
		char pattern[1600] = "", value[2000] = "";
		size_t parts = 1 + check_below(&seed, 4), kinds = check_below(&seed, 2) ? 5 : 8, from = 0;

		/* Hardly anything but one letter. */
		for (size_t j = 0, length = 200 + check_below(&seed, 500); j < length; j++)
			strcat(value, check_below(&seed, 40) ? "a" : letters[check_below(&seed, kinds)]);
		if (check_below(&seed, 3))
			strcat(pattern, "*");
		/* Pieces of the value, one behind the other, with some letters changed. */
		for (size_t j = 0; j < parts && from < strlen(value); j++) {
			size_t length = 1 + check_below(&seed, 150), end = strlen(pattern);

			strncat(pattern, value + from, length);
			for (bool spoilt = check_below(&seed, 3) == 0; pattern[end]; end++)
				if (pattern[end] == 'a' && check_below(&seed, 4) == 0)
					pattern[end] = check_below(&seed, 8) ? '?' : 'A';
				else if (spoilt && pattern[end] == 'a' && check_below(&seed, 100) == 0)
					pattern[end] = 'b';
			from += length + check_below(&seed, 60);
			if (j + 1 < parts || check_below(&seed, 3))
				strcat(pattern, "*");
		}
		struct text p = text_of(pattern), v = text_of(value);
		struct work work = { 1 << 30 };
		bool want = reference_of_long(p, v, GLOB_LETTERS_EXACT);
		if (glob_match_counted(p, v, &work) != want)
			fail_msg("question %zu: pattern '%s' value '%s'", i, pattern, value);
		want = reference_of_long(p, v, GLOB_LETTERS_CAPITALS);
		if (glob_match_domain(p, v, &work) != want)
			fail_msg("question %zu, capitals: pattern '%s' value '%s'", i, pattern, value);
		matches += want;
		worked += (1 << 30) - work.left > 4 * v.length + 512;
	}
	/* Some of each. */
	print_message("%zu of 3000 match, %zu took some work\n", matches, worked);
	assert_true(matches > 500 && worked > 500);
}

/* What is counted grows with the value alone, and with the words of the longest part. */
static void work_is_linear(void **state)
{
	enum { LENGTH = 100000 };
	static const struct {
		const char *name, *unit, *end;
		size_t times, words;
	} patterns[] = {
		{ "any and one", "a?", "b*", 200, 7 },
		{ "the end", "a?", "b", 200, 7 },
		{ "letters", "a", "b*", 300, 5 },
		{ "ones", "?", "b*", 500, 8 },
		{ "the longest part", "a?", "b*", 511, 16 },
		{ "many parts", "*aaaaaaaaaaaa?b", "*", 60, 1 },
		{ "many short parts", "*a?b", "*", 200, 1 },
		{ "many stars", "*a", "b", 200, 1 },
		{ "stars and ones", "*?", "b", 200, 1 },
	};
	char *value = malloc(LENGTH);
	size_t failures = 0;

	(void)state;
	assert_non_null(value);
	memset(value, 'a', LENGTH);
	for (size_t i = 0; i < COUNT_OF(patterns); i++) {
		char pattern[2048] = "*";
		struct work work = { 1 << 30 };

		for (size_t j = 0; j < patterns[i].times; j++)
			strcat(pattern, patterns[i].unit);
		strcat(pattern, patterns[i].end);
		CHECK_CASE(failures, patterns[i].name,
			!glob_match_counted(text_of(pattern), (struct text){ value, LENGTH }, &work));
		CHECK_CASE(failures, patterns[i].name, (1 << 30) - work.left < (3 * patterns[i].words + 12) * LENGTH);
		CHECK_CASE(failures, patterns[i].name, (1 << 30) - work.left >= LENGTH / 2);
	}
	assert_int_equal(failures, 0);
	free(value);
}

/* A part that is too long to be sought, and would have to be tried at thousands of places: who counts gives it up. */
static void what_cannot_be_linear_is_given_up(void **state)
{
	enum { LENGTH = 20000, PART = 5000 };
	char *value = malloc(LENGTH), *pattern = malloc(PART + 2);
	struct work work = { 1 << 30 };

	(void)state;
	assert_true(value && pattern);
	memset(value, 'a', LENGTH);
	memset(pattern, 'a', PART + 2);
	pattern[0] = pattern[PART + 1] = '*';
	/* One that fits at once is no trouble. */
	assert_true(glob_match_counted((struct text){ pattern, PART + 2 }, (struct text){ value, LENGTH }, &work));
	assert_false(work_is_over(&work));
	pattern[PART] = 'b';
	assert_false(glob_match_counted((struct text){ pattern, PART + 2 }, (struct text){ value, LENGTH }, &work));
	assert_true(work_is_over(&work));
	/* Nobody counts: it takes its time. */
	assert_false(glob_match((struct text){ pattern, PART + 2 }, (struct text){ value, LENGTH }));
	value[LENGTH - 1] = 'b';
	assert_true(glob_match((struct text){ pattern, PART + 2 }, (struct text){ value, LENGTH }));
	free(value);
	free(pattern);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(glob_table),
		cmocka_unit_test(glob_fold),
		cmocka_unit_test(glob_pieces),
		cmocka_unit_test(glob_wildcards),
		cmocka_unit_test(glob_agrees_with_definition),
		cmocka_unit_test(long_parts_are_sought),
		cmocka_unit_test(work_is_linear),
		cmocka_unit_test(what_cannot_be_linear_is_given_up),
	};

	return cmocka_run_group_tests_name("glob", tests, NULL, NULL);
}
