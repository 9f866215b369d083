/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * headers_why: the cause that is told is one for which the headers are wanted.
 */
#include "unit/account_at.h"
#include "unit/check.h"
#include "unit/generation_of.h"

#include "ses/headers_why.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DENY(resource, condition) \
	"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:*\"," \
	"\"Resource\":\"" resource "\",\"Condition\":{" condition "}}]}"
#define ARN "arn:aws:ses:us-west-2:123456789012:"
#define IS(key, value) "\"StringEquals\":{\"" key "\":\"" value "\"}"
#define TO_ANN "\"ForAnyValue:StringEquals\":{\"ses:Recipients\":\"ann@example.org\"}"
/* Looks at recipients alone, for each identity and nothing else. */
#define PLAIN DENY(ARN "identity/*", TO_ANN)
#define ACCOUNT .account = "123456789012", .region = "us-west-2"
#define ENVELOPE ACCOUNT, .from_address = FROM_ENVELOPE
#define LIMIT \
	{ \
		.per_day = { true, 100 } \
	}

static struct principal_option pinned = { .arn = "arn:aws:iam::123456789012:user/a", .tenant = "t" };
static struct principal_option bound = { .arn = "arn:aws:iam::123456789012:user/a",
	.policies = { (const char *const[]){ NULL }, 0 } };
static struct quota_option sender = { "a@example.net", LIMIT }, identity = { "example.net", LIMIT };
static const char *const names[] = { "example.net" };
#define COUNTED(what) .quotas = { .given = 1, what }
#define ACCOUNTED COUNTED(.account = { ACCOUNT_LIMIT_SETTINGS COMMA LIMIT })
#define COMMA ,

static char folder[] = "/tmp/test-headers-why.XXXXXX";

static const struct {
	const char *name, *policy;
	struct site_options options;
	const char *want; /* how it ends; NULL: they are not wanted */
} rows[] = {
	{ "nothing", PLAIN, { ENVELOPE }, NULL },
	{ "a key", DENY("*", IS("ses:TenantName", "t")), { ENVELOPE }, "p0.json uses ses:TenantName" },
	{ "a variable", DENY("*", IS("aws:username", "${ses:TenantName}")), { ENVELOPE }, "p0.json uses ses:TenantName" },
	{ "a variable of the resource", DENY(ARN "identity/${ses:TenantName}.test", TO_ANN), { ENVELOPE },
		"p0.json uses ses:TenantName" },
	{ "a sender", DENY("*", IS("ses:FromAddress", "a@example.net")), { ACCOUNT },
		"p0.json uses ses:FromAddress and from_address is both" },
	{ "a sender in From", DENY("*", IS("ses:FromAddress", "a@example.net")), { ACCOUNT, .from_address = FROM_HEADER },
		"p0.json uses ses:FromAddress and from_address is header" },
	{ "an identity", DENY(ARN "identity/example.net", TO_ANN), { ACCOUNT },
		"p0.json is about some identities and from_address is both" },
	{ "configuration sets", DENY(ARN "configuration-set/s", TO_ANN), { ENVELOPE }, "p0.json can be about configuration sets" },
	{ "steering headers", PLAIN, { ENVELOPE, .ses_headers = SES_HEADERS_REFUSE }, "ses_headers is refuse" },
	{ "senders are counted", PLAIN, { ENVELOPE, COUNTED(.senders = { &sender COMMA 1 }) },
		"quotas count senders or identities" },
	{ "identities are counted", PLAIN, { ACCOUNT, COUNTED(.identities = { &identity COMMA 1 }) },
		"quotas count senders or identities" },
	{ "a tenant", PLAIN, { ENVELOPE, .principals = { &pinned, 1 } }, "a principal has a tenant" },
	{ "the form", PLAIN, { ENVELOPE, .form = FORM_CHECK }, "form is check" },
	{ "the form, where headers are shown", PLAIN, { ENVELOPE, .form = FORM_AUTO }, NULL },
	{ "identities must be known", PLAIN, { ACCOUNT, .unknown_identity = UNKNOWN_REJECT, .identities = { names, 1 } },
		"unknown_identity is reject and from_address is not envelope" },
	{ "identities must be known, of the envelope", PLAIN,
		{ ENVELOPE, .unknown_identity = UNKNOWN_REJECT, .identities = { names, 1 } }, NULL },
	{ "sets of the account", PLAIN, { ENVELOPE, .account_state = folder }, "account_state has configuration sets or tenants" },
	{ "a client without an Allow of its own", PLAIN, { ENVELOPE, .principals = { &bound, 1 } },
		"a client may do only what policies allow, also with its headers" },
	/* The account is counted without a look at headers. */
	{ "the account is counted", PLAIN, { ENVELOPE, ACCOUNTED }, NULL },
	{ "the account is counted, and the form", PLAIN, { ENVELOPE, .form = FORM_CHECK, ACCOUNTED }, "form is check" },
	{ "the account is counted, and a tenant", PLAIN, { ENVELOPE, .principals = { &pinned, 1 }, ACCOUNTED },
		"a principal has a tenant" },
	{ "identities are counted, of the envelope", PLAIN,
		{ ENVELOPE, .form = FORM_CHECK, COUNTED(.identities = { &identity COMMA 1 }) }, "form is check" },
};

static bool ends_with(const char *text, const char *end)
{
	return text_ends_with(text_of(text), text_of(end));
}

static void the_cause_is_one(void **state)
{
	size_t failures = 0;

	(void)state;
	account_at_put(folder, "state.json", AT_STATE("\"account\":" AT_WHEN ",\"configuration-sets\":" AT_WHEN));
	account_at_put(folder, "account.json", AT_ACCOUNT("true", "true", ""));
	account_at_put(folder, "configuration-sets/s.json", AT_SET("s", "true", ""));
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct site_options options = rows[i].options;
		char out[HEADERS_WHY_SIZE];
		struct generation *generation = generation_of_site(rows[i].policy, &options);
		const char *why = headers_why(generation, out);
		bool good = rows[i].want ? why && ends_with(why, rows[i].want) : !why;
		if (!good)
			print_error("%s: %s\n", rows[i].name, why ? why : "nothing");
		CHECK_CASE(failures, rows[i].name, good);
		generation_free(generation);
	}
	account_at_clear(folder);
	assert_int_equal(failures, 0);
}

static int make(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_all(void **state)
{
	(void)state;
	account_at_clear(folder);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_cause_is_one),
	};

	return cmocka_run_group_tests(tests, make, remove_all);
}
