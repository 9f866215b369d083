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
	{ .login = "mallory", .refuse = 1 },
	{ .network = "10.9.0.0/16", .refuse = 1 },
	{ .network = "::ffff:10.8.0.0/112", .refuse = 1 },
	{ .login = "eve", .network = "192.0.2.0/24", .refuse = 1 },
	{ .login = "Shop", .arn = USER "shop" },
	{ .login = "shop", .network = "10.7.0.0/16", .arn = USER "small-shop" },
	{ .login = "*", .network = "::/0", .arn = USER "six/${login}" },
	{ .login = "*", .arn = USER "${login}" },
};

static const char *const realms[] = { "relay.test", "Mail.TEST" };

/* Instead of an ARN, where there is none. */
#define UNFIT "unfit"
#define LETTERS "other letters"
#define REFUSED "refused"

static const struct {
	const char *name, *login, *ip, *want;
} clients[] = {
	{ "login and network", "billing", "10.2.3.4", USER "inside" },
	{ "login elsewhere", "billing", "192.0.2.1", USER "billing" },
	{ "login without an address", "billing", "", USER "billing" },
	{ "network alone", "", "10.1.2.3", USER "batch" },
	{ "the first that fits", "ann", "10.1.2.3", USER "batch" },
	{ "every login, IPv6", "ann", "2001:db8::1", USER "six/ann" },
	{ "every login", "ann@other.test", "192.0.2.1", USER "ann@other.test" },
	{ "other letters than the entry", "Billing", "192.0.2.1", LETTERS },
	{ "other letters, without an address", "BILLING", "", LETTERS },
	{ "other letters than one that is refused", "Mallory", "192.0.2.1", LETTERS },
	{ "other letters than an entry for another network", "Eve", "198.51.100.1", USER "Eve" },
	{ "both letters have entries", "shop", "10.7.0.1", USER "small-shop" },
	{ "both letters have entries, elsewhere", "shop", "192.0.2.1", LETTERS },
	{ "both letters have entries, the first", "Shop", "10.7.0.1", USER "shop" },
	{ "other letters, behind a network that takes the client", "Mallory", "10.1.2.3", USER "batch" },
	{ "a realm", "billing@relay.test", "192.0.2.1", USER "billing" },
	{ "a realm has no case", "billing@MAIL.test", "192.0.2.1", USER "billing" },
	{ "a realm with a dot at its end", "billing@relay.test.", "192.0.2.1", USER "billing" },
	{ "a realm in ${login}", "ann@relay.test", "192.0.2.1", USER "ann" },
	{ "a realm with a name in front", "billing@x.relay.test", "192.0.2.1", USER "billing@x.relay.test" },
	{ "a realm that ends another word", "billing@myrelay.test", "192.0.2.1", USER "billing@myrelay.test" },
	{ "a realm in front of the last", "billing@relay.test@other.test", "192.0.2.1", USER "billing@relay.test@other.test" },
	{ "an address, and a realm", "ann@other.test@relay.test", "192.0.2.1", USER "ann@other.test" },
	{ "a realm twice", "billing@relay.test@relay.test", "192.0.2.1", UNFIT },
	{ "two realms", "billing@mail.test@relay.test", "192.0.2.1", UNFIT },
	{ "a realm alone", "@relay.test", "192.0.2.1", UNFIT },
	{ "a realm alone, where a network takes the client", "@relay.test", "10.1.2.3", UNFIT },
	{ "an at sign alone", "@", "192.0.2.1", USER "@" },
	{ "the name of a realm", "relay.test", "192.0.2.1", USER "relay.test" },
	{ "refused by login", "mallory", "10.1.2.3", USER "batch" },
	{ "refused by login, elsewhere", "mallory@relay.test", "192.0.2.1", REFUSED },
	{ "refused by network", "ann", "10.9.1.1", REFUSED },
	{ "refused by network, without a login", "", "10.9.1.1", REFUSED },
	{ "refused by a network that is written as IPv6", "", "10.8.0.1", REFUSED },
	{ "refused network, client written as IPv6", "", "::ffff:10.9.1.1", REFUSED },
	{ "refused by both", "eve", "192.0.2.1", REFUSED },
	{ "refused by both, elsewhere", "eve", "198.51.100.1", USER "eve" },
	{ "nobody", "", "192.0.2.1", USER "smtp-relay" },
	{ "nobody, nowhere", "", "", USER "smtp-relay" },
	{ "a slash", "team/ann", "192.0.2.1", UNFIT },
	{ "a star", "*", "192.0.2.1", UNFIT },
	{ "a colon", "a:b", "192.0.2.1", UNFIT },
	{ "a variable", "${aws:username}", "192.0.2.1", UNFIT },
	{ "a letter beyond ASCII", "j\xc3\xb6rg", "192.0.2.1", UNFIT },
	{ "64 bytes", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "192.0.2.1",
		USER "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
	{ "65 bytes", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "192.0.2.1", UNFIT },
};

static const char *answer(enum principal_found found, const struct caller *caller)
{
	static const char *const words[] = {
		[PRINCIPAL_LOGIN_UNFIT] = UNFIT,
		[PRINCIPAL_LOGIN_CASE] = LETTERS,
		[PRINCIPAL_REFUSED] = REFUSED,
		[PRINCIPAL_MEMORY] = "memory",
	};

	/* An ARN of the map has a NUL behind it. */
	return found == PRINCIPAL_FOUND ? caller->text.at : words[found];
}

static void clients_are_found(void **state)
{
	const struct principal_options options = { rules, COUNT_OF(rules) };
	const struct string_list realm_list = { realms, COUNT_OF(realms) };
	struct arena arena = { 0 };
	struct principal_map map;
	struct faults faults;
	size_t failures = 0;

	(void)state;
	faults_init(&faults);
	assert_true(principal_map_compile(&arena, &options, &map, &faults));
	assert_true(principal_map_realms(&arena, &realm_list, &map, &faults));
	assert_true(principal_map_fallback(&arena, &map, TEXT("aws"), TEXT("123456789012")));
	for (size_t i = 0; i < COUNT_OF(clients); i++) {
		const struct principal_rule *rule;
		struct caller caller;
		struct ip ip = { 0 };

		assert_true(!*clients[i].ip || ip_parse(text_of(clients[i].ip), &ip));
		enum principal_found found = principal_find(&map, &arena, text_of(clients[i].login), &ip, &rule, &caller);
		const char *got = answer(found, &caller);
		CHECK_CASE(failures, clients[i].name, strcmp(got, clients[i].want) == 0);
		CHECK_CASE(failures, clients[i].name,
			text_equals(caller.account, text_of(found == PRINCIPAL_FOUND ? "123456789012" : NULL)));
	}
	arena_free(&arena);
	assert_int_equal(failures, 0);
}

static void lists_that_cannot_be_meant(void **state)
{
	struct principal_option nobody[] = { { .arn = USER "${login}" } };
	struct principal_option hidden[] = { { .arn = USER "all" }, { .login = "a", .arn = USER "a" } };
	struct principal_option closed[] = { { .refuse = 1 }, { .login = "a", .arn = USER "a" } };
	const struct {
		struct principal_options options;
		const char *fault;
	} cases[] = {
		{ { nobody, COUNT_OF(nobody) },
			"principals[0].arn: ${login} where a client need not have one; add \"login\": \"*\"" },
		{ { hidden, COUNT_OF(hidden) }, "principals[0]: fits every client, so those behind it never count; put it last" },
		{ { closed, COUNT_OF(closed) }, "principals[0]: fits every client, so those behind it never count; put it last" },
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

/* An entry that is written with a realm would never be met. */
static void realms_are_no_part_of_entries(void **state)
{
	struct principal_option entries[] = {
		{ .login = "a", .arn = USER "a" },
		{ .login = "b@Relay.test", .arn = USER "b" },
		{ .login = "c@other.test", .arn = USER "c" },
		{ .login = "@mail.test", .refuse = 1 },
	};
	const struct principal_options options = { entries, COUNT_OF(entries) };
	const struct string_list list = { realms, COUNT_OF(realms) }, none = { NULL, 0 };
	struct arena arena = { 0 };
	struct principal_map map;
	struct faults faults;

	(void)state;
	faults_init(&faults);
	assert_true(principal_map_compile(&arena, &options, &map, &faults));
	assert_true(principal_map_realms(&arena, &none, &map, &faults));
	assert_false(principal_map_realms(&arena, &list, &map, &faults));
	assert_int_equal(faults.count, 2);
	assert_string_equal(faults.first->text,
		"principals[1].login: \"b@Relay.test\" never comes, since \"Relay.test\" of login_realms "
		"is taken off first; write it without");
	faults_free(&faults);
	arena_free(&arena);
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
		{ "arn:aws:iam::123456789012:group/g", "", "" },
		/* No ARN: it has too few fields. */
		{ "user/a", "", "" },
		{ "arn:aws:iam:user/a", "", "" },
		{ "", "", "" },
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
		cmocka_unit_test(realms_are_no_part_of_entries),
		cmocka_unit_test(names_and_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
