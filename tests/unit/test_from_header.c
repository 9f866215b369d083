/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * from_header: what RFC 5322 allows is read in full, and what two readers could
 * understand in two ways is no header at all.
 */
#include "unit/check.h"

#include "ses/from_header.h"

#include <stdio.h>
#include <string.h>

#define LONG_NAME "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"

/* `want`: "NAME <ADDRESS>" or "<ADDRESS>" for each mailbox, with a comma between; "invalid"; "null". */
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
	{ "group", "A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;",
		"Ed Jones <c@a.test>,<joe@where.test>,John <jdoe@one.test>" },
	{ "group beside a mailbox", "team: a@x.test;, b@y.test", "<a@x.test>,<b@y.test>" },
	{ "empty group", "Undisclosed recipients:;", "invalid" },
	{ "comments", "Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", "Pete <pete@silly.test>" },
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
	{ "plain UTF-8 name", "J\xc3\xb6rg <a@x.test>", "J\xc3\xb6rg <a@x.test>" },
	{ "domain in Punycode", "a@xn--bcher-kva.example", "<a@xn--bcher-kva.example>" },
	{ "UTF-8 address", "<j\xc3\xb6rg@x.test>", "<j\xc3\xb6rg@x.test>" },
	{ "Latin-1 bytes", "J\xf6rg <a@x.test>", "invalid" },
	{ "name that looks like an address", "\"ceo@good.test\" <eve@evil.test>", "ceo@good.test <eve@evil.test>" },
	{ "encoded name that looks like an address", "=?utf-8?q?ceo=40good=2Etest?= <eve@evil.test>",
		"ceo@good.test <eve@evil.test>" },

	/* Each of these has let forged mail pass somewhere. */
	{ "the second of two", "ceo@good.test, eve@evil.test", "<ceo@good.test>,<eve@evil.test>" },
	{ "comment with an address", "ceo@good.test(@evil.test)", "@evil.test <ceo@good.test>" },
	{ "comment that does not end", "ceo@good.test(.evil.test", "invalid" },
	{ "comment before", "(<ceo@good.test>) eve@evil.test", "<eve@evil.test>" },
	{ "at-sign in a quoted local part", "\"ceo@good.test\"@evil.test", "<\"ceo@good.test\"@evil.test>" },
	{ "quoted local part with a bracket", "\"ceo@good.test> \"@evil.test", "<\"ceo@good.test> \"@evil.test>" },
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
	{ "name that begins with a dot", ".John <ceo@good.test>", "invalid" },
	{ "dots for a name", "... <ceo@good.test>", "invalid" },
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
	{ "a long name", LONG_NAME LONG_NAME " <ceo@good.test>", LONG_NAME LONG_NAME " <ceo@good.test>" },
};

static const char *read_all(struct arena *arena, struct text value, size_t before, bool names, bool show, char *out)
{
	struct header_mailbox there[HEADER_MAILBOXES_MAX] = { 0 };
	struct header_mailboxes all = { there, before };
	size_t used = 0;

	out[0] = '\0';
	switch (from_header_read(arena, value, MAILBOX_CASE_DOMAIN, names, &all)) {
	case HEADER_MEMORY:
		return "memory";
	case HEADER_NULL:
		return "null";
	case HEADER_INVALID:
		/* Nothing is taken by halves. */
		return all.count == before && all.at == there ? "invalid" : "half";
	case HEADER_MAILBOXES:
		break;
	}
	for (size_t i = before; i < all.count; i++)
		used += (size_t)sprintf(out + used, "%s%.*s%s<%.*s>", i > before ? "," : "", show ? (int)all.at[i].name.length : 0,
			all.at[i].name.at, show && all.at[i].name.length ? " " : "", TEXT_ARGS(all.at[i].mailbox.address));
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
		CHECK_CASE(failures, cases[i].name, !strcmp(is, bare));
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
		{ "\"a\"(c)@x.test", "a@x.test", "\"a\"@x.test" },
		{ "\"a b\"@x.test", "\"a b\"@x.test", NULL },
		{ "\"a\\ b\"@x.test", "\"a b\"@x.test", "\"a\\ b\"@x.test" },
		{ "\"a\n b\"@x.test", "\"a b\"@x.test", NULL },
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
		cmocka_unit_test(there_are_bounds),
	};

	from_header_prepare();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
