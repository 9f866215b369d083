/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The library of ses-policy lint where the tool cannot reach: memory that runs short at each allocation in turn, the
 * words of the faults of loading, and times of day that are not now.
 */
#include "unit/check.h"

#include "lint/clients.h"
#include "lint/lint.h"
#include "lint/lint_settings.h"
#include "lint/load_fault.h"
#include "unit/quotes.h"
#include "unit/short_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DENY \
	"'Effect': 'Deny', 'Principal': {'AWS': '123456789012'}, 'Action': ['ses:SendRawEmail'], " \
	"'Resource': 'arn:aws:ses:us-east-1:123456789012:identity/example.com'"

/* Statements of which each has another check allocate; the last of them does not load by itself. */
static const char many[] =
	"{'Version': '2012-10-17', 'Statement': ["
	"{" DENY ", 'Condition': {'ForAllValues:StringNotLike': {'ses:Recipients': ['*@a.example', '*@b.example']}}},"
	"{" DENY ", 'Condition': {'StringEquals': {'ses:FromAddress': ['ceo@example.com', '*@x.example']}}},"
	"{" DENY
	", 'Condition': {'StringNotLike': {'ses:FromAddress': ['*example.com', '.*@example\\\\.com', '@x', '*@Example.org']}}},"
	"{'Effect': 'Allow', 'Principal': '*', 'Action': 'ses:*', 'Resource': 'arn:aws:ses:us-esat-1:123456789012:domain/x', "
	"'Condition': {'ForAllValues:StringLike': {'ses:FromAddress': '${aws:username}@example.com'}, "
	"'DateLessThan': {'aws:CurrentTime': '2001-01-01'}, 'IpAddress': {'aws:SourceIp': '10.0.0.1/8'}}},"
	"{" DENY ", 'Condition': {'StringNotEquals': {'ses:FromAdress': 'x', 'aws:SourceVpc': 'y'}}}]}";

/* One that does not load, with something to read in each statement. */
static const char broken[] =
	"{'Version': '2012-10-17', 'Statement': ["
	"{'Effect': 'Allow', 'Principal': '*', 'Action': ['ses:*', 'ses.Send'], 'Resource': 'arn:aws:ses:<r>:<a>:identity/x.example', "
	"'Condition': {'StringIs': {'ses:FromAddress': 'x'}, 'StringLike': {'ses:Recipients': '*@x.example'}}},"
	"{'Effect': 'deny', 'Principal': {'AWS': ['123456789012', '<other>']}, 'Action': 'ses:SendRawEmail', 'Resource': '*', "
	"'Condition': {'ForAllValues:StringNotLike': {'ses:Recipients': ['*@a.example']}}},"
	"{" DENY ", 'Condition': {'ForAllValues:StringNotLike': {'ses:Recipients': ['*@a.example', '*@b.example']}}}]}";

/* Findings of a text, and whether memory ran short: then there may be fewer. */
static size_t look(const char *text, int64_t now, bool *out_of_memory, char *ids, size_t room)
{
	struct lint_options options = { .type = LINT_TYPE_AUTO, .now = { .seconds = now } };
	struct lint lint;

	lint_init(&lint, &options);
	lint_text(&lint, "f.json", text_of("f"), text_of(text));
	size_t count = lint.findings.count;
	*out_of_memory = lint.findings.out_of_memory;
	for (size_t i = 0; ids && i < count; i++)
		snprintf(ids + strlen(ids), room - strlen(ids), "%s ", kinds[lint.findings.list[i].kind].id);
	lint_free(&lint);
	return count;
}

static void memory_runs_short(const char *of)
{
	char *text = quotes(of);
	char whole[2048] = "";
	bool out_of_memory;
	int failures = 0;

	long live = short_memory_live();
	short_memory_after(0);
	look(text, 0, &out_of_memory, whole, sizeof whole);
	size_t allocations = short_memory_count();
	assert_false(out_of_memory);
	assert_non_null(strstr(whole, "recipients-outsiders-pass"));
	assert_true(allocations > 200);
	assert_int_equal(short_memory_live(), live);
	for (size_t n = 1; n <= allocations; n++)
		for (int forever = 0; forever < 2; forever++) {
			char name[40], ids[2048] = "";
			snprintf(name, sizeof name, "allocation %zu%s", n, forever ? " and on" : "");
			(forever ? short_memory_after : short_memory_once)(n);
			look(text, 0, &out_of_memory, ids, sizeof ids);
			short_memory_after(0);
			CHECK_CASE(failures, name, short_memory_live() == live);
			/* A fix may be missing; a finding may not, unless it is told. */
			CHECK_CASE(failures, name, out_of_memory || !strcmp(ids, whole));
		}
	free(text);
	assert_int_equal(failures, 0);
}

static void test_memory_that_runs_short_is_told(void **state)
{
	(void)state;
	memory_runs_short(many);
}

static void test_memory_that_runs_short_in_a_document_that_does_not_load_is_told(void **state)
{
	(void)state;
	memory_runs_short(broken);
}

#define USER "arn:aws:iam::123456789012:user/"

/* A site whose list leaves doors open, and a policy with a Deny that a login evades. */
static size_t look_at_settings(const struct lint_options *options, const char *text, bool *out_of_memory, char *ids, size_t room)
{
	struct lint lint;

	lint_init(&lint, options);
	lint_settings(&lint, &(struct json_source){ .file = "milter.json" });
	lint_text(&lint, "f.json", text_of("f"), text_of(text));
	size_t count = lint.findings.count;
	*out_of_memory = lint.findings.out_of_memory;
	for (size_t i = 0; i < count; i++)
		snprintf(ids + strlen(ids), room - strlen(ids), "%s ", kinds[lint.findings.list[i].kind].id);
	lint_free(&lint);
	return count;
}

static void test_memory_that_runs_short_at_settings_is_told(void **state)
{
	struct principal_option entries[] = {
		{ .login = "alice", .arn = USER "alice" },
		{ .login = "bob@relay.test", .network = "10.0.0.0/8", .refuse = 1 },
		{ .login = "*", .arn = USER "${login}" },
		{ .login = "carol", .arn = USER "carol" },
	};
	struct map_entry key = { .name = "aws:user-id", .values = { (const char *[]){ "x" }, 1 } };
	struct map_entry set = { .name = "exmaple.com", .values = { (const char *[]){ "x" }, 1 } };
	const struct site_options site = {
		.principals = { entries, COUNT_OF(entries) },
		.context = { &key, 1 },
		.configuration_sets = { &set, 1 },
		.identities = { (const char *[]){ "example.com" }, 1 },
		.connection = CONNECTION_RELAY,
		.egress = { (const char *[]){ "203.0.113.7", "10.1.2.3" }, 2 },
	};
	struct lint_options options = { .type = LINT_TYPE_AUTO, .site = { .options = &site, .account = "123456789012" } };
	struct arena arena = { 0 };
	struct principal_map map;
	struct faults faults;
	char whole[2048] = "";
	bool out_of_memory;
	int failures = 0;

	(void)state;
	faults_init(&faults);
	assert_true(clients_compile(&arena, &site, NULL, &map, &faults));
	options.site.clients = &map;
	char *text = quotes(
		"{'Version': '2012-10-17', 'Statement': [{'Effect': 'Deny', 'Principal': {'AWS': '" USER "alice'}, "
		"'Action': ['ses:SendRawEmail'], 'Resource': 'arn:aws:ses:us-east-1:123456789012:identity/example.com'}, "
		"{'Effect': 'Deny', 'Principal': '*', 'Action': ['ses:SendRawEmail'], 'Resource': 'arn:aws:ses:us-east-1:123456789012:identity/example.com', "
		"'Condition': {'StringEquals': {'aws:username': 'dave'}}}, "
		"{'Effect': 'Deny', 'Principal': '*', 'Action': ['ses:SendRawEmail'], 'Resource': 'arn:aws:ses:us-east-1:123456789012:identity/example.com', "
		"'Condition': {'NotIpAddress': {'aws:SourceIp': '203.0.113.0/24'}, 'Null': {'aws:SourceVpce': 'true'}}}]}");
	long live = short_memory_live();
	short_memory_after(0);
	assert_int_equal(look_at_settings(&options, text, &out_of_memory, whole, sizeof whole), 12);
	assert_non_null(strstr(whole, "egress-private"));
	assert_non_null(strstr(whole, "deny-of-every-message"));
	size_t allocations = short_memory_count();
	assert_false(out_of_memory);
	for (size_t n = 1; n <= allocations; n++)
		for (int forever = 0; forever < 2; forever++) {
			char name[40], ids[2048] = "";
			snprintf(name, sizeof name, "allocation %zu%s", n, forever ? " and on" : "");
			(forever ? short_memory_after : short_memory_once)(n);
			look_at_settings(&options, text, &out_of_memory, ids, sizeof ids);
			short_memory_after(0);
			CHECK_CASE(failures, name, short_memory_live() == live);
			CHECK_CASE(failures, name, out_of_memory || !strcmp(ids, whole));
		}
	free(text);
	arena_free(&arena);
	assert_int_equal(failures, 0);
}

static void test_a_window_is_over_when_its_end_is_past(void **state)
{
	(void)state;
	char *text = quotes("{'Version': '2012-10-17', 'Statement': [{" DENY
			    ", 'Condition': {'DateLessThan': {'aws:CurrentTime': '2026-05-01T00:00:00Z'}}}]}");
	bool out_of_memory;

	/* 2026-04-30T23:59:59Z, and a second after the end. */
	assert_int_equal(look(text, 1777593599, &out_of_memory, NULL, 0), 0);
	assert_int_equal(look(text, 1777593601, &out_of_memory, NULL, 0), 1);
	free(text);
}

static void test_a_type_that_is_given_counts(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		enum lint_type type;
		bool principal;
		const char *want;
	} cases[] = {
		{ "found out: resource", LINT_TYPE_AUTO, true, NULL },
		{ "found out: identity", LINT_TYPE_AUTO, false, NULL },
		{ "resource", LINT_TYPE_RESOURCE, true, NULL },
		{ "no Principal in a resource policy", LINT_TYPE_RESOURCE, false, "missing-principal" },
		{ "identity", LINT_TYPE_IDENTITY, false, NULL },
		{ "Principal in an identity policy", LINT_TYPE_IDENTITY, true, "unsupported-principal" },
	};
	int failures = 0;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char text[512];
		struct lint_options options = { .type = cases[i].type };
		struct lint lint;
		snprintf(text, sizeof text,
			"{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Deny\", %s\"Action\": "
			"\"ses:SendRawEmail\", \"Resource\": \"arn:aws:ses:us-east-1:123456789012:identity/example.com\"}}",
			cases[i].principal ? "\"Principal\": \"*\", " : "");
		lint_init(&lint, &options);
		lint_text(&lint, "f.json", text_of("f"), text_of(text));
		CHECK_CASE(failures, cases[i].name, lint.findings.count == (cases[i].want ? 1 : 0));
		if (cases[i].want && lint.findings.count)
			CHECK_CASE(failures, cases[i].name, !strcmp(kinds[lint.findings.list[0].kind].id, cases[i].want));
		lint_free(&lint);
	}
	assert_int_equal(failures, 0);
}

static void test_places_are_read_off_the_lines_of_faults(void **state)
{
	(void)state;
	static const struct {
		const char *fault, *file, *id;
		unsigned line, column;
		int statement;
		const char *message;
	} cases[] = {
		{ "f.json:7:9: Statement[2].Effect: \"deny\" is not an effect; x", "f.json", "invalid-effect", 7, 9, 2,
			"Statement[2].Effect: \"deny\" is not an effect; x" },
		{ "f.json[a]:1:4: the policy has no Statement; x", "f.json[a]", "missing-statement", 1, 4, -1,
			"the policy has no Statement; x" },
		{ "f.json[a]:9]:2:3: the policy has no Statement; x", "f.json[a]:9]", "missing-statement", 2, 3, -1,
			"the policy has no Statement; x" },
		{ "f.json: Statement: something new", "f.json", "does-not-load", 0, 0, -1, "Statement: something new" },
		{ "elsewhere", "f.json", "does-not-load", 0, 0, -1, "elsewhere" },
	};
	int failures = 0;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct findings findings;
		struct faults faults;
		faults_init(&faults);
		findings_init(&findings);
		fault_add(&faults, "%s", cases[i].fault);
		load_faults_report(&findings, "f.json", NULL, &faults);
		assert_int_equal(findings.count, 1);
		const struct finding *finding = &findings.list[0];
		CHECK_CASE(failures, cases[i].fault, !strcmp(finding->file, cases[i].file));
		CHECK_CASE(failures, cases[i].fault, !strcmp(kinds[finding->kind].id, cases[i].id));
		CHECK_CASE(failures, cases[i].fault, finding->line == cases[i].line && finding->column == cases[i].column);
		CHECK_CASE(failures, cases[i].fault, finding->statement == cases[i].statement);
		CHECK_CASE(failures, cases[i].fault, !strcmp(finding->message, cases[i].message));
		findings_free(&findings);
		faults_free(&faults);
	}
	assert_int_equal(failures, 0);
}

static void test_more_faults_than_are_kept_are_counted(void **state)
{
	(void)state;
	struct findings findings;
	struct faults faults;

	faults_init(&faults);
	findings_init(&findings);
	for (int i = 0; i < FAULTS_KEPT + 7; i++)
		fault_add(&faults, "f.json:1:1: x");
	load_faults_report(&findings, "f.json", NULL, &faults);
	assert_int_equal(findings.count, FAULTS_KEPT + 1);
	assert_string_equal(findings.list[FAULTS_KEPT].message, "7 more faults are not shown");
	findings_free(&findings);
	faults_free(&faults);
}

int main(void)
{
	json_set_alloc_funcs(malloc, free);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory_that_runs_short_is_told),
		cmocka_unit_test(test_memory_that_runs_short_in_a_document_that_does_not_load_is_told),
		cmocka_unit_test(test_memory_that_runs_short_at_settings_is_told),
		cmocka_unit_test(test_a_window_is_over_when_its_end_is_past),
		cmocka_unit_test(test_a_type_that_is_given_counts),
		cmocka_unit_test(test_places_are_read_off_the_lines_of_faults),
		cmocka_unit_test(test_more_faults_than_are_kept_are_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
