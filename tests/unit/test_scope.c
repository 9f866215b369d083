/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Statements that look alike and are not; what may wait and what may not; what
 * becomes of a prepared request when it changes.
 */
#include "unit/check.h"
#include "unit/quotes.h"

#include "iam/evaluate.h"
#include "iam/plan.h"
#include "iam/policy_file.h"
#include "iam/policy_set_parts.h"
#include "iam/statement.h"

#include <stdio.h>

#define IDENTITY "arn:aws:ses:us-west-2:123456789012:identity/"
#define HEAD(effect, principal, resource) \
	"{'Effect': '" effect "', 'Principal': " principal ", 'Action': 'ses:*', 'Resource': '" resource "'"
#define DENY(sid, more) HEAD("Deny", "'*'", "*") ", 'Sid': '" sid "'" more "}"
#define ALLOW_ACCOUNT(sid, more) HEAD("Allow", "{'AWS': '444455556666'}", "*") ", 'Sid': '" sid "'" more "}"
#define IF(op, key, values) ", 'Condition': {'" op "': {'" key "': " values "}}"
#define SENDER "ses:FromAddress"
#define POLICY(version, statements) "{'Version': '" version "', 'Statement': [" statements "]}"

static const struct scope_case {
	const char *name;
	const char *policies[2];
	const char *caller, *resource;
	const char *sender;    /* NULL: pending */
	const char *recipient; /* of a list that may grow; NULL: absent */
	bool complete;         /* it will not grow */
	bool allows_all;
	enum decision want;
	const char *sid; /* of the statement that decided; NULL: none */
} cases[] = {
	{ "variables in one version of the language only",
		{ POLICY("2008-10-17", HEAD("Deny", "'*'", IDENTITY "${aws:username}") ", 'Sid': 'old'}"),
			POLICY("2012-10-17", HEAD("Deny", "'*'", IDENTITY "${aws:username}") ", 'Sid': 'new'}") },
		"arn:aws:iam::123456789012:user/u", IDENTITY "anna", "x", NULL, false, true, DECISION_EXPLICIT_DENY, "new" },
	{ "the same the other way round",
		{ POLICY("2012-10-17", HEAD("Deny", "'*'", IDENTITY "${aws:username}") ", 'Sid': 'new'}"),
			POLICY("2008-10-17", HEAD("Deny", "'*'", IDENTITY "${aws:username}") ", 'Sid': 'old'}") },
		"arn:aws:iam::123456789012:user/u", IDENTITY "${aws:username}", "x", NULL, false, true, DECISION_EXPLICIT_DENY,
		"old" },
	{ "principals of two kinds",
		{ POLICY("2012-10-17", HEAD("Deny", "{'Federated': 'x.amazonaws.com'}", "*") ", 'Sid': 'provider'}"),
			POLICY("2012-10-17", HEAD("Deny", "{'Service': 'x.amazonaws.com'}", "*") ", 'Sid': 'service'}") },
		"x.amazonaws.com", IDENTITY "a", "x", NULL, false, true, DECISION_EXPLICIT_DENY, "service" },
	{ "an account's Allow may still come",
		{ POLICY("2012-10-17",
			ALLOW_ACCOUNT("a", IF("StringEquals", SENDER, "'a'")) "," ALLOW_ACCOUNT("b",
				IF("StringEquals", SENDER, "'b'"))) },
		"arn:aws:iam::444455556666:user/u", IDENTITY "a", NULL, NULL, false, true, DECISION_PENDING, NULL },
	{ "an account's Allow has come",
		{ POLICY("2012-10-17",
			ALLOW_ACCOUNT("a", IF("StringEquals", SENDER, "'a'")) "," ALLOW_ACCOUNT("b",
				IF("StringEquals", SENDER, "'b'"))) },
		"arn:aws:iam::444455556666:user/u", IDENTITY "a", "b", NULL, false, true, DECISION_ALLOWED, "b" },
	{ "an account's Allow has not come",
		{ POLICY("2012-10-17",
			ALLOW_ACCOUNT("a", IF("StringEquals", SENDER, "'a'")) "," ALLOW_ACCOUNT("b",
				IF("StringEquals", SENDER, "'b'"))) },
		"arn:aws:iam::444455556666:user/u", IDENTITY "a", "c", NULL, false, true, DECISION_IMPLICIT_DENY, NULL },
	{ "the first of two that deny, whatever finds them",
		{ POLICY("2012-10-17",
			DENY("list1", IF("StringEquals", SENDER, "'z'")) "," DENY("list2",
				IF("StringEquals", SENDER, "['q', 'a']")) "," DENY("plain",
				IF("StringNotEquals", SENDER, "'b'"))) },
		"arn:aws:iam::123456789012:user/u", IDENTITY "a", "a", NULL, false, true, DECISION_EXPLICIT_DENY, "list2" },
	{ "the same, asked one by one first",
		{ POLICY("2012-10-17",
			DENY("plain", IF("StringNotEquals", SENDER, "'b'")) "," DENY("list1",
				IF("StringEquals", SENDER, "'z'")) "," DENY("list2", IF("StringEquals", SENDER, "['q', 'a']"))) },
		"arn:aws:iam::123456789012:user/u", IDENTITY "a", "a", NULL, false, true, DECISION_EXPLICIT_DENY, "plain" },
	{ "lists with variables are asked",
		{ POLICY("2012-10-17",
			DENY("l1", IF("StringEquals", SENDER, "['x', '${aws:username}']")) "," DENY("l2",
				IF("StringEquals", SENDER, "['y', '${aws:username}']"))) },
		"arn:aws:iam::123456789012:user/u", IDENTITY "a", "anna", NULL, false, true, DECISION_EXPLICIT_DENY, "l1" },
	{ "a list that may grow into one of the lists",
		{ POLICY("2012-10-17",
			DENY("l1", IF("ForAnyValue:StringEquals", "ses:Recipients", "'x'")) "," DENY("l2",
				IF("ForAnyValue:StringEquals", "ses:Recipients", "'y'"))) },
		"arn:aws:iam::123456789012:user/u", IDENTITY "a", "a", "z", false, true, DECISION_PENDING, NULL },
	{ "a list that is complete",
		{ POLICY("2012-10-17",
			DENY("l1", IF("ForAnyValue:StringEquals", "ses:Recipients", "'x'")) "," DENY("l2",
				IF("ForAnyValue:StringEquals", "ses:Recipients", "'y'"))) },
		"arn:aws:iam::123456789012:user/u", IDENTITY "a", "a", "z", true, true, DECISION_ALLOWED, NULL },
	{ "a list that has one of them and may grow",
		{ POLICY("2012-10-17",
			DENY("l1", IF("ForAnyValue:StringEquals", "ses:Recipients", "'x'")) "," DENY("l2",
				IF("ForAnyValue:StringEquals", "ses:Recipients", "'y'"))) },
		"arn:aws:iam::123456789012:user/u", IDENTITY "a", "a", "y", false, true, DECISION_EXPLICIT_DENY, "l2" },
	{ "a missing key under IfExists",
		{ POLICY("2012-10-17",
			DENY("l1", IF("StringEqualsIfExists", "aws:userid", "'x'")) "," DENY("l2",
				IF("StringEqualsIfExists", "aws:userid", "'y'"))) },
		"arn:aws:iam::123456789012:user/u", IDENTITY "a", "a", NULL, true, true, DECISION_EXPLICIT_DENY, "l1" },
	{ "a missing key under ForAllValues",
		{ POLICY("2012-10-17",
			DENY("l1", IF("ForAllValues:StringEquals", "ses:Recipients", "'x'")) "," DENY("l2",
				IF("ForAllValues:StringEquals", "ses:Recipients", "'y'"))) },
		"arn:aws:iam::123456789012:user/u", IDENTITY "a", "a", NULL, true, true, DECISION_EXPLICIT_DENY, "l1" },
	{ "one name in two regions",
		{ POLICY("2012-10-17",
			HEAD("Deny", "'*'", "arn:aws:ses:eu-west-1:123456789012:identity/a") ", 'Sid': 'other'}," HEAD("Deny",
				"'*'", IDENTITY "a") ", 'Sid': 'here'}") },
		"arn:aws:iam::123456789012:user/u", IDENTITY "a", "a", NULL, true, true, DECISION_EXPLICIT_DENY, "here" },
};

static void add(struct policy_set *set, const char *policy, struct faults *faults)
{
	char *json = quotes(policy);

	assert_non_null(json);
	policy_set_add_text(set, POLICY_GROUP_RESOURCE, "f", TEXT("f"), text_of(json), faults);
	free(json);
}

static struct policy_set *load(const char *const policies[2])
{
	struct policy_set *set = policy_set_new();
	struct faults faults;

	assert_non_null(set);
	faults_init(&faults);
	for (size_t i = 0; i < 2 && policies[i]; i++)
		add(set, policies[i], &faults);
	policy_set_seal(set, &faults);
	if (faults.first)
		print_error("%s\n", faults.first->text);
	assert_int_equal(faults.count, 0);
	faults_free(&faults);
	return set;
}

static void values_fill(struct request *request, const struct scope_case *test)
{
	int sender = request_slot(request, TEXT(SENDER)), recipients = request_slot(request, TEXT("ses:Recipients"));

	assert_true(request_value(request, request_slot(request, TEXT("aws:username")), TEXT("anna")));
	if (test->sender)
		assert_true(request_value(request, sender, text_of(test->sender)));
	else
		request_state(request, sender, SLOT_PENDING);
	if (test->recipient)
		assert_true(request_value(request, recipients, text_of(test->recipient)));
	if (!test->complete)
		request_state(request, recipients, SLOT_OPEN);
}

static bool verdict_is(struct verdict verdict, enum decision decision, const char *sid)
{
	return verdict.decision == decision && !verdict.statement == !sid &&
		(!sid || text_equals(verdict.statement->sid, text_of(sid)));
}

static void test_cases(void **state)
{
	size_t failures = 0;

	(void)state;
	for (const struct scope_case *test = cases; test < cases + COUNT_OF(cases); test++) {
		struct policy_set *set = load(test->policies);
		struct arena arena = { 0 };
		struct request request;

		/* Not prepared; prepared; prepared before its values are there. */
		for (int how = 0; how < 3; how++) {
			assert_true(request_init(&request, set, &arena));
			assert_true(request_caller(&request, text_of(test->caller)));
			assert_true(request_resource(&request, text_of(test->resource)));
			request.action = TEXT("ses:SendRawEmail");
			request.policies = test->allows_all ? &caller_policies_allow_all : NULL;
			if (how == 2)
				assert_true(plan_prepare(&request));
			values_fill(&request, test);
			if (how == 1)
				assert_true(plan_prepare(&request));
			CHECK_CASE(failures, test->name, verdict_is(evaluate(&request), test->want, test->sid));
			CHECK_CASE(failures, test->name, !request.plan == !how);
		}
		arena_free(&arena);
		policy_set_free(set);
	}
	assert_int_equal(failures, 0);
}

/* A prepared request that asks something else is answered what it asks. */
static void test_changes(void **state)
{
	static const char *const policies[2] = { POLICY("2012-10-17",
		HEAD("Deny", "{'AWS': 'arn:aws:iam::123456789012:user/u'}",
			IDENTITY "a") ", 'Sid': 'u'},"
				      "{'Effect': 'Deny', 'Principal': '*', 'Action': 's3:*', 'Resource': '*', 'Sid': 's3'}") };
	struct policy_set *set = load(policies);
	struct arena arena = { 0 };
	struct request request;
	static const char same[] = IDENTITY "a";

	(void)state;
	assert_true(request_init(&request, set, &arena));
	assert_true(request_caller(&request, TEXT("arn:aws:iam::123456789012:user/v")));
	assert_true(request_resource(&request, text_of(same)));
	request.action = TEXT("ses:SendRawEmail");
	request.policies = &caller_policies_allow_all;
	assert_true(plan_prepare(&request));
	assert_true(verdict_is(evaluate(&request), DECISION_ALLOWED, NULL));
	assert_true(request_caller(&request, TEXT("arn:aws:iam::123456789012:user/u")));
	assert_true(verdict_is(evaluate(&request), DECISION_EXPLICIT_DENY, "u"));
	assert_true(plan_prepare(&request));
	assert_true(request_resource(&request, TEXT(IDENTITY "b")));
	assert_true(verdict_is(evaluate(&request), DECISION_ALLOWED, NULL));
	assert_true(plan_prepare(&request));
	request.action = TEXT("s3:GetObject");
	assert_true(verdict_is(evaluate(&request), DECISION_EXPLICIT_DENY, "s3"));
	request.action = TEXT("ses:SendRawEmail");
	/* A resource of which only the beginning is known may become the one. */
	for (int prepared = 0; prepared < 2; prepared++) {
		assert_true(request_resource_open(&request, TEXT(IDENTITY)));
		if (prepared)
			assert_true(plan_prepare(&request));
		assert_true(verdict_is(evaluate(&request), DECISION_PENDING, NULL));
		assert_true(request_resource(&request, text_of(same)));
		assert_true(verdict_is(evaluate(&request), DECISION_EXPLICIT_DENY, "u"));
		assert_true(request_resource_open(&request, TEXT(IDENTITY "b")));
		if (prepared)
			assert_true(plan_prepare(&request));
		assert_true(verdict_is(evaluate(&request), DECISION_ALLOWED, NULL));
	}
	/* Of a group that there is not. */
	request.policies = &(const struct caller_policies){ .own = (const unsigned[]){ 7 }, .own_count = 1 };
	assert_true(verdict_is(evaluate(&request), DECISION_IMPLICIT_DENY, NULL));
	assert_true(plan_prepare(&request));
	assert_true(verdict_is(evaluate(&request), DECISION_IMPLICIT_DENY, NULL));
	arena_free(&arena);
	policy_set_free(set);
}

/* Every one of many statements is found, by its resource and by its value, and no other. */
static void test_many(void **state)
{
	enum { STATEMENTS = 3000 };
	struct policy_set *set = policy_set_new();
	struct arena arena = { 0 };
	struct faults faults;
	size_t failures = 0;

	(void)state;
	assert_non_null(set);
	faults_init(&faults);
	for (int i = 0; i < STATEMENTS; i++) {
		char policy[600];

		if (i % 4)
			snprintf(policy, sizeof policy,
				POLICY("2012-10-17",
					HEAD("Deny", "'*'", IDENTITY "%s%d") ", 'Sid': '%d', 'Condition': {'StringLike': {'" SENDER
									     "': '*@x%d'}}}"),
				i % 2 ? "own" : "shared", i % 2 ? i : 0, i, i);
		else
			snprintf(policy, sizeof policy,
				POLICY("2012-10-17",
					HEAD("Deny", "'*'",
						IDENTITY
						"shared0") ", 'Sid': '%d', 'Condition': {'IpAddress': {'aws:SourceIp': '10.0.%d.%d'}}}"),
				i, i / 256, i % 256);
		add(set, policy, &faults);
	}
	policy_set_seal(set, &faults);
	assert_int_equal(faults.count, 0);
	for (int i = 0; i < STATEMENTS; i++)
		for (int off = 0; off < 2; off++) {
			char resource[200], value[40], sid[12];
			struct request request;

			snprintf(resource, sizeof resource, IDENTITY "%s%d", i % 2 ? "own" : "shared", i % 2 ? i : 0);
			if (i % 4)
				snprintf(value, sizeof value, "me@x%d", i + STATEMENTS * off);
			else
				snprintf(value, sizeof value, "10.0.%d.%d", i / 256, i % 256 + off);
			snprintf(sid, sizeof sid, "%d", i);
			assert_true(request_init(&request, set, &arena));
			assert_true(request_caller(&request, TEXT("arn:aws:iam::123456789012:user/u")));
			assert_true(request_resource(&request, text_of(resource)));
			assert_true(request_value(&request, request_slot(&request, i % 4 ? TEXT(SENDER) : TEXT("aws:SourceIp")),
				text_of(value)));
			request.action = TEXT("ses:SendRawEmail");
			request.policies = &caller_policies_allow_all;
			CHECK_CASE(failures, value,
				verdict_is(evaluate(&request), off ? DECISION_ALLOWED : DECISION_EXPLICIT_DENY, off ? NULL : sid));
			arena_reset(&arena);
		}
	assert_int_equal(failures, 0);
	faults_free(&faults);
	arena_free(&arena);
	policy_set_free(set);
}

/* The pattern with the account of a number for `#`, and one that no policy names for `@`. */
static void account_print(const char *pattern, int number, char *out, size_t size)
{
	const char *mark = strpbrk(pattern, "#@");

	snprintf(out, size, "%.*s%012lld%s", (int)(mark - pattern), pattern, number + (*mark == '@' ? 900000000000ll : 0),
		mark + 1);
}

/* Each of many statements on one resource, or on all, is found by the caller that it names. */
static void test_many_callers(void **state)
{
	enum { CALLERS = 400 };
	static const char *const principals[] = {
		"'arn:aws:iam::#:user/x'",
		"'#'",
		"'arn:aws:iam::#:role/path/r'",
		"['arn:aws:iam::#:root', 'AIDAJQABLZS4A3QDU576Q']",
	};
	static const char *const callers[] = {
		"arn:aws:iam::#:user/x",
		"arn:aws:iam::#:user/any",
		"arn:aws:sts::#:assumed-role/r/session",
		"arn:aws:iam::#:root",
	};
	static const char *const others[] = {
		"arn:aws:iam::#:user/y",
		"arn:aws:iam::@:user/any",
		"arn:aws:sts::#:assumed-role/q/session",
		"arn:aws:iam::@:root",
	};
	size_t failures = 0;

	(void)state;
	for (int named = 0; named < 2; named++) {
		struct policy_set *set = policy_set_new();
		struct arena arena = { 0 };
		struct faults faults;

		assert_non_null(set);
		faults_init(&faults);
		for (int i = 0; i < CALLERS; i++) {
			char principal[200], policy[600];

			account_print(principals[i % 4], i, principal, sizeof principal);
			snprintf(policy, sizeof policy,
				"{'Version': '2012-10-17', 'Statement': [{'Effect': 'Deny', 'Principal': {'AWS': %s}, "
				"'Action': 'ses:*', 'Resource': '%s', 'Sid': '%d'}]}",
				principal, named ? IDENTITY "a" : "*", i);
			add(set, policy, &faults);
		}
		policy_set_seal(set, &faults);
		assert_int_equal(faults.count, 0);
		for (int i = 0; i < 2 * CALLERS; i++) {
			const char *const *format = i < CALLERS ? callers : others;
			char caller[200], sid[12];
			struct request request;

			account_print(format[i % 4], i % CALLERS, caller, sizeof caller);
			snprintf(sid, sizeof sid, "%d", i);
			assert_true(request_init(&request, set, &arena));
			assert_true(request_caller(&request, text_of(caller)));
			assert_true(request_resource(&request, TEXT(IDENTITY "a")));
			request.action = TEXT("ses:SendRawEmail");
			request.policies = &caller_policies_allow_all;
			CHECK_CASE(failures, caller,
				verdict_is(evaluate(&request), i < CALLERS ? DECISION_EXPLICIT_DENY : DECISION_IMPLICIT_DENY,
					i < CALLERS ? sid : NULL));
			arena_reset(&arena);
		}
		faults_free(&faults);
		arena_free(&arena);
		policy_set_free(set);
	}
	assert_int_equal(failures, 0);
}

/* What a request takes: the scope and its statement 8 each, each entry 16, each pattern of a resource 40 more (value/work.h). */
static void test_costs(void **state)
{
	static const struct {
		const char *resource;
		size_t want;
	} rows[] = {
		{ "'" IDENTITY "a'", 64 },
		{ "'*'", 64 },
		{ "'" IDENTITY "a*'", 104 },
		{ "['" IDENTITY "a*', '" IDENTITY "b']", 120 },
		{ "['" IDENTITY "b', '" IDENTITY "?a']", 120 },
		{ "['" IDENTITY "a*', '" IDENTITY "*b']", 160 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct policy_set *set = policy_set_new();
		struct faults faults;
		char policy[400];

		assert_non_null(set);
		faults_init(&faults);
		snprintf(policy, sizeof policy,
			POLICY("2012-10-17", "{'Effect': 'Deny', 'Principal': '*', 'Action': 'ses:*', 'Resource': %s}"),
			rows[i].resource);
		add(set, policy, &faults);
		policy_set_seal(set, &faults);
		assert_int_equal(faults.count, 0);
		assert_int_equal(set->groups[POLICY_GROUP_RESOURCE].scopes[0].cost.once, rows[i].want);
		policy_set_free(set);
		faults_free(&faults);
	}
}

/* More statements than the numbers of a table hold: said before any of them is looked at. */
static void test_too_many(void **state)
{
	struct policy_set *set = policy_set_new();
	struct scope_table table;
	struct arena arena = { 0 };

	(void)state;
	assert_non_null(set);
	assert_false(scope_table_make(&arena, set, UINT32_MAX - 1ul, UINT32_MAX, &table));
	arena_free(&arena);
	policy_set_free(set);
}

/* What a set holds is what its texts take, and not much more. */
static void test_bytes(void **state)
{
	enum { STATEMENTS = 200, LENGTH = 1000 };
	struct policy_set *set = policy_set_new();
	struct faults faults;

	(void)state;
	assert_non_null(set);
	size_t before = policy_set_bytes(set);
	assert_in_range(before, 1, 100000);
	faults_init(&faults);
	for (int i = 0; i < STATEMENTS; i++) {
		char policy[LENGTH + 400];
		snprintf(policy, sizeof policy,
			POLICY("2012-10-17",
				"{'Effect': 'Deny', 'Principal': '*', 'Action': 'ses:*', 'Resource': '" IDENTITY "%0*d'}"),
			LENGTH, i);
		add(set, policy, &faults);
	}
	policy_set_seal(set, &faults);
	assert_int_equal(faults.count, 0);
	assert_in_range(policy_set_bytes(set) - before, STATEMENTS * LENGTH, 20 * STATEMENTS * LENGTH);
	faults_free(&faults);
	policy_set_free(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_costs),
		cmocka_unit_test(test_many_callers),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_bytes),
	};

	return cmocka_run_group_tests_name("scope", tests, NULL, NULL);
}
