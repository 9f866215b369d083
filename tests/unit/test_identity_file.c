/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * identity_file: what SES says of an identity, also that it has no policy. Only that makes a set without any policy; what
 * merely is empty does not load.
 */
#include "unit/check.h"

#include "ses/generation.h"
#include "ses/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define POLICY(identity, sender) \
	"{\\\"Statement\\\":{\\\"Effect\\\":\\\"Deny\\\",\\\"Principal\\\":\\\"*\\\",\\\"Action\\\":\\\"ses:*\\\"," \
	"\\\"Resource\\\":\\\"arn:aws:ses:us-west-2:123456789012:identity/" identity "\\\"," \
	"\\\"Condition\\\":{\\\"StringEquals\\\":{\\\"ses:FromAddress\\\":\\\"" sender "\\\"}}}}"
#define ANSWER(verified, policies) \
	"{\"IdentityType\":\"DOMAIN\",\"VerifiedForSendingStatus\":" verified ",\"Policies\":{" policies "}}"

struct file {
	const char *name, *text;
};

/* Load them; where that fails `fault` says why. */
static struct generation *load(const struct file files[2], struct site_options *options, char fault[256])
{
	char folder[] = "/tmp/test-identity-file.XXXXXX", path[128];
	const char *paths[] = { folder };
	struct faults faults;

	faults_init(&faults);
	assert_non_null(mkdtemp(folder));
	for (size_t i = 0; i < 2 && files[i].name; i++) {
		snprintf(path, sizeof path, "%s/%s.json", folder, files[i].name);
		FILE *file = fopen(path, "w");
		assert_non_null(file);
		fputs(files[i].text, file);
		assert_int_equal(fclose(file), 0);
	}
	options->policies = (struct string_list){ paths, 1 };
	struct generation *generation = generation_load(options, &faults);
	snprintf(fault, 256, "%s", faults.first ? faults.first->text : "");
	faults_free(&faults);
	for (size_t i = 0; i < 2 && files[i].name; i++) {
		snprintf(path, sizeof path, "%s/%s.json", folder, files[i].name);
		unlink(path);
	}
	assert_int_equal(rmdir(folder), 0);
	return generation;
}

/* Is this sender refused at MAIL, and with which reason? "": no. */
static const char *reason_of(const struct generation *generation, const char *sender)
{
	static struct message *message;
	const struct instant now = { .seconds = 1700000000 };
	struct client client = { 0 };

	message_free(message);
	message = message_new();
	message_begin(message, generation, &client, &now, true);
	return reason_rows[message_sender(message, text_of(sender), TEXT(""), true).reason].word;
}

static const struct {
	const char *name;
	struct file files[2];
	const char *fault; /* NULL: it loads */
} sets[] = {
	{ "no policy", { { "example.com", ANSWER("true", "") } }, NULL },
	{ "no policy, not verified", { { "example.com", ANSWER("false", "") } }, NULL },
	{ "two without", { { "example.com", ANSWER("true", "") }, { "example.org", ANSWER("true", "") } }, NULL },
	{ "one with",
		{ { "example.com", ANSWER("true", "") },
			{ "example.org", ANSWER("true", "\"p\":\"" POLICY("example.org", "x@example.org") "\"") } },
		NULL },
	{ "an empty map alone", { { "example.com", "{\"Policies\":{}}" } }, "holds no policy" },
	{ "no map", { { "example.com", "{\"IdentityType\":\"DOMAIN\",\"VerifiedForSendingStatus\":true}" } }, "" },
	{ "a list", { { "example.com", "{\"IdentityType\":\"DOMAIN\",\"Policies\":[]}" } }, "is not a map of policies" },
	{ "null", { { "example.com", "{\"IdentityType\":\"DOMAIN\",\"Policies\":null}" } }, "is not a map of policies" },
	{ "no file", { { NULL, NULL } }, "holds no *.json file" },
};

static void only_ses_may_say_that_there_is_no_policy(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(sets); i++) {
		struct site_options options = { .from_address = FROM_ENVELOPE, .account = "123456789012", .region = "us-west-2" };
		char fault[256];
		struct generation *generation = load(sets[i].files, &options, fault);

		CHECK_CASE(failures, sets[i].name, !generation == !!sets[i].fault);
		CHECK_CASE(failures, sets[i].name, strstr(fault, sets[i].fault ? sets[i].fault : ""));
		if (generation)
			CHECK_CASE(failures, sets[i].name, strcmp(reason_of(generation, "a@example.com"), "") == 0);
		if (generation)
			generation_free(generation);
	}
	assert_int_equal(failures, 0);
}

/* Without a policy that names them the settings have to. */
static void account_and_region_must_be_known(void **state)
{
	static const struct file files[2] = { { "example.com", ANSWER("true", "") } };
	struct site_options options = { .from_address = FROM_ENVELOPE };
	char fault[256];

	(void)state;
	assert_null(load(files, &options, fault));
	assert_non_null(strstr(fault, "account: no policy names an account; add \"account\""));
}

/* The verified identity that fits best is asked, as SES does; and it is verified when its last policy is gone. */
static void what_ses_verified_is_known(void **state)
{
	static const struct {
		const char *name;
		struct file files[2];
		const char *sender, *want;
	} rows[] = {
		{ "its last policy is gone", { { "example.com", ANSWER("true", "") } }, "a@example.com", "" },
		{ "it never was verified", { { "example.com", ANSWER("false", "") } }, "a@example.com", "unknown-identity" },
		{ "another", { { "example.com", ANSWER("true", "") } }, "a@example.org", "unknown-identity" },
		{ "the domain's policy",
			{ { "example.com", ANSWER("true", "\"p\":\"" POLICY("example.com", "ceo@example.com") "\"") } },
			"ceo@example.com", "policy" },
		{ "the address's own, which has none",
			{ { "example.com", ANSWER("true", "\"p\":\"" POLICY("example.com", "ceo@example.com") "\"") },
				{ "ceo@example.com", ANSWER("true", "") } },
			"ceo@example.com", "" },
		{ "the address's own is not verified",
			{ { "example.com", ANSWER("true", "\"p\":\"" POLICY("example.com", "ceo@example.com") "\"") },
				{ "ceo@example.com", ANSWER("false", "") } },
			"ceo@example.com", "policy" },
	};
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct site_options options = { .from_address = FROM_ENVELOPE,
			.account = "123456789012",
			.region = "us-west-2",
			.unknown_identity = UNKNOWN_REJECT };
		char fault[256];
		struct generation *generation = load(rows[i].files, &options, fault);

		CHECK_CASE(failures, rows[i].name, generation && strcmp(reason_of(generation, rows[i].sender), rows[i].want) == 0);
		if (generation)
			generation_free(generation);
	}
	assert_int_equal(failures, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_ses_may_say_that_there_is_no_policy),
		cmocka_unit_test(account_and_region_must_be_known),
		cmocka_unit_test(what_ses_verified_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
