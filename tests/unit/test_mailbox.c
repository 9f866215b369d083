/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mailbox: raw arguments of MAIL FROM and RCPT TO, as MTAs hand them to a
 * filter, and the address that leaves the relay for them. The cases that Postfix
 * lets through were held against what Postfix 3.7 then wrote in its own MAIL
 * and RCPT.
 */
#include "unit/check.h"

#include "ses/mailbox.h"

#include <string.h>

#define MTA "someone@relay.test"

static const struct {
	const char *name;
	struct text raw;
	const char *completed;
	const char *want; /* the address; NULL: invalid; "": null */
} cases[] = {
	{ "brackets", TEXT("<a@example.com>"), "", "a@example.com" },
	{ "bare", TEXT("a@example.com"), "", "a@example.com" },
	{ "spaces around", TEXT("  <a@example.com> "), "", "a@example.com" },
	{ "spaces in brackets", TEXT("< a@example.com >"), "", "a@example.com" },
	{ "domain in capitals, local part kept", TEXT("<A.B@Example.COM>"), "a.b@example.com", "A.B@example.com" },
	{ "completed is not needed", TEXT("<a@example.com>"), "b@example.net", "a@example.com" },
	{ "completed is the error text of a rejected recipient", TEXT("<a@example.com>"), "Relay access denied", "a@example.com" },
	{ "plus label", TEXT("<a+b@example.com>"), "", "a+b@example.com" },
	{ "all of atext", TEXT("<!#$%&'*+-/=?^_`{|}~0aZ@x.test>"), "", "!#$%&'*+-/=?^_`{|}~0aZ@x.test" },
	{ "underscore in the domain", TEXT("<a@x_y.test>"), "", "a@x_y.test" },
	{ "one label", TEXT("<a@localhost>"), "", "a@localhost" },

	{ "null sender", TEXT("<>"), "", "" },
	{ "null sender with a space", TEXT("< >"), "", "" },
	{ "null sender of local mail", TEXT(""), "", "" },
	{ "no text at all", { NULL, 0 }, "", "" },

	{ "needless quotes", TEXT("<\"simple\"@example.com>"), "", "simple@example.com" },
	{ "needless backslash", TEXT("<\"si\\mple\"@example.com>"), "", "simple@example.com" },
	{ "needless backslash without quotes", TEXT("<si\\mple@example.com>"), "", "simple@example.com" },
	{ "quoted dot-atom", TEXT("<\"a.b+c\"@example.com>"), "", "a.b+c@example.com" },
	{ "quoted words", TEXT("<\"a\".\"b\"@x.test>"), "", "a.b@x.test" },
	{ "atom and quoted word", TEXT("<a.\"b\"@x.test>"), "", "a.b@x.test" },
	{ "space in quotes", TEXT("<\"a b\"@x.test>"), "", "\"a b\"@x.test" },
	{ "space after a backslash", TEXT("<a\\ b@x.test>"), "", "\"a b\"@x.test" },
	{ "one needs quotes, one has needless", TEXT("<\"a b\".\"c\"@x.test>"), "", "\"a b.c\"@x.test" },
	{ "at in quotes", TEXT("<\"a@b\"@x.test>"), "", "\"a@b\"@x.test" },
	{ "at after a backslash", TEXT("<a\\@b@x.test>"), "", "\"a@b\"@x.test" },
	{ "quote and backslash keep theirs", TEXT("<\"a\\\"b\\\\c\"@x.test>"), "", "\"a\\\"b\\\\c\"@x.test" },
	{ "needless and needed backslash", TEXT("<\"\\a\\\"\"@x.test>"), "", "\"a\\\"\"@x.test" },
	{ "bracket in quotes", TEXT("<\">\"@x.test>"), "", "\">\"@x.test" },
	{ "empty quotes", TEXT("<\"\"@x.test>"), "", "\"\"@x.test" },
	{ "dots: Postfix quotes them when it relays", TEXT("<a..b@x.test>"), "", "\"a..b\"@x.test" },
	{ "dots in quotes", TEXT("<\"a..b\"@x.test>"), "", "\"a..b\"@x.test" },
	{ "dot in front", TEXT("<.a@x.test>"), "", "\".a\"@x.test" },
	{ "dot at the end", TEXT("<a.@x.test>"), "", "\"a.\"@x.test" },

	{ "source route", TEXT("<@r1,@r2:user@example.com>"), "", "user@example.com" },
	{ "source route, one hop", TEXT("<@r1:user@example.com>"), "", "user@example.com" },
	{ "source route without brackets", TEXT("@r1:user@example.com"), "", "user@example.com" },
	{ "source route over literals", TEXT("<@[IPv6:::1],@[1.2.3.4]:\"q u\"@x.test>"), "", "\"q u\"@x.test" },
	{ "source route, no domain", TEXT("<@r1,@r2:user>"), MTA, "user@relay.test" },

	{ "IPv4 literal", TEXT("<a@[1.2.3.4]>"), "", "a@[1.2.3.4]" },
	{ "IPv6 literal", TEXT("<a@[IPv6:2001:DB8::1]>"), "", "a@[ipv6:2001:db8::1]" },
	{ "dot at the end of the domain", TEXT("<user@example.com.>"), "", "user@example.com" },
	{ "U-label", TEXT("<j\xc3\xb6rg@ex\xc3\xa4mple.com>"), "", "j\xc3\xb6rg@ex\xc3\xa4mple.com" },
	{ "quoted UTF-8", TEXT("<\"\xc3\xbc\"@x.test>"), "", "\xc3\xbc@x.test" },
	{ "bang path with a domain", TEXT("<!x!u@b.test>"), "", "!x!u@b.test" },
	{ "percent with a domain", TEXT("<user%a@b.test>"), "", "user%a@b.test" },

	{ "no domain", TEXT("<Postmaster>"), "postmaster@relay.test", "Postmaster@relay.test" },
	{ "no domain, no brackets", TEXT("root"), "root@relay.test", "root@relay.test" },
	{ "no domain, only the domain counts", TEXT("<postmaster>"), MTA, "postmaster@relay.test" },
	{ "no domain, quoted", TEXT("<\"a b\">"), "\"a b\"@relay.test", "\"a b\"@relay.test" },
	{ "no domain, MTA in brackets", TEXT("<root>"), "<root@Relay.test>", "root@relay.test" },
	{ "bang path", TEXT("<host!User>"), "user@host", "User@host" },
	{ "longer bang path", TEXT("<h1!h2!U>"), "h2!u@h1", "h2!U@h1" },
	{ "percent", TEXT("<User%host>"), "user@host", "User@host" },
	{ "two percents", TEXT("<a%B%c>"), "a%b@c", "a%B@c" },
	/* Postfix takes these apart; Sendmail says so too, and relays "ceo@example.net"@its.own.name. */
	{ "quoted bang path", TEXT("<\"host!user\">"), "user@host", NULL },
	{ "quoted percent", TEXT("<\"user%host\">"), "user@host", NULL },
	{ "percent behind a backslash", TEXT("<user\\%host>"), "user@host", NULL },
	{ "whole address in quotes", TEXT("<\"Ceo@example.net\">"), "ceo@example.net", NULL },
	{ "bang path that the MTA does not rewrite", TEXT("<host!User>"), "host!user@relay.test", "host!User@relay.test" },
	{ "bang path, MTA has other ideas", TEXT("<host!user>"), "other@host", "other@host" },
	{ "no domain at all", TEXT("<noat>"), "", NULL },
	{ "no domain, MTA neither", TEXT("<noat>"), "noat", NULL },
	{ "no domain, error text", TEXT("<noat>"), "5.7.1 access denied", NULL },
	{ "empty quotes, no domain", TEXT("<\"\">"), "", NULL },

	{ "no local part", TEXT("<@x.test>"), MTA, NULL },
	{ "only an at", TEXT("<@>"), MTA, NULL },
	{ "no domain after the at", TEXT("<a@>"), MTA, NULL },
	{ "only a dot after the at", TEXT("<a@.>"), MTA, NULL },
	{ "two dots at the end", TEXT("<a@x.test..>"), "", NULL },
	{ "two dots in the domain", TEXT("<a@x..test>"), "", NULL },
	{ "dot before the domain", TEXT("<a@.x.test>"), "", NULL },
	{ "two ats", TEXT("<a@b@x.test>"), "", NULL },
	{ "space", TEXT("<a b@x.test>"), "", NULL },
	{ "space before the at", TEXT("<a @x.test>"), "", NULL },
	{ "space in the domain", TEXT("<a@x test>"), "", NULL },
	{ "line break", TEXT("<a@x.test\r\nRCPT TO:<b@x.test>"), "", NULL },
	{ "line break in quotes", TEXT("<\"a\nb\"@x.test>"), "", NULL },
	{ "NUL", TEXT("<a\0@x.test>"), "", NULL },
	{ "NUL in quotes", TEXT("<\"\0\"@x.test>"), "", NULL },
	{ "DEL", TEXT("<a\x7f@x.test>"), "", NULL },
	{ "tab in quotes", TEXT("<\"a\tb\"@x.test>"), "", NULL },
	{ "Latin-1", TEXT("<j\xf6rg@x.test>"), "", NULL },
	{ "overlong UTF-8", TEXT("<\xc0\xae@x.test>"), "", NULL },
	{ "surrogate", TEXT("<\xed\xa0\x80@x.test>"), "", NULL },
	{ "quote not closed", TEXT("<\"a@x.test>"), "", NULL },
	{ "quote closed by a backslash", TEXT("<\"a\\\"@x.test>"), "", NULL },
	{ "quote in an atom", TEXT("<a\"b\"@x.test>"), "", NULL },
	{ "atom after quotes", TEXT("<\"a\"b@x.test>"), "", NULL },
	{ "quotes after quotes", TEXT("<\"a\"\"b\"@x.test>"), "", NULL },
	{ "backslash at the end", TEXT("<a\\>"), MTA, NULL },
	{ "backslash in the domain", TEXT("<a@x\\.test>"), "", NULL },
	{ "quoted domain", TEXT("<a@\"x.test\">"), "", NULL },
	{ "bracket not closed", TEXT("<a@x.test"), "", NULL },
	{ "bracket not opened", TEXT("a@x.test>"), "", NULL },
	{ "two brackets", TEXT("<<a@x.test>>"), "", NULL },
	{ "one bracket", TEXT("<"), MTA, NULL },
	{ "behind the bracket", TEXT("<a@x.test>junk"), "", NULL },
	{ "two addresses", TEXT("<a@x.test,b@y.test>"), "", NULL },
	{ "two addresses in brackets", TEXT("<a@x.test><b@y.test>"), "", NULL },
	{ "display name", TEXT("Name <a@x.test>"), "", NULL },
	{ "comment", TEXT("<a(c)@x.test>"), "", NULL },
	{ "comment in the domain", TEXT("<a@x.test(c)>"), "", NULL },
	{ "group", TEXT("<g:a@x.test;>"), "", NULL },
	{ "bracketed local part", TEXT("<[a]@x.test>"), "", NULL },
	{ "literal not closed", TEXT("<a@[1.2.3.4>"), "", NULL },
	{ "empty literal", TEXT("<a@[]>"), "", NULL },
	{ "behind the literal", TEXT("<a@[1.2.3.4]x>"), "", NULL },
	{ "space in the literal", TEXT("<a@[1.2 .3.4]>"), "", NULL },
	{ "route without end", TEXT("<@r1,@r2>"), MTA, NULL },
	{ "route to nobody", TEXT("<@r1:>"), MTA, NULL },
	{ "route of routes", TEXT("<@r1:@r2:u@x.test>"), "", NULL },
	{ "route without ats", TEXT("<@r1,r2:u@x.test>"), "", NULL },
	{ "route over nothing", TEXT("<@:u@x.test>"), "", NULL },
};

static void parses(void **state)
{
	size_t failures = 0;
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct mailbox got = mailbox_parse(&arena, cases[i].raw, text_of(cases[i].completed), MAILBOX_CASE_DOMAIN);
		enum mailbox_kind kind = !cases[i].want ? MAILBOX_INVALID : *cases[i].want ? MAILBOX_ADDRESS : MAILBOX_NULL;

		CHECK_CASE(failures, cases[i].name, got.kind == kind);
		if (kind != MAILBOX_ADDRESS || got.kind != kind)
			continue;
		CHECK_CASE(failures, cases[i].name, text_equals(got.address, text_of(cases[i].want)));
		CHECK_CASE(failures, cases[i].name, got.local.length + 1 + got.domain.length == got.address.length);
		CHECK_CASE(failures, cases[i].name, text_starts_with(got.address, got.local));
		CHECK_CASE(failures, cases[i].name, text_ends_with(got.address, got.domain));

		struct mailbox again = mailbox_parse(&arena, got.address, TEXT(""), MAILBOX_CASE_DOMAIN);
		CHECK_CASE(failures, cases[i].name, again.kind == MAILBOX_ADDRESS && text_equals(again.address, got.address));
	}
	arena_free(&arena);
	assert_int_equal(failures, 0);
}

static void preserves_case(void **state)
{
	struct arena arena = { 0 };

	(void)state;
	struct mailbox got = mailbox_parse(&arena, TEXT("<\"A\"@Example.COM.>"), TEXT(""), MAILBOX_CASE_PRESERVE);
	assert_true(text_equals(got.address, TEXT("A@Example.COM")));
	got = mailbox_parse(&arena, TEXT("<a@[IPv6:::1]>"), TEXT(""), MAILBOX_CASE_PRESERVE);
	assert_true(text_equals(got.address, TEXT("a@[IPv6:::1]")));
	arena_free(&arena);
}

/* `fill` of length bytes between head and tail. */
static enum mailbox_kind parse_long(const char *head, char fill, size_t length, const char *tail)
{
	static char raw[8 * MAILBOX_MAX];
	struct arena arena = { 0 };
	size_t used = strlen(head);

	memcpy(raw, head, used);
	memset(raw + used, fill, length);
	used += length;
	memcpy(raw + used, tail, strlen(tail));
	used += strlen(tail);
	struct mailbox got = mailbox_parse(&arena, (struct text){ raw, used }, TEXT(""), MAILBOX_CASE_DOMAIN);
	if (got.kind == MAILBOX_ADDRESS)
		assert_true(got.address.length <= MAILBOX_MAX);
	arena_free(&arena);
	return got.kind;
}

static void length_is_limited(void **state)
{
	(void)state;
	assert_int_equal(parse_long("<", 'a', MAILBOX_MAX - 2, "@b>"), MAILBOX_ADDRESS);
	assert_int_equal(parse_long("<", 'a', MAILBOX_MAX - 1, "@b>"), MAILBOX_INVALID);
	assert_int_equal(parse_long("<a@", 'b', MAILBOX_MAX - 2, ">"), MAILBOX_ADDRESS);
	assert_int_equal(parse_long("<a@", 'b', MAILBOX_MAX - 1, ">"), MAILBOX_INVALID);
	assert_int_equal(parse_long("<a@", 'b', 7 * MAILBOX_MAX, ">"), MAILBOX_INVALID);
	/* Backslashes double what is written: "\\\\..."@b */
	assert_int_equal(parse_long("<\"", '\\', MAILBOX_MAX - 4, "\"@b>"), MAILBOX_ADDRESS);
	assert_int_equal(parse_long("<\"", '\\', MAILBOX_MAX, "\"@b>"), MAILBOX_INVALID);
	assert_int_equal(parse_long("<\"", '\\', 7 * MAILBOX_MAX, "\"@b>"), MAILBOX_INVALID);
	/* A long route is not part of the address. */
	assert_int_equal(parse_long("<@", 'r', 2 * MAILBOX_MAX, ":a@b>"), MAILBOX_ADDRESS);
}

/* Fragments strung together at random. */
static struct text random_argument(uint64_t *seed, char *out, size_t fragments)
{
	static const char *const pieces[] = {
		"a",
		"b",
		"C",
		"a.b",
		"\"",
		"\"",
		"\"a b\"",
		"\\",
		"@",
		"@",
		"@X.test",
		"@[1.2.3.4]",
		"@r:",
		",",
		":",
		"<",
		">",
		".",
		"!",
		"%",
		" ",
		"[",
		"]",
		"(",
		"\xc3",
		"\xb6",
		"\xc3\xb6",
		"\n",
		"\"\"",
	};
	size_t used = 0;

	for (size_t i = 0; i < fragments; i++) {
		const char *piece = pieces[check_below(seed, COUNT_OF(pieces))];

		memcpy(out + used, piece, strlen(piece));
		used += strlen(piece);
	}
	return (struct text){ out, used };
}

/* What comes out is well-formed and stays as it is when read again, whatever goes in. */
static void any_argument(void **state)
{
	uint64_t seed = 7;
	struct arena arena = { 0 };
	size_t addresses = 0;

	(void)state;
	for (int round = 0; round < 100000; round++) {
		char raw[64], completed[64];
		struct text argument = random_argument(&seed, raw, check_below(&seed, 7));
		struct text theirs = random_argument(&seed, completed, check_below(&seed, 4));
		struct mailbox got = mailbox_parse(&arena, argument, theirs, MAILBOX_CASE_DOMAIN);

		if (got.kind == MAILBOX_ADDRESS) {
			struct mailbox again = mailbox_parse(&arena, got.address, TEXT(""), MAILBOX_CASE_DOMAIN);
			addresses++;
			assert_int_equal(again.kind, MAILBOX_ADDRESS);
			assert_true(text_equals(again.address, got.address));
			assert_true(text_is_utf8(got.address));
			assert_true(got.local.length && got.domain.length);
		}
		arena_reset(&arena);
	}
	arena_free(&arena);
	assert_in_range(addresses, 500, 50000);
}

/* Where Postfix delivers is what it tells in {rcpt_addr}. */
static void is_routed(void **state)
{
	static const struct {
		const char *raw, *completed;
		bool want;
	} rows[] = {
		{ "<user%other.test@here.test>", "user@other.test", true },
		{ "<user%other.test@[127.0.0.1]>", "user@other.test", true },
		{ "<other.test!user@here.test>", "user@other.test", true },
		{ "<\"user@other.test\"@here.test>", "user@other.test", true },
		{ "<\"user@other.test\"@here.test>", "<user@other.test.>", true },
		{ "<user%other.test@there.test>", "user%other.test@there.test", false },
		{ "<user%other.test@There.Test>", "user%other.test@there.test", false },
		{ "<user%other.test@there.test.>", "<user%other.test@there.test>", false },
		{ "<\"user@other.test\"@there.test>", "\"user@other.test\"@there.test", false },
		{ "<\"user@other.test\"@there.test>", "user@other.test@there.test", false },
		{ "<user%other.test@here.test>", "", false },
		{ "<user%other.test@here.test>", "user", false },
		{ "<user@here.test>", "user@canonical.test", false },
		{ "<user%other.test>", "user@other.test", false },
	};
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct mailbox mailbox = mailbox_parse(&arena, text_of(rows[i].raw), text_of(rows[i].completed),
			MAILBOX_CASE_DOMAIN);
		assert_int_equal(mailbox.kind, MAILBOX_ADDRESS);
		if (mailbox_is_routed(&mailbox, text_of(rows[i].completed)) != rows[i].want)
			fail_msg("%s, %s", rows[i].raw, rows[i].completed);
	}
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses),
		cmocka_unit_test(preserves_case),
		cmocka_unit_test(length_is_limited),
		cmocka_unit_test(any_argument),
		cmocka_unit_test(is_routed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
