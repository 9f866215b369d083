/* SPDX-License-Identifier: BSD-2-Clause */
/* message, by headers that cannot be taken: which reason, and what the client is told. */
#include "unit/check.h"
#include "unit/generation_of.h"

#include "ses/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARN "arn:aws:ses:us-west-2:123456789012:"
#define STATEMENT(resource, condition) \
	"{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:*\",\"Resource\":\"" resource "\",\"Condition\":{" condition "}}"
#define POLICY(statements) "{\"Version\":\"2012-10-17\",\"Statement\":[" statements "]}"
#define IS(key, value) "\"StringEquals\":{\"" key "\":\"" value "\"}"

/* A policy about senders; one about names as well; about where trouble goes, tenants and sets alone. */
static const char senders[] = POLICY(STATEMENT(ARN "identity/example.net", IS("ses:FromAddress", "no@example.net"))),
		  names[] = POLICY(STATEMENT(ARN "identity/example.net", IS("ses:FromDisplayName", "Boss"))),
		  feedback[] = POLICY(STATEMENT(ARN "identity/example.net", IS("ses:FeedbackAddress", "no@example.net"))),
		  tenants[] = POLICY(STATEMENT(ARN "identity/example.net", IS("ses:TenantName", "red"))),
		  sets[] = POLICY(STATEMENT(ARN "configuration-set/closed", IS("aws:SecureTransport", "false")));

static const char *const identities[] = { "example.net" };

#define GOOD ""
#define STEERING(value, want) \
	{ \
		value, senders, FROM_BOTH, false, "X-SES-SOURCE-ARN: " value "\n", want \
	}
#define NO_ARN "bad-header: Header X-SES-SOURCE-ARN is not the ARN of an identity"
#define LIMIT(header) "header-limit: Header " header " is too long, or those before it are"
/* So many bytes stand for the character. */
#define LONG '#'   /* more than is read of one field */
#define HUGE '~'   /* more than is kept of all */
#define MIDDLE '%' /* more than an ARN may have */

static const struct {
	const char *name, *policy;
	unsigned from;
	bool refuse; /* X-SES- fields */
	const char *lines;
	const char *want; /* "WORD: the beginning of what is told"; "": it passes */
} cases[] = {
	STEERING(ARN "identity/example.net", GOOD),
	STEERING(ARN "identity/a@example.net", GOOD),
	STEERING("arn:aws:ses:*:123456789012:identity/example.net", GOOD),
	STEERING("identity/example.net", NO_ARN),
	STEERING("arn:aws:sns:us-west-2:123456789012:identity/example.net", NO_ARN),
	STEERING(ARN "configuration-set/main", NO_ARN),
	STEERING("arn:aws:ses:us-west-2::identity/example.net", NO_ARN),
	STEERING("arn:aws:ses:us-west-2:12345678901:identity/example.net", NO_ARN),
	STEERING("arn:aws:ses:us west-2:123456789012:identity/example.net", NO_ARN),
	STEERING("arn:aws:ses:us-west-2:123456789012:identity/exam\x7fple.net", NO_ARN),
	STEERING(ARN "identity/a@b@example.net", NO_ARN),
	STEERING(ARN "identity/", NO_ARN),
	STEERING(ARN "identity/%example.net", NO_ARN),
	{ "From twice", senders, FROM_BOTH, false, "From: a@example.net\nFrom: a@example.net\n",
		"bad-header: Header From occurs twice" },
	{ "From without an address", senders, FROM_BOTH, false, "From: \n", "bad-header: Header From has no address" },
	{ "From too long to be read", senders, FROM_BOTH, false, "From: a@example.net (#)\n",
		"header-limit: Header From is too long" },
	{ "From too long to be kept", senders, FROM_BOTH, false, "From: a@example.net (~)\n",
		"header-limit: Header From occurs too often, or is too long" },
	{ "Sender without an address", senders, FROM_BOTH, false, "From: a@example.net\nSender: \n",
		"bad-header: Header Sender has no address" },
	{ "Sender that is none", senders, FROM_BOTH, false, "From: a@example.net\nSender: a@@b\n", "bad-header: Header Sender " },
	{ "Sender of two", senders, FROM_BOTH, false, "From: a@example.net\nSender: a@example.net, b@example.net\n",
		"bad-header: Header Sender has several addresses" },
	{ "Sender twice", senders, FROM_BOTH, false, "From: a@example.net\nSender: a@example.net\nSender: a@example.net\n",
		"bad-header: Header Sender occurs twice" },
	{ "Sender where only the envelope counts", senders, FROM_ENVELOPE, false, "From: a@example.net\nSender: a@@b\n", GOOD },
	{ "Sender too long to be kept", senders, FROM_BOTH, false, "From: a@example.net\nSender: a@example.net (~)\n",
		LIMIT("Sender") },
	{ "Return-Path of nobody", feedback, FROM_BOTH, false, "From: a@example.net\nReturn-Path: <>\n", GOOD },
	{ "Return-Path that is none", feedback, FROM_BOTH, false, "From: a@example.net\nReturn-Path: a@@b\n",
		"bad-header: Header Return-Path " },
	{ "Return-Path too long to be kept", feedback, FROM_ENVELOPE, false,
		"From: a@example.net\nReturn-Path: <a@example.net> (~)\n", LIMIT("Return-Path") },
	{ "that nobody looks at", tenants, FROM_ENVELOPE, false, "From: a@example.net\nReturn-Path: <a@example.net> (~)\n", GOOD },
	{ "an ARN too long to be kept", senders, FROM_BOTH, false, "From: a@example.net\nX-SES-FROM-ARN: ~\n",
		LIMIT("X-SES-FROM-ARN") },
	{ "a tenant too long to be kept", tenants, FROM_ENVELOPE, false, "From: a@example.net\nX-SES-TENANT: ~\n",
		LIMIT("X-SES-TENANT") },
	{ "of a set that nobody looks at", tenants, FROM_ENVELOPE, false, "From: a@example.net\nX-SES-CONFIGURATION-SET: ~\n",
		GOOD },
	{ "a set too long to be kept", sets, FROM_ENVELOPE, false, "From: a@example.net\nX-SES-CONFIGURATION-SET: ~\n",
		LIMIT("X-SES-CONFIGURATION-SET") },
	{ "of a tenant that nobody looks at", sets, FROM_ENVELOPE, false, "From: a@example.net\nX-SES-TENANT: ~\n", GOOD },
	{ "tags too long to be kept", senders, FROM_BOTH, false, "From: a@example.net\nX-SES-MESSAGE-TAGS: ~\n", GOOD },
	{ "unknown ones too long to be kept", senders, FROM_BOTH, false, "From: a@example.net\nX-SES-OTHER: ~\n", GOOD },
	{ "X-SES- fields are refused", senders, FROM_BOTH, true, "From: a@example.net\nX-SES-CONFIGURATION-SET: main\n",
		"ses-header: Header X-SES-CONFIGURATION-SET " },
	{ "tags too", senders, FROM_BOTH, true, "From: a@example.net\nX-SES-MESSAGE-TAGS: a=b\n",
		"ses-header: Header X-SES-MESSAGE-TAGS" },
	{ "empty ones too", senders, FROM_BOTH, true, "From: a@example.net\nX-SES-LIST-MANAGEMENT-OPTIONS: \n",
		"ses-header: Header X-SES-" },
	{ "Full-Name too long", names, FROM_BOTH, false, "Full-Name: #\n", "bad-header: Header Full-Name is not a name" },
	{ "Full-Name twice", names, FROM_BOTH, false, "Full-Name: A\nFull-Name: A\n", "bad-header: Header Full-Name occurs twice" },
	{ "Full-Name that forbids", names, FROM_BOTH, false, "Full-Name: Boss\n", "policy: " },
	{ "a name of the second address", names, FROM_BOTH, false, "From: a@example.net, Boss <a@example.net>\n", "policy: " },
	{ "a line break in a field", senders, FROM_BOTH, false, "From: a@example.net\rSender: x\n", "bad-header: " },
	{ "in its name", senders, FROM_BOTH, false, "Fr\rom: a@example.net\n", "bad-header: " },
	{ "at its end", senders, FROM_BOTH, false, "From: a@example.net\r\n", "bad-header: " },
};

/* The lines with what the characters stand for, each shown to the message. */
static void show(struct message *message, const char *lines)
{
	char *grown = malloc(1000000), *out = grown;

	assert_non_null(grown);
	for (const char *at = lines; *at; at++) {
		size_t count = *at == LONG ? 150000 : *at == HUGE ? 420000 : *at == MIDDLE ? 500 : 1;
		memset(out, count > 1 ? 'x' : *at, count);
		out += count;
	}
	*out = '\0';
	for (const char *line = grown; *line; line = strchr(line, '\n') + 1) {
		const char *colon = strchr(line, ':'), *end = strchr(line, '\n');
		assert_true(message_header(message, (struct text){ line, (size_t)(colon - line) },
			(struct text){ colon + 2, (size_t)(end - colon - 2) }));
	}
	free(grown);
}

static void headers_are_refused(void **state)
{
	const struct client client = { .headers_complete = true };
	const struct instant now = { .seconds = 1700000000 };
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct site_options options = { .identities = { identities, 1 },
			.account = "123456789012",
			.region = "us-west-2",
			.from_address = cases[i].from,
			.form = FORM_IGNORE,
			.ses_headers = cases[i].refuse ? SES_HEADERS_REFUSE : SES_HEADERS_EVALUATE };
		struct generation *generation = generation_of_site(cases[i].policy, &options);
		struct message *message = message_new();
		char said[512] = "";

		message_begin(message, generation, &client, &now, true);
		assert_int_equal(message_sender(message, TEXT("<a@example.net>"), TEXT(""), true).action, OUTCOME_CONTINUE);
		assert_int_equal(message_recipient(message, TEXT("<b@example.org>"), TEXT(""), true).action, OUTCOME_CONTINUE);
		assert_int_equal(message_data(message, true).action, OUTCOME_CONTINUE);
		show(message, cases[i].lines);
		struct outcome outcome = message_headers_end(message, true);
		if (outcome.action == OUTCOME_CONTINUE)
			outcome = message_end(message);
		if (outcome.action != OUTCOME_CONTINUE)
			snprintf(said, sizeof said, "%s: %s",
				outcome.action == OUTCOME_REFUSE ? reason_rows[outcome.reason].word : "trouble", outcome.text);
		CHECK_CASE(failures, cases[i].name, *cases[i].want ? !strncmp(said, cases[i].want, strlen(cases[i].want)) : !*said);
		if (*cases[i].want ? strncmp(said, cases[i].want, strlen(cases[i].want)) : *said)
			print_error("%s\n", said);
		message_free(message);
		generation_free(generation);
	}
	assert_int_equal(failures, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_are_refused),
	};

	return cmocka_run_group_tests_name("header_refusals", tests, NULL, NULL);
}
