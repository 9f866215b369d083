/* SPDX-License-Identifier: BSD-2-Clause */
/* reply: whatever comes from outside becomes one line of printable ASCII. */
#include "unit/check.h"

#include "ses/reply_escape.h"

#include <string.h>

static const struct {
	const char *name;
	struct text input;
	size_t room;
	const char *want;
} cases[] = {
	{ "plain", TEXT("a@example.com"), 64, "a@example.com" },
	{ "empty", TEXT(""), 64, "" },
	{ "no text at all", { NULL, 0 }, 64, "" },
	{ "line break", TEXT("a\r\n250 ok"), 64, "a\\x0d\\x0a250 ok" },
	{ "NUL, DEL, tab", TEXT("\0\x7f\t"), 64, "\\x00\\x7f\\x09" },
	{ "UTF-8", TEXT("j\xc3\xb6rg"), 64, "j\\xc3\\xb6rg" },
	{ "backslash", TEXT("a\\b\\"), 64, "a\\b\\" },
	{ "what looks like an escape", TEXT("a\\x41"), 64, "a\\x5cx41" },
	{ "percent stays", TEXT("100%s"), 64, "100%s" },
	{ "edges of the printable", TEXT("\x1f ~"), 64, "\\x1f ~" },
	{ "just fits", TEXT("abcdef"), 7, "abcdef" },
	{ "one too long", TEXT("abcdefg"), 7, "abc..." },
	{ "escape just fits", TEXT("ab\n"), 7, "ab\\x0a" },
	{ "no cut inside an escape", TEXT("abc\n"), 7, "abc..." },
	{ "the cut gives way to the dots", TEXT("\n\n"), 7, "..." },
	{ "room for dots only", TEXT("abcdef"), 4, "..." },
	{ "room for less than the dots", TEXT("abcdef"), 3, ".." },
	{ "room for the end only", TEXT("abcdef"), 1, "" },
};

static void escapes(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char out[65];

		memset(out, '#', sizeof out);
		size_t length = reply_escape(cases[i].input, out, cases[i].room);
		CHECK_CASE(failures, cases[i].name, length == strlen(cases[i].want));
		CHECK_CASE(failures, cases[i].name, !strcmp(out, cases[i].want));
		CHECK_CASE(failures, cases[i].name, out[cases[i].room] == '#');
	}
	assert_int_equal(failures, 0);
}

static void no_room_writes_nothing(void **state)
{
	char out = '#';

	(void)state;
	assert_int_equal(reply_escape(TEXT("abc"), &out, 0), 0);
	assert_int_equal(out, '#');
}

static void any_bytes_in_any_room(void **state)
{
	uint64_t seed = 11;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char input[24], out[64];
		size_t length = check_below(&seed, sizeof input), room = 1 + check_below(&seed, sizeof out);

		for (size_t i = 0; i < length; i++)
			input[i] = (char)check_random(&seed);
		size_t written = reply_escape((struct text){ input, length }, out, room);
		assert_true(written < room);
		assert_int_equal(out[written], '\0');
		for (size_t i = 0; i < written; i++)
			assert_in_range((unsigned char)out[i], 0x20, 0x7e);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes),
		cmocka_unit_test(no_room_writes_nothing),
		cmocka_unit_test(any_bytes_in_any_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
