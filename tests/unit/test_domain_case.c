/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Capitals in the domains of a policy: with address_case "domain" such a policy
 * is asked as it is written and with its domains in lower case, and both must
 * allow. Each row is one message and what becomes of it in either mode.
 */
#include "unit/check.h"
#include "unit/generation_of.h"

#include "ses/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARN "arn:aws:ses:us-west-2:123456789012:"
#define ON(resource) "\"Resource\":\"" ARN resource "\""
#define STATEMENT(effect, on, condition) \
	"{\"Effect\":\"" effect "\",\"Principal\":\"*\",\"Action\":\"ses:*\"," on ",\"Condition\":{" condition "}}"
#define DENY(on, condition) STATEMENT("Deny", on, condition)
#define ALLOW(on, condition) STATEMENT("Allow", on, condition)
#define ANY "\"Resource\":\"*\""
#define FROM(op, value) "\"" op "\":{\"ses:FromAddress\":\"" value "\"}"
#define BACK(op, value) "\"" op "\":{\"ses:FeedbackAddress\":\"" value "\"}"
#define TO(op, value) "\"" op "\":{\"ses:Recipients\":\"" value "\"}"

enum { D = 1, P = 2 }; /* modes in which the message is allowed: domain, preserve */

/* The user owns an Allow for everything (`all`), or only what the policy allows. */
static const struct {
	const char *name, *statement;
	bool all;
	const char *login, *sender, *from, *recipient;
	unsigned allowed;
} cases[] = {
	/* Conditions: a Deny that names a domain in capitals is in force, however the sender writes it. */
	{ "equals", DENY(ANY, FROM("StringEquals", "CEO@Example.NET")), true, "", "CEO@Example.NET", NULL, "r@x.test", 0 },
	{ "equals, lower domain", DENY(ANY, FROM("StringEquals", "CEO@Example.NET")), true, "", "CEO@example.net", NULL, "r@x.test",
		P },
	{ "equals, all capitals", DENY(ANY, FROM("StringEquals", "CEO@Example.NET")), true, "", "CEO@EXAMPLE.NET", NULL, "r@x.test",
		P },
	{ "equals, the local part has a case", DENY(ANY, FROM("StringEquals", "CEO@Example.NET")), true, "", "ceo@example.net",
		NULL, "r@x.test", D | P },
	{ "equals, header", DENY(ANY, FROM("StringEquals", "CEO@Example.NET")), true, "", "a@example.net", "CEO@example.net",
		"r@x.test", P },
	{ "equals, of several", DENY(ANY, "\"StringEquals\":{\"ses:FromAddress\":[\"a@b.test\",\"CEO@Example.NET\",\"c@D.test\"]}"),
		true, "", "c@d.test", NULL, "r@x.test", P },
	{ "like, suffix", DENY(ANY, FROM("StringLike", "*@X.Test")), true, "", "a@x.test", NULL, "r@x.test", P },
	{ "like, in the middle", DENY(ANY, FROM("StringLike", "*@*.Example.*")), true, "", "a@b.example.net", NULL, "r@x.test", P },
	{ "like, prefix", DENY(ANY, FROM("StringLike", "a@Example*")), true, "", "a@example.net", NULL, "r@x.test", P },
	{ "like, without an at sign", DENY(ANY, FROM("StringLike", "*.Example.NET")), true, "", "A@b.example.net", NULL, "r@x.test",
		P },
	{ "like, without an at sign, all of it", DENY(ANY, FROM("StringLike", "CEO*")), true, "", "ceo@example.net", NULL,
		"r@x.test", P },
	{ "like, the question mark is no at sign", DENY(ANY, FROM("StringLike", "ceo?Example.NET")), true, "", "ceo@example.net",
		NULL, "r@x.test", P },
	{ "like, the local part has a case", DENY(ANY, FROM("StringLike", "CEO@*")), true, "", "ceo@example.net", NULL, "r@x.test",
		D | P },
	{ "ignore case", DENY(ANY, FROM("StringEqualsIgnoreCase", "CEO@Example.NET")), true, "", "ceo@example.net", NULL,
		"r@x.test", 0 },
	{ "not equals goes on refusing", DENY(ANY, FROM("StringNotEquals", "ceo@Example.NET")), true, "", "ceo@example.net", NULL,
		"r@x.test", 0 },
	{ "not equals, as written", DENY(ANY, FROM("StringNotEquals", "ceo@Example.NET")), true, "", "ceo@Example.NET", NULL,
		"r@x.test", P },
	{ "not like goes on refusing", DENY(ANY, FROM("StringNotLike", "*@Example.NET")), true, "", "ceo@example.net", NULL,
		"r@x.test", 0 },
	{ "if exists", DENY(ANY, FROM("StringEqualsIfExists", "CEO@Example.NET")), true, "", "CEO@example.net", NULL, "r@x.test",
		P },
	{ "set operator on one value", DENY(ANY, FROM("ForAnyValue:StringLike", "*@Example.NET")), true, "", "CEO@example.net",
		NULL, "r@x.test", P },
	{ "recipients, any", DENY(ANY, TO("ForAnyValue:StringLike", "*@X.Test")), true, "", "a@example.net", NULL, "r@x.test", P },
	{ "recipients, all", DENY(ANY, TO("ForAllValues:StringEquals", "r@X.Test")), true, "", "a@example.net", NULL, "r@x.test",
		P },
	{ "recipients, no set operator", DENY(ANY, TO("StringLike", "*@X.Test")), true, "", "a@example.net", NULL, "r@x.test", P },
	{ "recipients, not like", DENY(ANY, TO("ForAnyValue:StringNotLike", "*@X.Test")), true, "", "a@example.net", NULL,
		"r@x.test", 0 },
	{ "return path", DENY(ANY, BACK("StringLike", "*@Example.NET")), true, "", "a@example.net", NULL, "r@x.test", P },
	{ "names are no addresses", DENY(ANY, "\"StringEquals\":{\"ses:FromDisplayName\":\"A@B.Test\"}"), true, "", "a@example.net",
		"\"a@b.test\" <a@example.net>", "r@x.test", D | P },

	/* Allows: what today's reading does not allow stays so. */
	{ "allow equals", ALLOW(ANY, FROM("StringEquals", "ceo@Example.NET")), false, "", "ceo@example.net", NULL, "r@x.test", 0 },
	{ "allow equals, as written", ALLOW(ANY, FROM("StringEquals", "ceo@Example.NET")), false, "", "ceo@Example.NET", NULL,
		"r@x.test", P },
	{ "allow like, all that differs is local", ALLOW(ANY, FROM("StringLike", "CEO@*")), false, "", "CEO@example.net", NULL,
		"r@x.test", D | P },
	{ "allow like, without an at sign", ALLOW(ANY, FROM("StringLike", "CEO*")), false, "", "CEO@example.net", NULL, "r@x.test",
		D | P },
	{ "allow all but", ALLOW(ANY, FROM("StringNotEquals", "ceo@Example.NET")), false, "", "ceo@example.net", NULL, "r@x.test",
		P },
	{ "allow all but, another", ALLOW(ANY, FROM("StringNotEquals", "ceo@Example.NET")), false, "", "cto@example.net", NULL,
		"r@x.test", D | P },

	/* Variables: the text that they make has a domain, too. */
	{ "variable in front", DENY(ANY, FROM("StringEquals", "${aws:username}@Example.NET")), true, "Ann", "Ann@example.net", NULL,
		"r@x.test", P },
	{ "variable in front has a case", DENY(ANY, FROM("StringEquals", "${aws:username}@Example.NET")), true, "Ann",
		"ann@example.net", NULL, "r@x.test", D | P },
	{ "variable with a domain", DENY(ANY, FROM("StringEquals", "${aws:username}")), true, "CEO@Example.NET", "CEO@example.net",
		NULL, "r@x.test", P },
	{ "variable as domain", DENY(ANY, FROM("StringLike", "*@${aws:username}")), true, "Example.NET", "a@example.net", NULL,
		"r@x.test", P },
	{ "variable, not like, goes on refusing", DENY(ANY, FROM("StringNotEquals", "${aws:username}")), true, "CEO@Example.NET",
		"CEO@example.net", NULL, "r@x.test", 0 },
	{ "another key against the sender", DENY(ANY, "\"StringEquals\":{\"aws:username\":\"${ses:FromAddress}\"}"), true,
		"ceo@Example.NET", "ceo@Example.NET", NULL, "r@x.test", 0 },
	{ "another key against the sender, an ARN",
		DENY(ANY, "\"ArnLike\":{\"aws:PrincipalArn\":\"arn:aws:iam::*:user/${ses:FromAddress}\"}"), true, "ceo@Example.NET",
		"ceo@Example.NET", NULL, "r@x.test", 0 },

	/* Resource: identities that are domains have no case in either mode, addresses as conditions have. */
	{ "resource, domain", DENY(ON("identity/Example.NET"), FROM("StringLike", "*")), true, "", "a@example.net", NULL,
		"r@x.test", 0 },
	{ "resource, domain, subdomain", DENY(ON("identity/Example.NET"), FROM("StringLike", "*")), true, "", "a@b.example.net",
		NULL, "r@x.test", 0 },
	{ "resource, domain pattern", DENY(ON("identity/*.Example.NET"), FROM("StringLike", "*")), true, "", "a@b.example.net",
		NULL, "r@x.test", 0 },
	{ "resource, pattern over the type", DENY(ON("*Example.NET"), FROM("StringLike", "*")), true, "", "a@example.net", NULL,
		"r@x.test", 0 },
	{ "resource, another domain", DENY(ON("identity/Example.NET"), FROM("StringLike", "*")), true, "", "a@example.org", NULL,
		"r@x.test", D | P },
	{ "resource, address", DENY(ON("identity/CEO@Example.NET"), FROM("StringLike", "*")), true, "", "CEO@Example.NET", NULL,
		"r@x.test", 0 },
	{ "resource, address, lower domain", DENY(ON("identity/CEO@Example.NET"), FROM("StringLike", "*")), true, "",
		"CEO@example.net", NULL, "r@x.test", P },
	{ "resource, address has a case", DENY(ON("identity/CEO@Example.NET"), FROM("StringLike", "*")), true, "",
		"ceo@example.net", NULL, "r@x.test", D | P },
	{ "resource, variable", DENY(ON("identity/${aws:username}.NET"), FROM("StringLike", "*")), true, "Example", "a@example.net",
		NULL, "r@x.test", 0 },
	{ "resource, a variable is the domain", DENY(ON("identity/${aws:username}"), FROM("StringLike", "*")), true, "Example.NET",
		"a@example.net", NULL, "r@x.test", 0 },
	/* What a variable brings in may be an address. */
	{ "resource, a variable is the address", DENY(ON("identity/${aws:username}"), FROM("StringLike", "*")), true,
		"VIP@Example.NET", "VIP@example.net", NULL, "r@x.test", P },
	{ "resource, a variable is another address", DENY(ON("identity/${aws:username}"), FROM("StringLike", "*")), true,
		"vip@example.net", "VIP@example.net", NULL, "r@x.test", D | P },
	{ "all but a resource", DENY("\"NotResource\":\"" ARN "identity/Example.NET\"", FROM("StringLike", "*")), true, "",
		"a@example.net", NULL, "r@x.test", 0 },
	{ "allow on a resource", ALLOW(ON("identity/Example.NET"), FROM("StringLike", "*")), false, "", "a@example.net", NULL,
		"r@x.test", 0 },
	{ "allow all but a resource", ALLOW("\"NotResource\":\"" ARN "identity/Example.NET\"", FROM("StringLike", "*")), false, "",
		"a@example.net", NULL, "r@x.test", 0 },
	{ "configuration sets have a case", DENY(ON("configuration-set/Set"), FROM("StringLike", "*")), true, "", "a@example.net",
		NULL, "r@x.test", D | P },

	/* No capitals: one reading. */
	{ "lower case", DENY(ANY, FROM("StringEquals", "CEO@example.net")), true, "", "CEO@Example.NET", NULL, "r@x.test", P },
};

#define ANCHOR "{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:SendEmail\",\"Resource\":\"" ARN "identity/anchor.test\"}"

static const struct instant now = { .seconds = 1700000000 };

static struct generation *generation_of_case(const char *statement, bool all, enum mailbox_case mode)
{
	static const char *const none[] = { NULL }, *const known[] = { "example.org", "VIP@example.net" }, *const set = "set";
	static struct map_entry sets = { "example.org", { &set, 1 } };
	struct principal_option options_of[] = {
		{ .login = "*", .arn = "arn:aws:iam::123456789012:user/${login}", .policies = { all ? NULL : none, 0 } },
		{ .arn = "arn:aws:iam::123456789012:user/u", .policies = { all ? NULL : none, 0 } },
	};
	struct site_options options = { .address_case = mode,
		.identities = { known, 2 },
		.configuration_sets = { &sets, 1 },
		.principals = { options_of, 2 } };
	char policy[2048];

	snprintf(policy, sizeof policy, "{\"Version\":\"2012-10-17\",\"Statement\":[" ANCHOR ",%s]}", statement);
	return generation_of_site(policy, &options);
}

/* Is the message allowed? With `told` what is refused early is told early. */
static bool passes(const struct generation *generation, size_t i, bool told)
{
	struct message *message = message_new();
	struct client client = { .login = text_of(cases[i].login) };
	char raw[128];

	assert_non_null(message);
	message_begin(message, generation, &client, &now, true);
	snprintf(raw, sizeof raw, "<%s>", cases[i].sender);
	struct outcome outcome = message_sender(message, text_of(raw), TEXT(""), told);
	snprintf(raw, sizeof raw, "<%s>", cases[i].recipient);
	if (outcome.action == OUTCOME_CONTINUE)
		outcome = message_recipient(message, text_of(raw), TEXT(""), told);
	if (outcome.action == OUTCOME_CONTINUE)
		outcome = message_data(message, told);
	if (outcome.action == OUTCOME_CONTINUE && cases[i].from)
		assert_true(message_header(message, TEXT("From"), text_of(cases[i].from)));
	if (outcome.action == OUTCOME_CONTINUE)
		outcome = message_end(message);
	assert_int_not_equal(outcome.action, OUTCOME_TROUBLE);
	bool allowed = outcome.action == OUTCOME_CONTINUE;
	message_free(message);
	return allowed;
}

static void both_readings_must_allow(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		for (enum mailbox_case mode = MAILBOX_CASE_DOMAIN; mode <= MAILBOX_CASE_PRESERVE; mode++) {
			struct generation *generation = generation_of_case(cases[i].statement, cases[i].all, mode);
			bool want = cases[i].allowed & (mode == MAILBOX_CASE_DOMAIN ? D : P);
			char name[128];

			snprintf(name, sizeof name, "%s, %s", cases[i].name, mode == MAILBOX_CASE_DOMAIN ? "domain" : "preserve");
			CHECK_CASE(failures, name, passes(generation, i, false) == want);
			CHECK_CASE(failures, name, passes(generation, i, true) == want);
			generation_free(generation);
		}
	assert_int_equal(failures, 0);
}

/* As soon as one reading is certain to refuse: the stages are those of a policy without capitals. */
static void refusals_are_early(void **state)
{
	static const struct {
		const char *name, *statement;
		enum from_address from;
		enum stage stage;
	} early[] = {
		{ "sender", DENY(ANY, FROM("StringEquals", "CEO@Example.NET")), FROM_ENVELOPE, STAGE_MAIL },
		{ "resource", DENY(ON("identity/Example.NET"), FROM("StringLike", "*")), FROM_ENVELOPE, STAGE_MAIL },
		{ "whoever it is", DENY(ON("IDENTITY/*"), "\"StringEquals\":{\"aws:username\":\"u\"}"), FROM_HEADER, STAGE_MAIL },
		{ "recipient", DENY(ANY, TO("ForAnyValue:StringLike", "*@X.Test")), FROM_ENVELOPE, STAGE_RCPT },
	};
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(early); i++) {
		struct site_options options = { .from_address = early[i].from };
		struct principal_option user = { .arn = "arn:aws:iam::123456789012:user/u" };
		struct message *message = message_new();
		struct client client = { 0 };
		char policy[1024];

		options.principals = (struct principal_options){ &user, 1 };
		snprintf(policy, sizeof policy, "{\"Version\":\"2012-10-17\",\"Statement\":[" ANCHOR ",%s]}", early[i].statement);
		struct generation *generation = generation_of_site(policy, &options);
		message_begin(message, generation, &client, &now, true);
		struct outcome outcome = message_sender(message, TEXT("<CEO@example.net>"), TEXT(""), true);
		if (outcome.action == OUTCOME_CONTINUE)
			outcome = message_recipient(message, TEXT("<r@x.test>"), TEXT(""), true);
		CHECK_CASE(failures, early[i].name, outcome.action == OUTCOME_REFUSE && outcome.stage == early[i].stage);
		CHECK_CASE(failures, early[i].name, generation->may_refuse[early[i].stage]);
		CHECK_CASE(failures, early[i].name, outcome.decision == DECISION_EXPLICIT_DENY && outcome.statement == 1);
		message_free(message);
		generation_free(generation);
	}
	assert_int_equal(failures, 0);
}

/* Many statements that are found by look-up, one of them in capitals. */
static void one_of_many(void **state)
{
	enum { MANY = 300 };
	char *policy = malloc(MANY * 400);
	struct message *message = message_new();
	struct client client = { 0 };

	(void)state;
	assert_non_null(policy);
	for (int kind = 0; kind < 4; kind++) {
		size_t used = (size_t)sprintf(policy, "{\"Version\":\"2012-10-17\",\"Statement\":[" ANCHOR), refused = 0;
		for (int i = 0; i < MANY; i++) {
			const char *domain = i == 77 ? "Case.Test" : "x.test", *at = kind == 2 ? "*" : "u";
			used += (size_t)sprintf(policy + used,
				",{\"Sid\":\"s%d\",\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:*\",", i);
			if (kind == 0)
				used += (size_t)sprintf(policy + used, "\"Resource\":\"" ARN "identity/u%d.%s\"}", i, domain);
			else if (kind == 1)
				used += (size_t)sprintf(policy + used,
					ANY ",\"Condition\":{\"StringEquals\":{\"ses:FromAddress\":\"a@u%d.%s\"}}}", i, domain);
			else
				used += (size_t)sprintf(policy + used,
					ANY ",\"Condition\":{\"StringLike\":{\"ses:FromAddress\":\"%s%s%d.%s\"}}}", at,
					kind == 2 ? "@u" : "@U*", i, domain);
		}
		sprintf(policy + used, "]}");
		struct generation *generation = generation_of_one(policy);
		for (int i = 0; i < MANY; i++) {
			char raw[64];
			snprintf(raw, sizeof raw, "<%s@u%s%d.%s>", kind == 3 ? "u" : "a", kind == 3 ? "x" : "", i,
				i == 77 ? "case.test" : "x.test");
			message_begin(message, generation, &client, &now, true);
			refused += message_sender(message, text_of(raw), TEXT(""), true).action == OUTCOME_REFUSE;
		}
		assert_int_equal(refused, MANY);
		generation_free(generation);
	}
	message_free(message);
	free(policy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_readings_must_allow),
		cmocka_unit_test(refusals_are_early),
		cmocka_unit_test(one_of_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
