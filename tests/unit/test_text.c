/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text: bytes with a length; RFC 3629 for what a character is.
 */
#include "unit/check.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct text nothing = { NULL, 0 };

static int sign(int order)
{
	return (order > 0) - (order < 0);
}

/* Two texts: equal, equal without case, a starts with b, the same without case, a ends with b, order. */
static const struct {
	const char *name;
	struct text a, b;
	bool equals, equals_fold, starts, starts_fold, ends;
	int order;
} pair_cases[] = {
	{ "both empty", TEXT(""), TEXT(""), true, true, true, true, true, 0 },
	{ "empty and NULL", TEXT(""), { NULL, 0 }, true, true, true, true, true, 0 },
	{ "NULL and NULL", { NULL, 0 }, { NULL, 0 }, true, true, true, true, true, 0 },
	{ "something and NULL", TEXT("a"), { NULL, 0 }, false, false, true, true, true, 1 },
	{ "NULL and something", { NULL, 0 }, TEXT("a"), false, false, false, false, false, -1 },
	{ "equal", TEXT("abc"), TEXT("abc"), true, true, true, true, true, 0 },
	{ "case", TEXT("aBc"), TEXT("AbC"), false, true, false, true, false, 1 },
	{ "shorter first", TEXT("ab"), TEXT("abc"), false, false, false, false, false, -1 },
	{ "prefix", TEXT("abc"), TEXT("ab"), false, false, true, true, false, 1 },
	{ "prefix without case", TEXT("abc"), TEXT("AB"), false, false, false, true, false, 1 },
	{ "suffix", TEXT("abc"), TEXT("bc"), false, false, false, false, true, -1 },
	{ "longer than the text", TEXT("bc"), TEXT("abc"), false, false, false, false, false, 1 },
	{ "NUL is a byte", TEXT("a\0b"), TEXT("a\0c"), false, false, false, false, false, -1 },
	{ "NUL does not end", TEXT("a\0b"), TEXT("a"), false, false, true, true, false, 1 },
	{ "@ is not `", TEXT("@"), TEXT("`"), false, false, false, false, false, -1 },
	{ "[ is not {", TEXT("["), TEXT("{"), false, false, false, false, false, -1 },
	{ "A and Z have small letters", TEXT("AZ"), TEXT("az"), false, true, false, true, false, -1 },
	{ "bytes are unsigned", TEXT("\xff"), TEXT("a"), false, false, false, false, false, 1 },
	{ "no case beyond ASCII", TEXT("\xc3\x89"), TEXT("\xc3\xa9"), false, false, false, false, false, -1 },
};

static void text_pairs(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(pair_cases); i++) {
		const char *name = pair_cases[i].name;
		struct text a = pair_cases[i].a, b = pair_cases[i].b;

		CHECK_CASE(failures, name, text_equals(a, b) == pair_cases[i].equals);
		CHECK_CASE(failures, name, text_equals(b, a) == pair_cases[i].equals);
		CHECK_CASE(failures, name, text_equals_fold(a, b) == pair_cases[i].equals_fold);
		CHECK_CASE(failures, name, text_starts_with(a, b) == pair_cases[i].starts);
		CHECK_CASE(failures, name, text_starts_with_fold(a, b) == pair_cases[i].starts_fold);
		CHECK_CASE(failures, name, text_ends_with(a, b) == pair_cases[i].ends);
		CHECK_CASE(failures, name, sign(text_compare(a, b)) == pair_cases[i].order);
		CHECK_CASE(failures, name, sign(text_compare(b, a)) == -pair_cases[i].order);
	}
	assert_int_equal(failures, 0);
}

static void text_parts(void **state)
{
	struct text t = TEXT("abcd");

	(void)state;
	assert_true(text_equals(text_from(t, 0), t));
	assert_true(text_equals(text_from(t, 3), TEXT("d")));
	assert_true(text_equals(text_from(t, 4), TEXT("")));
	assert_true(text_equals(text_from(t, SIZE_MAX), TEXT("")));
	assert_ptr_equal(text_from(t, 99).at, t.at + 4);
	assert_true(text_equals(text_first(t, 0), TEXT("")));
	assert_true(text_equals(text_first(t, 3), TEXT("abc")));
	assert_true(text_equals(text_first(t, SIZE_MAX), t));
	assert_int_equal(text_from(nothing, 5).length, 0);
	assert_int_equal(text_first(nothing, 5).length, 0);
	assert_true(text_equals(text_of("abcd"), t));
	assert_int_equal(text_of("").length, 0);
	assert_int_equal(text_of(NULL).length, 0);
	assert_non_null(text_of(NULL).at);
}

static const struct {
	const char *name;
	struct text t;
	char byte;
	size_t from, want;
} find_cases[] = {
	{ "first", TEXT("a:b:c"), ':', 0, 1 },
	{ "at the start itself", TEXT("a:b:c"), ':', 1, 1 },
	{ "second", TEXT("a:b:c"), ':', 2, 3 },
	{ "none left", TEXT("a:b:c"), ':', 4, 5 },
	{ "at the end", TEXT("a:b:c"), ':', 5, 5 },
	{ "past the end", TEXT("a:b:c"), ':', 77, 5 },
	{ "NUL inside", TEXT("a\0b"), '\0', 0, 1 },
	{ "not the NUL behind", TEXT("ab"), '\0', 0, 2 },
	{ "high byte", TEXT("a\xff"), '\xff', 0, 1 },
	{ "empty", TEXT(""), 'a', 0, 0 },
	{ "NULL", { NULL, 0 }, 'a', 0, 0 },
};

static void text_finds(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(find_cases); i++)
		CHECK_CASE(failures, find_cases[i].name,
			text_find(find_cases[i].t, find_cases[i].byte, find_cases[i].from) == find_cases[i].want);
	assert_int_equal(failures, 0);
}

/* Length of the first character, and whether all of it is UTF-8 (RFC 3629 sections 3, 4 and 10). */
static const struct {
	const char *name;
	struct text t;
	size_t first;
	bool utf8;
} utf8_cases[] = {
	{ "ASCII", TEXT("a"), 1, true },
	{ "NUL", TEXT("\0"), 1, true },
	{ "DEL", TEXT("\x7f"), 1, true },
	{ "U+0080, first of two", TEXT("\xc2\x80"), 2, true },
	{ "U+07FF, last of two", TEXT("\xdf\xbf"), 2, true },
	{ "U+0800, first of three", TEXT("\xe0\xa0\x80"), 3, true },
	{ "U+D7FF, before the surrogates", TEXT("\xed\x9f\xbf"), 3, true },
	{ "U+E000, behind the surrogates", TEXT("\xee\x80\x80"), 3, true },
	{ "U+FFFF, last of three", TEXT("\xef\xbf\xbf"), 3, true },
	{ "U+10000, first of four", TEXT("\xf0\x90\x80\x80"), 4, true },
	{ "U+10FFFF, the last", TEXT("\xf4\x8f\xbf\xbf"), 4, true },
	{ "U+110000, beyond", TEXT("\xf4\x90\x80\x80"), 1, false },
	{ "surrogate D800", TEXT("\xed\xa0\x80"), 1, false },
	{ "surrogate DFFF", TEXT("\xed\xbf\xbf"), 1, false },
	{ "overlong slash, two bytes", TEXT("\xc0\xaf"), 1, false },
	{ "overlong slash, three bytes", TEXT("\xe0\x80\xaf"), 1, false },
	{ "overlong slash, four bytes", TEXT("\xf0\x80\x80\xaf"), 1, false },
	{ "overlong NUL", TEXT("\xc0\x80"), 1, false },
	{ "overlong U+007F", TEXT("\xc1\xbf"), 1, false },
	{ "overlong U+07FF", TEXT("\xe0\x9f\xbf"), 1, false },
	{ "overlong U+FFFF", TEXT("\xf0\x8f\xbf\xbf"), 1, false },
	{ "lone continuation", TEXT("\x80"), 1, false },
	{ "five bytes", TEXT("\xf8\x88\x80\x80\x80"), 1, false },
	{ "FE", TEXT("\xfe"), 1, false },
	{ "FF", TEXT("\xff"), 1, false },
	{ "two bytes, cut", TEXT("\xc3"), 1, false },
	{ "three bytes, cut after two", TEXT("\xe2\x82"), 1, false },
	{ "four bytes, cut after three", TEXT("\xf0\x9f\x93"), 1, false },
	{ "two bytes, second is a letter",
		TEXT("\xc3"
		     "a"),
		1, false },
	{ "three bytes, third is a letter",
		TEXT("\xe2\x82"
		     "a"),
		1, false },
	{ "four bytes, fourth is a lead", TEXT("\xf0\x9f\x93\xc3"), 1, false },
	{ "good, then bad", TEXT("\xc3\xa9\xa9"), 2, false },
	{ "several good", TEXT("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x93\xa7z"), 1, true },
};

static void text_utf8(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(utf8_cases); i++) {
		/* On the heap, so that a sanitizer sees a read behind the end. */
		struct text t = utf8_cases[i].t;
		char *copy = malloc(t.length);

		assert_non_null(copy);
		memcpy(copy, t.at, t.length);
		t.at = copy;
		CHECK_CASE(failures, utf8_cases[i].name, text_character(t, 0) == utf8_cases[i].first);
		CHECK_CASE(failures, utf8_cases[i].name, text_is_utf8(t) == utf8_cases[i].utf8);
		free(copy);
	}
	assert_int_equal(failures, 0);
	assert_true(text_is_utf8(TEXT("")));
	assert_true(text_is_utf8(nothing));
}

/* Encode every number: exactly the code points that are not surrogates come back as one character. */
static void text_every_code_point(void **state)
{
	(void)state;
	for (uint32_t c = 0x80; c < 0x120000; c++) {
		char bytes[4];
		size_t length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
		bool good = c < 0xd800 || (c > 0xdfff && c < 0x110000);

		for (size_t i = length; i-- > 1;)
			bytes[i] = (char)(0x80 | (c >> 6 * (length - 1 - i) & 0x3f));
		bytes[0] = (char)((0xf00u >> length & 0xff) | c >> 6 * (length - 1));
		struct text t = { bytes, length };
		if (text_is_utf8(t) != good || text_character(t, 0) != (good ? length : 1))
			fail_msg("U+%04X", (unsigned int)c);
	}
}

/* Each byte at each place of texts around the length of one word and two. */
static void bytes_of_a_kind_are_found_anywhere(void **state)
{
	char bytes[19];
	int failures = 0;

	(void)state;
	for (size_t length = 0; length <= sizeof bytes; length++)
		for (size_t at = 0; at < length; at++)
			for (unsigned byte = 0; byte < 256; byte++) {
				char name[48];
				bool capital = byte >= 'A' && byte <= 'Z', control = byte < 0x20 || byte == 0x7f;
				memset(bytes, at % 2 ? 'a' : '\xff', sizeof bytes);
				bytes[at] = (char)byte;
				snprintf(name, sizeof name, "byte 0x%02x at %zu of %zu", byte, at, length);
				CHECK_CASE(failures, name, text_has_capitals((struct text){ bytes, length }) == capital);
				CHECK_CASE(failures, name, text_has_controls((struct text){ bytes, length }) == control);
			}
	assert_false(text_has_capitals((struct text){ NULL, 0 }));
	assert_false(text_has_controls((struct text){ NULL, 0 }));
	assert_int_equal(failures, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_of_a_kind_are_found_anywhere),
		cmocka_unit_test(text_pairs),
		cmocka_unit_test(text_parts),
		cmocka_unit_test(text_finds),
		cmocka_unit_test(text_utf8),
		cmocka_unit_test(text_every_code_point),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
