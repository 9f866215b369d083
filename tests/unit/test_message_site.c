/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message, by what a site says of itself and what headers say: condition keys
 * that win over others, default configuration sets from files and settings,
 * sessions that are older than the policies.
 */
#include "unit/check.h"
#include "unit/generation_of.h"

#include "ses/configuration_set.h"
#include "ses/message.h"

#include <stdio.h>
#include <string.h>

#define ARN "arn:aws:ses:us-west-2:123456789012:"
#define DENY(resource, condition) \
	"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\"," \
	"\"Action\":\"ses:*\",\"Resource\":\"" ARN resource "\",\"Condition\":{" condition "}}]}"

static const struct instant now = { .seconds = 1700000000 };

/* The stage at which a message is refused, or "". */
static const char *stage(const struct generation *generation, const struct client *client, const char *sender, const char *from,
	struct outcome *last)
{
	static struct message *message;
	char raw[128];

	message_free(message);
	message = message_new();
	message_begin(message, generation, client, &now, true);
	snprintf(raw, sizeof raw, "<%s>", sender);
	*last = message_sender(message, text_of(raw), TEXT(""), true);
	if (last->action == OUTCOME_CONTINUE)
		*last = message_recipient(message, TEXT("<ann@example.org>"), TEXT(""), true);
	if (last->action == OUTCOME_CONTINUE)
		*last = message_data(message, true);
	if (last->action == OUTCOME_CONTINUE && from)
		assert_true(message_header(message, TEXT("From"), text_of(from)));
	if (last->action == OUTCOME_CONTINUE && generation->wants_headers)
		*last = message_headers_end(message, true);
	if (last->action == OUTCOME_CONTINUE)
		*last = message_end(message);
	return last->action == OUTCOME_CONTINUE ? "" : stage_name(last->stage);
}

static const char *const principal_value = "principal", *const network_value = "network", *const site_value = "site";

static void the_nearest_context_wins(void **state)
{
	struct map_entry of_principal = { "aws:UserAgent", { &principal_value, 1 } };
	struct map_entry of_network = { "AWS:useragent", { &network_value, 1 } };
	struct map_entry of_site = { "aws:UserAgent", { &site_value, 1 } };
	struct principal_option principals[] = {
		{ .login = "p", .arn = "arn:aws:iam::123456789012:user/p", .context = { &of_principal, 1 } },
		{ .login = "q", .arn = "arn:aws:iam::123456789012:user/q" },
	};
	struct network_option networks[] = { { "10.0.0.0/8", { &of_network, 1 } }, { "10.1.0.0/16", { &of_principal, 1 } } };
	const struct {
		const char *login, *ip, *want;
	} cases[] = {
		{ "p", "10.1.2.3", "principal" },
		/* The first network that fits. */
		{ "q", "10.1.2.3", "network" },
		{ "", "192.0.2.1", "site" },
		{ "q", "", "site" },
	};
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct site_options options = {
			.from_address = FROM_ENVELOPE,
			.context = { &of_site, 1 },
			.networks = { networks, COUNT_OF(networks) },
			.principals = { principals, COUNT_OF(principals) },
		};
		struct client client = { .login = text_of(cases[i].login) };
		struct outcome last;
		char policy[512];

		assert_true(!*cases[i].ip || ip_parse(text_of(cases[i].ip), &client.ip));
		snprintf(policy, sizeof policy, DENY("identity/example.net", "\"StringEquals\":{\"aws:UserAgent\":\"%s\"}"),
			cases[i].want);
		struct generation *generation = generation_of_site(policy, &options);
		CHECK_CASE(failures, cases[i].want, !strcmp(stage(generation, &client, "a@example.net", NULL, &last), "MAIL"));
		generation_free(generation);
	}
	assert_int_equal(failures, 0);
}

static void contexts_are_checked(void **state)
{
	const char *const two[] = { "a", "b" };
	struct map_entry entries[] = { { "aws:UserAgent", { two, 2 } }, { "aws:TagKeys", { two, 2 } },
		{ "AWS:tagkeys", { two, 1 } } };
	struct site_options options = { .context = { entries, COUNT_OF(entries) } };
	const char *policy = DENY("identity/example.net", "\"StringEquals\":{\"aws:UserAgent\":\"a\"}");
	struct faults faults;

	(void)state;
	faults_init(&faults);
	assert_null(generation_of(&policy, 1, &options, &faults));
	assert_int_equal(faults.count, 2);
	assert_string_equal(faults.first->text, "context: aws:UserAgent holds one value by its nature; write one text");
	assert_string_equal(faults.first->next->text, "context: AWS:tagkeys occurs twice; keys have no case; keep one of them");
	faults_free(&faults);
}

static void default_configuration_sets(void **state)
{
	/* The file's name is p0, and so the identity's. */
	const char *file =
		"{\"IdentityType\":\"DOMAIN\",\"ConfigurationSetName\":\"from-file\",\"Policies\":{\"p\":"
		"\"{\\\"Statement\\\":{\\\"Effect\\\":\\\"Deny\\\",\\\"Principal\\\":\\\"*\\\",\\\"Action\\\":\\\"ses:*\\\",\\\"Resource\\\":\\\"" ARN
		"configuration-set/from-*\\\"}}\"}}";
	const char *const settings = "from-settings", *const other = "other";
	struct map_entry sets[] = { { "P0", { &settings, 1 } }, { "example.net", { &other, 1 } } };
	struct site_options options = { .account = "123456789012", .region = "us-west-2" };
	const char *const identities[] = { "p0", "example.net" };
	struct client client = { .headers_complete = true };
	struct outcome last;

	(void)state;
	options.identities = (struct string_list){ identities, 2 };
	struct generation *generation = generation_of_site(file, &options);
	assert_true(text_equals(configuration_set_of(generation, TEXT("p0")), TEXT("from-file")));
	assert_int_equal(configuration_set_of(generation, TEXT("example.net")).length, 0);
	assert_string_equal(stage(generation, &client, "a@p0", NULL, &last), "EOH");
	assert_true(text_equals(last.resource, TEXT(ARN "configuration-set/from-file")));
	assert_string_equal(stage(generation, &client, "a@example.net", NULL, &last), "");
	/* The From header's identity has a default, too. */
	assert_string_equal(stage(generation, &client, "a@example.net", "b@p0", &last), "EOH");
	generation_free(generation);
	/* Settings win over files. */
	options.configuration_sets = (struct map){ sets, 2 };
	generation = generation_of_site(file, &options);
	assert_true(text_equals(configuration_set_of(generation, TEXT("p0")), TEXT("from-settings")));
	assert_true(text_equals(configuration_set_of_arn(generation, TEXT("arn:aws:ses:eu-west-1:1:identity/p0")),
		TEXT("from-settings")));
	assert_int_equal(configuration_set_of_arn(generation, TEXT("identity/p0")).length, 0);
	assert_true(text_equals(configuration_set_of(generation, TEXT("example.net")), TEXT("other")));
	generation_free(generation);
}

/* A connection that shows no headers carries nothing once a policy looks at them, whatever the envelope says. */
static void sessions_older_than_the_policies(void **state)
{
	static const struct {
		const char *name, *condition, *sender, *want;
		bool at_mail; /* MAIL can tell */
	} cases[] = {
		{ "the envelope is fine", "\"StringEquals\":{\"ses:FromAddress\":\"b@example.net\"}", "<a@example.net>", "421",
			true },
		{ "the same, told at DATA", "\"StringEquals\":{\"ses:FromAddress\":\"b@example.net\"}", "<a@example.net>", "421",
			false },
		{ "refused anyway", "\"StringEquals\":{\"ses:FromAddress\":\"b@example.net\"}", "<b@example.net>", "550", true },
		{ "null sender", "\"StringEquals\":{\"ses:FromAddress\":\"b@example.net\"}", "<>", "421", true },
		{ "display name", "\"StringEquals\":{\"ses:FromDisplayName\":\"Ann\"}", "<b@example.net>", "421", false },
	};
	struct message *message = message_new();
	struct client client = { 0 };
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct site_options options = { 0 };
		char policy[512];

		snprintf(policy, sizeof policy, DENY("identity/example.net", "%s"), cases[i].condition);
		struct generation *generation = generation_of_site(policy, &options);
		message_begin(message, generation, &client, &now, false);
		struct outcome last = message_sender(message, text_of(cases[i].sender), TEXT(""), cases[i].at_mail);
		if (!cases[i].at_mail) {
			CHECK_CASE(failures, cases[i].name, last.action == OUTCOME_CONTINUE);
			message_recipient(message, TEXT("<ann@example.org>"), TEXT(""), true);
			last = message_data(message, true);
		}
		CHECK_CASE(failures, cases[i].name,
			last.action != OUTCOME_CONTINUE && !strcmp(reason_rows[last.reason].code, cases[i].want));
		CHECK_CASE(failures, cases[i].name,
			*reason_rows[last.reason].code == '5' || !strcmp(reason_rows[last.reason].word, "headers-unseen"));
		generation_free(generation);
	}
	/* Where no header matters, such a connection is as good as any. */
	struct site_options options = { 0 };
	struct generation *generation = generation_of_site(DENY("identity/*", "\"IpAddress\":{\"aws:SourceIp\":\"192.0.2.1\"}"),
		&options);
	message_begin(message, generation, &client, &now, false);
	assert_int_equal(message_sender(message, TEXT("<a@example.net>"), TEXT(""), true).action, OUTCOME_CONTINUE);
	assert_int_equal(message_recipient(message, TEXT("<ann@example.org>"), TEXT(""), true).action, OUTCOME_CONTINUE);
	assert_int_equal(message_end(message).action, OUTCOME_CONTINUE);
	generation_free(generation);
	message_free(message);
	assert_int_equal(failures, 0);
}

/* Where the header is not looked at, the null sender may do what nobody is forbidden. */
static void the_null_sender_of_the_envelope(void **state)
{
	static const struct {
		const char *policy, *want, *from;
	} cases[] = {
		{ DENY("identity/*", "\"StringEquals\":{\"ses:FromDisplayName\":\"Ann\"}"), "EOH",
			"Bob <b@x.test>, Ann <a@x.test>" },
		{ DENY("identity/*", "\"StringEquals\":{\"ses:FromDisplayName\":\"Ann\"}"), "", "Bob <b@x.test>" },
		{ DENY("identity/*", "\"Null\":{\"ses:FromDisplayName\":\"true\"}"), "EOH", "b@x.test" },
		{ DENY("identity/*", "\"Null\":{\"ses:FromDisplayName\":\"true\"}"), "EOH", NULL },
		{ DENY("identity/*", "\"IpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}"), "MAIL", NULL },
		{ DENY("identity/*", "\"NotIpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}"), "", NULL },
		{ DENY("identity/*", "\"ForAnyValue:StringLike\":{\"ses:Recipients\":\"*@example.org\"}"), "RCPT", NULL },
		{ DENY("identity/example.net", "\"IpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}"), "", NULL },
		{ DENY("identity/*", "\"StringNotEquals\":{\"ses:FromAddress\":\"a@example.net\"}"), "", NULL },
	};
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct site_options options = { .from_address = FROM_ENVELOPE };
		struct generation *generation = generation_of_site(cases[i].policy, &options);
		struct client client = { 0 };
		struct outcome last;

		assert_true(ip_parse(TEXT("10.1.2.3"), &client.ip));
		CHECK_CASE(failures, cases[i].policy, !strcmp(stage(generation, &client, "", cases[i].from, &last), cases[i].want));
		generation_free(generation);
	}
	assert_int_equal(failures, 0);
}

/* The ARN that a header names is spelled as identities are here; region * is this one, too. */
static void steering_arns_have_one_spelling(void **state)
{
	static const struct {
		const char *arn, *want;
	} cases[] = {
		{ ARN "identity/secret.com", "EOH" },
		{ ARN "identity/Secret.COM", "EOH" },
		{ "arn:aws:ses:*:123456789012:identity/secret.com", "EOH" },
		{ ARN "identity/other.com", "" },
		{ "arn:aws:ses:eu-west-1:123456789012:identity/secret.com", "" },
	};
	struct site_options options = { 0 };
	struct generation *generation = generation_of_site(DENY("identity/secret.com", ""), &options);
	struct message *message = message_new();
	struct client client = { 0 };
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		message_begin(message, generation, &client, &now, true);
		message_sender(message, TEXT("<a@example.net>"), TEXT(""), true);
		message_recipient(message, TEXT("<ann@example.org>"), TEXT(""), true);
		message_data(message, true);
		assert_true(message_header(message, TEXT("X-SES-SOURCE-ARN"), text_of(cases[i].arn)));
		struct outcome last = message_headers_end(message, true);
		CHECK_CASE(failures, cases[i].arn, (last.action == OUTCOME_REFUSE) == (*cases[i].want != '\0'));
	}
	message_free(message);
	generation_free(generation);
	assert_int_equal(failures, 0);
}

/* Senders times resources are bounded: a hundred mailboxes in From, each for as many verified recipients. */
static void a_crowd_is_refused(void **state)
{
	static char identities[100][24], from[4096], recipient[40];
	static const char *names[100];
	struct site_options options = { .sandbox = 1, .identities = { names, 100 } };
	struct message *message = message_new();
	struct client client = { 0 };
	size_t used = 0;

	(void)state;
	for (size_t i = 0; i < 100; i++) {
		sprintf(identities[i], "r%zu.test", i);
		names[i] = identities[i];
		used += (size_t)sprintf(from + used, "%sa%zu@example.net", i ? "," : "", i);
	}
	struct generation *generation = generation_of_site(DENY("identity/example.net",
								   "\"StringEquals\":{\"ses:FromAddress\":\"x\"}"),
		&options);
	message_begin(message, generation, &client, &now, true);
	message_sender(message, TEXT("<a@example.net>"), TEXT(""), true);
	for (size_t i = 0; i < 100; i++) {
		sprintf(recipient, "<a@r%zu.test>", i);
		assert_int_equal(message_recipient(message, text_of(recipient), TEXT(""), true).action, OUTCOME_CONTINUE);
	}
	message_data(message, true);
	assert_true(message_header(message, TEXT("From"), text_of(from)));
	struct outcome last = message_headers_end(message, true);
	assert_int_equal(last.action, OUTCOME_REFUSE);
	assert_string_equal(reason_rows[last.reason].word, "crowded");
	message_free(message);
	generation_free(generation);
}

static void a_message_has_a_sender(void **state)
{
	struct site_options options = { 0 };
	struct generation *generation = generation_of_site(DENY("identity/example.net",
								   "\"StringEquals\":{\"ses:FromAddress\":\"b@example.net\"}"),
		&options);
	struct client client = { 0 };
	struct outcome last;

	(void)state;
	/* The header decides for the null sender. */
	assert_string_equal(stage(generation, &client, "", "a@example.net", &last), "");
	assert_string_equal(stage(generation, &client, "", "b@example.net", &last), "EOH");
	assert_string_equal(stage(generation, &client, "", NULL, &last), "EOH");
	assert_string_equal(reason_rows[last.reason].word, "no-sender");
	assert_string_equal(stage(generation, &client, "a@example.net", NULL, &last), "");
	assert_string_equal(stage(generation, &client, "a@example.net", "<>", &last), "EOH");
	assert_string_equal(reason_rows[last.reason].word, "bad-header");
	assert_string_equal(reason_rows[last.reason].code, "550");
	generation_free(generation);
}

/* Where no policy looks at From, a bounce that has one is not without a sender, and what it asks for is still looked at. */
static void a_bounce_has_its_from(void **state)
{
	const char *policies[] = {
		DENY("identity/*", "\"IpAddress\":{\"aws:SourceIp\":\"192.0.2.1\"}"),
		DENY("configuration-set/x", "\"StringEquals\":{\"ses:ApiVersion\":\"2\"}"),
	};
	struct client client = { 0 };
	struct outcome last;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(policies); i++) {
		struct site_options options = {
			.account = "123456789012",
			.region = "us-west-2",
			.ses_headers = i == 0 ? SES_HEADERS_REFUSE : SES_HEADERS_EVALUATE,
		};
		struct generation *generation = generation_of_site(policies[i], &options);
		assert_true(generation->wants_headers && !generation->wants_from);
		assert_string_equal(stage(generation, &client, "", "b@example.net", &last), "");
		assert_string_equal(stage(generation, &client, "", NULL, &last), "EOH");
		assert_string_equal(reason_rows[last.reason].word, "no-sender");
		struct message *message = message_new();
		message_begin(message, generation, &client, &now, true);
		assert_int_equal(message_sender(message, TEXT("<>"), TEXT(""), true).action, OUTCOME_CONTINUE);
		assert_int_equal(message_recipient(message, TEXT("<ann@example.org>"), TEXT(""), true).action, OUTCOME_CONTINUE);
		assert_true(message_header(message, TEXT("From"), TEXT("b@example.net")));
		assert_true(message_header(message, TEXT("X-SES-CONFIGURATION-SET"), TEXT("x")));
		assert_int_equal(message_headers_end(message, true).action, OUTCOME_REFUSE);
		message_free(message);
		generation_free(generation);
	}
}

/* A Deny that only an identity of another account can meet: X-SES-SOURCE-ARN may name one. */
static void identities_elsewhere(void **state)
{
	const char *const policies[] = {
		"{\"Statement\":{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:*\",\"NotResource\":\"" ARN
		"identity/*\"}}",
		"{\"Statement\":{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:*\","
		"\"Resource\":\"arn:aws:ses:us-west-2:999999999999:identity/partner.test\"}}",
		"{\"Statement\":{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:*\",\"Resource\":\"*\",\"Condition\":{"
		"\"StringNotEquals\":{\"aws:ResourceAccount\":\"123456789012\"}}}}",
	};
	struct client client = { 0 };
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(policies); i++) {
		struct site_options options = { .account = "123456789012", .region = "us-west-2" };
		struct generation *generation = generation_of_site(policies[i], &options);
		struct message *message = message_new();
		message_begin(message, generation, &client, &now, generation->wants_headers);
		message_sender(message, TEXT("<a@example.net>"), TEXT(""), true);
		message_recipient(message, TEXT("<ann@example.org>"), TEXT(""), true);
		message_data(message, true);
		message_header(message, TEXT("From"), TEXT("a@example.net"));
		message_header(message, TEXT("X-SES-SOURCE-ARN"), TEXT("arn:aws:ses:us-west-2:999999999999:identity/partner.test"));
		CHECK_CASE(failures, policies[i], message_end(message).decision == DECISION_EXPLICIT_DENY);
		message_free(message);
		generation_free(generation);
	}
	assert_int_equal(failures, 0);
}

/* MAIL, each recipient, DATA, the end; what the last says. `refused` counts recipients that were. */
static struct outcome sandboxed(const struct generation *generation, const char *const *recipients, size_t count, size_t *refused)
{
	static struct message *message;
	struct client client = { 0 };

	message_free(message);
	message = message_new();
	message_begin(message, generation, &client, &now, true);
	struct outcome last = message_sender(message, TEXT("<a@example.net>"), TEXT(""), true);
	*refused = 0;
	for (size_t i = 0; last.action == OUTCOME_CONTINUE && i < count; i++)
		*refused += message_recipient(message, text_of(recipients[i]), TEXT(""), true).action == OUTCOME_REFUSE;
	if (last.action == OUTCOME_CONTINUE)
		last = message_data(message, true);
	if (last.action == OUTCOME_CONTINUE && generation->wants_headers)
		last = message_headers_end(message, true);
	return last.action == OUTCOME_CONTINUE ? message_end(message) : last;
}

/* What a recipient made certain is not so without it. */
static void a_refused_recipient_allows_nothing(void **state)
{
	const char *const identities[] = { "example.net", "good.test", "bad.test" };
	const char *const recipients[] = { "<x@bad.test>", "<v@good.test>" };
	struct site_options options = { .from_address = FROM_ENVELOPE, .sandbox = 1, .identities = { identities, 3 } };
	const char *policy =
		"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:*\","
		"\"Resource\":\"" ARN
		"identity/example.net\",\"Condition\":{\"ForAllValues:StringEquals\":{\"ses:Recipients\":\"v@good.test\"}}},"
		"{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:*\",\"Resource\":\"" ARN "identity/bad.test\"}]}";
	struct generation *generation = generation_of_site(policy, &options);
	size_t refused;

	(void)state;
	assert_int_equal(sandboxed(generation, recipients + 1, 1, &refused).stage, STAGE_DATA);
	struct outcome last = sandboxed(generation, recipients, 2, &refused);
	assert_int_equal(refused, 1);
	assert_int_equal(last.action, OUTCOME_REFUSE);
	assert_int_equal(last.stage, STAGE_DATA);
	generation_free(generation);
}

/* Where recipients cannot be refused, the first that is forbidden is told at the next stage, whatever was wrong with later ones. */
static void the_first_unverified_recipient_is_told(void **state)
{
	const char *const identities[] = { "example.net" };
	struct site_options options = { .from_address = FROM_ENVELOPE, .sandbox = 1, .identities = { identities, 1 } };
	struct generation *generation = generation_of_site("{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\","
							   "\"Principal\":\"*\",\"Action\":\"ses:*\",\"Resource\":\"" ARN
							   "identity/bad.test\"}]}",
		&options);
	static const struct {
		const char *first, *told;
	} cases[] = {
		{ "<one@first.test>", "one@first.test" },
		{ "<one two@first.test>", "<one two@first.test> is not a valid mailbox" },
	};
	struct message *message = message_new();
	struct client client = { 0 };
	size_t failures = 0;

	(void)state;
	assert_non_null(message);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		message_begin(message, generation, &client, &now, true);
		assert_int_equal(message_sender(message, TEXT("<a@example.net>"), TEXT(""), true).action, OUTCOME_CONTINUE);
		message_recipient(message, text_of(cases[i].first), TEXT(""), false);
		message_recipient(message, TEXT("<two@second.test>"), TEXT(""), false);
		struct outcome last = message_data(message, true);
		CHECK_CASE(failures, cases[i].first, last.action == OUTCOME_REFUSE && strstr(last.text, cases[i].told));
		CHECK_CASE(failures, cases[i].first, last.text && !strstr(last.text, "second.test"));
	}
	message_free(message);
	generation_free(generation);
	assert_int_equal(failures, 0);
}

/* A recipient that is not verified leaves no question about its domain to the others. */
static void an_unverified_recipient_asks_nothing(void **state)
{
	const char *const identities[] = { "example.net", "good.test" };
	const char *const recipients[] = { "<x@unverified.test>", "<v@good.test>" }, *const none[] = { NULL };
	struct principal_option principal = { .arn = "arn:aws:iam::123456789012:user/u", .policies = { none, 0 } };
	struct site_options options = {
		.from_address = FROM_ENVELOPE,
		.sandbox = 1,
		.identities = { identities, 2 },
		.principals = { &principal, 1 },
	};
	struct generation *generation = generation_of_site(
		"{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\","
		"\"Principal\":{\"AWS\":\"arn:aws:iam::123456789012:user/u\"},\"Action\":\"ses:*\",\"Resource\":[\"" ARN
		"identity/example.net\",\"" ARN "identity/good.test\"]}}",
		&options);
	size_t refused;

	(void)state;
	assert_int_equal(sandboxed(generation, recipients, 2, &refused).action, OUTCOME_CONTINUE);
	assert_int_equal(refused, 1);
	generation_free(generation);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_nearest_context_wins),
		cmocka_unit_test(contexts_are_checked),
		cmocka_unit_test(default_configuration_sets),
		cmocka_unit_test(sessions_older_than_the_policies),
		cmocka_unit_test(the_null_sender_of_the_envelope),
		cmocka_unit_test(steering_arns_have_one_spelling),
		cmocka_unit_test(a_crowd_is_refused),
		cmocka_unit_test(a_message_has_a_sender),
		cmocka_unit_test(a_bounce_has_its_from),
		cmocka_unit_test(identities_elsewhere),
		cmocka_unit_test(a_refused_recipient_allows_nothing),
		cmocka_unit_test(the_first_unverified_recipient_is_told),
		cmocka_unit_test(an_unverified_recipient_asks_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
