/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message: what the policies say at each stage of SMTP, and how it is told.
 * The first three policies are those of the SES developer guide's examples
 * (sender, recipient domain, network), as Denies.
 */
#include "unit/check.h"
#include "unit/generation_of.h"

#include "ses/message_report.h"
#include "ses/needs.h"

#include <stdio.h>
#include <string.h>

#define STATEMENT(sid, resource, condition) \
	"{\"Sid\":\"" sid "\",\"Effect\":\"Deny\",\"Principal\":{\"AWS\":\"arn:aws:iam::123456789012:root\"}," \
	"\"Action\":[\"ses:SendEmail\",\"ses:SendRawEmail\"]," \
	"\"Resource\":\"" resource "\",\"Condition\":{" condition "}}"
#define EXAMPLE_NET "arn:aws:ses:us-west-2:123456789012:identity/example.net"
#define POLICY(statements) "{\"Version\":\"2012-10-17\",\"Statement\":[" statements "]}"
#define DENY(condition) POLICY(STATEMENT("S", EXAMPLE_NET, condition))

#define FROM "\"StringNotLike\":{\"ses:FromAddress\":\"no-reply@example.net\"}"
#define RECIPIENTS "\"ForAllValues:StringNotLike\":{\"ses:Recipients\":\"*@example.org\"}"
#define NETWORK "\"NotIpAddress\":{\"aws:SourceIp\":\"172.31.0.0/16\"}"
#define ANY_EVIL "\"ForAnyValue:StringLike\":{\"ses:Recipients\":\"*@evil.example\"}"
#define ANY_OUTSIDE "\"ForAnyValue:StringNotLike\":{\"ses:Recipients\":\"*@example.org\"}"

/* Which stages can tell a refusal: MAIL, RCPT, DATA. */
#define ALL "MRD"

static const struct {
	const char *name, *policy, *tells;
	const char *ip, *sender;
	const char *recipients; /* separated by spaces */
	const char *want;       /* stages with `!` where refused; a refused RCPT does not end the message */
} cases[] = {
	{ "sender allowed", DENY(FROM), ALL, "10.0.0.1", "<no-reply@example.net>", "<a@x.test>", "M R D E" },
	{ "sender refused", DENY(FROM), ALL, "10.0.0.1", "<a@example.net>", "<a@x.test>", "M!" },
	{ "sender of another identity", DENY(FROM), ALL, "10.0.0.1", "<a@example.com>", "<a@x.test>", "M R D E" },
	{ "sender of a domain below", DENY(FROM), ALL, "10.0.0.1", "<a@sub.example.net>", "<a@x.test>", "M!" },
	{ "sender spelled otherwise", DENY(FROM), ALL, "10.0.0.1", "<@r:no-reply@EXAMPLE.net.>", "<a@x.test>", "M R D E" },
	{ "sender refused, told at RCPT", DENY(FROM), "RD", "10.0.0.1", "<a@example.net>", "<a@x.test> <b@x.test>", "M R! R!" },
	{ "sender refused, told at DATA", DENY(FROM), "D", "10.0.0.1", "<a@example.net>", "<a@x.test>", "M R D!" },
	{ "sender refused, told at the end", DENY(FROM), "", "10.0.0.1", "<a@example.net>", "<a@x.test>", "M R D E!" },

	{ "one inside", DENY(RECIPIENTS), ALL, "10.0.0.1", "<a@example.net>", "<a@example.org>", "M R D E" },
	{ "one outside", DENY(RECIPIENTS), ALL, "10.0.0.1", "<a@example.net>", "<a@x.test>", "M R D!" },
	{ "one inside is enough", DENY(RECIPIENTS), ALL, "10.0.0.1", "<a@example.net>", "<a@x.test> <b@example.org>", "M R R D E" },
	{ "all outside", DENY(RECIPIENTS), ALL, "10.0.0.1", "<a@example.net>", "<a@x.test> <b@y.test>", "M R R D!" },
	{ "all outside, told at the end", DENY(RECIPIENTS), "MR", "10.0.0.1", "<a@example.net>", "<a@x.test>", "M R D E!" },

	{ "network inside", DENY(NETWORK), ALL, "172.31.255.255", "<a@example.net>", "<a@x.test>", "M R D E" },
	{ "network outside", DENY(NETWORK), ALL, "172.32.0.0", "<a@example.net>", "<a@x.test>", "M!" },
	{ "network IPv6", DENY(NETWORK), ALL, "::1", "<a@example.net>", "<a@x.test>", "M!" },
	{ "network not known", DENY(NETWORK), ALL, "", "<a@example.net>", "<a@x.test>", "M!" },

	{ "forbidden recipient leaves", DENY(ANY_EVIL), ALL, "10.0.0.1", "<a@example.net>",
		"<a@x.test> <b@evil.example> <c@x.test>", "M R R! R D E" },
	{ "all recipients forbidden", DENY(ANY_EVIL), ALL, "10.0.0.1", "<a@example.net>", "<b@evil.example> <c@evil.example>",
		"M R! R!" },
	{ "forbidden recipient, told at DATA", DENY(ANY_EVIL), "MD", "10.0.0.1", "<a@example.net>", "<a@x.test> <b@evil.example>",
		"M R R D!" },
	{ "forbidden recipient, told at the end", DENY(ANY_EVIL), "M", "10.0.0.1", "<a@example.net>", "<a@x.test> <b@evil.example>",
		"M R R D E!" },
	{ "recipient and sender: other sender", DENY(FROM "," ANY_EVIL), ALL, "10.0.0.1", "<no-reply@example.net>",
		"<b@evil.example>", "M R D E" },
	{ "recipient and sender: both", DENY(FROM "," ANY_EVIL), ALL, "10.0.0.1", "<a@example.net>", "<a@x.test> <b@evil.example>",
		"M R R! D E" },
	{ "two conditions on recipients, each by another",
		DENY(ANY_EVIL ",\"ForAnyValue:StringEquals\":{\"ses:Recipients\":\"ceo@example.org\"}"), ALL, "10.0.0.1",
		"<a@example.net>", "<ceo@example.org> <x@evil.example> <b@x.test>", "M R R! R D E" },
	{ "plain operator on the list", DENY("\"StringLike\":{\"ses:Recipients\":\"*@evil.example\"}"), ALL, "10.0.0.1",
		"<a@example.net>", "<a@x.test> <b@evil.example>", "M R R! D E" },
	{ "variable", DENY("\"StringNotEquals\":{\"ses:FromAddress\":\"${aws:username}@example.net\"}"), ALL, "10.0.0.1",
		"<smtp-relay@example.net>", "<a@x.test>", "M R D E" },
	{ "other action",
		"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:SendEmail\","
		"\"Resource\":\"" EXAMPLE_NET "\"}]}",
		ALL, "10.0.0.1", "<a@example.net>", "<a@x.test>", "M R D E" },
	{ "other principal",
		"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":{\"AWS\":\"111111111111\"},"
		"\"Action\":\"ses:*\",\"Resource\":\"" EXAMPLE_NET "\"}]}",
		ALL, "10.0.0.1", "<a@example.net>", "<a@x.test>", "M R D E" },

	{ "null sender", DENY(FROM), ALL, "10.0.0.1", "<>", "<a@x.test>", "M R D E" },
	{ "sender is no address", DENY(FROM), ALL, "10.0.0.1", "<a@>", "<a@x.test>", "M!" },
	{ "sender is no address, told at RCPT", DENY(FROM), "R", "10.0.0.1", "<a@>", "<a@x.test> <a@>", "M R! R!" },
	{ "sender is no address, told at the end", DENY(FROM), "", "10.0.0.1", "<a@>", "<a@x.test>", "M R D E!" },
	{ "recipient is no address", DENY(ANY_EVIL), ALL, "10.0.0.1", "<no-reply@example.net>", "<a@> <a@x.test>", "M R! R D E" },
	{ "recipient is no address, and no policy looks at recipients", DENY(FROM), ALL, "10.0.0.1", "<no-reply@example.net>",
		"<a@> <> <\xff@x.test>", "M R R R D E" },
	{ "recipient is null", DENY(ANY_EVIL), ALL, "10.0.0.1", "<no-reply@example.net>", "<> <a@x.test>", "M R! R D E" },
	{ "recipient is no address, told at DATA", DENY(ANY_EVIL), "MD", "10.0.0.1", "<no-reply@example.net>", "<a@x.test> <a@>",
		"M R R D!" },
	{ "recipient of a null sender is no address", DENY(ANY_EVIL), "M", "10.0.0.1", "<>", "<a@> <>", "M R R D E!" },
};

/* Step through a message; the trace, and the outcome of the last refusal (or of the end). */
static const char *run(struct message *message, const char *tells, const char *sender, const char *recipients, struct outcome *last)
{
	static char trace[128];
	char list[256], *rest = list, *recipient;
	struct outcome outcome = message_sender(message, text_of(sender), TEXT(""), strchr(tells, 'M'));
	size_t used = 0;

	*last = outcome;
	used += (size_t)sprintf(trace, "M%s", outcome.action == OUTCOME_CONTINUE ? "" : "!");
	if (outcome.action != OUTCOME_CONTINUE)
		return trace;
	strcpy(list, recipients);
	while ((recipient = strsep(&rest, " "))) {
		outcome = message_recipient(message, text_of(recipient), TEXT(""), strchr(tells, 'R'));
		used += (size_t)sprintf(trace + used, " R%s", outcome.action == OUTCOME_CONTINUE ? "" : "!");
		if (outcome.action != OUTCOME_CONTINUE)
			*last = outcome;
	}
	if (!message_recipient_count(message) && strchr(tells, 'R'))
		return trace;
	outcome = message_data(message, strchr(tells, 'D'));
	used += (size_t)sprintf(trace + used, " D%s", outcome.action == OUTCOME_CONTINUE ? "" : "!");
	if (outcome.action == OUTCOME_CONTINUE) {
		outcome = message_end(message);
		sprintf(trace + used, " E%s", outcome.action == OUTCOME_CONTINUE ? "" : "!");
	}
	if (outcome.action != OUTCOME_CONTINUE || last->action == OUTCOME_CONTINUE)
		*last = outcome;
	return trace;
}

static struct client client_of(const char *ip)
{
	struct client client = { .tls = true };

	assert_true(!*ip || ip_parse(text_of(ip), &client.ip));
	return client;
}

static const struct instant now = { .seconds = 1700000000 };

static void stages(void **state)
{
	struct message *message = message_new();
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct generation *generation = generation_of_one(cases[i].policy);
		struct client client = client_of(cases[i].ip);
		struct outcome last;

		message_begin(message, generation, &client, &now, true);
		const char *trace = run(message, cases[i].tells, cases[i].sender, cases[i].recipients, &last);
		CHECK_CASE(failures, cases[i].name, !strcmp(trace, cases[i].want));
		if (strcmp(trace, cases[i].want))
			print_error("  got %s, want %s\n", trace, cases[i].want);
		generation_free(generation);
	}
	message_free(message);
	assert_int_equal(failures, 0);
}

static const struct {
	const char *name, *policy, *sender, *recipients;
	enum stage stage;
	enum decision decision;
	const char *code, *xcode, *reason, *address, *resource, *policy_name, *sid;
	int statement;
	const char *text;
} replies[] = {
	{ "with a Sid", DENY(FROM), "<Boss@example.net>", "<a@x.test>", STAGE_MAIL, DECISION_EXPLICIT_DENY, "550", "5.7.1",
		"policy", "Boss@example.net", EXAMPLE_NET, "p0", "S", 0,
		"Access denied for Boss@example.net: arn:aws:iam::123456789012:user/smtp-relay is not authorized to perform "
		"ses:SendRawEmail on resource " EXAMPLE_NET " (policy p0, statement S)" },
	{ "without a Sid, second",
		POLICY(STATEMENT("A", "*",
			"\"Null\":{\"ses:FromAddress\":\"true\"}") ","
								   "{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"" EXAMPLE_NET
								   "\",\"Condition\":{" ANY_EVIL "}}"),
		"<a@example.net>", "<\"b%s:\"@evil.example>", STAGE_RCPT, DECISION_EXPLICIT_DENY, "550", "5.7.1", "policy",
		"\"b%s:\"@evil.example", EXAMPLE_NET, "p0", "", 1,
		"Access denied for \"b%s:\"@evil.example: arn:aws:iam::123456789012:user/smtp-relay is not authorized to perform "
		"ses:SendRawEmail on resource " EXAMPLE_NET " (policy p0, statement 2)" },
	{ "whole list", DENY(RECIPIENTS), "<a@sub.example.net>", "<j\xc3\xb6rg@x.test>", STAGE_DATA, DECISION_EXPLICIT_DENY, "550",
		"5.7.1", "policy", "a@sub.example.net", EXAMPLE_NET, "p0", "S", 0,
		"Access denied for a@sub.example.net: arn:aws:iam::123456789012:user/smtp-relay is not authorized to perform "
		"ses:SendRawEmail on resource " EXAMPLE_NET " (policy p0, statement S)" },
	{ "bad sender", DENY(FROM), "<j\xf6rg%s@example.net>", "", STAGE_MAIL, DECISION_IMPLICIT_DENY, "553", "5.1.7",
		"bad-address", "<j\xf6rg%s@example.net>", "", "", "", -1, "<j\\xf6rg%s@example.net> is not a valid mailbox" },
	{ "bad recipient", DENY(ANY_EVIL), "<no-reply@example.net>", "<a@>", STAGE_RCPT, DECISION_IMPLICIT_DENY, "553", "5.1.3",
		"bad-address", "<a@>", EXAMPLE_NET, "", "", -1, "<a@> is not a valid mailbox" },
};

static void reply_texts(void **state)
{
	struct message *message = message_new();
	struct client client = client_of("10.0.0.1");
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(replies); i++) {
		const char *name = replies[i].name;
		struct generation *generation = generation_of_one(replies[i].policy);
		struct outcome got;

		message_begin(message, generation, &client, &now, true);
		run(message, ALL, replies[i].sender, replies[i].recipients, &got);
		CHECK_CASE(failures, name, got.action == OUTCOME_REFUSE && got.stage == replies[i].stage);
		CHECK_CASE(failures, name, got.decision == replies[i].decision && got.statement == replies[i].statement);
		CHECK_CASE(failures, name, text_equals(text_of(reason_rows[got.reason].code), text_of(replies[i].code)));
		CHECK_CASE(failures, name, text_equals(text_of(reason_rows[got.reason].xcode), text_of(replies[i].xcode)));
		CHECK_CASE(failures, name, text_equals(text_of(reason_rows[got.reason].word), text_of(replies[i].reason)));
		CHECK_CASE(failures, name, text_equals(text_of(got.text), text_of(replies[i].text)));
		CHECK_CASE(failures, name, text_equals(got.address, text_of(replies[i].address)));
		CHECK_CASE(failures, name, text_equals(got.resource, text_of(replies[i].resource)));
		CHECK_CASE(failures, name, text_equals(got.policy, text_of(replies[i].policy_name)));
		CHECK_CASE(failures, name, text_equals(got.sid, text_of(replies[i].sid)));
		if (!text_equals(text_of(got.text), text_of(replies[i].text)))
			print_error("  got %s\n", got.text ? got.text : "nothing");
		generation_free(generation);
	}
	message_free(message);
	assert_int_equal(failures, 0);
}

static void null_sender_setting(void **state)
{
	const char *policy = DENY(FROM);
	struct site_options options = { .null_sender = NULL_SENDER_REJECT, .from_address = FROM_ENVELOPE };
	struct faults faults;
	struct message *message = message_new();
	struct client client = client_of("");
	struct outcome got;

	(void)state;
	faults_init(&faults);
	struct generation *generation = generation_of(&policy, 1, &options, &faults);
	assert_non_null(generation);
	message_begin(message, generation, &client, &now, true);
	assert_string_equal(run(message, ALL, "<>", "<a@x.test>", &got), "M!");
	assert_string_equal(reason_rows[got.reason].word, "null-sender");
	assert_string_equal(reason_rows[got.reason].code, "550");
	message_begin(message, generation, &client, &now, true);
	assert_string_equal(run(message, "", "<>", "<a@x.test>", &got), "M R D E!");
	assert_string_equal(reason_rows[got.reason].word, "null-sender");
	assert_int_equal(got.stage, STAGE_EOM);
	message_free(message);
	generation_free(generation);
}

#define ALLOW(pattern) \
	"{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"ses:*\",\"Resource\":\"" EXAMPLE_NET "\"," \
	"\"Condition\":{\"ForAllValues:StringLike\":{\"ses:Recipients\":\"" pattern "\"}}}"

/* Without an Allow of its own the caller needs one that matches, and that matches the whole list. */
static void no_policy_allows(void **state)
{
	struct generation *generation = generation_of_allows(POLICY(ALLOW("*@example.org") "," ALLOW("*@*.test")));
	struct message *message = message_new();
	struct client client = client_of("");
	struct outcome got;

	(void)state;
	message_begin(message, generation, &client, &now, true);
	assert_string_equal(run(message, ALL, "<a@example.net>", "<a@example.org> <b@x.test> <c@example.org>", &got),
		"M R R! R D E");
	assert_string_equal(reason_rows[got.reason].word, "no-allow");
	assert_int_equal(got.decision, DECISION_IMPLICIT_DENY);
	assert_non_null(strstr(got.text, "b@x.test: arn:"));
	assert_non_null(strstr(got.text, "(no policy allows it)"));
	message_begin(message, generation, &client, &now, true);
	assert_string_equal(run(message, ALL, "<a@example.com>", "<a@example.org>", &got), "M!");
	assert_non_null(strstr(got.text, "Access denied for a@example.com: "));
	message_free(message);
	generation_free(generation);
}

/* A refusal that one recipient's reply could not tell is told by the next that can. */
static void untold_is_made_up_for(void **state)
{
	struct generation *generation = generation_of_one(DENY(ANY_EVIL));
	struct message *message = message_new();
	struct client client = client_of("");

	(void)state;
	message_begin(message, generation, &client, &now, true);
	message_sender(message, TEXT("<a@example.net>"), TEXT(""), true);
	assert_int_equal(message_recipient(message, TEXT("<a@x.test>"), TEXT(""), true).action, OUTCOME_CONTINUE);
	assert_int_equal(message_recipient(message, TEXT("<b@evil.example>"), TEXT(""), false).action, OUTCOME_CONTINUE);
	assert_int_equal(message_recipient(message, TEXT("<c@x.test>"), TEXT(""), true).action, OUTCOME_REFUSE);
	assert_int_equal(message_recipient(message, TEXT("<d@x.test>"), TEXT(""), true).action, OUTCOME_REFUSE);
	assert_int_equal(message_recipient_count(message), 2);
	assert_int_equal(message_data(message, true).action, OUTCOME_REFUSE);
	message_free(message);
	generation_free(generation);
}

/* The decision so far goes into the record of a message that is let through. */
static void decisions_so_far(void **state)
{
	struct generation *generation = generation_of_one(DENY(RECIPIENTS));
	struct message *message = message_new();
	struct client client = client_of("");

	(void)state;
	message_begin(message, generation, &client, &now, true);
	assert_int_equal(message_sender(message, TEXT("<a@example.net>"), TEXT(""), true).decision, DECISION_PENDING);
	assert_int_equal(message_recipient(message, TEXT("<a@x.test>"), TEXT(""), true).decision, DECISION_PENDING);
	/* One inside settles it. */
	assert_int_equal(message_recipient(message, TEXT("<a@example.org>"), TEXT(""), true).decision, DECISION_ALLOWED);
	struct outcome end = message_end(message);
	assert_int_equal(end.decision, DECISION_ALLOWED);
	assert_int_equal(end.stage, STAGE_EOM);
	assert_string_equal(reason_rows[end.reason].word, "");
	assert_true(text_equals(end.resource, TEXT(EXAMPLE_NET)));
	assert_true(text_equals(end.address, TEXT("a@example.net")));
	message_free(message);
	generation_free(generation);
}

static void records_see_what_is_left(void **state)
{
	struct generation *generation = generation_of_one(DENY(ANY_EVIL));
	struct message *message = message_new();
	struct client client = client_of("");
	struct outcome got;

	(void)state;
	message_begin(message, generation, &client, &now, true);
	assert_int_equal(message_sender_address(message).length, 0);
	run(message, ALL, "<A@Example.NET>", "<a@x.test> <b@evil.example> <@r:\"c\"@x.test> <d@>", &got);
	assert_true(text_equals(message_sender_address(message), TEXT("A@example.net")));
	assert_int_equal(message_recipient_count(message), 2);
	assert_true(text_equals(message_recipient_address(message, 0), TEXT("a@x.test")));
	assert_true(text_equals(message_recipient_address(message, 1), TEXT("c@x.test")));
	message_begin(message, generation, &client, &now, true);
	assert_int_equal(message_recipient_count(message), 0);
	message_free(message);
	generation_free(generation);
}

/* Events out of order must not end in an accept. */
static void no_sender_no_accept(void **state)
{
	struct generation *generation = generation_of_one(DENY(FROM));
	struct message *message = message_new();
	struct client client = client_of("");

	(void)state;
	message_begin(message, generation, &client, &now, true);
	assert_int_equal(message_recipient(message, TEXT("<a@x.test>"), TEXT(""), true).action, OUTCOME_TROUBLE);
	assert_int_equal(message_data(message, true).action, OUTCOME_TROUBLE);
	assert_int_equal(message_end(message).action, OUTCOME_TROUBLE);
	/* The end without DATA closes the list all the same. */
	generation_free(generation);
	generation = generation_of_one(DENY(RECIPIENTS));
	message_begin(message, generation, &client, &now, true);
	message_sender(message, TEXT("<a@example.net>"), TEXT(""), true);
	message_recipient(message, TEXT("<a@x.test>"), TEXT(""), true);
	assert_int_equal(message_end(message).action, OUTCOME_REFUSE);
	message_free(message);
	generation_free(generation);
}

/* Each key holds what SES would say; everything else is absent. */
static void keys_hold(void **state)
{
	static const struct {
		const char *key, *value;
		bool at_headers; /* a header might say it */
	} keys[] = {
		{ "ses:FromAddress", "A.b@example.net", false },
		{ "ses:FeedbackAddress", "A.b@example.net", true },
		{ "ses:ApiVersion", "2", false },
		{ "aws:SourceIp", "192.0.2.1", false },
		{ "aws:CurrentTime", "2023-11-14T22:13:20Z", false },
		{ "aws:EpochTime", "1700000000", false },
		{ "aws:SecureTransport", "true", false },
		{ "aws:PrincipalArn", "arn:aws:iam::123456789012:user/smtp-relay", false },
		{ "aws:PrincipalAccount", "123456789012", false },
		{ "aws:PrincipalType", "User", false },
		{ "aws:username", "smtp-relay", false },
		{ "aws:RequestedRegion", "us-west-2", false },
		{ "aws:ResourceAccount", "123456789012", false },
		{ "aws:userid", NULL, false },
		{ "ses:FromDisplayName", NULL, true },
		{ "ses:TenantName", NULL, true },
		{ "aws:SourceVpce", NULL, false },
		{ "aws:MultiFactorAuthPresent", NULL, false },
	};
	struct message *message = message_new();
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		char policy[1024];
		struct client client = client_of("192.0.2.1");
		struct outcome got;

		snprintf(policy, sizeof policy, DENY("\"%s\":{\"%s\":\"%s\"}"), keys[i].value ? "StringEquals" : "Null",
			keys[i].key, keys[i].value ? keys[i].value : "true");
		struct generation *generation = generation_of_one(policy);
		message_begin(message, generation, &client, &now, true);
		CHECK_CASE(failures, keys[i].key,
			!strcmp(run(message, ALL, "<A.b@Example.NET>", "<a@x.test>", &got),
				keys[i].at_headers ? "M R D E!" : "M!"));
		generation_free(generation);
	}
	message_free(message);
	assert_int_equal(failures, 0);
}

static void source_ip_and_tls(void **state)
{
	struct generation *generation = generation_of_one(DENY("\"Null\":{\"aws:SourceIp\":\"true\"},"
							       "\"Bool\":{\"aws:SecureTransport\":\"false\"}"));
	struct message *message = message_new();
	struct client client = { .tls = false };
	struct outcome got;

	(void)state;
	message_begin(message, generation, &client, &now, true);
	assert_string_equal(run(message, ALL, "<a@example.net>", "<a@x.test>", &got), "M!");
	client.tls = true;
	message_begin(message, generation, &client, &now, true);
	assert_string_equal(run(message, ALL, "<a@example.net>", "<a@x.test>", &got), "M R D E");
	message_free(message);
	generation_free(generation);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stages),
		cmocka_unit_test(reply_texts),
		cmocka_unit_test(null_sender_setting),
		cmocka_unit_test(no_policy_allows),
		cmocka_unit_test(untold_is_made_up_for),
		cmocka_unit_test(decisions_so_far),
		cmocka_unit_test(records_see_what_is_left),
		cmocka_unit_test(no_sender_no_accept),
		cmocka_unit_test(keys_hold),
		cmocka_unit_test(source_ip_and_tls),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
