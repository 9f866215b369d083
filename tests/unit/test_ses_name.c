/* SPDX-License-Identifier: BSD-2-Clause */
/* ses_name: a display name as SES reads it, from the phrase and the comment of a mailbox. */
#include "unit/check.h"

#include "ses/ses_name.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

static int no_converter; /* errno of iconv_open */

iconv_t __real_iconv_open(const char *to, const char *from);
iconv_t __wrap_iconv_open(const char *to, const char *from);

iconv_t __wrap_iconv_open(const char *to, const char *from)
{
	if (!no_converter)
		return __real_iconv_open(to, from);
	errno = no_converter;
	return (iconv_t)-1;
}

#define LONG_CHARSET "x-123456789012345678901234567890123456789012345678901234567890123456789"

static const struct {
	const char *name, *phrase, *comment;
	enum name_found found;
	const char *want;
} cases[] = {
	{ "none", "", "", NAME_READ, "" },
	{ "blanks", " \t ", "", NAME_READ, "" },
	{ "plain", "The Boss", "", NAME_READ, "The Boss" },
	{ "blanks around it", " \tThe Boss\t ", "", NAME_READ, "The Boss" },
	{ "a comment alone", "", "The Boss", NAME_READ, "The Boss" },
	{ "a phrase before a comment", "Boss", "No", NAME_READ, "Boss" },
	{ "in quotes", "\"The Boss\"", "", NAME_READ, "The Boss" },
	{ "blanks in quotes", "\"  \"", "", NAME_READ, "" },
	{ "an empty one in quotes", "\"\"", "", NAME_READ, "" },
	{ "a quote alone", "\"", "", NAME_READ, "\"" },
	{ "quotes around a part", "The \"Boss\"", "", NAME_READ, "The \"Boss\"" },
	{ "quotes at the beginning", "\"The\" Boss", "", NAME_READ, "\"The\" Boss" },
	{ "a quoted pair", "\"The \\B\\\\oss\"", "", NAME_READ, "The B\\oss" },
	{ "a backslash at the end of the quotes", "\"Boss\\\"", "", NAME_READ, "Boss\\" },
	{ "Q", "=?utf-8?Q?J=C3=B6rg_B?=", "", NAME_READ, "J\xc3\xb6rg B" },
	{ "q, digits in lower case", "=?UTF-8?q?J=c3=b6rg?=", "", NAME_READ, "J\xc3\xb6rg" },
	{ "an escape at the end", "=?utf-8?q?a=42?=", "", NAME_READ, "aB" },
	{ "half an escape", "=?utf-8?q?a=4?=", "", NAME_UNKNOWN, "" },
	{ "an equals sign at the end", "=?utf-8?q?a=?=", "", NAME_UNKNOWN, "" },
	{ "no digit first", "=?utf-8?q?=g0?=", "", NAME_UNKNOWN, "" },
	{ "no digit then", "=?utf-8?q?=0g?=", "", NAME_UNKNOWN, "" },
	{ "what is between digits and letters", "=?utf-8?q?=:0?=", "", NAME_UNKNOWN, "" },
	{ "what is in front of letters", "=?utf-8?q?=4`?=", "", NAME_UNKNOWN, "" },
	{ "what is in front of digits", "=?utf-8?q?=4/?=", "", NAME_UNKNOWN, "" },
	{ "B", "=?utf-8?B?Qm9zcw==?=", "", NAME_READ, "Boss" },
	{ "b, one pad", "=?utf-8?b?Qm9zc2U=?=", "", NAME_READ, "Bosse" },
	{ "b, no pad, all digits", "=?utf-8?b?Pj4+Pz8/?=", "", NAME_READ, ">>>\?\?\?" },
	{ "base64 cut off", "=?utf-8?b?Qm9zcw=?=", "", NAME_UNKNOWN, "" },
	{ "no base64", "=?utf-8?b?Qm9_?=", "", NAME_UNKNOWN, "" },
	{ "pads alone", "=?utf-8?b?====?=", "", NAME_UNKNOWN, "" },
	{ "nothing in it",
		"=?utf-8?b?"
		"?=",
		"", NAME_READ, "" },
	{ "a third encoding", "=?utf-8?x?Boss?=", "", NAME_UNKNOWN, "" },
	{ "latin", "=?iso-8859-1?q?J=F6rg?=", "", NAME_READ, "J\xc3\xb6rg" },
	{ "with a language", "=?iso-8859-1*de?q?J=F6rg?=", "", NAME_READ, "J\xc3\xb6rg" },
	{ "bytes that the charset does not have", "=?us-ascii?q?J=F6rg?=", "", NAME_UNKNOWN, "" },
	{ "half a character", "=?utf-8?q?J=C3?=", "", NAME_UNKNOWN, "" },
	{ "no charset", "=??q?Boss?=", "", NAME_UNKNOWN, "" },
	{ "a charset that nobody knows", "=?x-none?q?Boss?=", "", NAME_UNKNOWN, "" },
	{ "a charset too long", "=?" LONG_CHARSET "?q?Boss?=", "", NAME_UNKNOWN, "" },
	{ "what iconv would make of a suffix", "=?us-ascii//IGNORE?q?J=F6rg?=", "", NAME_UNKNOWN, "" },
	{ "blanks between two go", "=?utf-8?q?The?= \t =?utf-8?q?Boss?=", "", NAME_READ, "TheBoss" },
	{ "not beside a plain word", "=?utf-8?q?The?=  big =?utf-8?q?Boss?=", "", NAME_READ, "The  big Boss" },
	{ "behind it in the same word", "=?utf-8?q?The?=x Boss", "", NAME_READ, "Thex Boss" },
	{ "joined in front", "x=?utf-8?q?The?=", "", NAME_READ, "x=?utf-8?q?The?=" },
	{ "in quotes it is read too", "\"=?utf-8?q?The=20Boss?=\"", "", NAME_READ, "The Boss" },
	{ "in a comment", "", "=?utf-8?q?Boss?=", NAME_READ, "Boss" },
	{ "a beginning alone", "=? Boss", "", NAME_READ, "=? Boss" },
	{ "without an encoding", "=?utf-8 Boss", "", NAME_READ, "=?utf-8 Boss" },
	{ "without a text", "=?utf-8?q Boss", "", NAME_READ, "=?utf-8?q Boss" },
	{ "without an end", "=?utf-8?q?Boss", "", NAME_READ, "=?utf-8?q?Boss" },
	{ "half an end", "=?utf-8?q?Bo?ss", "", NAME_READ, "=?utf-8?q?Bo?ss" },
	{ "a question mark at the end", "=?utf-8?q?Boss?", "", NAME_READ, "=?utf-8?q?Boss?" },
	{ "one that is broken spoils all", "Boss =?x-none?q?x?=", "", NAME_UNKNOWN, "" },
};

static void names_are_read(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct address_spec spec = { .phrase = text_of(cases[i].phrase), .comment = text_of(cases[i].comment) };
		struct text name;
		struct arena arena;

		arena_init(&arena);
		CHECK_CASE(failures, cases[i].name, ses_name_read(&arena, &spec, &name) == cases[i].found);
		if (cases[i].found == NAME_READ) {
			CHECK_CASE(failures, cases[i].name, text_equals(name, text_of(cases[i].want)));
			if (!text_equals(name, text_of(cases[i].want)))
				print_error("%.*s\n", TEXT_ARGS(name));
		}
		arena_free(&arena);
	}
	assert_int_equal(failures, 0);
}

static enum name_found read_phrase(struct text phrase)
{
	const struct address_spec spec = { .phrase = phrase };
	struct text name;
	struct arena arena;

	arena_init(&arena);
	enum name_found found = ses_name_read(&arena, &spec, &name);
	arena_free(&arena);
	return found;
}

/* A NUL is no digit, though it ends the list of them. */
static void a_nul_in_base64(void **state)
{
	(void)state;
	assert_int_equal(read_phrase(TEXT("=?utf-8?b?Qm9z?=")), NAME_READ);
	assert_int_equal(read_phrase(TEXT("=?utf-8?b?Qm9\0?=")), NAME_UNKNOWN);
}

/* A charset is unknown only where that is the cause. */
static void no_memory_for_a_charset(void **state)
{
	(void)state;
	no_converter = ENOMEM;
	assert_int_equal(read_phrase(TEXT("=?iso-8859-1?q?Boss?=")), NAME_MEMORY);
	no_converter = EINVAL;
	assert_int_equal(read_phrase(TEXT("=?iso-8859-1?q?Boss?=")), NAME_UNKNOWN);
	no_converter = 0;
	assert_int_equal(read_phrase(TEXT("=?iso-8859-1?q?Boss?=")), NAME_READ);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_read),
		cmocka_unit_test(a_nul_in_base64),
		cmocka_unit_test(no_memory_for_a_charset),
	};

	return cmocka_run_group_tests_name("ses_name", tests, NULL, NULL);
}
