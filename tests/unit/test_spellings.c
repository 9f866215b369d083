/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spellings: what somebody behind the filter may read where the client wrote this
 * and the MTA says that. The forms are those that Postfix 3.7 and Sendmail 8.17 told,
 * and the spellings that they then wrote in their own MAIL and RCPT are among the
 * wanted ones.
 */
#include "unit/check.h"
#include "unit/short_memory.h"

#include "ses/spellings.h"

#include <string.h>

static const struct {
	const char *name, *raw, *completed, *own;
	const char *given;
	const char *other[SPELLINGS - 1]; /* of each that is not the same as the first; NULL: it is */
} cases[] = {
	/* Postfix, append_dot_mydomain = yes */
	{ "completed", "<ceo@mail>", "ceo@mail.example.net", "", "ceo@mail",
		{ "ceo@mail.example.net", "ceo@mail.example.net", NULL, "ceo@mail.example.net" } },
	{ "completed, in capitals", "<CEO@mail>", "ceo@mail.example.net", "", "CEO@mail",
		{ "ceo@mail.example.net", "CEO@mail.example.net", NULL, "ceo@mail.example.net" } },
	{ "completed, needless quotes", "<\"Ceo\"@mail>", "ceo@mail.example.net", "", "Ceo@mail",
		{ "ceo@mail.example.net", "Ceo@mail.example.net", NULL, "ceo@mail.example.net" } },
	{ "completed, needed quotes", "<\"A b\"@mail>", "\"a b\"@mail.example.net", "", "\"A b\"@mail",
		{ "\"a b\"@mail.example.net", "\"A b\"@mail.example.net", NULL, "\"a b\"@mail.example.net" } },
	{ "completed behind a route", "<@r.test:CEO@mail>", "ceo@mail.example.net", "", "CEO@mail",
		{ "ceo@mail.example.net", "CEO@mail.example.net", NULL, "ceo@mail.example.net" } },
	{ "quotes come off", "<\"No-Reply\"@Example.net>", "no-reply@example.net", "", "No-Reply@example.net", { 0 } },
	{ "dots get quotes", "<A..b@x.test>", "\"a..b\"@x.test", "", "\"A..b\"@x.test", { 0 } },
	{ "a path", "<mail!CEO>", "ceo@mail.example.net", "", "CEO@mail.example.net", { 0 } },
	{ "capitals alone", "<CEO@Example.NET>", "ceo@example.net", "", "CEO@example.net", { 0 } },
	{ "last dot", "<ceo@example.net.>", "ceo@example.net", "", "ceo@example.net", { 0 } },
	{ "a routed sender", "<EVE%other.test@relay.test>", "eve@other.test", "", "EVE%other.test@relay.test",
		{ "eve@other.test", NULL, NULL, NULL } },
	{ "a routed sender in quotes", "<\"EVE@other.test\"@relay.test>", "eve@other.test", "", "\"EVE@other.test\"@relay.test",
		{ "eve@other.test", NULL, NULL, NULL } },
	{ "no route, only a domain", "<EVE%other.test@relay>", "eve%other.test@relay.example.net", "", "EVE%other.test@relay",
		{ "eve%other.test@relay.example.net", "EVE%other.test@relay.example.net", NULL,
			"eve%other.test@relay.example.net" } },
	/* Sendmail without FEATURE(nocanonify) */
	{ "canonical", "<CEO@cname.test>", "CEO@www.example.net", "", "CEO@cname.test",
		{ "CEO@www.example.net", "CEO@www.example.net", NULL, "CEO@www.example.net" } },
	{ "canonical, with quotes", "<\"ceo\"@cname.test>", "\"ceo\"@www.example.net", "", "ceo@cname.test",
		{ "ceo@www.example.net", "ceo@www.example.net", "\"ceo\"@cname.test", "\"ceo\"@www.example.net" } },
	{ "quotes stay", "<\"no-reply\"@Example.net>", "\"no-reply\"@Example.net", "", "no-reply@example.net",
		{ NULL, NULL, "\"no-reply\"@example.net", "\"no-reply\"@example.net" } },
	{ "backslashes stay", "<\"x\\y\"@example.org>", "\"x\\y\"@example.org", "", "xy@example.org",
		{ NULL, NULL, "\"x\\y\"@example.org", "\"x\\y\"@example.org" } },
	{ "dots stay", "<a..b@x.test>", "a..b@x.test", "", "\"a..b\"@x.test", { NULL, NULL, "a..b@x.test", "a..b@x.test" } },
	{ "needed quotes stay", "<\"c eo\"@w.example.com>", "\"c eo\"", "sm.test", "\"c eo\"@w.example.com", { 0 } },
	{ "localhost", "<CEO@localhost>", "ceo", "sm.test", "CEO@localhost",
		{ "CEO@sm.test", "CEO@sm.test", NULL, "CEO@sm.test" } },
	{ "localhost, with quotes", "<\"ceo\"@localhost>", "ceo", "sm.test", "ceo@localhost",
		{ "ceo@sm.test", "ceo@sm.test", "\"ceo\"@localhost", "\"ceo\"@sm.test" } },
	{ "localhost in a domain", "<ceo@LocalHost.test>", "ceo", "sm.test", "ceo@localhost.test",
		{ "ceo@sm.test", "ceo@sm.test", NULL, "ceo@sm.test" } },
	{ "its own address", "<ceo@[127.0.0.1]>", "ceo", "sm.test", "ceo@[127.0.0.1]",
		{ "ceo@sm.test", "ceo@sm.test", NULL, "ceo@sm.test" } },
	{ "its own name", "<ceo@sm.test>", "ceo", "sm.test", "ceo@sm.test", { 0 } },
	{ "another domain of its own", "<ceo+tag@w.example.com>", "ceo", "sm.test", "ceo+tag@w.example.com", { 0 } },
	{ "a routed sender whose quotes stay", "<\"a%cname.test\"@sm.test>", "a@www.example.net", "", "a%cname.test@sm.test",
		{ "a@www.example.net", NULL, "\"a%cname.test\"@sm.test", "\"a%cname.test\"@sm.test" } },
	/* What nobody does, and is judged all the same */
	{ "another local part", "<other@example.net>", "no-reply@example.net", "", "other@example.net",
		{ "no-reply@example.net", NULL, NULL, "no-reply@example.net" } },
	{ "all of it is another", "<other@example.net>", "boss@example.com", "", "other@example.net",
		{ "boss@example.com", "other@example.com", NULL, "boss@example.com" } },
	{ "brackets", "<a@b.test>", "<A@B.test>", "", "a@b.test", { 0 } },
	/* No MTA says anything */
	{ "nothing told", "<CEO@mail>", "", "", "CEO@mail", { 0 } },
	{ "nothing told, its name is", "<CEO@mail>", "", "sm.test", "CEO@mail", { 0 } },
	{ "nothing told, quotes", "<\"no-reply\"@Example.net>", "", "", "no-reply@example.net",
		{ NULL, NULL, "\"no-reply\"@example.net", "\"no-reply\"@example.net" } },
	{ "nothing told, spaces", " < a@b.test > ", "", "", "a@b.test", { 0 } },
	{ "no name of its own", "<ceo@localhost>", "ceo", "", "ceo@localhost", { 0 } },
	{ "an error text", "<a@example.com>", "Relay access denied", "", "a@example.com", { 0 } },
};

static void finds_all(void **state)
{
	struct arena arena = { 0 };
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *name = cases[i].name;
		struct text raw = text_of(cases[i].raw), completed = text_of(cases[i].completed), own = text_of(cases[i].own);
		struct mailbox mailbox = mailbox_parse(&arena, raw, completed, MAILBOX_CASE_DOMAIN), got[SPELLINGS];
		bool plain = true;

		CHECK_CASE(failures, name, mailbox.kind == MAILBOX_ADDRESS);
		CHECK_CASE(failures, name,
			spellings_find(&arena, &mailbox, raw, completed, own, MAILBOX_CASE_DOMAIN, got) == MAILBOX_ADDRESS);
		for (unsigned k = 0; k < SPELLINGS; k++) {
			const char *want = k && cases[i].other[k - 1] ? cases[i].other[k - 1] : cases[i].given;
			CHECK_CASE(failures, name, text_equals(got[k].address, text_of(want)));
			if (!text_equals(got[k].address, text_of(want)))
				print_error("  spelling %u: %.*s, want %s\n", k, TEXT_ARGS(got[k].address), want);
			CHECK_CASE(failures, name,
				text_starts_with(got[k].address, got[k].local) && text_ends_with(got[k].address, got[k].domain));
			CHECK_CASE(failures, name, got[k].local.length + 1 + got[k].domain.length == got[k].address.length);
			plain = plain && !strcmp(want, cases[i].given);
		}
		/* Never where they differ; the usual forms need no second look. */
		CHECK_CASE(failures, name, plain || !spellings_agree(&mailbox, raw, completed));
	}
	arena_free(&arena);
	assert_int_equal(failures, 0);
}

static void usual_forms_agree(void **state)
{
	static const char *const rows[][2] = {
		{ "<a@example.net>", "a@example.net" },
		{ "<A.B@Example.NET>", "a.b@example.net" },
		{ "<A.B@Example.NET>", "A.B@Example.NET" },
		{ "a@example.net", "a@example.net" },
		{ "<a@example.net>", "" },
		{ "a@example.net", "" },
		{ "<ceo>", "ceo@relay.test" },
		{ "<\"no-reply\"@example.net>", "no-reply@example.net" },
		{ "<a@example.net.>", "a@example.net" },
	};
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct text raw = text_of(rows[i][0]), completed = text_of(rows[i][1]);
		struct mailbox mailbox = mailbox_parse(&arena, raw, completed, MAILBOX_CASE_DOMAIN);
		if (mailbox.kind != MAILBOX_ADDRESS || !spellings_agree(&mailbox, raw, completed))
			fail_msg("%s, %s", rows[i][0], rows[i][1]);
	}
	arena_free(&arena);
}

/* What the MTA is going to relay must be an address. */
static void unreadable_forms(void **state)
{
	static const char *const rows[] = { "a@b@c.test", "a@", "a b@c.test", "a@c.test(x)", "a@c.test\nx", "\"a@c.test", "a@..",
		"a@\xff.test" };
	struct arena arena = { 0 };
	struct mailbox got[SPELLINGS];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct mailbox mailbox = mailbox_parse(&arena, TEXT("<a@c>"), TEXT(""), MAILBOX_CASE_DOMAIN);
		assert_false(spellings_agree(&mailbox, TEXT("<a@c>"), text_of(rows[i])));
		if (spellings_find(&arena, &mailbox, TEXT("<a@c>"), text_of(rows[i]), TEXT(""), MAILBOX_CASE_DOMAIN, got) !=
			MAILBOX_INVALID)
			fail_msg("%s", rows[i]);
	}
	arena_free(&arena);
}

/* Postfix relays user%other.test@mail.example.net where it tells user@other.test; Sendmail may do as much to a full domain. */
static void routes_hide_a_domain(void **state)
{
	static const struct {
		const char *raw, *own;
		enum mailbox_kind want;
	} rows[] = {
		{ "<user%other.test@mail>", "", MAILBOX_INVALID },
		{ "<other.test!user@mail>", "", MAILBOX_INVALID },
		{ "<\"user@other.test\"@mail>", "", MAILBOX_INVALID },
		{ "<user%other.test@localhost>", "sm.test", MAILBOX_INVALID },
		{ "<user%other.test@cname.test>", "sm.test", MAILBOX_INVALID },
		{ "<user%other.test@relay.test>", "", MAILBOX_ADDRESS },
	};
	struct arena arena = { 0 };
	struct mailbox got[SPELLINGS];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct text raw = text_of(rows[i].raw), told = TEXT("user@other.test");
		struct mailbox mailbox = mailbox_parse(&arena, raw, told, MAILBOX_CASE_DOMAIN);
		if (spellings_find(&arena, &mailbox, raw, told, text_of(rows[i].own), MAILBOX_CASE_DOMAIN, got) != rows[i].want)
			fail_msg("%s", rows[i].raw);
	}
	arena_free(&arena);
}

static void keeps_case(void **state)
{
	struct text raw = TEXT("<\"A\"@Mail>"), completed = TEXT("\"A\"@Mail.Example.NET");
	struct arena arena = { 0 };
	struct mailbox mailbox = mailbox_parse(&arena, raw, completed, MAILBOX_CASE_PRESERVE), got[SPELLINGS];

	(void)state;
	assert_int_equal(spellings_find(&arena, &mailbox, raw, completed, TEXT(""), MAILBOX_CASE_PRESERVE, got), MAILBOX_ADDRESS);
	assert_true(text_equals(got[SPELLING_GIVEN].address, TEXT("A@Mail")));
	assert_true(text_equals(got[SPELLING_MIXED].address, TEXT("A@Mail.Example.NET")));
	assert_true(text_equals(got[SPELLING_WRITTEN].address, TEXT("\"A\"@Mail")));
	assert_true(text_equals(got[SPELLING_TOLD].address, TEXT("\"A\"@Mail.Example.NET")));
	/* The letters of a domain are no difference between client and MTA even where they are kept. */
	mailbox = mailbox_parse(&arena, TEXT("<a@Example.NET>"), TEXT(""), MAILBOX_CASE_PRESERVE);
	assert_true(spellings_agree(&mailbox, TEXT("<a@Example.NET>"), TEXT("a@example.net")));
	arena_free(&arena);
}

static void unqualified(void **state)
{
	static const struct {
		const char *domain;
		bool want;
	} rows[] = {
		{ "mail", true },
		{ "localhost", true },
		{ "LOCALHOST.test", true },
		{ "localhost.a.b", true },
		{ "[127.0.0.1]", true },
		{ "[IPv6:::1]", true },
		{ "example.net", false },
		{ "localhosts.test", false },
		{ "a.localhost", false },
		{ "x_y.z", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (spellings_is_unqualified(text_of(rows[i].domain)) != rows[i].want)
			fail_msg("%s", rows[i].domain);
}

static void short_memory(void **state)
{
	struct text raw = TEXT("<\"a\"@mail>"), completed = TEXT("\"a\"@mail.example.net");
	struct arena parsed = { 0 }, arena = { 0 };
	struct mailbox mailbox = mailbox_parse(&parsed, raw, completed, MAILBOX_CASE_DOMAIN), got[SPELLINGS];

	(void)state;
	short_memory_after(1);
	assert_int_equal(spellings_find(&arena, &mailbox, raw, completed, TEXT(""), MAILBOX_CASE_DOMAIN, got), MAILBOX_MEMORY);
	short_memory_after(0);
	assert_int_equal(spellings_find(&arena, &mailbox, raw, completed, TEXT(""), MAILBOX_CASE_DOMAIN, got), MAILBOX_ADDRESS);
	arena_free(&arena);
	arena_free(&parsed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_all),
		cmocka_unit_test(usual_forms_agree),
		cmocka_unit_test(unreadable_forms),
		cmocka_unit_test(routes_hide_a_domain),
		cmocka_unit_test(keeps_case),
		cmocka_unit_test(unqualified),
		cmocka_unit_test(short_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
