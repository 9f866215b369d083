/* SPDX-License-Identifier: BSD-2-Clause */
/* site_options: what cannot be meant is told, whichever place it comes from; and the limits that come of quotas. */
#include "unit/account_at.h"
#include "unit/check.h"
#include "unit/generation_of.h"

#include "ses/quotas_print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define USER "arn:aws:iam::123456789012:user/"
#define POLICY \
	"{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:*\",\"Resource\":" \
	"\"arn:aws:ses:us-west-2:123456789012:identity/example.net\"}}"

#define COUNTED(type, ...) \
	{ \
		(type[]){ __VA_ARGS__ }, sizeof((type[]){ __VA_ARGS__ }) / sizeof(type) \
	}
#define DAY(n) \
	{ \
		.per_day = { true, n } \
	}
#define EIGHT(a) a, a, a, a, a, a, a, a

static const struct {
	const char *name;
	struct site_options options;
	const char *want; /* in the first fault; NULL: it loads */
} cases[] = {
	{ "nothing", { .connection = CONNECTION_CLIENT }, NULL },
	{ "no network", { .networks = COUNTED(struct network_option, { .network = "10.0.0.0/8" }, { .network = "10.0.0.0/33" }) },
		"networks[1].network: is " },
	{ "no network of a principal",
		{ .principals = COUNTED(struct principal_option, { .network = "10.0.0.0/33", .arn = USER "a" }) },
		"principals[0].network: is " },
	{ "no principal", { .principals = COUNTED(struct principal_option, { .arn = "user/a" }) },
		"principals[0].arn: is not the ARN of a principal" },
	{ "a set for what is no identity",
		{ .configuration_sets = COUNTED(struct map_entry, { "two words", { (const char *const[]){ "main" }, 1 } }) },
		"configuration_sets: \"two words\" is neither a domain nor an address" },
	{ "no address", { .connection = CONNECTION_RELAY, .egress = COUNTED(const char *, "192.0.2.1", "192.0.2.0/24") },
		"egress[1]: is not an address" },
	{ "an address twice", { .connection = CONNECTION_RELAY, .egress = COUNTED(const char *, "2001:db8::1", "2001:DB8:0::1") },
		"egress[1]: 2001:db8::1 occurs twice" },
	{ "no addresses", { .connection = CONNECTION_RELAY }, "egress: names 0 addresses" },
	{ "too many addresses",
		{ .connection = CONNECTION_RELAY, .egress = COUNTED(const char *, EIGHT(EIGHT("192.0.2.1")), "192.0.2.1") },
		"egress: names 65 addresses" },
	{ "nobody for an identity", { .identities = COUNTED(const char *, "<>") },
		"identities: \"<>\" is neither a domain nor an address" },
	{ "a limit for what is no identity",
		{ .quotas = { .given = 1, .identities = COUNTED(struct quota_option, { "two words", DAY(9) }) } },
		"quotas.identities[0].identity: not an identity" },
	{ "a limit twice",
		{ .quotas = { .given = 1,
			  .senders = COUNTED(struct quota_option, { "a@example.net", DAY(99) }, { "b@example.net", DAY(99) },
				  { "A@Example.net", DAY(99) }) } },
		"quotas.senders[2]: has the same name as quotas.senders[0]; keep one of them" },
	{ "a limit behind a pattern",
		{ .quotas = { .given = 1,
			  .senders = COUNTED(struct quota_option, { "*@example.net", DAY(99) }, { "a@example.net", DAY(99) }) } },
		"quotas.senders[1]: never counts: what it fits is fit first by quotas.senders[0]; put it in front of that" },
	{ "in front of one",
		{ .quotas = { .given = 1,
			  .senders = COUNTED(struct quota_option, { "a@example.net", DAY(99) }, { "*@example.net", DAY(99) }) } },
		NULL },
	{ "a user behind all logins",
		{ .principals = COUNTED(struct principal_option, { .login = "*", .arn = USER "x-${login}-y", .limit = DAY(99) }),
			.quotas = { .given = 1, .principals = COUNTED(struct quota_option, { USER "X-a-Y", DAY(99) }) } },
		"quotas.principals[0]: never counts: what it fits is fit first by principals[0]" },
	{ "users that are no logins",
		{ .principals = COUNTED(struct principal_option, { .login = "*", .arn = USER "x-${login}-y", .limit = DAY(99) }),
			.quotas = { .given = 1,
				.principals = COUNTED(struct quota_option, { USER "x-a/b-y", DAY(99) }, { USER "x-a-z", DAY(99) },
					{ USER "z-a-y", DAY(99) }, { USER "x--y", DAY(99) }, { USER "x-y", DAY(99) }) } },
		NULL },
	{ "a dollar that is no login",
		{ .principals = COUNTED(struct principal_option, { .login = "*", .arn = USER "a$b-${login}", .limit = DAY(99) }),
			.quotas = { .given = 1 } },
		NULL },
	{ "a client that is refused has no limit",
		{ .principals = COUNTED(struct principal_option, { .login = "a", .refuse = 1, .limit = DAY(99) }),
			.quotas = { .given = 1, .account = { ACCOUNT_LIMIT_SETTINGS, DAY(99) } } },
		NULL },
};

static void what_cannot_be_meant_is_told(void **state)
{
	static const char *const policies[] = { POLICY };
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct site_options options = cases[i].options;
		struct faults faults;

		faults_init(&faults);
		struct generation *generation = generation_of(policies, 1, &options, &faults);
		const char *said = faults.first ? faults.first->text : "";
		CHECK_CASE(failures, cases[i].name, !generation == (cases[i].want != NULL));
		CHECK_CASE(failures, cases[i].name, !cases[i].want || strstr(said, cases[i].want));
		if (cases[i].want && !strstr(said, cases[i].want))
			print_error("%s\n", said);
		generation_free(generation);
		faults_free(&faults);
	}
	assert_int_equal(failures, 0);
}

#define OF_SES(day, rate, sent) \
	"{\"SendingEnabled\":true,\"ProductionAccessEnabled\":true,\"SendQuota\":{\"Max24HourSend\":" day ",\"MaxSendRate\":" rate \
	",\"SentLast24Hours\":" sent "}}"
#define WITHOUT "{\"SendingEnabled\":true,\"ProductionAccessEnabled\":true}"

/* The limit of the account, as SES has it. */
static const struct {
	const char *name, *account;
	const char *want; /* in the first fault; NULL: */
	int64_t per_day, rate, burst, seed;
} limits[] = {
	{ "as it usually is", OF_SES("50000.0", "14.0", "7.0"), NULL, 50000, 14000, 840, 7 },
	{ "parts", OF_SES("200.9", "0.5", "7.2"), NULL, 200, 500, 50, 8 },
	{ "no limits", OF_SES("-1", "-1", "0"), NULL, QUOTA_UNLIMITED, QUOTA_UNLIMITED, 0, 0 },
	{ "more than can be counted", OF_SES("1e13", "1e13", "1e13"), NULL, QUOTA_UNLIMITED, QUOTA_UNLIMITED, 0,
		QUOTA_RECIPIENTS_MAX },
	{ "a rate too small to count", OF_SES("0", "0.0001", "0"), NULL, 0, 1, 50, 0 },
	{ "none", WITHOUT, "quotas.account: the account state has no SendQuota", 0, 0, 0, 0 },
};

static void the_account_has_the_limits_of_ses(void **state)
{
	static const char *const policies[] = { POLICY };
	char folder[] = "/tmp/test_site_options.XXXXXX";
	size_t failures = 0;

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (size_t i = 0; i < COUNT_OF(limits); i++) {
		struct site_options options = { .account_state = folder,
			.quotas = { .given = 1, .account = { .from = ACCOUNT_LIMIT_SES } } };
		struct faults faults;

		account_at_put(folder, "state.json", AT_STATE("\"account\":" AT_WHEN));
		account_at_put(folder, "account.json", limits[i].account);
		faults_init(&faults);
		struct generation *generation = generation_of(policies, 1, &options, &faults);
		CHECK_CASE(failures, limits[i].name, !generation == (limits[i].want != NULL));
		if (limits[i].want)
			CHECK_CASE(failures, limits[i].name, faults.first && strstr(faults.first->text, limits[i].want));
		if (generation) {
			const struct quota_rule *rule = quotas_find(&generation->quotas, QUOTA_ACCOUNT, TEXT(""));
			assert_non_null(rule);
			CHECK_CASE(failures, limits[i].name,
				rule->limit.per_day == limits[i].per_day && rule->limit.rate == limits[i].rate);
			CHECK_CASE(failures, limits[i].name, rule->limit.rate < 0 || rule->limit.burst == limits[i].burst);
			CHECK_CASE(failures, limits[i].name, generation->quotas.seed == limits[i].seed);
		}
		generation_free(generation);
		faults_free(&faults);
	}
	account_at_clear(folder);
	assert_int_equal(rmdir(folder), 0);
	assert_int_equal(failures, 0);
}

static void limits_are_printed(void **state)
{
	static struct quota_option senders[] = { { "a@example.net", { .per_day = { true, 1 } } },
		{ "b@example.net", { .per_day = { true, 70 }, .per_second = { true, 14000 } } },
		{ "*@example.net", { .per_second = { true, 1500 }, .monitor = 1 } } };
	struct site_options options = {
		.quotas = { .given = 1, .account = { .from = ACCOUNT_LIMIT_SETTINGS }, .senders = { senders, 3 } }
	};
	struct generation *generation = generation_of_site(POLICY, &options);
	char *said;
	size_t length;
	FILE *out = open_memstream(&said, &length);

	(void)state;
	quotas_print(&generation->quotas, out);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(said,
		"quota: account: no limit\n"
		"quota: sender a@example.net: 1 recipient in 24 hours\n"
		"quota: sender b@example.net: 70 recipients in 24 hours, 14 a second (burst 840)\n"
		"quota: sender *@example.net: 1.5 a second (burst 90), each, only watched\n");
	free(said);
	generation_free(generation);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_cannot_be_meant_is_told),
		cmocka_unit_test(the_account_has_the_limits_of_ses),
		cmocka_unit_test(limits_are_printed),
	};

	return cmocka_run_group_tests_name("site_options", tests, NULL, NULL);
}
