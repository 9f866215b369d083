/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * connection: whose aws:SourceIp and aws:SecureTransport the policies see, from when, and from which of the relay's
 * addresses a message is refused.
 */
#include "unit/check.h"
#include "unit/generation_of.h"

#include "ses/message.h"
#include "ses/message_report.h"
#include "ses/needs.h"

#include <stdio.h>
#include <string.h>

#define ARN "arn:aws:ses:us-west-2:123456789012:"
#define STATEMENT(effect, condition) \
	"{\"Effect\":\"" effect "\",\"Principal\":{\"AWS\":\"arn:aws:iam::123456789012:user/smtp-relay\"}," \
	"\"Action\":\"ses:*\",\"Resource\":\"" ARN "identity/example.net\",\"Condition\":{" condition "}}"
#define POLICY(statements) "{\"Version\":\"2012-10-17\",\"Statement\":[" statements "]}"
#define DENY(condition) POLICY(STATEMENT("Deny", condition))

static const struct instant now = { .seconds = 1700000000 };

/* Where a message from this client is refused, or "". */
static const char *stage(const struct generation *generation, const char *ip, bool tls, struct outcome *last)
{
	static struct message *message;
	static struct client client;

	client = (struct client){ .tls = tls };
	assert_true(!*ip || ip_parse(text_of(ip), &client.ip));
	message_free(message);
	message = message_new();
	message_begin(message, generation, &client, &now, true);
	*last = message_sender(message, TEXT("<a@example.net>"), TEXT(""), true);
	if (last->action == OUTCOME_CONTINUE)
		*last = message_recipient(message, TEXT("<ann@example.org>"), TEXT(""), true);
	if (last->action == OUTCOME_CONTINUE)
		*last = message_recipient(message, TEXT("<bob@example.org>"), TEXT(""), true);
	if (last->action == OUTCOME_CONTINUE)
		*last = message_data(message, true);
	if (last->action == OUTCOME_CONTINUE)
		*last = message_end(message);
	return last->action == OUTCOME_CONTINUE ? "" : stage_name(last->stage);
}

#define EGRESS_ROOM 3
struct egress_case {
	const char *name, *policy;
	const char *egress[EGRESS_ROOM];
	const char *stage; /* "": let through */
	const char *from;  /* the address that is named */
};

#define PIN_DENY DENY("\"NotIpAddress\":{\"aws:SourceIp\":\"203.0.113.0/29\"}")
#define PIN_ALLOW POLICY(STATEMENT("Allow", "\"IpAddress\":{\"aws:SourceIp\":\"203.0.113.0/29\"}"))

static const struct egress_case cases[] = {
	{ "inside", PIN_DENY, { "203.0.113.7" }, "", "" },
	{ "outside", PIN_DENY, { "198.51.100.1" }, "MAIL", "198.51.100.1" },
	{ "all inside", PIN_DENY, { "203.0.113.7", "203.0.113.1" }, "", "" },
	{ "one outside", PIN_DENY, { "203.0.113.7", "198.51.100.1", "203.0.113.1" }, "MAIL", "198.51.100.1" },
	{ "mapped", PIN_DENY, { "::ffff:203.0.113.7" }, "", "" },
	{ "IPv6 beside a list of IPv4", PIN_DENY, { "203.0.113.7", "2001:db8::0:7" }, "MAIL", "2001:db8::7" },
	{ "endpoint: a negated Deny", PIN_DENY, { EGRESS_VPC }, "MAIL", "" },
	{ "allowed", PIN_ALLOW, { "203.0.113.7" }, "", "" },
	{ "not allowed", PIN_ALLOW, { "198.51.100.1" }, "MAIL", "198.51.100.1" },
	{ "not allowed from one", PIN_ALLOW, { "203.0.113.7", "198.51.100.1" }, "MAIL", "198.51.100.1" },
	{ "endpoint: an Allow", PIN_ALLOW, { EGRESS_VPC }, "MAIL", "" },
	{ "no address in a Deny", DENY("\"Null\":{\"aws:SourceIp\":\"true\"}"), { "203.0.113.7" }, "", "" },
	{ "no address in a Deny, endpoint", DENY("\"Null\":{\"aws:SourceIp\":\"true\"}"), { EGRESS_VPC }, "MAIL", "" },
	{ "TLS", DENY("\"Bool\":{\"aws:SecureTransport\":\"false\"}"), { "203.0.113.7" }, "", "" },
	{ "TLS, endpoint", DENY("\"Bool\":{\"aws:SecureTransport\":\"false\"}"), { EGRESS_VPC }, "", "" },
	{ "a Deny of something else", DENY("\"StringLike\":{\"ses:FromAddress\":\"a@*\"}"), { "203.0.113.7", "198.51.100.1" },
		"MAIL", "" },
	{ "that Deny beside one of addresses",
		POLICY(STATEMENT("Deny", "\"StringLike\":{\"ses:FromAddress\":\"a@*\"}") "," STATEMENT("Deny",
			"\"IpAddress\":{\"aws:SourceIp\":\"192.0.2.0/24\"}")),
		{ "203.0.113.7", "198.51.100.1" }, "MAIL", "" },
};

static struct site_options options_of(const struct egress_case *one, bool allows)
{
	static const char *const none = "";
	static struct principal_option caller = { .arn = "arn:aws:iam::123456789012:user/smtp-relay", .policies = { &none, 0 } };
	struct site_options options = { .from_address = FROM_ENVELOPE,
		.connection = CONNECTION_RELAY,
		.egress = { one->egress, 0 } };

	while (options.egress.count < EGRESS_ROOM && one->egress[options.egress.count])
		options.egress.count++;
	if (allows)
		options.principals = (struct principal_options){ &caller, 1 };
	return options;
}

/* Whatever the client is. */
static void the_relay_is_asked_about(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct site_options options = options_of(&cases[i], strstr(cases[i].policy, "Allow"));
		struct generation *generation = generation_of_site(cases[i].policy, &options);
		static const char *const clients[] = { "10.1.2.3", "203.0.113.7", "198.51.100.1", "" };
		for (size_t c = 0; c < COUNT_OF(clients); c++) {
			struct outcome last;
			const char *got = stage(generation, clients[c], c % 2, &last);
			CHECK_CASE(failures, cases[i].name, !strcmp(got, cases[i].stage));
			/* A recipient is refused by himself. */
			if (*cases[i].stage)
				CHECK_CASE(failures, cases[i].name, text_equals(last.egress, text_of(cases[i].from)));
			if (*cases[i].stage && *cases[i].from)
				CHECK_CASE(failures, cases[i].name, strstr(last.text, cases[i].from) != NULL);
			if (*cases[i].stage && !*cases[i].from)
				CHECK_CASE(failures, cases[i].name, strstr(last.text, "aws:SourceIp") == NULL);
		}
		generation_free(generation);
	}
	assert_int_equal(failures, 0);
}

/* The connection's keys alone are the relay's: what headers say is the message's as ever. */
static void headers_are_seen_all_the_same(void **state)
{
	static const struct {
		const char *key;
		bool want;
	} rows[] = {
		{ "ses:TenantName", true },
		{ "ses:FromDisplayName", true },
		{ "ses:FeedbackAddress", true },
		{ "aws:SecureTransport", false },
		{ "aws:username", false },
	};
	const char *const egress[] = { "203.0.113.7" };
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct site_options options = { .from_address = FROM_ENVELOPE,
			.connection = CONNECTION_RELAY,
			.egress = { egress, 1 } };
		char policy[512];
		snprintf(policy, sizeof policy, DENY("\"StringNotEquals\":{\"%s\":\"x\"}"), rows[i].key);
		struct generation *generation = generation_of_site(policy, &options);
		CHECK_CASE(failures, rows[i].key, generation->wants_headers == rows[i].want);
		CHECK_CASE(failures, rows[i].key, generation->may_refuse[STAGE_EOH] == rows[i].want);
		generation_free(generation);
	}
	assert_int_equal(failures, 0);
}

static void a_recipient_is_refused_from_one_address(void **state)
{
	const char *const egress[] = { "203.0.113.7", "198.51.100.1" };
	struct site_options options = { .from_address = FROM_ENVELOPE, .connection = CONNECTION_RELAY, .egress = { egress, 2 } };
	struct generation *generation = generation_of_site(
		DENY("\"IpAddress\":{\"aws:SourceIp\":\"198.51.100.1\"},\"ForAnyValue:StringLike\":{\"ses:Recipients\":\"bob@*\"}"),
		&options);
	struct message *message = message_new();
	struct client client = { 0 };

	(void)state;
	assert_true(generation->recipients_apart && generation->may_refuse[STAGE_RCPT]);
	message_begin(message, generation, &client, &now, true);
	assert_int_equal(message_sender(message, TEXT("<a@example.net>"), TEXT(""), true).action, OUTCOME_CONTINUE);
	assert_int_equal(message_recipient(message, TEXT("<ann@example.org>"), TEXT(""), true).action, OUTCOME_CONTINUE);
	struct outcome outcome = message_recipient(message, TEXT("<bob@example.org>"), TEXT(""), true);
	assert_int_equal(outcome.action, OUTCOME_REFUSE);
	assert_true(text_equals(outcome.egress, TEXT("198.51.100.1")));
	assert_string_equal(outcome.text,
		"Access denied for bob@example.org: arn:aws:iam::123456789012:user/smtp-relay is not authorized to perform ses:SendRawEmail "
		"on resource " ARN "identity/example.net (policy p0, statement 1, aws:SourceIp 198.51.100.1)");
	/* One request an address. */
	assert_int_equal(message_request_count(message), 2);
	assert_true(text_equals(message_request_egress(message, 0), TEXT("203.0.113.7")));
	assert_true(text_equals(message_request_egress(message, 1), TEXT("198.51.100.1")));
	for (size_t i = 0; i < 2; i++) {
		const struct request *request = message_request(message, i);
		assert_non_null(request);
		assert_true(text_equals(request->slots[generation->slot[KEY_SOURCE_IP]].values[0].text, text_of(egress[i])));
	}
	message_free(message);
	generation_free(generation);
}

/* Where no policy looks at aws:SourceIp, addresses cost nothing. */
static void addresses_that_nobody_looks_at(void **state)
{
	const char *const egress[] = { "203.0.113.7", "198.51.100.1" };
	struct site_options options = { .from_address = FROM_ENVELOPE, .connection = CONNECTION_RELAY, .egress = { egress, 2 } };
	struct generation *generation = generation_of_site(DENY("\"StringLike\":{\"ses:FromAddress\":\"b@*\"}"), &options);

	(void)state;
	assert_int_equal(connection_count(generation), 1);
	assert_int_equal(connection_address(generation, 0).length, 0);
	generation_free(generation);
}

/* Principals and networks are those of the relay's client. */
static void principals_and_networks_look_at_the_client(void **state)
{
	const char *const egress = "203.0.113.7", *const value = "vpc-1";
	struct map_entry of_network = { "aws:SourceVpc", { &value, 1 } };
	struct network_option network = { "10.0.0.0/8", { &of_network, 1 } };
	struct principal_option principals[] = { { .network = "172.31.0.0/16", .refuse = 1 },
		{ .arn = "arn:aws:iam::123456789012:user/smtp-relay" } };
	struct site_options options = {
		.from_address = FROM_ENVELOPE,
		.connection = CONNECTION_RELAY,
		.egress = { &egress, 1 },
		.networks = { &network, 1 },
		.principals = { principals, 2 },
	};
	struct generation *generation = generation_of_site(DENY("\"StringEquals\":{\"aws:SourceVpc\":\"vpc-1\"}"), &options);
	struct outcome last;

	(void)state;
	assert_string_equal(stage(generation, "10.1.2.3", false, &last), "MAIL");
	assert_int_equal(last.reason, REASON_POLICY);
	assert_string_equal(stage(generation, "172.31.1.1", false, &last), "MAIL");
	assert_int_equal(last.reason, REASON_CLIENT_REFUSED);
	assert_string_equal(stage(generation, "203.0.113.7", false, &last), "");
	generation_free(generation);
}

static void addresses_are_checked(void **state)
{
	static const struct {
		const char *egress[EGRESS_ROOM];
		const char *fault;
	} rows[] = {
		{ { "203.0.113.7", "::ffff:203.0.113.7" }, "egress[1]: 203.0.113.7 occurs twice; remove one of them" },
		{ { "2001:db8::1", "2001:DB8:0::1" }, "egress[1]: 2001:db8::1 occurs twice; remove one of them" },
		{ { "203.0.113.0/24" }, "egress[0]: is not an address; write each address by itself" },
		{ { EGRESS_VPC, "203.0.113.7" }, "egress[0]: is not an address; write each address by itself" },
		{ { NULL }, "egress: names 0 addresses; write 1 to 64, or \"vpc\"" },
	};
	const char *policy = PIN_DENY;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct site_options options = { .connection = CONNECTION_RELAY, .egress = { rows[i].egress, 0 } };
		struct faults faults;
		while (options.egress.count < EGRESS_ROOM && rows[i].egress[options.egress.count])
			options.egress.count++;
		faults_init(&faults);
		assert_null(generation_of(&policy, 1, &options, &faults));
		assert_int_equal(faults.count, 1);
		assert_string_equal(faults.first->text, rows[i].fault);
		faults_free(&faults);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_relay_is_asked_about),
		cmocka_unit_test(headers_are_seen_all_the_same),
		cmocka_unit_test(a_recipient_is_refused_from_one_address),
		cmocka_unit_test(addresses_that_nobody_looks_at),
		cmocka_unit_test(principals_and_networks_look_at_the_client),
		cmocka_unit_test(addresses_are_checked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
