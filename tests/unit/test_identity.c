/* SPDX-License-Identifier: BSD-2-Clause */
/* identity: the most specific of the verified identities, by the examples of SES's developer guide. */
#include "unit/check.h"

#include "ses/identity.h"

#include <string.h>

static const char *const verified[] = {
	"example.com",
	"b.example.com",
	"A.B.Example.com.",
	"user@a.b.example.com",
	"sender@example.com",
	"\"with space\"@example.com",
	"sender@example.com",
	"Boss@EXAMPLE.org",
	"example.com",
};

static const struct {
	const char *name, *address, *want;
	bool unknown;
} cases[] = {
	{ "the address itself", "user@a.b.example.com", "user@a.b.example.com", false },
	{ "another address of its domain", "other@a.b.example.com", "a.b.example.com", false },
	{ "the same user one domain up", "user@b.example.com", "b.example.com", false },
	{ "a domain above", "user@c.b.example.com", "b.example.com", false },
	{ "two domains above", "user@x.y.example.com", "example.com", false },
	{ "the domain, capitals in the address", "user@EXAMPLE.com", "example.com", false },
	{ "label of an address", "sender+x@example.com", "sender@example.com", false },
	{ "label with a plus in it", "sender+x+y@example.com", "sender@example.com", false },
	{ "empty label", "sender+@example.com", "sender@example.com", false },
	{ "label of no identity", "nobody+x@example.com", "example.com", false },
	{ "nothing but a label", "+sender@example.com", "example.com", false },
	{ "a plus in quotes is no label", "\"sender+ x\"@example.com", "example.com", false },
	{ "local parts have case", "Sender@example.com", "example.com", false },
	{ "identity with capitals", "Boss@example.org", "Boss@example.org", false },
	{ "quoted", "\"with space\"@example.com", "\"with space\"@example.com", false },
	{ "end of a label is not a domain above", "a@notexample.com", "notexample.com", true },
	{ "covered by none", "a@mail.example.net", "mail.example.net", true },
	{ "domain of an address identity", "user@example.org", "example.org", true },
	{ "literal", "a@[1.2.3.4]", "[1.2.3.4]", true },
};

static void covers(void **state)
{
	struct arena arena = { 0 };
	struct text list[COUNT_OF(verified)];
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(verified); i++)
		assert_int_equal(identity_read(&arena, text_of(verified[i]), MAILBOX_CASE_DOMAIN, &list[i]), MAILBOX_ADDRESS);
	size_t count = identity_sort(list, COUNT_OF(verified));
	assert_int_equal(count, COUNT_OF(verified) - 2);

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct mailbox mailbox = mailbox_parse(&arena, text_of(cases[i].address), TEXT(""), MAILBOX_CASE_DOMAIN);
		struct text got;
		size_t index;

		CHECK_CASE(failures, cases[i].name,
			identity_of(&arena, list, count, &mailbox, &got, &index) ==
				(cases[i].unknown ? IDENTITY_UNKNOWN : IDENTITY_KNOWN));
		CHECK_CASE(failures, cases[i].name, text_equals(got, text_of(cases[i].want)));
		CHECK_CASE(failures, cases[i].name, cases[i].unknown ? index == count : text_equals(list[index], got));
		assert_int_equal(identity_of(&arena, NULL, 0, &mailbox, &got, &index), IDENTITY_UNKNOWN);
		CHECK_CASE(failures, cases[i].name, text_equals(got, mailbox.domain));
	}
	arena_free(&arena);
	assert_int_equal(failures, 0);
}

/* With case preserved, addresses are held against each other as written, domains still without case. */
static void preserved_case(void **state)
{
	struct arena arena = { 0 };
	struct text list[2], got;
	size_t index;

	(void)state;
	identity_read(&arena, TEXT("a@Example.com"), MAILBOX_CASE_PRESERVE, &list[0]);
	identity_read(&arena, TEXT("Example.com"), MAILBOX_CASE_PRESERVE, &list[1]);
	assert_int_equal(identity_sort(list, 2), 2);
	struct mailbox mailbox = mailbox_parse(&arena, TEXT("a@Example.com"), TEXT(""), MAILBOX_CASE_PRESERVE);
	assert_int_equal(identity_of(&arena, list, 2, &mailbox, &got, &index), IDENTITY_KNOWN);
	assert_true(text_equals(got, TEXT("a@Example.com")));
	mailbox = mailbox_parse(&arena, TEXT("a@EXAMPLE.com"), TEXT(""), MAILBOX_CASE_PRESERVE);
	assert_int_equal(identity_of(&arena, list, 2, &mailbox, &got, &index), IDENTITY_KNOWN);
	assert_true(text_equals(got, TEXT("example.com")));
	arena_free(&arena);
}

static void reads(void **state)
{
	static const char *const bad[] = { "", "a b.com", "a@", "@example.com", "*.example.com@x@y", "a,b", "example..com", "<>" };
	struct arena arena = { 0 };
	struct text got;
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		CHECK_CASE(failures, bad[i], identity_read(&arena, text_of(bad[i]), MAILBOX_CASE_DOMAIN, &got) == MAILBOX_INVALID);
	arena_free(&arena);
	assert_int_equal(failures, 0);
}

static void arns(void **state)
{
	struct arena arena = { 0 };

	(void)state;
	assert_true(text_equals(identity_arn(&arena, TEXT("aws"), TEXT("us-west-2"), TEXT("123456789012"), TEXT("example.net")),
		TEXT("arn:aws:ses:us-west-2:123456789012:identity/example.net")));
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(covers),
		cmocka_unit_test(preserved_case),
		cmocka_unit_test(reads),
		cmocka_unit_test(arns),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
