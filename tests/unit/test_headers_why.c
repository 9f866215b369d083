/* SPDX-License-Identifier: BSD-2-Clause */
/* headers_why: what the daemon says makes it ask for headers. */
#include "unit/account_at.h"
#include "unit/check.h"
#include "unit/generation_of.h"

#include "ses/headers_why.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARN "arn:aws:ses:us-west-2:123456789012:"
#define DENY(resource, rest) \
	"{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:*\",\"Resource\":\"" resource \
	"\"" rest "}}"
#define IF(key, value) ",\"Condition\":{\"StringEquals\":{\"" key "\":\"" value "\"}}"
#define ALL DENY("*", IF("aws:SecureTransport", "false"))

static struct principal_option pinned[] = { { .login = "a", .arn = "arn:aws:iam::123456789012:user/a" },
	{ .arn = "arn:aws:iam::123456789012:user/b", .tenant = "red" } };
static struct quota_option senders[] = { { "*@example.net", { .per_day = { true, 100 } } } };
static struct quota_option identities[] = { { "example.net", { .per_day = { true, 100 } } } };
#define ACCOUNT_LIMIT .quotas = { .given = 1, .account = { ACCOUNT_LIMIT_SETTINGS, { .per_day = { true, 100 } } } }
static char folder[] = "/tmp/test_headers_why.XXXXXX";

static const struct {
	const char *name, *policy;
	struct site_options options;
	bool keeps;       /* for records */
	const char *want; /* NULL: they are not asked for */
} cases[] = {
	{ "nothing", ALL, { .from_address = FROM_ENVELOPE }, false, NULL },
	{ "records", ALL, { .from_address = FROM_ENVELOPE }, true, "records_allowed is whole" },
	{ "a name", DENY("*", IF("ses:FromDisplayName", "x")), { .from_address = FROM_ENVELOPE }, false,
		"p0.json uses ses:FromDisplayName" },
	{ "a name in a variable", DENY("*", IF("aws:username", "${ses:FromDisplayName}")), { .from_address = FROM_ENVELOPE }, false,
		"p0.json uses ses:FromDisplayName" },
	{ "a name in a resource", DENY(ARN "identity/${ses:FromDisplayName}", ""), { .from_address = FROM_ENVELOPE }, false,
		"p0.json uses ses:FromDisplayName" },
	{ "other variables first", DENY("*", IF("aws:username", "${aws:PrincipalArn}-${ses:FeedbackAddress}")),
		{ .from_address = FROM_ENVELOPE }, false, "p0.json uses ses:FeedbackAddress" },
	{ "both senders", DENY("*", IF("ses:FromAddress", "x@example.net")), { .from_address = FROM_BOTH }, false,
		"p0.json uses ses:FromAddress and from_address is both" },
	{ "that of the header", DENY("*", IF("ses:FromAddress", "x@example.net")), { .from_address = FROM_HEADER }, false,
		"p0.json uses ses:FromAddress and from_address is header" },
	{ "an identity", DENY(ARN "identity/example.net", ""), { .from_address = FROM_BOTH }, false,
		"p0.json is about some identities and from_address is both" },
	{ "a set", DENY(ARN "configuration-set/x", ""), { .from_address = FROM_ENVELOPE }, false,
		"p0.json can be about configuration sets" },
	{ "fields are refused", ALL, { .from_address = FROM_ENVELOPE, .ses_headers = SES_HEADERS_REFUSE }, false,
		"ses_headers is refuse" },
	{ "limits", ALL, { .from_address = FROM_BOTH, .quotas = { .given = 1, .senders = { senders, 1 } } }, false,
		"quotas count senders or identities" },
	{ "a tenant", ALL, { .from_address = FROM_ENVELOPE, .principals = { pinned, 2 } }, false, "a principal has a tenant" },
	{ "the form", ALL, { .from_address = FROM_ENVELOPE, .form = FORM_CHECK }, false, "form is check" },
	/* What is counted without a look at headers is no cause. */
	{ "limits of the account", ALL, { .from_address = FROM_ENVELOPE, ACCOUNT_LIMIT }, false, NULL },
	{ "limits of the account, and the form", ALL, { .from_address = FROM_ENVELOPE, .form = FORM_CHECK, ACCOUNT_LIMIT }, false,
		"form is check" },
	{ "limits of the account, and a tenant", ALL, { .from_address = FROM_ENVELOPE, .principals = { pinned, 2 }, ACCOUNT_LIMIT },
		false, "a principal has a tenant" },
	{ "limits of identities", ALL, { .from_address = FROM_BOTH, .quotas = { .given = 1, .identities = { identities, 1 } } },
		false, "quotas count senders or identities" },
	{ "limits of identities, of the envelope", ALL,
		{ .from_address = FROM_ENVELOPE, .form = FORM_CHECK, .quotas = { .given = 1, .identities = { identities, 1 } } },
		false, "form is check" },
	{ "limits of senders, which no header names", ALL,
		{ .from_address = FROM_ENVELOPE,
			.form = FORM_CHECK,
			.null_sender = NULL_SENDER_REJECT,
			.quotas = { .given = 1, .senders = { senders, 1 } } },
		false, "form is check" },
	{ "what is not verified, of the envelope", ALL, { .from_address = FROM_ENVELOPE, .unknown_identity = UNKNOWN_REJECT },
		false, NULL },
	{ "what is not verified", ALL, { .from_address = FROM_BOTH, .unknown_identity = UNKNOWN_REJECT }, false,
		"unknown_identity is reject and from_address is not envelope" },
	{ "what the account has", ALL, { .from_address = FROM_ENVELOPE, .account_state = folder }, false,
		"account_state has configuration sets or tenants" },
};

static void the_reason_is_told(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct site_options options = cases[i].options;
		char room[HEADERS_WHY_SIZE];

		options.account = "123456789012";
		options.region = "us-west-2";
		struct generation *generation = generation_of_site(cases[i].policy, &options);
		generation->keeps_headers = cases[i].keeps;
		const char *said = headers_why(generation, room);
		CHECK_CASE(failures, cases[i].name, cases[i].want ? said && !strcmp(said, cases[i].want) : !said);
		if (said && (!cases[i].want || strcmp(said, cases[i].want)))
			print_error("%s\n", said);
		generation_free(generation);
	}
	assert_int_equal(failures, 0);
}

static int make_state(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	account_at_put(folder, "state.json", AT_STATE("\"configuration-sets\":" AT_WHEN));
	account_at_put(folder, "configuration-sets/main.json", AT_SET("main", "true", ""));
	return 0;
}

static int remove_state(void **state)
{
	(void)state;
	account_at_clear(folder);
	return rmdir(folder);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_reason_is_told),
	};

	return cmocka_run_group_tests_name("headers_why", tests, make_state, remove_state);
}
