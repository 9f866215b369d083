/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What takes some bytes and no others takes exactly those: each of the 256 (in JSON, of the characters up to U+00FF) is tried in
 * each place.
 */
#include "iam/arn.h"
#include "iam/policy_file.h"
#include "iam/policy_set.h"
#include "ses/configuration_set.h"
#include "ses/form.h"
#include "ses/header.h"
#include "ses/principal_map.h"
#include "ses/tenant.h"
#include "unit/check.h"

#include <stdio.h>
#include <string.h>

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

static bool is_header_name(struct text name)
{
	struct form form = { 0 };
	struct arena arena;

	arena_init(&arena);
	assert_true(form_header(&form, &arena, name));
	bool good = !form.illegal.at;
	arena_free(&arena);
	return good;
}

/* Of a login that stands in an ARN. */
static bool is_login(struct text login)
{
	struct principal_option option = { .login = "*", .arn = "arn:aws:iam::123456789012:user/${login}" };
	const struct principal_options options = { &option, 1 };
	const struct principal_rule *rule;
	struct principal_map map = { 0 };
	struct caller caller;
	struct faults faults;
	struct arena arena;
	const struct ip none = { 0 };

	arena_init(&arena);
	faults_init(&faults);
	assert_true(principal_map_compile(&arena, &options, &map, &faults));
	enum principal_found found = principal_find(&map, &arena, login, &none, &rule, &caller);
	assert_true(found == PRINCIPAL_FOUND || found == PRINCIPAL_LOGIN_UNFIT);
	faults_free(&faults);
	arena_free(&arena);
	return found == PRINCIPAL_FOUND;
}

/* `X` stands where the byte goes. */
static const struct {
	const char *name, *sample, *taken;
	bool (*takes)(struct text);
} texts[] = {
	{ "a configuration set", "aXb", LOWER UPPER DIGITS "-_", configuration_set_is_valid },
	{ "a tenant", "X", LOWER UPPER DIGITS "-_", tenant_is_valid },
	{ "an account", "12345678901X", DIGITS, arn_is_account },
	{ "a partition", "aws-Xn", LOWER "-", arn_is_partition },
	{ "behind the partition aws", "awsXn", "-", arn_is_partition },
	/* RFC 5322, 2.2: all that is printable, without blank and colon. */
	{ "the name of a header", "SubXect", "!\"#$%&'()*+,-./" DIGITS ";<=>?@" UPPER "[\\]^_`" LOWER "{|}~", is_header_name },
	/* A blank behind it is taken off. */
	{ "the end of the name of a header", "SubjectX", " \t!\"#$%&'()*+,-./" DIGITS ";<=>?@" UPPER "[\\]^_`" LOWER "{|}~",
		is_header_name },
	/* IAM User Guide, "IAM and AWS STS quotas": names of users. */
	{ "a login", "aXb", LOWER UPPER DIGITS "+=,.@-_", is_login },
};

static void texts_take_their_bytes(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		for (int byte = 0; byte < 256; byte++) {
			char text[64], shown[96];
			size_t length = strlen(texts[i].sample);

			memcpy(text, texts[i].sample, length);
			*(char *)memchr(text, 'X', length) = (char)byte;
			snprintf(shown, sizeof shown, "%s, byte %#x", texts[i].name, (unsigned)byte);
			CHECK_CASE(failures, shown,
				texts[i].takes((struct text){ text, length }) == (byte && strchr(texts[i].taken, byte)));
		}
	assert_int_equal(failures, 0);
}

/* How long each may be. */
static const struct {
	const char *name;
	bool (*takes)(struct text);
	char byte;
	size_t least, most;
} lengths[] = {
	{ "a configuration set", configuration_set_is_valid, 'a', 1, 64 },
	{ "a tenant", tenant_is_valid, 'a', 1, 64 },
	{ "an account", arn_is_account, '1', 12, 12 },
	{ "the name of a header", is_header_name, 'a', 1, 300 },
	/* IAM User Guide, "IAM and AWS STS quotas"; an empty login is none. */
	{ "a login", is_login, 'a', 1, 64 },
};

static void texts_have_their_lengths(void **state)
{
	char text[320];
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lengths); i++) {
		memset(text, lengths[i].byte, sizeof text);
		for (size_t length = lengths[i].takes == is_login; length <= 300; length++)
			CHECK_CASE(failures, lengths[i].name,
				lengths[i].takes((struct text){ text, length }) ==
					(length >= lengths[i].least && length <= lengths[i].most));
	}
	assert_int_equal(failures, 0);
}

/* Blanks and control bytes around the name of a header are none of it. */
static void headers_are_found(void **state)
{
	static const struct {
		const char *name;
		enum header_field field;
	} rows[] = {
		{ "From", HEADER_FROM },
		{ " fROM\t", HEADER_FROM },
		{ "\x01\x1f"
		  "From"
		  "\x01 ",
			HEADER_FROM },
		{ "\x7f"
		  "From",
			HEADER_OTHER },
		{ "Fro", HEADER_OTHER },
		{ "Fram", HEADER_OTHER },
		{ "Return-Path", HEADER_RETURN_PATH },
		{ "Sender ", HEADER_SENDER },
		{ "X-SES-Tenant", HEADER_TENANT },
		{ "X-SES-Message-Tags", HEADER_SES_PLAIN },
		{ "X-SES-Tenants", HEADER_SES_UNKNOWN },
		{ "X-SE", HEADER_OTHER },
		{ "Subject", HEADER_OTHER },
		{ "", HEADER_OTHER },
		{ " \t", HEADER_OTHER },
	};
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CHECK_CASE(failures, rows[i].name, header_find(text_of(rows[i].name)) == rows[i].field);
	assert_int_equal(failures, 0);
	assert_string_equal(header_name(HEADER_FROM), "From");
	assert_string_equal(header_name(HEADER_TENANT), "X-SES-TENANT");
	assert_string_equal(header_name(HEADER_SES_PLAIN), "X-SES-");
	assert_string_equal(header_name(HEADER_SES_UNKNOWN), "X-SES-");
}

#define STATEMENT(sid, principal, action, resource) \
	"{\"Version\":\"2012-10-17\",\"Statement\":{\"Sid\":\"" sid "\",\"Effect\":\"Deny\"," principal "\"Action\":\"" action \
	"\",\"Resource\":\"" resource "\"}}"
#define ANYBODY "\"Principal\":\"*\","
#define OF_SES(service, region, account) "arn:aws:" service ":" region ":" account ":identity/example.com"

enum { IDENTITY = POLICY_GROUP_RESOURCE + 1 };

/* `^` stands where the character goes. */
static const struct {
	const char *name;
	unsigned group;
	const char *sample, *taken;
} documents[] = {
	{ "an action", POLICY_GROUP_RESOURCE, STATEMENT("s", ANYBODY, "ses:Send^Email", "*"), LOWER UPPER DIGITS "*?-._" },
	/* The first colon is the one that counts. */
	{ "the service of an action", POLICY_GROUP_RESOURCE, STATEMENT("s", ANYBODY, "s^s:SendEmail", "*"),
		LOWER UPPER DIGITS "*?-." },
	{ "a Sid of an identity policy", IDENTITY, STATEMENT("a^b", "", "ses:SendEmail", "*"), LOWER UPPER DIGITS },
	{ "the id of a user", POLICY_GROUP_RESOURCE,
		STATEMENT("s", "\"Principal\":{\"AWS\":\"AIDA000000^00000\"},", "ses:SendEmail", "*"), UPPER DIGITS },
	{ "a service", POLICY_GROUP_RESOURCE, STATEMENT("s", "\"Principal\":{\"Service\":\"a.x^y.com\"},", "ses:SendEmail", "*"),
		LOWER UPPER DIGITS "-." },
	{ "a user of the web", POLICY_GROUP_RESOURCE,
		STATEMENT("s",
			"\"Principal\":{\"CanonicalUser\":\"^123456789012345678901234567890123456789012345678901234567890123\"},",
			"ses:SendEmail", "*"),
		DIGITS "abcdefABCDEF" },
	/* Behind a colon the next field begins; dollar and brace are no variable here. */
	{ "the service of a resource", POLICY_GROUP_RESOURCE,
		STATEMENT("s", ANYBODY, "ses:SendEmail", OF_SES("s^s", "us-west-2", "123456789012")), LOWER DIGITS "-*?:" },
	{ "the region of a resource", POLICY_GROUP_RESOURCE,
		STATEMENT("s", ANYBODY, "ses:SendEmail", OF_SES("ses", "us-^est-2", "123456789012")), LOWER DIGITS "-*?:" },
};

static bool loads(unsigned group, const char *json)
{
	struct policy_set *set = policy_set_new();
	struct faults faults;

	assert_non_null(set);
	faults_init(&faults);
	policy_set_add_text(set, group, "f.json", TEXT("f"), text_of(json), &faults);
	policy_set_seal(set, &faults);
	bool good = faults.count == 0;
	faults_free(&faults);
	policy_set_free(set);
	return good;
}

static void documents_take_their_characters(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(documents); i++)
		for (unsigned character = 1; character < 256; character++) {
			char json[512], shown[96];
			const char *sample = documents[i].sample;
			int before = (int)(strchr(sample, '^') - sample);

			snprintf(json, sizeof json, "%.*s\\u%04x%s", before, sample, character, sample + before + 1);
			snprintf(shown, sizeof shown, "%s, U+%04X", documents[i].name, character);
			CHECK_CASE(failures, shown,
				loads(documents[i].group, json) ==
					(character < 0x80 && strchr(documents[i].taken, (int)character)));
		}
	assert_int_equal(failures, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_take_their_bytes),
		cmocka_unit_test(texts_have_their_lengths),
		cmocka_unit_test(headers_are_found),
		cmocka_unit_test(documents_take_their_characters),
	};

	return cmocka_run_group_tests_name("bytes", tests, NULL, NULL);
}
