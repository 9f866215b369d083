/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message, by headers that are not addresses: the tenant, other X-SES- fields, Sendmail's Full-Name, and how much is kept.
 */
#include "unit/check.h"
#include "unit/generation_of.h"

#include "ses/full_name.h"
#include "ses/header.h"
#include "ses/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATEMENT(effect, condition) \
	"{\"Effect\":\"" effect "\",\"Principal\":\"*\",\"Action\":\"ses:*\"," \
	"\"Resource\":\"arn:aws:ses:us-west-2:123456789012:identity/example.net\",\"Condition\":{" condition "}}"
#define POLICY(statements) "{\"Version\":\"2012-10-17\",\"Statement\":[" statements "]}"
#define DENY(condition) POLICY(STATEMENT("Deny", condition))

static const struct instant now = { .seconds = 1700000000 };

/* Header lines `NAME: VALUE`, each ended by a line break. */
static void show(struct message *message, const char *lines)
{
	for (const char *line = lines; *line; line = strchr(line, '\n') + 1) {
		const char *colon = strchr(line, ':'), *end = strchr(line, '\n');
		assert_true(message_header(message, (struct text){ line, (size_t)(colon - line) },
			(struct text){ colon + 1, (size_t)(end - colon - 1) }));
	}
}

/* The reason for which the message is refused at the end of its headers, or "". */
static const char *reason(const struct generation *generation, const char *login, const char *lines, char text[400])
{
	static struct message *message;
	struct client client = { .login = text_of(login) };

	message_free(message);
	message = message_new();
	message_begin(message, generation, &client, &now, true);
	assert_int_equal(message_sender(message, TEXT("<a@example.net>"), TEXT(""), true).action, OUTCOME_CONTINUE);
	assert_int_equal(message_recipient(message, TEXT("<b@example.org>"), TEXT(""), true).action, OUTCOME_CONTINUE);
	assert_int_equal(message_data(message, true).action, OUTCOME_CONTINUE);
	show(message, lines);
	struct outcome last = message_headers_end(message, true);
	if (last.action == OUTCOME_CONTINUE) {
		assert_int_equal(message_end(message).action, OUTCOME_CONTINUE);
		return "";
	}
	assert_int_equal(last.action, OUTCOME_REFUSE);
	assert_string_equal(reason_rows[last.reason].code, "550");
	strcpy(text, last.text);
	return reason_rows[last.reason].word;
}

#define IS(key, value) "\"StringEquals\":{\"" key "\":\"" value "\"}"
#define IS_NOT(key, value) "\"StringNotEquals\":{\"" key "\":\"" value "\"}"
#define TENANT_IS(value) IS("ses:TenantName", value)

/* Of the login `pinned` (tenant t1), of `free`, and of everybody. */
static struct principal_option principals[] = {
	{ .login = "pinned", .arn = "arn:aws:iam::123456789012:user/pinned", .tenant = "t1" },
	{ .login = "free", .arn = "arn:aws:iam::123456789012:user/free" },
};

static const struct {
	const char *policy;
	unsigned refuse;
	const char *login, *headers, *want;
} tenants[] = {
	/* A Deny that takes it, and one that takes all others: those without a tenant too, and those with one, which must pass without. */
	{ DENY(TENANT_IS("t1")), 0, "", "", "" },
	{ DENY(TENANT_IS("t1")), 0, "", "X-SES-TENANT: t1\n", "policy" },
	{ DENY(TENANT_IS("t1")), 0, "", "x-ses-tenant :  t1 \n", "policy" },
	{ DENY(TENANT_IS("t1")), 0, "", "X-SES-TENANT: t2\n", "" },
	{ DENY(TENANT_IS("t1")), 0, "", "X-SES-TENANT: T1\n", "" },
	{ DENY(IS_NOT("ses:TenantName", "t1")), 0, "", "", "policy" },
	{ DENY(IS_NOT("ses:TenantName", "t1")), 0, "", "X-SES-TENANT: t1\n", "policy" },
	{ DENY("\"Null\":{\"ses:TenantName\":\"false\"}"), 0, "", "", "" },
	{ DENY("\"Null\":{\"ses:TenantName\":\"false\"}"), 0, "", "X-SES-TENANT: t1\n", "policy" },
	{ DENY("\"Null\":{\"ses:TenantName\":\"true\"}"), 0, "", "X-SES-TENANT: t1\n", "policy" },
	{ DENY("\"StringNotEqualsIfExists\":{\"ses:TenantName\":\"t1\"}"), 0, "", "X-SES-TENANT: t1\n", "policy" },
	{ DENY("\"StringNotEquals\":{\"ses:TenantName\":\"t1\"},\"Null\":{\"ses:TenantName\":\"false\"}"), 0, "",
		"X-SES-TENANT: t1\n", "" },
	{ DENY("\"StringNotEquals\":{\"ses:TenantName\":\"t1\"},\"Null\":{\"ses:TenantName\":\"false\"}"), 0, "",
		"X-SES-TENANT: t2\n", "policy" },
	{ DENY("\"StringEquals\":{\"ses:FromAddress\":\"${ses:TenantName}@example.net\"}"), 0, "", "X-SES-TENANT: a\n", "policy" },
	{ DENY("\"StringEquals\":{\"ses:FromAddress\":\"${ses:TenantName}@example.net\"}"), 0, "", "X-SES-TENANT: b\n", "" },
	/* What is no name of a tenant, or two of them, is not judged by guessing. */
	{ DENY(TENANT_IS("t1")), 0, "", "X-SES-TENANT: t1 (t2)\n", "bad-header" },
	{ DENY(TENANT_IS("t1")), 0, "", "X-SES-TENANT:\n", "bad-header" },
	{ DENY(TENANT_IS("t1")), 0, "", "X-SES-TENANT: t2\nX-SES-TENANT: t1\n", "bad-header" },
	{ DENY(TENANT_IS("t1")), 0, "", "X-SES-TENANT: t2\nX-SES-TENANT: t2\n", "bad-header" },
	/* Where nobody asks for it, it is let alone. */
	{ DENY(IS("ses:FromDisplayName", "x")), 0, "", "X-SES-TENANT: t1 (t2)\n", "" },

	/* A pin allows that one alone, and asks for none. */
	{ DENY(IS("aws:SourceVpc", "x")), 0, "pinned", "", "" },
	{ DENY(IS("aws:SourceVpc", "x")), 0, "pinned", "X-SES-TENANT: t1\n", "" },
	{ DENY(IS("aws:SourceVpc", "x")), 0, "pinned", "X-SES-TENANT: t2\n", "tenant" },
	{ DENY(IS("aws:SourceVpc", "x")), 0, "pinned", "X-SES-TENANT: T1\n", "tenant" },
	{ DENY(IS("aws:SourceVpc", "x")), 0, "pinned", "X-SES-TENANT: t1\nX-SES-TENANT: t2\n", "bad-header" },
	{ DENY(IS("aws:SourceVpc", "x")), 0, "pinned", "X-SES-TENANT: t1\nX-SES-TENANT: t1\n", "bad-header" },
	{ DENY(IS("aws:SourceVpc", "x")), 0, "free", "X-SES-TENANT: t2\n", "" },
	{ DENY(TENANT_IS("t1")), 0, "pinned", "X-SES-TENANT: t1\n", "policy" },
	/* A pin fills nothing in. */
	{ DENY("\"Null\":{\"ses:TenantName\":\"true\"}"), 0, "pinned", "", "policy" },

	/* All X-SES- fields refused: but for the pinned tenant. */
	{ DENY(IS("aws:SourceVpc", "x")), 1, "free", "X-SES-TENANT: t1\n", "ses-header" },
	{ DENY(IS("aws:SourceVpc", "x")), 1, "pinned", "X-SES-TENANT: t1\n", "" },
	{ DENY(IS("aws:SourceVpc", "x")), 1, "pinned", "X-SES-TENANT: t2\n", "tenant" },
	{ DENY(IS("aws:SourceVpc", "x")), 1, "pinned", "X-SES-TENANT: t1\nX-SES-MESSAGE-TAGS: a=b\n", "ses-header" },
	{ DENY(TENANT_IS("t1")), 1, "pinned", "X-SES-TENANT: t1\n", "policy" },
	{ DENY(IS("aws:SourceVpc", "x")), 1, "", "X-SES-SOURCE-ARN: x\n", "ses-header" },
	{ DENY(IS("aws:SourceVpc", "x")), 1, "", "X-SES-CONFIGURATION-SET: x\n", "ses-header" },
	{ DENY(IS("aws:SourceVpc", "x")), 1, "", "X-SES-MESSAGE-TAGS: a=b\n", "ses-header" },
	{ DENY(IS("aws:SourceVpc", "x")), 1, "", "X-SES-LIST-MANAGEMENT-OPTIONS: x\n", "ses-header" },
	{ DENY(IS("aws:SourceVpc", "x")), 1, "", "x-sEs-Of-Tomorrow : x\n", "ses-header" },
	{ DENY(IS("aws:SourceVpc", "x")), 1, "", "X-SES-: x\n", "ses-header" },
	{ DENY(IS("aws:SourceVpc", "x")), 1, "", "X-SES: x\nX-Sess-Id: x\nSES-TENANT: x\nX-SES\tTENANT: x\n", "" },
	{ DENY(TENANT_IS("t1")), 0, "", "X-SES-MESSAGE-TAGS: a=b\nX-SES-LIST-MANAGEMENT-OPTIONS: x\nX-SES-Of-Tomorrow: x\n", "" },
};

static void x_ses_headers_count(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(tenants); i++) {
		struct site_options options = { .ses_headers = tenants[i].refuse,
			.principals = { principals, COUNT_OF(principals) } };
		struct generation *generation = generation_of_site(tenants[i].policy, &options);
		char text[400], name[400];

		const char *got = reason(generation, tenants[i].login, tenants[i].headers, text);
		if (strcmp(got, tenants[i].want) != 0)
			snprintf(name, sizeof name, "%zu: %.200s: \"%s\", not \"%s\"", i, tenants[i].headers, got, tenants[i].want);
		CHECK_CASE(failures, name, !strcmp(got, tenants[i].want));
		generation_free(generation);
	}
	assert_int_equal(failures, 0);
}

/* An Allow that wants a tenant allows nothing: SES might ask without. One that does not mind allows with it, too. */
static void allows_are_asked_twice(void **state)
{
	static const struct {
		const char *policy, *headers, *want;
	} rows[] = {
		{ POLICY(STATEMENT("Allow", TENANT_IS("t1"))), "X-SES-TENANT: t1\n", "no-allow" },
		{ POLICY(STATEMENT("Allow", "\"StringEqualsIfExists\":{\"ses:TenantName\":\"t1\"}")), "X-SES-TENANT: t1\n", "" },
		{ POLICY(STATEMENT("Allow", "\"StringEqualsIfExists\":{\"ses:TenantName\":\"t1\"}")), "X-SES-TENANT: t2\n",
			"no-allow" },
		{ POLICY(STATEMENT("Allow", "\"StringEqualsIfExists\":{\"ses:TenantName\":\"t1\"}")), "", "" },
		{ POLICY(STATEMENT("Allow", TENANT_IS("t1")) "," STATEMENT("Allow", "\"Null\":{\"ses:TenantName\":\"true\"}")),
			"X-SES-TENANT: t1\n", "" },
		{ POLICY(STATEMENT("Allow", TENANT_IS("t1")) "," STATEMENT("Allow", "\"Null\":{\"ses:TenantName\":\"true\"}")),
			"X-SES-TENANT: t2\n", "no-allow" },
	};
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct generation *generation = generation_of_allows(rows[i].policy);
		char text[400];

		CHECK_CASE(failures, rows[i].policy, !strcmp(reason(generation, "", rows[i].headers, text), rows[i].want));
		generation_free(generation);
	}
	assert_int_equal(failures, 0);
}

static void refusals_name_the_header(void **state)
{
	struct site_options refuse = { .ses_headers = SES_HEADERS_REFUSE, .principals = { principals, COUNT_OF(principals) } };
	struct generation *generation = generation_of_site(DENY(IS("aws:SourceVpc", "x")), &refuse);
	char text[400], long_name[200];

	(void)state;
	reason(generation, "free", "X-Ses-Tenant: t1\n", text);
	assert_string_equal(text, "Header X-SES-TENANT is not allowed at this relay");
	reason(generation, "pinned", "X-Ses-Tenant: t2\n", text);
	assert_string_equal(text, "Header X-SES-TENANT names another tenant than that of this client");
	reason(generation, "free", "X-SES-Message-Tags: t1=x\n", text);
	assert_string_equal(text, "Header X-SES-Message-Tags is not allowed at this relay");
	reason(generation, "free", "X-SES-\x01\xc3\xa4: x\n", text);
	assert_string_equal(text, "Header X-SES-\\x01\\xc3\\xa4 is not allowed at this relay");
	memset(long_name, 'y', sizeof long_name);
	memcpy(long_name, "X-SES-", 6);
	strcpy(long_name + 180, ": x\n");
	reason(generation, "free", long_name, text);
	assert_in_range(strlen(text), 100, 130);
	generation_free(generation);
}

/* Sendmail makes From of it, with the name as it stands or in quotes. */
static void full_names(void **state)
{
	static const struct {
		const char *value, *name;
	} rows[] = {
		{ "", "" },
		{ "Chief Executive", "Chief Executive" },
		{ "Chief  Executive", "Chief  Executive" },
		{ "\"Chief Executive\"", "Chief Executive" },
		{ "\"Chief, Executive\"", "Chief, Executive" },
		{ "=?utf-8?q?Chief_Executive?=", "Chief Executive" },
		{ "Chief (Executive)", "Chief" },
		{ "Chief (Executive", "Chief (Executive" },
		{ "Chief Executive)", "Chief Executive)" },
		{ "J. Doe", "J. Doe" },
		{ "O'Doe", "O'Doe" },
		{ "a@example.net", "a@example.net" },
		{ "Boss <boss@example.net>", "Boss <boss@example.net>" },
		{ "\"Boss\" <boss@example.net>, \"x\"", "\"Boss\" <boss@example.net>, \"x\"" },
		{ "Boss:", "Boss:" },
		{ "Boss\\", "Boss\\" },
		{ "\"Boss", "\"Boss" },
		{ "Folded\r\n Name", "Folded Name" },
	};
	static const char *const refused[] = {
		"<boss>",
		"\"Boss\" <boss>",
		"a\\@b\\, c",
		"\\<boss\\@example.net\\>",
		"x\" <boss@example.net>, \"y",
		"Boss \x01",
		"\xff",
		"M\xc3\xbcller, Ann",
		"=?utf-8?q?a?= <b>",
	};
	size_t failures = 0;
	struct text name, ses_name;

	(void)state;
	from_header_prepare();
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct arena arena = { 0 };
		bool same = full_name_read(&arena, text_of(rows[i].value), true, &name, &ses_name) == HEADER_MAILBOXES &&
			text_equals(name, text_of(rows[i].name));

		if (!same)
			print_error("%s: %.*s\n", rows[i].value, TEXT_ARGS(name));
		CHECK_CASE(failures, rows[i].value, same);
		CHECK_CASE(failures, rows[i].value,
			full_name_read(&arena, text_of(rows[i].value), false, &name, &ses_name) == HEADER_MAILBOXES &&
				!name.length && !ses_name.length);
		arena_free(&arena);
	}
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		struct arena arena = { 0 };
		CHECK_CASE(failures, refused[i],
			full_name_read(&arena, text_of(refused[i]), true, &name, &ses_name) == HEADER_INVALID);
		arena_free(&arena);
	}
	assert_int_equal(failures, 0);
}

static void full_name_is_the_name_without_from(void **state)
{
	static const struct {
		unsigned from_address;
		const char *condition, *headers, *want;
	} rows[] = {
		{ FROM_BOTH, IS("ses:FromDisplayName", "Boss"), "Full-Name: Boss\n", "policy" },
		{ FROM_ENVELOPE, IS("ses:FromDisplayName", "Boss"), "Full-Name: Boss\n", "policy" },
		{ FROM_HEADER, IS("ses:FromDisplayName", "Boss"), "FULL-NAME : Boss\n", "policy" },
		{ FROM_BOTH, IS("ses:FromDisplayName", "Boss"), "Full-Name: =?utf-8?q?Boss?=\n", "policy" },
		{ FROM_BOTH, IS("ses:FromDisplayName", "Boss, CEO"), "Full-Name: Boss, CEO\n", "policy" },
		{ FROM_BOTH, IS("ses:FromDisplayName", "Boss"), "Full-Name: Boss (CEO)\n", "policy" },
		{ FROM_BOTH, IS("ses:FromDisplayName", "Boss"), "Full-Name: Boss (CEO, Inc.: @x; [1])\n", "policy" },
		{ FROM_BOTH, IS("ses:FromDisplayName", "Boss"), "Full-Name: Ann\n", "" },
		{ FROM_BOTH, IS_NOT("ses:FromDisplayName", "Ann"), "Full-Name: Ann\n", "" },
		{ FROM_BOTH, IS_NOT("ses:FromDisplayName", "Ann"), "", "policy" },
		{ FROM_BOTH, IS("ses:FromDisplayName", "Boss"), "From: a@example.net\nFull-Name: Boss\n", "" },
		{ FROM_BOTH, IS_NOT("ses:FromDisplayName", "Ann"), "From: Ann <a@example.net>\nFull-Name: Boss <x>\n", "" },
		{ FROM_BOTH, IS("ses:FromDisplayName", "Boss"), "Full-Name: Ann\nFull-Name: Boss\n", "bad-header" },
		{ FROM_BOTH, IS("ses:FromDisplayName", "Boss"), "Full-Name: Ann <boss>\n", "bad-header" },
		{ FROM_BOTH, IS("ses:FromAddress", "boss@example.net"), "Full-Name: Ann <boss>\n", "bad-header" },
		{ FROM_BOTH, IS("aws:SourceVpc", "x"), "Full-Name: Ann <boss>\nX-SES-TENANT: t1\n", "" },
	};
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct site_options options = { .from_address = rows[i].from_address,
			.principals = { principals, COUNT_OF(principals) } };
		char policy[600], text[400], name[400];

		snprintf(policy, sizeof policy, POLICY(STATEMENT("Deny", "%s")), rows[i].condition);
		struct generation *generation = generation_of_site(policy, &options);
		snprintf(name, sizeof name, "%zu: %s", i, rows[i].headers);
		CHECK_CASE(failures, name, !strcmp(reason(generation, "free", rows[i].headers, text), rows[i].want));
		generation_free(generation);
	}
	assert_int_equal(failures, 0);
}

/* What one message keeps of its headers is bounded, whatever comes; what would have been read beyond it is refused. */
static void headers_are_bounded(void **state)
{
	static const struct {
		const char *name;
		size_t length, times;
		const char *condition, *want;
	} rows[] = {
		{ "From", 1000000, 200, IS("ses:FromDisplayName", "Boss"), "header-limit" },
		{ "From", 5000, 20, IS("ses:FromDisplayName", "Boss"), "bad-header" },
		{ "From", 5000, 21, IS("ses:FromDisplayName", "Boss"), "bad-header" },
		{ "From", 10, 101, IS("ses:FromDisplayName", "Boss"), "header-limit" },
		{ "From", 102400, 1, IS("ses:FromDisplayName", "Boss"), "bad-header" },
		{ "From", 102401, 1, IS("ses:FromDisplayName", "Boss"), "header-limit" },
		{ "Sender", 1000000, 200, IS("ses:FromAddress", "x"), "header-limit" },
		{ "Sender", 1000000, 1, IS("ses:FromAddress", "x"), "header-limit" },
		{ "Return-Path", 1000000, 200, IS("ses:FeedbackAddress", "x"), "header-limit" },
		{ "Full-Name", 1000000, 200, IS("ses:FromDisplayName", "x"), "header-limit" },
		{ "X-SES-SOURCE-ARN", 1000000, 200, IS("ses:FromAddress", "x"), "header-limit" },
		{ "X-SES-TENANT", 1000000, 200, TENANT_IS("x"), "header-limit" },
		{ "X-SES-MESSAGE-TAGS", 1000000, 200, TENANT_IS("x"), "" },
		{ "X-SES-NEW", 1000000, 200, TENANT_IS("x"), "" },
		/* Nobody reads them: the policies, and with them the site, look at the envelope. */
		{ "From", 1000000, 200, TENANT_IS("x"), "" },
		{ "X-SES-SOURCE-ARN", 1000000, 200, TENANT_IS("x"), "" },
		{ "Subject", 1000000, 200, IS("ses:FromAddress", "x"), "" },
	};
	char *value = malloc(1000000);
	size_t failures = 0;

	(void)state;
	assert_non_null(value);
	memset(value, 'x', 1000000);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char policy[600], name[100];
		struct headers headers = { 0 };
		struct arena arena = { 0 };
		struct client client = { 0 };
		struct message *message = message_new();

		snprintf(name, sizeof name, "%zu times %zu bytes of %s", rows[i].times, rows[i].length, rows[i].name);
		snprintf(policy, sizeof policy, POLICY(STATEMENT("Deny", "%s")), rows[i].condition);
		struct generation *generation = generation_of_site(policy,
			&(struct site_options){ .from_address = *rows[i].want ? FROM_BOTH : FROM_ENVELOPE });
		message_begin(message, generation, &client, &now, true);
		message_sender(message, TEXT("<a@example.net>"), TEXT(""), true);
		message_recipient(message, TEXT("<b@example.org>"), TEXT(""), true);
		for (size_t j = 0; j < rows[i].times; j++) {
			assert_true(headers_add(&headers, &arena, text_of(rows[i].name), (struct text){ value, rows[i].length }));
			assert_true(message_header(message, text_of(rows[i].name), (struct text){ value, rows[i].length }));
		}
		CHECK_CASE(failures, name, arena.reserved < 2 * HEADERS_MAX);
		struct outcome last = message_headers_end(message, true);
		CHECK_CASE(failures, name, !strcmp(reason_rows[last.reason].word, rows[i].want));
		CHECK_CASE(failures, name, strcmp(rows[i].want, "header-limit") || strstr(last.text, "too long"));
		CHECK_CASE(failures, name, !*rows[i].want || strstr(last.text, rows[i].name));
		arena_free(&arena);
		message_free(message);
		generation_free(generation);
	}
	free(value);
	assert_int_equal(failures, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(x_ses_headers_count),
		cmocka_unit_test(allows_are_asked_twice),
		cmocka_unit_test(refusals_name_the_header),
		cmocka_unit_test(full_names),
		cmocka_unit_test(full_name_is_the_name_without_from),
		cmocka_unit_test(headers_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
