/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * from_header: what RFC 5322 allows is read in full, and what two readers could
 * understand in two ways is no header at all.
 */
#include "unit/check.h"

#include "ses/address_token.h"
#include "ses/from_header.h"

#include <stdio.h>
#include <string.h>

#define LONG_NAME "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"

/* `want`: "NAME <ADDRESS>" (of a name that SES reads in another way "NAME|ITS NAME <ADDRESS>") or "<ADDRESS>" for each mailbox, with a comma between; "invalid"; "null". */
static const struct {
	const char *name, *value, *want;
} cases[] = {
	/* RFC 5322, 3.4 and appendix A.1. */
	{ "bare", "a@example.net", "<a@example.net>" },
	{ "angle brackets", "<a@example.net>", "<a@example.net>" },
	{ "name", "John Doe <jdoe@machine.example>", "John Doe <jdoe@machine.example>" },
	{ "quoted name", "\"Joe Q. Public\" <john.q.public@example.com>", "Joe Q. Public <john.q.public@example.com>" },
	{ "several", "Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>",
		"Mary Smith <mary@x.test>,<jdoe@example.org>,Who? <one@y.test>" },
	{ "escape in a quoted name", "\"Giant; \\\"Big\\\" Box\" <sysservices@example.net>",
		"Giant; \"Big\" Box <sysservices@example.net>" },
	{ "group", "A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;", "invalid" },
	{ "group beside a mailbox", "team: a@x.test;, b@y.test", "invalid" },
	{ "group that opens in quotes", "\"a:b<other@x.test>\\\"\":ok@y.test;", "invalid" },
	{ "empty group", "Undisclosed recipients:;", "invalid" },
	{ "comments in an address", "Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", "invalid" },
	{ "comment behind a name", "Pete(A nice \\) chap) <pete@silly.test>", "Pete|Pete(A nice \\) chap) <pete@silly.test>" },
	{ "comment before the at-sign", "pete(his account)@silly.test", "invalid" },
	{ "comment before a local part in brackets", "<(his account)pete@silly.test>", "invalid" },
	{ "comment behind a domain in brackets", "<pete@silly.test(his host)>", "invalid" },
	{ "comment behind the at-sign", "pete@(his host)silly.test", "invalid" },
	{ "comments around brackets", "(a) <pete@silly.test> (b)", "invalid" },
	{ "comment that is the next one's name", "(a), pete@silly.test (b)", "invalid" },
	/* The old way to write a name. */
	{ "nested comment", "a@good.test (x (y) z)", "x (y) z <a@good.test>" },
	{ "folded", "Ann Other\r\n\t<ann@example.net>", "Ann Other <ann@example.net>" },
	{ "folded as a milter sees it", "Ann Other\n <ann@example.net>", "Ann Other <ann@example.net>" },
	{ "empty list members", ", a@x.test, ,b@y.test,", "<a@x.test>,<b@y.test>" },
	{ "capitals in the domain", "Ceo@EXAMPLE.com", "<Ceo@example.com>" },
	{ "plus", "a+b@x.test", "<a+b@x.test>" },
	{ "domain literal", "a@[192.0.2.1]", "<a@[192.0.2.1]>" },

	/* RFC 2047, RFC 6532. */
	{ "encoded name", "=?utf-8?q?J=C3=B6rg?= <a@x.test>", "J\xc3\xb6rg <a@x.test>" },
	{ "encoded name, base64, Latin-1", "=?iso-8859-1?B?SvZyZw==?= <a@x.test>", "J\xc3\xb6rg <a@x.test>" },
	{ "two encoded words", "=?utf-8?q?Mar?= =?utf-8?q?keting?= <a@x.test>", "Marketing <a@x.test>" },
	{ "plain UTF-8 name", "J\xc3\xb6rg <a@x.test>", "unnamed" },
	{ "domain in Punycode", "a@xn--bcher-kva.example", "<a@xn--bcher-kva.example>" },
	{ "UTF-8 address", "<j\xc3\xb6rg@x.test>", "invalid" },
	{ "UTF-8 domain",
		"<a@b\xc3\xbc"
		"cher.test>",
		"invalid" },
	{ "UTF-8 in a quoted local part", "\"j\xc3\xb6rg\"@x.test", "invalid" },
	{ "Latin-1 bytes", "J\xf6rg <a@x.test>", "unnamed" },
	{ "Latin-1 bytes in a comment", "a@x.test (J\xf6rg)", "unnamed" },
	{ "encoded words that are joined", "=?utf-8?q?a?==?utf-8?q?b?= <a@x.test>", "ab|a=?utf-8?q?b?= <a@x.test>" },
	{ "encoded word in quotes", "\"=?utf-8?q?a?=\" <a@x.test>", "a <a@x.test>" },
	{ "encoded word in a charset of nobody", "=?x-none?q?a?= <a@x.test>", "unnamed" },
	{ "encoded word that its charset does not have", "=?utf-8?q?=ff?= <a@x.test>", "unnamed" },
	{ "broken base64", "=?utf-8?b?YQ?= <a@x.test>", "unnamed" },
	{ "quotes in a name", "\"a\" b <a@x.test>", "a b|\"a\" b <a@x.test>" },
	{ "the address for a name", "a@x.test <a@x.test>", "a@x.test <a@x.test>" },
	{ "the address for a name, in capitals", "a@X.test<a@x.test>", "a@X.test <a@x.test>" },
	{ "the address for a name, with a quoted local part", "\"a b\"@x.test <\"a b\"@x.test>",
		"\"a b\"@x.test <\"a b\"@x.test>" },
	{ "another address for a name", "A@x.test <a@x.test>", "invalid" },
	{ "underscore in a domain", "a@b_c.test", "invalid" },
	{ "blanks in brackets", "< a@x.test >", "<a@x.test>" },
	{ "tab for a blank", "\"a\tb\"\t<a@x.test>", "a b|a\tb <a@x.test>" },
	{ "name that looks like an address", "\"ceo@good.test\" <eve@evil.test>", "ceo@good.test <eve@evil.test>" },
	{ "encoded name that looks like an address", "=?utf-8?q?ceo=40good=2Etest?= <eve@evil.test>",
		"ceo@good.test <eve@evil.test>" },

	/* Each of these has let forged mail pass somewhere. */
	{ "the second of two", "ceo@good.test, eve@evil.test", "<ceo@good.test>,<eve@evil.test>" },
	{ "comment with an address", "ceo@good.test(@evil.test)", "@evil.test <ceo@good.test>" },
	{ "comment that does not end", "ceo@good.test(.evil.test", "invalid" },
	{ "comment before", "(<ceo@good.test>) eve@evil.test", "|<ceo@good.test> <eve@evil.test>" },
	{ "at-sign in a quoted local part", "\"ceo@good.test\"@evil.test", "invalid" },
	{ "quoted local part with a bracket", "\"ceo> \"@evil.test", "<\"ceo> \"@evil.test>" },
	{ "quotes that are not needed", "\"ceo\"@good.test", "<ceo@good.test>" },
	{ "source route", "<@evil.test:ceo@good.test>", "invalid" },
	{ "source route of two", "<@a.test,@b.test:ceo@good.test>", "invalid" },
	{ "two at-signs", "ceo@good.test@evil.test", "invalid" },
	{ "address in front of an address", "ceo@good.test <eve@evil.test>", "invalid" },
	{ "two addresses with a blank", "ceo@good.test eve@evil.test", "invalid" },
	{ "two bracketed", "<ceo@good.test> <eve@evil.test>", "invalid" },
	{ "brackets in brackets", "<<ceo@good.test>>", "invalid" },
	{ "bracket that does not end", "<ceo@good.test", "invalid" },
	{ "quote that does not end", "\"Ceo <ceo@good.test>", "invalid" },
	{ "backslash at the end", "\"a\\", "invalid" },
	{ "bracket alone behind", "ceo@good.test>", "invalid" },
	{ "encoded word as the address", "=?utf-8?q?ceo=40good=2Etest?=", "invalid" },
	{ "encoded word as the local part", "=?utf-8?q?ceo?=@good.test", "invalid" },
	{ "encoded word as the domain", "ceo@=?utf-8?q?good?=", "invalid" },
	{ "encoded word in brackets", "<=?utf-8?q?ceo=40good.test?=>", "invalid" },
	{ "encoded comma", "=?utf-8?q?a=2C?= <ceo@good.test>", "a, <ceo@good.test>" },
	{ "NUL", "ceo@good.test\\0", "invalid" },
	{ "control byte", "ceo@good.test\x01", "invalid" },
	{ "escape sequence in a name", "\x1b[2J <ceo@good.test>", "invalid" },
	{ "bare CR", "ceo@good.test\r, eve@evil.test", "invalid" },
	{ "line that is not folded", "ceo@good.test\neve@evil.test", "invalid" },
	{ "DEL", "ceo@good\x7f.test", "invalid" },
	{ "semicolon for a comma", "ceo@good.test; eve@evil.test", "invalid" },
	{ "no domain", "root", "invalid" },
	{ "no domain beside one with", "root, ceo@good.test", "invalid" },
	{ "empty domain", "ceo@", "invalid" },
	{ "no local part", "@good.test", "invalid" },
	{ "empty", "", "invalid" },
	{ "blanks", "   ", "invalid" },
	{ "a comment alone", "(ceo@good.test)", "invalid" },
	{ "null", "<>", "null" },
	{ "null with a comment", "(none) <>", "null" },
	{ "null beside one", "<>, ceo@good.test", "invalid" },
	{ "name that begins with a dot", ".John <ceo@good.test>", "unnamed" },
	{ "dots for a name", "... <ceo@good.test>", "unnamed" },
	/* GMime's parser of lists loses memory here: it goes on behind the comma. */
	{ "a dot for a name, a comma in a comment", "(b) .<a@1st> (b, c>@[.]d)", "unnamed" },
	{ "the same behind another", "a@x.test, . <a@1st> (, c>)", "unnamed" },
	{ "comment inside of a name", "Pete (the) Chap (x) <pete@silly.test>",
		"Pete (the) Chap|Pete (the) Chap (x) <pete@silly.test>" },
	{ "comments before and behind a bare address", "(a) pete@silly.test (b) (c)", "b|a <pete@silly.test>" },
	{ "comment behind a bare address is not the next one's", "a@x.test (b), c@x.test, <e@x.test> (d)",
		"b <a@x.test>,<c@x.test>,|d <e@x.test>" },
	{ "a name that is not the word in the brackets", "ceo<a@x.test>, cfo <b@x.test>", "ceo <a@x.test>,cfo <b@x.test>" },
	{ "quotes in the middle of a word", "a\"b\"c <ceo@good.test>", "invalid" },
	{ "dots in a name", "John Q. Public, jr... <ceo@good.test>", "invalid" },
	{ "dots behind a name", "John Q. Public jr... <ceo@good.test>", "John Q. Public jr... <ceo@good.test>" },
	{ "group in a group", "a: b: c@x.test;;", "invalid" },
	{ "group that does not end", "a: ceo@good.test", "invalid" },
	{ "blank in the domain", "ceo@good.test .evil.test", "invalid" },
	{ "blank in the local part", "eve ceo@good.test", "invalid" },
	{ "blank before the at-sign", "ceo @good.test", "invalid" },
	{ "blank behind the at-sign", "ceo@ good.test", "invalid" },
	{ "comment in the domain", "ceo@good(.evil.test).test", "invalid" },
	{ "name behind the address", "<ceo@good.test> Eve", "invalid" },
	{ "dots at the end of the domain", "ceo@good.test..", "invalid" },
	{ "bracket in a literal", "a@[192.0.2.1", "invalid" },
	{ "dots in a literal", "a@[1..2]", "<a@[1..2]>" },
	{ "another domain in front of the brackets", "a@y.test <a@x.test>", "invalid" },
	{ "words with a comment between them, and no blank", "Pete(x)Chap <pete@silly.test>", "Pete(x)Chap <pete@silly.test>" },
	{ "null between comments", "(a) <> (b)", "invalid" },
	{ "null, and a comment behind it", "<>(a)", "null" },
	{ "CR at the end", "ceo@good.test\r", "invalid" },
	{ "LF at the end", "ceo@good.test\n", "invalid" },
	{ "fold at the beginning", "\r\n ceo@good.test", "<ceo@good.test>" },
	{ "fold beside a tab in quotes", "\"a\tb\"@x.test,\r\n c@x.test", "invalid" },
	{ "tab in a local part in quotes", "\"a\tb\"@x.test", "invalid" },
	{ "encoded word in a local part in quotes", "\"=?utf-8?q?c o?=\"@good.test", "invalid" },
	{ "encoded word, quotes not needed", "\"=?utf-8?q?ceo?=\"@good.test", "invalid" },
	{ "a long name", LONG_NAME LONG_NAME " <ceo@good.test>", LONG_NAME LONG_NAME " <ceo@good.test>" },
};

static size_t show_one(char *out, const struct header_mailbox *mailbox, bool comma, bool names)
{
	bool two = names && !text_equals(mailbox->name, mailbox->ses_name);
	bool any = names && (mailbox->name.length || mailbox->ses_name.length);

	return (size_t)sprintf(out, "%s%.*s%s%.*s%s<%.*s>", comma ? "," : "", names ? (int)mailbox->name.length : 0,
		mailbox->name.at, two ? "|" : "", two ? (int)mailbox->ses_name.length : 0, mailbox->ses_name.at, any ? " " : "",
		TEXT_ARGS(mailbox->mailbox.address));
}

static const char *read_all(struct arena *arena, struct text value, size_t before, bool names, bool show, char *out)
{
	struct header_mailbox there[HEADER_MAILBOXES_MAX] = { 0 };
	struct header_mailboxes all = { there, before, "" };
	size_t used = 0;

	out[0] = '\0';
	switch (from_header_read(arena, value, MAILBOX_CASE_DOMAIN, names, &all)) {
	case HEADER_MEMORY:
		return "memory";
	case HEADER_NULL:
		return "null";
	case HEADER_INVALID:
		/* Nothing is taken by halves. */
		if (all.count != before || all.at != there)
			return "half";
		return strstr(all.flaw, "display name") ? "unnamed" : "invalid";
	case HEADER_MAILBOXES:
		break;
	}
	for (size_t i = before; i < all.count; i++)
		used += show_one(out + used, &all.at[i], i > before, show);
	return out;
}

static void headers_are_read(void **state)
{
	struct arena arena = { 0 };
	size_t failures = 0;
	char got[4096], bare_text[4096];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct text value = text_of(cases[i].value);
		char bytes[256];

		/* A backslash and a zero stand for a NUL. */
		if (text_ends_with(value, TEXT("\\0"))) {
			memcpy(bytes, value.at, value.length);
			bytes[value.length - 2] = '\0';
			value = (struct text){ bytes, value.length - 1 };
		}
		const char *is = read_all(&arena, value, 0, true, true, got);
		if (strcmp(is, cases[i].want))
			print_message("%s: got %s\n", cases[i].name, is);
		CHECK_CASE(failures, cases[i].name, !strcmp(is, cases[i].want));
		/* The same addresses without the names. */
		const char *bare = read_all(&arena, value, 0, false, false, bare_text);
		is = read_all(&arena, value, 0, true, false, got);
		if (strcmp(is, "unnamed"))
			CHECK_CASE(failures, cases[i].name, !strcmp(is, bare));
		else
			CHECK_CASE(failures, cases[i].name, bare[0] == '<');
	}
	arena_free(&arena);
	assert_int_equal(failures, 0);
}

/* With the quotes that it has, where it has others than the one spelling. */
static void quotes_are_kept_too(void **state)
{
	static const struct {
		const char *value, *mailbox, *written;
	} rows[] = {
		{ "\"no-reply\"@Example.net", "no-reply@example.net", "\"no-reply\"@example.net" },
		{ "N <\"no\\-reply\"@example.net>", "no-reply@example.net", "\"no\\-reply\"@example.net" },
		{ "\"a b\"@x.test", "\"a b\"@x.test", NULL },
		{ "\"a\\ b\"@x.test", "\"a b\"@x.test", "\"a\\ b\"@x.test" },
		{ "no-reply@Example.NET", "no-reply@example.net", NULL },
	};
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct header_mailboxes all = { 0 };
		assert_int_equal(from_header_read(&arena, text_of(rows[i].value), MAILBOX_CASE_DOMAIN, false, &all),
			HEADER_MAILBOXES);
		assert_int_equal(all.count, 1);
		assert_true(text_equals(all.at[0].mailbox.address, text_of(rows[i].mailbox)));
		const struct mailbox *written = &all.at[0].written;
		assert_int_equal(written->kind, rows[i].written ? MAILBOX_ADDRESS : MAILBOX_NULL);
		if (rows[i].written &&
			(!text_equals(written->address, text_of(rows[i].written)) ||
				!text_equals(written->domain, all.at[0].mailbox.domain) ||
				written->local.length + 1 + written->domain.length != written->address.length))
			fail_msg("%s: %.*s", rows[i].value, TEXT_ARGS(written->address));
	}
	arena_free(&arena);
}

/* What is wrong, and where. */
static void flaws_are_named(void **state)
{
	static const struct {
		const char *value, *want;
	} rows[] = {
		{ "Ann <j\xf6rg@x.test>", "has a non-ASCII byte in an address: 0xf6 at column 7" },
		{ "Ann\r\n\t  <a@b\xc3\xbc.test>", "has a non-ASCII byte in an address: 0xc3 at column 9" },
		{ "a@b_c.test", "has a byte in a domain that is no letter, digit, hyphen or dot: 0x5f at column 4" },
		{ "a(b)@x.test", "has a comment inside an address, or where none can stand, at column 2" },
		{ "<a@x.test(b)>", "has a comment inside an address, or where none can stand, at column 10" },
		{ "(a) <a@x.test> (b)", "has a comment inside an address, or where none can stand, at column 1" },
		{ "all: a@x.test;", "has a group of addresses, which Amazon SES does not take here: 0x3a at column 4" },
		{ "a@x.test; b@x.test", "has a group of addresses, which Amazon SES does not take here: 0x3b at column 9" },
		{ "a@x.test\rFrom: b@x.test", "has a control byte: 0x0d at column 9" },
		{ "a@x.test\nb@x.test", "has a control byte: 0x0a at column 9" },
		{ "\"a\\\r\n b\" <a@x.test>", "has a control byte: 0x0d at column 4" },
		{ "b@x.test <a@x.test>", "has another address in front of the one in brackets, at column 1" },
		{ "b@x.test, \"a@x.test", "has a quote, comment or bracket that does not end, at column 11" },
		{ "Ann <a@x.test", "has a quote, comment or bracket that does not end, at column 5" },
		{ "<@b.test:a@x.test>", "has an @ without a local part before it, at column 2" },
		{ "<a@x.test> Ann", "has something after an address: 0x41 at column 12" },
		{ "a..b@x.test", "has a dot too many in an address, at column 1" },
		{ "a@x.test.", "has a dot too many in an address, at column 3" },
		{ "root, a@x.test", "has an address without a domain, at column 5" },
		{ "root", "has an address without a domain, at column 5" },
		{ "", "has no address, at column 1" },
		{ "a@x.test, <>", "has no address, at column 1" },
		{ "=?utf-8?q?a?=@x.test", "has an encoded-word in place of an address, at column 1" },
		{ "\"b@y.test\"@x.test", "has an @ in a quoted local part, at column 1" },
		{ "Ann\n <\"a b\"@x.test>", "has an address over two lines, at column 6" },
		{ "\"a\tb\"@x.test,\n c@x.test", "has an address over two lines, at column 1" },
		{ "\"a\tb\"@x.test", "has an address that is too long, or not valid, at column 1" },
		{ "a@y.test <a@x.test>", "has another address in front of the one in brackets, at column 1" },
		{ "a@[x]y.test", "has something after an address: 0x79 at column 6" },
		{ "a@[x=]", NULL },
		{ "a@[1 2]", "has a quote, comment or bracket that does not end, at column 3" },
		{ "a@[1\t2]", "has a quote, comment or bracket that does not end, at column 3" },
		{ "a@[1[2]", "has a quote, comment or bracket that does not end, at column 3" },
		{ "a@[1\\2]", "has a quote, comment or bracket that does not end, at column 3" },
		{ "a@[1", "has a quote, comment or bracket that does not end, at column 3" },
		{ "a@[a,b]", "has an address that is too long, or not valid, at column 1" },
		{ "a b@x.test", "has a byte where it does not belong in a list of addresses: 0x40 at column 4" },
	};
	struct arena arena = { 0 };
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct header_mailboxes all = { 0 };
		bool taken = from_header_read(&arena, text_of(rows[i].value), MAILBOX_CASE_DOMAIN, false, &all) == HEADER_MAILBOXES;
		if (strcmp(all.flaw, rows[i].want ? rows[i].want : ""))
			print_message("%s: %s\n", rows[i].value, all.flaw);
		CHECK_CASE(failures, rows[i].value, taken == !rows[i].want && !strcmp(all.flaw, rows[i].want ? rows[i].want : ""));
	}
	/* Of names only if they are asked for. */
	struct header_mailboxes all = { 0 };
	assert_int_equal(from_header_read(&arena, TEXT("J\xf6rg <a@x.test>"), MAILBOX_CASE_DOMAIN, true, &all), HEADER_INVALID);
	assert_string_equal(all.flaw, "has a display name, which a policy asks for, with a non-ASCII byte: 0xf6 at column 2");
	arena_free(&arena);
	assert_int_equal(failures, 0);
}

/* Behind those that are there, which stay what they are. */
static void mailboxes_come_behind_others(void **state)
{
	struct header_mailboxes all = { 0 };
	struct arena arena = { 0 };

	(void)state;
	assert_int_equal(from_header_read(&arena, TEXT("Ann <a@x.test>"), MAILBOX_CASE_DOMAIN, true, &all), HEADER_MAILBOXES);
	assert_int_equal(from_header_read(&arena, TEXT("Bob <b@y.test>, c@z.test"), MAILBOX_CASE_DOMAIN, true, &all),
		HEADER_MAILBOXES);
	assert_int_equal(all.count, 3);
	assert_true(text_equals(all.at[0].mailbox.address, TEXT("a@x.test")) && text_equals(all.at[0].name, TEXT("Ann")));
	assert_true(text_equals(all.at[1].mailbox.address, TEXT("b@y.test")) && text_equals(all.at[1].name, TEXT("Bob")));
	assert_true(text_equals(all.at[2].mailbox.address, TEXT("c@z.test")) && !all.at[2].name.length);
	arena_free(&arena);
}

/* Short enough in the one spelling, too long as it is written: readers differ, and so it is none. */
static void backslashes_make_it_long(void **state)
{
	static const struct {
		size_t letters;
		enum header_kind want;
	} rows[] = { { 500, HEADER_MAILBOXES }, { 507, HEADER_MAILBOXES }, { 508, HEADER_INVALID }, { 511, HEADER_INVALID },
		{ 700, HEADER_INVALID } };
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct header_mailboxes all = { 0 };
		char value[4000] = "\"";
		for (size_t j = 0; j < rows[i].letters; j++)
			strcat(value, "\\a");
		strcat(value, "\"@x.test");
		assert_int_equal(from_header_read(&arena, text_of(value), MAILBOX_CASE_DOMAIN, false, &all), rows[i].want);
		assert_string_equal(all.flaw,
			rows[i].want == HEADER_MAILBOXES ? "" : "has an address that is too long, or not valid, at column 1");
	}
	arena_free(&arena);
}

/* A NUL ends no list of bytes, and is in none. */
static void a_nul_is_no_token(void **state)
{
	struct address_lexer lexer = { .rest = TEXT("\0a") };

	(void)state;
	assert_int_equal(address_token_next(&lexer), TOKEN_WRONG);
	assert_int_equal(lexer.rest.length, 2);
	lexer = (struct address_lexer){ .rest = TEXT(" (x)\0") };
	assert_int_equal(address_token_next(&lexer), TOKEN_WRONG);
	assert_int_equal(lexer.rest.length, 1);
	assert_int_equal(lexer.comments, 1);
}

static void there_are_bounds(void **state)
{
	static char many[FROM_HEADER_MAX + 8], got[8192];
	struct arena arena = { 0 };
	size_t used = 0;

	(void)state;
	for (size_t i = 0; i < HEADER_MAILBOXES_MAX; i++)
		used += (size_t)sprintf(many + used, "%sa@x.test", i ? "," : "");
	assert_string_not_equal(read_all(&arena, text_of(many), 0, true, true, got), "invalid");
	/* One more, also if some were there before. */
	assert_string_equal(read_all(&arena, text_of(many), 1, true, true, got), "invalid");
	strcpy(many + used, ",a@x.test");
	assert_string_equal(read_all(&arena, text_of(many), 0, true, true, got), "invalid");
	memset(many, ' ', sizeof many);
	memcpy(many, "a@x.test", 8);
	assert_string_equal(read_all(&arena, (struct text){ many, FROM_HEADER_MAX }, 0, true, true, got), "<a@x.test>");
	assert_string_equal(read_all(&arena, (struct text){ many, FROM_HEADER_MAX + 1 }, 0, true, true, got), "invalid");
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_are_read),
		cmocka_unit_test(quotes_are_kept_too),
		cmocka_unit_test(flaws_are_named),
		cmocka_unit_test(mailboxes_come_behind_others),
		cmocka_unit_test(backslashes_make_it_long),
		cmocka_unit_test(a_nul_is_no_token),
		cmocka_unit_test(there_are_bounds),
	};

	from_header_prepare();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
