/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quotas: the limits that the settings and SES give; of the entries that fit a name the first counts, and one that never can is a fault.
 */
#include "unit/account_at.h"
#include "unit/check.h"
#include "unit/generation_of.h"

#include "ses/generation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define POLICY \
	"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:*\"," \
	"\"Resource\":\"arn:aws:ses:us-west-2:123456789012:identity/example.net\"}]}"
#define USER "arn:aws:iam::123456789012:user/"
#define NUMBER(n) \
	{ \
		true, n \
	}

static char folder[] = "/tmp/test-quotas.XXXXXX";

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

static struct generation *load(struct site_options *options, struct faults *faults)
{
	const char *policy = POLICY;

	faults_init(faults);
	options->quotas.given = 1;
	return generation_of(&policy, 1, options, faults);
}

static bool same_limit(const struct quota_limit *a, const struct quota_limit *b)
{
	return a->per_day == b->per_day && a->rate == b->rate && a->burst == b->burst && a->monitor == b->monitor;
}

/* A burst is what comes in a minute, and 50 at least, as one message may have. A rate is in thousandths, and never 0. */
static const struct {
	const char *day, *rate, *sent;
	struct quota_limit want;
	int64_t seed;
} of_ses[] = {
	{ "50000.0", "14.5", "7", { 50000, 14500, 870, false }, 7 },
	{ "200", "1", "7.2", { 200, 1000, 60, false }, 8 },
	{ "1", "0.5", "0", { 1, 500, 50, false }, 0 },
	{ "0", "0.0019", "0", { 0, 1, 50, false }, 0 },
	{ "10", "0", "0", { 10, 1, 50, false }, 0 },
	{ "-1", "-1.0", "0", { QUOTA_UNLIMITED, QUOTA_UNLIMITED, 0, false }, 0 },
	{ "-1", "2", "0", { QUOTA_UNLIMITED, 2000, 120, false }, 0 },
	{ "1e12", "1e9", "5e9", { 1000000000000, 1000000000000, 60000000000, false }, QUOTA_RECIPIENTS_MAX },
	{ "2e12", "2e9", "1", { QUOTA_UNLIMITED, QUOTA_UNLIMITED, 0, false }, 1 },
};

static void limits_are_those_of_ses(void **state)
{
	size_t failures = 0;

	(void)state;
	account_at_put(folder, "state.json", AT_STATE("\"account\":" AT_WHEN));
	for (size_t i = 0; i < COUNT_OF(of_ses); i++) {
		struct site_options options = { .account_state = folder, .quotas.account.from = ACCOUNT_LIMIT_SES };
		struct faults faults;
		char text[256];
		snprintf(text, sizeof text,
			"{\"SendingEnabled\":true,\"ProductionAccessEnabled\":true,\"SendQuota\":"
			"{\"Max24HourSend\":%s,\"MaxSendRate\":%s,\"SentLast24Hours\":%s}}",
			of_ses[i].day, of_ses[i].rate, of_ses[i].sent);
		account_at_put(folder, "account.json", text);
		struct generation *generation = load(&options, &faults);
		assert_non_null(generation);
		const struct quota_rule *rule = quotas_find(&generation->quotas, QUOTA_ACCOUNT, TEXT(""));
		CHECK_CASE(failures, text, rule && same_limit(&rule->limit, &of_ses[i].want));
		CHECK_CASE(failures, text, generation->quotas.seed == of_ses[i].seed);
		generation_free(generation);
		faults_free(&faults);
	}
	account_at_clear(folder);
	assert_int_equal(failures, 0);
}

static void what_ses_does_not_say_is_a_fault(void **state)
{
	struct site_options options = { .account_state = folder, .quotas.account.from = ACCOUNT_LIMIT_SES };
	struct faults faults;

	(void)state;
	account_at_put(folder, "state.json", AT_STATE("\"account\":" AT_WHEN));
	account_at_put(folder, "account.json", AT_ACCOUNT("true", "true", ""));
	assert_null(load(&options, &faults));
	assert_non_null(strstr(faults.first->text, "quotas.account: the account state has no SendQuota"));
	faults_free(&faults);
	account_at_clear(folder);
}

/* The account without a word of the settings: in the sandbox alone it has a limit. */
static void the_sandbox_has_limits(void **state)
{
	static const struct quota_limit want = { 200, 1000, 60, false };

	(void)state;
	for (unsigned sandbox = 0; sandbox < 2; sandbox++) {
		struct site_options options = { .sandbox = sandbox };
		struct faults faults;
		struct generation *generation = load(&options, &faults);
		assert_non_null(generation);
		const struct quota_rule *rule = quotas_find(&generation->quotas, QUOTA_ACCOUNT, TEXT(""));
		assert_true(sandbox ? rule && same_limit(&rule->limit, &want) : !rule);
		generation_free(generation);
		faults_free(&faults);
	}
}

static struct quota_option senders[] = {
	{ "boss@Example.net", { .per_day = NUMBER(100) } },
	{ "*@example.NET", { .per_second = NUMBER(2000), .burst = NUMBER(7), .monitor = 1 } },
};
static struct quota_option identities[] = { { "Example.org", { .per_day = NUMBER(50) } } };
static struct quota_option others[] = { { USER "*", { .per_day = NUMBER(0) } } };
static struct principal_option entries[] = {
	{ .login = "refused", .refuse = 1, .limit = { .per_day = NUMBER(1) } },
	{ .login = "free", .arn = USER "free" },
	{ .login = "*", .arn = USER "by/${login}", .limit = { .per_day = NUMBER(3) } },
};

/* The place of the rule for a name; "": none. */
static const struct {
	enum quota_scope scope;
	const char *name, *want;
} found[] = {
	{ QUOTA_SENDER, "boss@example.net", "quotas.senders[0]" },
	{ QUOTA_SENDER, "BOSS@example.net", "quotas.senders[0]" },
	{ QUOTA_SENDER, "a@example.net", "quotas.senders[1]" },
	{ QUOTA_SENDER, "a@example.org", "" },
	{ QUOTA_IDENTITY, "example.org", "quotas.identities[0]" },
	{ QUOTA_IDENTITY, "sub.example.org", "" },
	{ QUOTA_PRINCIPAL, USER "by/ann", "principals[2]" },
	{ QUOTA_PRINCIPAL, "arn:aws:iam::123456789012:USER/BY/Ann", "principals[2]" },
	{ QUOTA_PRINCIPAL, USER "by/ann/b", "quotas.principals[0]" },
	{ QUOTA_PRINCIPAL, USER "by/", "quotas.principals[0]" },
	{ QUOTA_PRINCIPAL, USER "free", "quotas.principals[0]" },
	{ QUOTA_PRINCIPAL, "arn:aws:iam::123456789012:role/a", "" },
	{ QUOTA_ACCOUNT, "", "quotas.account" },
};

static void the_first_that_fits_counts(void **state)
{
	static const struct quota_limit day = { 100, QUOTA_UNLIMITED, 0, false }, rate = { QUOTA_UNLIMITED, 2000, 7, true };
	struct site_options options = {
		.principals = { entries, 3 },
		.quotas = {
			.account = { ACCOUNT_LIMIT_SETTINGS, { .per_day = NUMBER(1000) } },
			.identities = { identities, 1 },
			.senders = { senders, 2 },
			.principals = { others, 1 },
		},
	};
	struct faults faults;
	size_t failures = 0;

	(void)state;
	struct generation *generation = load(&options, &faults);
	assert_non_null(generation);
	for (size_t i = 0; i < COUNT_OF(found); i++) {
		const struct quota_rule *rule = quotas_find(&generation->quotas, found[i].scope, text_of(found[i].name));
		CHECK_CASE(failures, found[i].name, !strcmp(rule ? rule->place : "", found[i].want));
	}
	assert_int_equal(failures, 0);
	assert_true(same_limit(&generation->quotas.rules[QUOTA_SENDER].at[0].limit, &day));
	assert_true(same_limit(&generation->quotas.rules[QUOTA_SENDER].at[1].limit, &rate));
	generation_free(generation);
	faults_free(&faults);
}

/* Less in a day than one message may have is noted; nothing at all, and as much, is not. */
static void a_message_that_never_passes_is_noted(void **state)
{
	static const struct {
		int64_t day;
		bool want;
	} rows[] = { { 0, false }, { 1, true }, { 49, true }, { 50, false } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct site_options options = { .quotas.account = { ACCOUNT_LIMIT_SETTINGS, { .per_day = NUMBER(rows[i].day) } } };
		struct faults faults;
		struct generation *generation = load(&options, &faults);
		assert_non_null(generation);
		bool noted = false;
		for (const struct fault *note = faults.first_note; note; note = note->next)
			noted = noted ||
				strstr(note->text, "quotas.account: a message to 50 recipients, as SES takes it, can never pass");
		assert_int_equal(noted, rows[i].want);
		generation_free(generation);
		faults_free(&faults);
	}
}

static const struct {
	const char *first, *second, *want; /* of identities where there is no `@` or `*` in it */
} wrong[] = {
	{ "a@example.net", "A@example.NET", "quotas.senders[1]: has the same name as quotas.senders[0]; keep one of them" },
	{ "*@example.net", "a@example.net", "quotas.senders[1]: never counts: what it fits is fit first by quotas.senders[0]" },
	{ "a@example.net", "*@example.net", NULL },
	{ "example.org", "two words", "quotas.identities[1].identity: not an identity; write a domain or an address" },
	{ "example.org", "Example.org", "quotas.identities[1]: has the same name as quotas.identities[0]; keep one of them" },
	{ "example.org", "sub.example.org", NULL },
};

static void what_never_counts_is_a_fault(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct quota_option two[] = {
			{ wrong[i].first, { .per_day = NUMBER(100) } },
			{ wrong[i].second, { .per_day = NUMBER(100) } },
		};
		bool sender = strpbrk(wrong[i].first, "@*");
		struct site_options options = { 0 };
		struct faults faults;
		*(sender ? &options.quotas.senders : &options.quotas.identities) = (struct quota_option_list){ two, 2 };
		struct generation *generation = load(&options, &faults);
		const char *said = faults.first ? faults.first->text : "";
		CHECK_CASE(failures, wrong[i].second, wrong[i].want ? !generation && strstr(said, wrong[i].want) : !!generation);
		generation_free(generation);
		faults_free(&faults);
	}
	assert_int_equal(failures, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_are_those_of_ses),
		cmocka_unit_test(what_ses_does_not_say_is_a_fault),
		cmocka_unit_test(the_sandbox_has_limits),
		cmocka_unit_test(the_first_that_fits_counts),
		cmocka_unit_test(a_message_that_never_passes_is_noted),
		cmocka_unit_test(what_never_counts_is_a_fault),
	};

	return cmocka_run_group_tests(tests, make, remove_all);
}
