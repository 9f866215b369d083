/* SPDX-License-Identifier: BSD-2-Clause */
/* generation: what loading takes from the policies and the settings, and what it refuses. */
#include "unit/check.h"
#include "unit/generation_of.h"

#include <stdio.h>
#include <string.h>

#define STATEMENT(effect, rest) "{\"Effect\":\"" effect "\",\"Principal\":\"*\",\"Action\":\"ses:*\"," rest "}"
#define ON(resource) "\"Resource\":\"" resource "\""
#define POLICY(statements) "{\"Version\":\"2012-10-17\",\"Statement\":[" statements "]}"
#define DENY_ON(resource) POLICY(STATEMENT("Deny", ON(resource)))
#define A1 "111111111111"
#define A2 "222222222222"

/* Policies, settings, and the site that comes of them, or the faults. */
static const struct {
	const char *name;
	const char *policies[3];
	const char *account, *region;
	const char *want; /* "PARTITION REGION ACCOUNT: IDENTITY..." or "!FAULT|FAULT" */
} sites[] = {
	{ "one policy", { DENY_ON("arn:aws:ses:us-west-2:" A1 ":identity/example.net") }, NULL, NULL,
		"aws us-west-2 " A1 ": example.net" },
	{ "two that agree",
		{ DENY_ON("arn:aws:ses:us-west-2:" A1 ":identity/example.net"),
			DENY_ON("arn:aws:ses:us-west-2:" A1 ":identity/a@example.net") },
		NULL, NULL, "aws us-west-2 " A1 ": a@example.net example.net" },
	{ "doubles and capitals",
		{ DENY_ON("arn:aws:ses:us-west-2:" A1 ":identity/Example.NET"),
			DENY_ON("arn:aws:ses:us-west-2:" A1 ":identity/example.net") },
		NULL, NULL, "aws us-west-2 " A1 ": example.net" },
	{ "wildcards do not vote",
		{ DENY_ON("arn:aws:ses:us-west-2:" A1 ":identity/example.net"), DENY_ON("arn:aws:ses:*:*:identity/example.org"),
			DENY_ON("*") },
		NULL, NULL, "aws us-west-2 " A1 ": example.net example.org" },
	{ "part of a field is a wildcard",
		{ DENY_ON("arn:aws:ses:us-west-2:" A1 ":identity/example.net"),
			DENY_ON("arn:aws:ses:us-*:1111*:identity/example.org") },
		NULL, NULL, "aws us-west-2 " A1 ": example.net example.org" },
	{ "names with wildcards or variables are no identities",
		{ DENY_ON("arn:aws:ses:us-west-2:" A1 ":identity/*.example.net"),
			DENY_ON("arn:aws:ses:us-west-2:" A1 ":identity/${aws:username}@example.net") },
		NULL, NULL, "aws us-west-2 " A1 ":" },
	{ "NotResource tells where, not who",
		{ POLICY(STATEMENT("Deny", "\"NotResource\":\"arn:aws:ses:us-west-2:" A1 ":identity/example.net\"")) }, NULL, NULL,
		"aws us-west-2 " A1 ":" },
	{ "other resources do not vote",
		{ DENY_ON("arn:aws:ses:us-west-2:" A1 ":identity/example.net"),
			DENY_ON("arn:aws:ses:eu-west-1:" A2 ":configuration-set/x"),
			DENY_ON("arn:aws:sns:eu-west-1:" A2 ":topic") },
		NULL, NULL, "aws us-west-2 " A1 ": example.net" },
	{ "nor do identities of another service",
		{ DENY_ON("arn:aws:ses:us-west-2:" A1 ":identity/example.net"),
			DENY_ON("arn:aws:sns:eu-west-1:" A2 ":identity/example.org") },
		NULL, NULL, "aws us-west-2 " A1 ": example.net" },
	{ "settings win",
		{ DENY_ON("arn:aws:ses:us-west-2:" A1 ":identity/example.net"),
			DENY_ON("arn:aws:ses:eu-west-1:" A2 ":identity/example.org") },
		A2, "eu-west-1", "aws eu-west-1 " A2 ": example.org" },
	{ "settings alone", { DENY_ON("*") }, A1, "eu-west-1", "aws eu-west-1 " A1 ":" },
	{ "partition from the policies", { DENY_ON("arn:aws-iso:ses:moon-1:" A1 ":identity/example.net") }, NULL, NULL,
		"aws-iso moon-1 " A1 ": example.net" },
	{ "partition from the region: GovCloud", { DENY_ON("*") }, A1, "us-gov-west-1", "aws-us-gov us-gov-west-1 " A1 ":" },
	{ "partition from the region: China", { DENY_ON("*") }, A1, "cn-north-1", "aws-cn cn-north-1 " A1 ":" },

	{ "accounts differ",
		{ DENY_ON("arn:aws:ses:us-west-2:" A1 ":identity/example.net"),
			DENY_ON("arn:aws:ses:us-west-2:" A2 ":identity/example.net") },
		NULL, NULL, "!account: policies name " A1 " and " A2 "; add \"account\": \"" A1 "\" to milter.json" },
	{ "accounts differ, Allows vote too",
		{ POLICY(STATEMENT("Allow", ON("arn:aws:ses:us-west-2:" A1 ":identity/a.test")) "," STATEMENT("Deny",
			ON("arn:aws:ses:us-west-2:" A2 ":identity/b.test"))) },
		NULL, NULL, "!account: policies name " A1 " and " A2 "; add \"account\": \"" A1 "\" to milter.json" },
	{ "regions differ",
		{ DENY_ON("arn:aws:ses:us-west-2:" A1 ":identity/example.net"),
			DENY_ON("arn:aws:ses:eu-west-1:" A1 ":identity/example.net") },
		NULL, NULL, "!region: policies name us-west-2 and eu-west-1; add \"region\": \"us-west-2\" to milter.json" },
	{ "nothing named", { DENY_ON("*") }, NULL, NULL,
		"!account: no policy names an account; add \"account\": \"123456789012\" to milter.json|"
		"region: no policy names a region; add \"region\": \"us-west-2\" to milter.json" },
	{ "region is a wildcard", { DENY_ON("arn:aws:ses:*:" A1 ":identity/example.net") }, NULL, NULL,
		"!region: no policy names a region; add \"region\": \"us-west-2\" to milter.json" },
	{ "partitions differ",
		{ DENY_ON("arn:aws:ses:us-west-2:" A1 ":identity/example.net"),
			DENY_ON("arn:aws-cn:ses:us-west-2:" A1 ":identity/example.net") },
		NULL, NULL, "!partition: policies name aws and aws-cn; load only those of the partition that sends" },
	{ "setting is no account", { DENY_ON("*") }, "12345", "us-west-2",
		"!account: \"12345\" is not valid; write for example \"123456789012\"" },
	{ "setting is no region", { DENY_ON("*") }, A1, "US West\n",
		"!region: \"US West\\x0a\" is not valid; write for example \"us-west-2\"" },
	{ "setting is an empty region", { DENY_ON("*") }, A1, "", "!region: \"\" is not valid; write for example \"us-west-2\"" },
};

static void site_text(const struct generation *generation, const struct faults *faults, char *out, size_t room)
{
	size_t used = 0;

	if (!generation) {
		for (const struct fault *fault = faults->first; fault && used < room; fault = fault->next)
			used += (size_t)snprintf(out + used, room - used, "%c%s", used ? '|' : '!', fault->text);
		return;
	}
	used = (size_t)snprintf(out, room, "%.*s %.*s %.*s:", TEXT_ARGS(generation->partition), TEXT_ARGS(generation->region),
		TEXT_ARGS(generation->account));
	for (size_t i = 0; i < generation->identity_count && used < room; i++)
		used += (size_t)snprintf(out + used, room - used, " %.*s", TEXT_ARGS(generation->identities[i]));
}

static size_t policy_count(const char *const policies[3])
{
	size_t count = 0;

	while (count < 3 && policies[count])
		count++;
	return count;
}

static void sites_are_found(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(sites); i++) {
		struct site_options options = { .account = sites[i].account, .region = sites[i].region };
		struct faults faults;
		char got[512];

		faults_init(&faults);
		struct generation *generation = generation_of(sites[i].policies, policy_count(sites[i].policies), &options,
			&faults);
		site_text(generation, &faults, got, sizeof got);
		CHECK_CASE(failures, sites[i].name, !strcmp(got, sites[i].want));
		if (strcmp(got, sites[i].want))
			print_error("  got %s\n", got);
		generation_free(generation);
		faults_free(&faults);
	}
	assert_int_equal(failures, 0);
}

static void settings_are_taken(void **state)
{
	static const char *const identities[] = { "Example.ORG", "Ceo@Example.com", "example.org" };
	const char *policy = DENY_ON("arn:aws:ses:us-west-2:" A1 ":identity/example.net");
	struct site_options options = {
		.identities = { identities, 3 },
		.address_case = MAILBOX_CASE_PRESERVE,
		.null_sender = NULL_SENDER_REJECT,
	};
	struct faults faults;
	char got[256];

	(void)state;
	faults_init(&faults);
	struct generation *generation = generation_of(&policy, 1, &options, &faults);
	assert_non_null(generation);
	site_text(generation, &faults, got, sizeof got);
	assert_string_equal(got, "aws us-west-2 " A1 ": Ceo@Example.com example.net example.org");
	assert_int_equal(generation->principals.count, 1);
	assert_true(text_equals(generation->principals.rules[0].arn, TEXT("arn:aws:iam::" A1 ":user/smtp-relay")));
	assert_true(generation->principals.rules[0].policies.allows_all && generation->null_sender_reject);
	assert_int_equal(generation->address_case, MAILBOX_CASE_PRESERVE);
	assert_int_equal(generation->file_count, 1);
	assert_int_equal(policy_set_statement_count(generation->set), 1);
	generation_free(generation);
}

/* All that is wrong is told, and nothing is loaded. */
static void faults_are_told(void **state)
{
	static const char *const identities[] = { "example.org", "two words", "a@b@c" };
	static const struct {
		const char *name, *policies[3];
		size_t count;
		const char *text; /* in the first */
	} cases[] = {
		{ "two bad files", { "{", DENY_ON("arn:aws:ses:us-west-2:" A1 ":identity/example.net"), "[]" }, 2, "p0.json:1:" },
		{ "a bad Deny is not skipped",
			{ POLICY(STATEMENT("Deny", ON("*") ",\"Condition\":{\"StringLik\":{\"ses:FromAddress\":\"x\"}}")) }, 1,
			"StringLik" },
		{ "identities", { DENY_ON("arn:aws:ses:us-west-2:" A1 ":identity/example.net") }, 2,
			"identities: \"two words\" is neither a domain nor an address" },
	};
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct site_options options = { .identities = { identities, 3 } };
		struct faults faults;

		faults_init(&faults);
		struct generation *generation = generation_of(cases[i].policies, policy_count(cases[i].policies), &options,
			&faults);
		CHECK_CASE(failures, cases[i].name, !generation && faults.count >= cases[i].count);
		CHECK_CASE(failures, cases[i].name, faults.first && strstr(faults.first->text, cases[i].text));
		generation_free(generation);
		faults_free(&faults);
	}
	assert_int_equal(failures, 0);
}

static void paths(void **state)
{
	static const char *const nowhere[] = { "/nonexistent/policies.d" };
	struct site_options options = { .policies = { nowhere, 1 } };
	struct faults faults;

	(void)state;
	faults_init(&faults);
	assert_null(generation_load(&options, &faults));
	assert_non_null(strstr(faults.first->text, "/nonexistent/policies.d: No such file"));
	options.policies.count = 0;
	assert_null(generation_load(&options, &faults));
	/* A folder without a policy, and files that hold none. */
	assert_null(generation_of(NULL, 0, &options, &faults));
	const char *empty = "{\"Policies\":{}}";
	assert_null(generation_of(&empty, 1, &options, &faults));
	assert_int_equal(faults.count, 4);
	faults_free(&faults);
}

#define CONDITION(text) \
	POLICY(STATEMENT("Deny", ON("arn:aws:ses:us-west-2:" A1 ":identity/example.net") ",\"Condition\":{" text "}"))
#define LIST(op) "\"" op "\":{\"ses:Recipients\":\"*@x.test\"}"

/* Stages at which a refusal can become certain: M, R, D; and whether recipients are judged each by himself. */
static const struct {
	const char *name, *policy, *want;
	bool apart;
} needs[] = {
	{ "no condition", DENY_ON("arn:aws:ses:us-west-2:" A1 ":identity/example.net"), "M", true },
	{ "sender", CONDITION("\"StringLike\":{\"ses:FromAddress\":\"*\"}"), "M", true },
	{ "network and time",
		CONDITION("\"NotIpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"},"
			  "\"DateLessThan\":{\"aws:CurrentTime\":\"2030-01-01T00:00:00Z\"}"),
		"M", true },
	{ "any recipient", CONDITION(LIST("ForAnyValue:StringLike")), "R", true },
	{ "any recipient, negated", CONDITION(LIST("ForAnyValue:StringNotLike")), "R", true },
	{ "all recipients", CONDITION(LIST("ForAllValues:StringLike")), "D", true },
	{ "all recipients, if there are any", CONDITION(LIST("ForAllValues:StringLikeIfExists")), "D", true },
	{ "plain operator on the list", CONDITION(LIST("StringLike")), "R", true },
	{ "recipients are there", CONDITION("\"Null\":{\"ses:Recipients\":\"false\"}"), "M", true },
	{ "recipients are missing: never", CONDITION("\"Null\":{\"ses:Recipients\":\"true\"}"), "", true },
	{ "any and sender", CONDITION(LIST("ForAnyValue:StringLike") ",\"StringLike\":{\"ses:FromAddress\":\"*\"}"), "R", true },
	{ "any and any", CONDITION(LIST("ForAnyValue:StringLike") "," LIST("ForAnyValue:StringNotEquals")), "R", false },
	{ "any and all", CONDITION(LIST("ForAnyValue:StringLike") "," LIST("ForAllValues:StringNotEquals")), "D", false },
	{ "two statements",
		POLICY(STATEMENT("Deny",
			ON("arn:aws:ses:us-west-2:" A1 ":identity/a.test") ",\"Condition\":{" LIST(
				"ForAnyValue:StringLike") "}") "," STATEMENT("Deny", ON("*"))),
		"MR", true },
	{ "Allow", POLICY(STATEMENT("Allow", ON("arn:aws:ses:us-west-2:" A1 ":identity/a.test"))), "", true },
	{ "other action",
		"{\"Statement\":{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:SendEmail\"," ON(
			"arn:aws:ses:us-west-2:" A1 ":identity/a.test") "}}",
		"", true },
	{ "all but another action",
		"{\"Statement\":{\"Effect\":\"Deny\",\"Principal\":\"*\",\"NotAction\":\"ses:SendEmail\"," ON(
			"arn:aws:ses:us-west-2:" A1 ":identity/a.test") "}}",
		"M", true },
	{ "other user",
		"{\"Statement\":{\"Effect\":\"Deny\",\"Principal\":{\"AWS\":\"arn:aws:iam::" A1
		":user/x\"},\"Action\":\"*\"," ON("arn:aws:ses:us-west-2:" A1 ":identity/a.test") "}}",
		"", true },
	{ "all but another user",
		"{\"Statement\":{\"Effect\":\"Deny\",\"NotPrincipal\":{\"AWS\":\"arn:aws:iam::" A1 ":user/x\"},"
		"\"Action\":\"*\"," ON("arn:aws:ses:us-west-2:" A1 ":identity/a.test") "}}",
		"M", true },
	{ "a key that mail never has", CONDITION("\"Bool\":{\"aws:MultiFactorAuthPresent\":\"false\"}"), "", true },
	{ "a key that mail never has, negated", CONDITION("\"StringNotEquals\":{\"aws:SourceVpce\":\"vpce-1\"}"), "M", true },
	{ "variable", CONDITION("\"StringEquals\":{\"ses:FromAddress\":\"${ses:FeedbackAddress}\"}"), "H", true },
	{ "what a header may say", CONDITION("\"StringEquals\":{\"ses:FeedbackAddress\":\"a@x.test\"}"), "H", true },
	{ "display name", CONDITION("\"StringEquals\":{\"ses:FromDisplayName\":\"A\"}"), "H", true },
	{ "tenant", CONDITION("\"StringEquals\":{\"ses:TenantName\":\"t\"}"), "H", true },
	{ "tenant, missing", CONDITION("\"Null\":{\"ses:TenantName\":\"true\"}"), "H", true },
	{ "tenant in a variable", CONDITION("\"StringEquals\":{\"ses:FromAddress\":\"${ses:TenantName}@x.test\"}"), "H", true },
	{ "tenant in the resource", DENY_ON("arn:aws:ses:us-west-2:" A1 ":identity/${ses:TenantName}.test"), "H", true },
	{ "of the account, another name", CONDITION("\"StringEquals\":{\"aws:username\":\"root\"}"), "", true },
};

static void stages_are_needed(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(needs); i++) {
		struct generation *generation = generation_of_one(needs[i].policy);
		const bool *may = generation->may_refuse;
		char got[8];

		snprintf(got, sizeof got, "%s%s%s%s", may[STAGE_MAIL] ? "M" : "", may[STAGE_RCPT] ? "R" : "",
			may[STAGE_DATA] ? "D" : "", may[STAGE_EOH] ? "H" : "");
		CHECK_CASE(failures, needs[i].name, !strcmp(got, needs[i].want));
		CHECK_CASE(failures, needs[i].name, generation->recipients_apart == needs[i].apart);
		CHECK_CASE(failures, needs[i].name, may[STAGE_EOM]);
		generation_free(generation);
	}
	assert_int_equal(failures, 0);
}

static void null_sender_needs_mail(void **state)
{
	const char *policy = CONDITION(LIST("ForAnyValue:StringLike"));
	struct site_options options = { .null_sender = NULL_SENDER_REJECT, .from_address = FROM_ENVELOPE };
	struct faults faults;

	(void)state;
	faults_init(&faults);
	struct generation *generation = generation_of(&policy, 1, &options, &faults);
	assert_true(generation && generation->may_refuse[STAGE_MAIL]);
	generation_free(generation);
}

/* Whoever is pinned: the headers of all have to be seen. */
static void pinned_tenants_need_headers(void **state)
{
	const char *policy = CONDITION(LIST("ForAnyValue:StringLike"));
	struct principal_option principal = { .login = "a", .arn = "arn:aws:iam::" A1 ":user/a" };
	struct site_options options = { .principals = { &principal, 1 }, .from_address = FROM_ENVELOPE };

	(void)state;
	for (int pinned = 0; pinned < 2; pinned++) {
		principal.tenant = pinned ? "t" : NULL;
		struct generation *generation = generation_of_site(policy, &options);
		assert_int_equal(generation->wants_headers, pinned);
		assert_int_equal(generation->may_refuse[STAGE_EOH], pinned);
		generation_free(generation);
	}
}

/*
 * A statement on a key that only some clients have counts for what has to be seen of a message: the clients of an entry with a
 * login, and of a network, are not known when the policies are loaded.
 */
static void keys_of_some_clients_count(void **state)
{
	static const char team[] = "aws:PrincipalTag/team", other[] = "aws:PrincipalTag/other", *const value = "a";
	const char *policy = CONDITION("\"StringEquals\":{\"aws:PrincipalTag/team\":\"a\",\"ses:TenantName\":\"t\"}");
	struct map_entry of_login = { team, { &value, 1 } }, of_network = of_login;
	struct principal_option principal = { .login = "*",
		.arn = "arn:aws:iam::" A1 ":user/${login}",
		.context = { &of_login, 1 } };
	struct network_option network = { .network = "192.0.2.0/24", .context = { &of_network, 1 } };
	struct site_options options = { .principals = { &principal, 1 },
		.networks = { &network, 1 },
		.from_address = FROM_ENVELOPE };
	static const struct {
		const char *login, *network;
		bool want;
	} rows[] = {
		{ team, other, true },
		{ other, team, true },
		{ other, other, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		of_login.name = rows[i].login;
		of_network.name = rows[i].network;
		struct generation *generation = generation_of_site(policy, &options);
		assert_int_equal(generation->wants_headers, rows[i].want);
		assert_int_equal(generation->may_refuse[STAGE_EOH], rows[i].want);
		generation_free(generation);
	}
}

static void stages_have_names(void **state)
{
	static const char *const names[] = { "MAIL", "RCPT", "DATA", "EOH", "EOM" };

	(void)state;
	for (enum stage stage = STAGE_MAIL; stage < STAGES; stage++)
		assert_string_equal(stage_name(stage), names[stage]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sites_are_found),
		cmocka_unit_test(settings_are_taken),
		cmocka_unit_test(faults_are_told),
		cmocka_unit_test(paths),
		cmocka_unit_test(stages_are_needed),
		cmocka_unit_test(null_sender_needs_mail),
		cmocka_unit_test(pinned_tenants_need_headers),
		cmocka_unit_test(keys_of_some_clients_count),
		cmocka_unit_test(stages_have_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
