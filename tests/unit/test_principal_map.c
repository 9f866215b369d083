/* SPDX-License-Identifier: BSD-2-Clause */
/* principal_map: which texts are principals, and who a client is. */
#include "unit/check.h"

#include "ses/principal_map.h"

#include <stdio.h>
#include <string.h>

#define USER "arn:aws:iam::123456789012:user/"

static const struct {
	const char *arn;
	bool valid;
} patterns[] = {
	{ USER "billing", true },
	{ USER "team/a/billing", true },
	{ USER "${login}", true },
	{ USER "mail/x-${login}-y", true },
	{ "arn:aws:iam::123456789012:root", true },
	{ "arn:aws:iam::123456789012:role/r", true },
	{ "arn:aws:sts::123456789012:assumed-role/r/${login}", true },
	{ "arn:aws-us-gov:iam::123456789012:user/a", true },
	{ USER, false },
	{ USER "a/", false },
	{ USER "*", false },
	{ USER "a b", false },
	{ USER "${login}${login}", false },
	{ USER "${user}", false },
	{ USER "${login", false },
	{ "arn:aws:iam::${login}:user/a", false },
	{ "arn:aws:iam:us-east-1:123456789012:user/a", false },
	{ "arn:aws:iam::1234:user/a", false },
	{ "arn:aws:iam::123456789012:group/g", false },
	{ "arn:aws:ses::123456789012:user/a", false },
	{ "arn:nowhere:iam::123456789012:user/a", false },
	{ "billing", false },
	{ "123456789012", false },
	{ "", false },
};

static void patterns_are_told(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(patterns); i++)
		CHECK_CASE(failures, patterns[i].arn, principal_pattern_is_valid(text_of(patterns[i].arn)) == patterns[i].valid);
	assert_int_equal(failures, 0);
}

static struct principal_option rules[] = {
	{ .login = "billing", .network = "10.0.0.0/8", .arn = USER "inside" },
	{ .login = "billing", .arn = USER "billing" },
	{ .network = "10.1.0.0/16", .arn = USER "batch" },
	{ .login = "*", .network = "::/0", .arn = USER "six/${login}" },
	{ .login = "*", .arn = USER "${login}" },
};

static const struct {
	const char *name, *login, *ip, *want; /* want: "" for a login that fits no ARN */
} clients[] = {
	{ "login and network", "billing", "10.2.3.4", USER "inside" },
	{ "login elsewhere", "billing", "192.0.2.1", USER "billing" },
	{ "login without an address", "billing", "", USER "billing" },
	{ "network alone", "", "10.1.2.3", USER "batch" },
	{ "the first that fits", "ann", "10.1.2.3", USER "batch" },
	{ "every login, IPv6", "ann", "2001:db8::1", USER "six/ann" },
	{ "every login", "ann@relay.test", "192.0.2.1", USER "ann@relay.test" },
	{ "logins have case", "Billing", "192.0.2.1", USER "Billing" },
	{ "nobody", "", "192.0.2.1", USER "smtp-relay" },
	{ "nobody, nowhere", "", "", USER "smtp-relay" },
	{ "a slash", "team/ann", "192.0.2.1", "" },
	{ "a star", "*", "192.0.2.1", "" },
	{ "a colon", "a:b", "192.0.2.1", "" },
	{ "a variable", "${aws:username}", "192.0.2.1", "" },
	{ "a letter beyond ASCII", "j\xc3\xb6rg", "192.0.2.1", "" },
	{ "64 bytes", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "192.0.2.1",
		USER "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
	{ "65 bytes", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "192.0.2.1", "" },
};

static void clients_are_found(void **state)
{
	const struct principal_options options = { rules, COUNT_OF(rules) };
	struct arena arena = { 0 };
	struct principal_map map;
	struct faults faults;
	size_t failures = 0;

	(void)state;
	faults_init(&faults);
	assert_true(principal_map_compile(&arena, &options, &map, &faults));
	assert_true(principal_map_fallback(&arena, &map, TEXT("aws"), TEXT("123456789012")));
	for (size_t i = 0; i < COUNT_OF(clients); i++) {
		const struct principal_rule *rule;
		struct caller caller;
		struct ip ip = { 0 };

		assert_true(!*clients[i].ip || ip_parse(text_of(clients[i].ip), &ip));
		enum principal_found found = principal_find(&map, &arena, text_of(clients[i].login), &ip, &rule, &caller);
		CHECK_CASE(failures, clients[i].name, found == (*clients[i].want ? PRINCIPAL_FOUND : PRINCIPAL_LOGIN_UNFIT));
		if (found == PRINCIPAL_FOUND)
			CHECK_CASE(failures, clients[i].name, text_equals(caller.text, text_of(clients[i].want)) &&
				text_equals(caller.account, TEXT("123456789012")));
	}
	arena_free(&arena);
	assert_int_equal(failures, 0);
}

static void lists_that_cannot_be_meant(void **state)
{
	struct principal_option nobody[] = { { .arn = USER "${login}" } };
	struct principal_option hidden[] = { { .arn = USER "all" }, { .login = "a", .arn = USER "a" } };
	const struct {
		struct principal_options options;
		const char *fault;
	} cases[] = {
		{ { nobody, COUNT_OF(nobody) }, "principals[0].arn: ${login} where a client need not have one; add \"login\": \"*\"" },
		{ { hidden, COUNT_OF(hidden) }, "principals[0]: fits every client, so those behind it never count; put it last" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct arena arena = { 0 };
		struct principal_map map;
		struct faults faults;

		faults_init(&faults);
		assert_false(principal_map_compile(&arena, &cases[i].options, &map, &faults));
		assert_string_equal(faults.first->text, cases[i].fault);
		faults_free(&faults);
		arena_free(&arena);
	}
}

static void names_and_types(void **state)
{
	static const struct {
		const char *arn, *name, *type;
	} cases[] = {
		{ USER "a", "a", "User" },
		{ USER "path/to/a", "a", "User" },
		{ "arn:aws:iam::123456789012:role/r", "", "AssumedRole" },
		{ "arn:aws:sts::123456789012:assumed-role/r/s", "", "AssumedRole" },
		{ "arn:aws:sts::123456789012:federated-user/f", "", "FederatedUser" },
		{ "arn:aws:iam::123456789012:root", "", "Account" },
	};
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		CHECK_CASE(failures, cases[i].arn, text_equals(principal_user_name(text_of(cases[i].arn)), text_of(cases[i].name)));
		CHECK_CASE(failures, cases[i].arn, text_equals(principal_type(text_of(cases[i].arn)), text_of(cases[i].type)));
	}
	assert_int_equal(failures, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_are_told),
		cmocka_unit_test(clients_are_found),
		cmocka_unit_test(lists_that_cannot_be_meant),
		cmocka_unit_test(names_and_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
