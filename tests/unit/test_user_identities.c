/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Identities are those that the settings name and those that resource policies
 * hang on. A policy of a user says what the user may use; it verifies nothing.
 */
#include "unit/check.h"
#include "unit/generation_of.h"

#include "ses/message.h"
#include "ses/site_notes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARN "arn:aws:ses:us-west-2:123456789012:"
#define RESOURCE_POLICY \
	"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:SendEmail\"," \
	"\"Resource\":\"" ARN "identity/hung.test\"}]}"
#define ALLOW(resources) \
	"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"ses:Send*\",\"Resource\":[" resources "]}]}"

static const struct instant now = { .seconds = 1700000000 };

/* A site with one user, who has the policy. */
static struct generation *generation_of_user(const char *policy, struct site_options options)
{
	char path[] = "/tmp/test_user.XXXXXX";
	const char *paths[] = { path }, *resource = RESOURCE_POLICY;
	int descriptor = mkstemp(path);
	FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
	struct principal_option user = { .arn = "arn:aws:iam::123456789012:user/u", .policies = { paths, 1 } };
	struct faults faults;

	assert_non_null(file);
	fputs(policy, file);
	assert_int_equal(fclose(file), 0);
	faults_init(&faults);
	options.principals = (struct principal_options){ &user, 1 };
	struct generation *generation = generation_of(&resource, 1, &options, &faults);
	unlink(path);
	if (!generation)
		fail_msg("%s", faults.first ? faults.first->text : "no memory");
	return generation;
}

/* What a message from that sender comes to: "allowed", or the reason and the resource that it was refused for. */
static void ask(const struct generation *generation, const char *sender, char *out, size_t room)
{
	struct message *message = message_new();
	struct client client = { 0 };
	char raw[128];

	assert_non_null(message);
	snprintf(raw, sizeof raw, "<%s>", sender);
	message_begin(message, generation, &client, &now, true);
	struct outcome outcome = message_sender(message, text_of(raw), TEXT(""), true);
	if (outcome.action == OUTCOME_CONTINUE)
		outcome = message_recipient(message, TEXT("<r@x.test>"), TEXT(""), true);
	if (outcome.action == OUTCOME_CONTINUE)
		outcome = message_data(message, true);
	if (outcome.action == OUTCOME_CONTINUE)
		outcome = message_end(message);
	if (outcome.action == OUTCOME_CONTINUE)
		snprintf(out, room, "allowed");
	else
		snprintf(out, room, "%s %.*s", reason_rows[outcome.reason].word, TEXT_ARGS(outcome.resource));
	message_free(message);
}

static void users_verify_nothing(void **state)
{
	static const struct {
		const char *name, *policy;
		enum unknown_identity unknown;
		const char *sender, *want;
	} cases[] = {
		{ "named by the user's policy alone", ALLOW("\"" ARN "identity/boss@unverified.test\""), UNKNOWN_REJECT,
			"boss@unverified.test", "unknown-identity " },
		{ "a domain of the user's policy alone", ALLOW("\"" ARN "identity/unverified.test\""), UNKNOWN_REJECT,
			"boss@unverified.test", "unknown-identity " },
		{ "by the domain, as SES asks", ALLOW("\"" ARN "identity/sender@example.com\""), UNKNOWN_EVALUATE,
			"sender@example.com", "no-allow " ARN "identity/example.com" },
		{ "the domain is allowed", ALLOW("\"" ARN "identity/example.com\""), UNKNOWN_REJECT, "sender@example.com",
			"allowed" },
		{ "a subdomain that only the user's policy names", ALLOW("\"" ARN "identity/a.example.com\""), UNKNOWN_EVALUATE,
			"x@a.example.com", "no-allow " ARN "identity/example.com" },
		{ "an address of the settings", ALLOW("\"" ARN "identity/ceo@example.com\""), UNKNOWN_REJECT, "ceo@example.com",
			"allowed" },
		{ "one that a resource policy hangs on", ALLOW("\"" ARN "identity/hung.test\""), UNKNOWN_REJECT, "x@hung.test",
			"allowed" },
		{ "a Deny verifies nothing either",
			"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"},"
			"{\"Effect\":\"Deny\",\"Action\":\"ses:SendEmail\",\"Resource\":\"" ARN
			"identity/boss@unverified.test\"}]}",
			UNKNOWN_REJECT, "boss@unverified.test", "unknown-identity " },
	};
	static const char *const identities[] = { "example.com", "ceo@example.com" };
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct site_options options = { .identities = { identities, 2 },
			.from_address = FROM_ENVELOPE,
			.unknown_identity = cases[i].unknown };
		struct generation *generation = generation_of_user(cases[i].policy, options);
		char got[256];

		ask(generation, cases[i].sender, got, sizeof got);
		CHECK_CASE(failures, cases[i].name, !strcmp(got, cases[i].want));
		if (strcmp(got, cases[i].want))
			print_error("  got %s\n", got);
		generation_free(generation);
	}
	assert_int_equal(failures, 0);
}

static void allows_on_the_unknown_are_noted(void **state)
{
	static const struct {
		const char *name, *policy;
		size_t count;
		const char *first; /* behind the place */
	} cases[] = {
		{ "address and domain", ALLOW("\"" ARN "identity/boss@unverified.test\",\"" ARN "identity/unverified.test\""), 2,
			"statement 1 allows \"boss@unverified.test\", which is no identity that this site knows; if it is verified at SES, "
			"add it to \"identities\" in milter.json" },
		{ "an address of a known domain", ALLOW("\"" ARN "identity/sender@example.com\""), 1,
			"statement 1 allows \"sender@example.com\", " },
		{ "a pattern that no identity fits", ALLOW("\"" ARN "identity/*.example.com\""), 1,
			"statement 1 allows \"*.example.com\", " },
		{ "a pattern that one fits", ALLOW("\"" ARN "identity/*@example.com\",\"" ARN "identity/*.test\""), 0, NULL },
		{ "known, in any case of the domain", ALLOW("\"" ARN "identity/EXAMPLE.com\",\"" ARN "identity/hung.test\""), 0,
			NULL },
		{ "whatever there is", ALLOW("\"*\",\"" ARN "identity/*\",\"" ARN "identity/?*\",\"arn:aws:ses:*:*:*\""), 0, NULL },
		{ "not of this account, region, kind",
			ALLOW("\"arn:aws:ses:us-west-2:210987654321:identity/a.test\","
			      "\"arn:aws:ses:eu-west-1:123456789012:identity/a.test\",\"" ARN "configuration-set/a\""),
			0, NULL },
		{ "variables", ALLOW("\"" ARN "identity/${aws:username}@a.test\""), 0, NULL },
		{ "not sending",
			"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"ses:Get*\",\"Resource\":\"" ARN
			"identity/a.test\"},{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"" ARN "identity/a.test\"},"
			"{\"Effect\":\"Allow\",\"Action\":\"*\",\"NotResource\":\"" ARN "identity/a.test\"}]}",
			0, NULL },
	};
	static const char *const identities[] = { "example.com", "ceo@example.com" };
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct site_options options = { .identities = { identities, 2 }, .account = "123456789012", .region = "us-west-2" };
		struct generation *generation = generation_of_user(cases[i].policy, options);
		struct faults faults;

		faults_init(&faults);
		CHECK_CASE(failures, cases[i].name, site_notes_find(generation, &faults) && !faults.count);
		CHECK_CASE(failures, cases[i].name, faults.note_count == cases[i].count);
		CHECK_CASE(failures, cases[i].name,
			!cases[i].first || (faults.first_note && strstr(faults.first_note->text, cases[i].first)));
		faults_free(&faults);
		generation_free(generation);
	}
	assert_int_equal(failures, 0);
}

static void notes_are_bounded(void **state)
{
	char policy[NOTES_KEPT * 2 * 80 + 256];
	size_t used = (size_t)sprintf(policy,
		"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":[");

	(void)state;
	for (int i = 0; i < NOTES_KEPT * 2; i++)
		used += (size_t)sprintf(policy + used, "%s\"" ARN "identity/d%d.test\"", i ? "," : "", i);
	sprintf(policy + used, "]}]}");
	struct generation *generation = generation_of_user(policy, (struct site_options){ 0 });
	struct faults faults;
	size_t kept = 0;
	faults_init(&faults);
	assert_true(site_notes_find(generation, &faults));
	for (const struct fault *note = faults.first_note; note; note = note->next)
		kept++;
	assert_int_equal(kept, NOTES_KEPT);
	assert_int_equal(faults.note_count, NOTES_KEPT * 2);
	faults_free(&faults);
	generation_free(generation);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(users_verify_nothing),
		cmocka_unit_test(allows_on_the_unknown_are_noted),
		cmocka_unit_test(notes_are_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
