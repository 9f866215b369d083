/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * glob: `*` any run, `?` one character, nothing else special, whole value.
 * Sources: IAM User Guide, "String condition operators"; SES Developer Guide,
 * "Sending authorization policy examples".
 */
#include "unit/check.h"

#include "iam/glob.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LITERAL(text) { TEXT(text), true, GLOB_LETTERS_EXACT }
#define PATTERN(text) { TEXT(text), false, GLOB_LETTERS_EXACT }

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
	{ "no regular expression: dot is a dot", TEXT("marketing+.*@example.com"),
		TEXT("marketing+.spring@example.com"), true },
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
	{ "character, then a letter, behind a star", TEXT("*?b"), TEXT("\xe2\x82\xac" "b"), true },
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
	{ "backtracking over pieces", { PATTERN("*"), LITERAL("ab"), PATTERN("c*"), LITERAL("?") }, 4,
		TEXT("ababcd?"), true },
	{ "the literal question at the end", { PATTERN("*"), LITERAL("ab"), PATTERN("c*"), LITERAL("?") }, 4,
		TEXT("ababcde"), false },
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
		bool got = glob_match_pieces(piece_cases[i].pieces, piece_cases[i].count, piece_cases[i].value);

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
		struct text p = { pattern, check_below(&seed, sizeof(pattern)) };
		struct text v = { value, check_below(&seed, sizeof(value)) };

		for (size_t j = 0; j < p.length; j++)
			pattern[j] = patterns[check_below(&seed, sizeof(patterns) - 1)];
		for (size_t j = 0; j < v.length; j++)
			value[j] = values[check_below(&seed, sizeof(values) - 1)];
		bool want = reference(p, v, 0);
		if (glob_match(p, v) != want)
			fail_msg("question %zu: pattern '%.*s' value '%.*s'", i, TEXT_ARGS(p), TEXT_ARGS(v));
		matches += want;
	}
	assert_true(matches > 3000);
}

/*
 * Exponential matchers never come back here; one within pattern times value
 * needs milliseconds. The bound leaves room for sanitizers and slow machines.
 */
static void glob_is_bounded(void **state)
{
	enum { LENGTH = 10000, STARS = 200 };
	char *value = malloc(LENGTH), pattern[2 * STARS + 1];

	(void)state;
	assert_non_null(value);
	memset(value, 'a', LENGTH);
	for (size_t i = 0; i < STARS; i++)
		memcpy(pattern + 2 * i, "*a", 2);
	pattern[2 * STARS] = 'b';

	clock_t start = clock();
	assert_false(glob_match((struct text){ pattern, sizeof(pattern) }, (struct text){ value, LENGTH }));
	assert_false(glob_match_fold((struct text){ pattern, sizeof(pattern) }, (struct text){ value, LENGTH }));
	for (size_t i = 0; i < STARS; i++)
		pattern[2 * i] = '?';
	pattern[0] = '*';
	assert_false(glob_match((struct text){ pattern, sizeof(pattern) }, (struct text){ value, LENGTH }));
	assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 5);
	free(value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(glob_table),
		cmocka_unit_test(glob_fold),
		cmocka_unit_test(glob_pieces),
		cmocka_unit_test(glob_wildcards),
		cmocka_unit_test(glob_agrees_with_definition),
		cmocka_unit_test(glob_is_bounded),
	};

	return cmocka_run_group_tests_name("glob", tests, NULL, NULL);
}
