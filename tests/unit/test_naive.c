/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reference of the differential tests, held against cases worked out by
 * hand, and what the generator of those tests turns out. In the tables ' stands
 * for ", and ` for '.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "naive/generate.h"
#include "naive/naive.h"

#define ALICE "arn:aws:iam::111122223333:user/alice"
#define ROOT "arn:aws:iam::111122223333:root"
#define ROLE "arn:aws:iam::111122223333:role/mail/relay"
#define SESSION "arn:aws:sts::111122223333:assumed-role/relay/i-1"
#define HOME "arn:aws:ses:us-east-1:111122223333:identity/example.com"
#define AWAY "arn:aws:ses:us-east-1:444455556666:identity/example.com"

static json_t *parse(const char *quoted)
{
	char *text = strdup(quoted);
	json_error_t error;
	json_t *value;

	assert_non_null(text);
	for (char *c = text; *c != '\0'; c++)
		*c = *c == '\'' ? '"' : *c == '`' ? '\'' : *c;
	value = json_loads(text, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &error);
	if (!value)
		fail_msg("%s at %d: %s", error.text, error.column, text);
	free(text);
	return value;
}

/* One Condition, one context: does it hold under Allow, and under Deny? */
static const struct {
	const char *condition, *context;
	int allows, denies;
} conditions[] = {
	/* The traps of condition evaluation, one by one. */
	{ "{'ForAllValues:StringLike':{'ses:Recipients':'*@x'}}", "{}", 1, 1 },
	{ "{'ForAllValues:StringLike':{'ses:Recipients':'*@x'}}", "{'ses:Recipients':[]}", 1, 1 },
	{ "{'ForAllValues:StringNotLike':{'ses:Recipients':'*@x'}}", "{'ses:Recipients':['a@x','b@evil']}", 0, 0 },
	{ "{'ForAnyValue:StringNotLike':{'ses:Recipients':'*@x'}}", "{'ses:Recipients':['a@x','b@evil']}", 1, 1 },
	{ "{'StringNotEquals':{'ses:FromAddress':['a@x','b@x']}}", "{'ses:FromAddress':'a@x'}", 0, 0 },
	{ "{'StringNotEquals':{'ses:FromAddress':['a@x','b@x']}}", "{'ses:FromAddress':'c@x'}", 1, 1 },
	{ "{'NotIpAddress':{'aws:SourceIp':'203.0.113.0/24'}}", "{}", 1, 1 },
	{ "{'Bool':{'aws:MultiFactorAuthPresent':'false'}}", "{}", 0, 0 },
	{ "{'StringNotEqualsIfExists':{'ses:FromDisplayName':'Marketing'}}", "{}", 1, 1 },
	{ "{'StringNotEqualsIfExists':{'ses:FromDisplayName':'Marketing'}}", "{'ses:FromDisplayName':'Marketing'}", 0, 0 },
	{ "{'ForAnyValue:StringNotLike':{'ses:Recipients':'*@x'}}", "{}", 0, 0 },
	{ "{'StringLike':{'ses:FromAddress':'marketing+.*@example.com'}}", "{'ses:FromAddress':'marketing+spring@example.com'}", 0,
		0 },
	{ "{'StringLike':{'ses:FromAddress':'marketing+.*@example.com'}}", "{'ses:FromAddress':'marketing+.spring@example.com'}", 1,
		1 },
	{ "{'StringEquals':{'ses:FromAddress':'*@x'}}", "{'ses:FromAddress':'a@x'}", 0, 0 },
	{ "{'StringEquals':{'ses:FromAddress':'*@x'}}", "{'ses:FromAddress':'*@x'}", 1, 1 },
	{ "{'ArnEquals':{'aws:PrincipalArn':'arn:aws:iam::1:user/*'}}", "{'aws:PrincipalArn':'arn:aws:iam::1:user/bob'}", 1, 1 },
	{ "{'StringLike':{'ses:FromAddress':'*@example.com'}}", "{'ses:FromAddress':'bob@Example.com'}", 0, 0 },
	{ "{'StringLike':{'SES:fromaddress':'*@example.com'}}", "{'ses:FromAddress':'bob@example.com'}", 1, 1 },
	{ "{'StringNotLike':{'ses:FromAddress':'${aws:PrincipalTag/box}@x'}}", "{'ses:FromAddress':'a@x'}", 1, 1 },
	{ "{'StringLike':{'ses:FromAddress':'${aws:PrincipalTag/box}@x'}}", "{'ses:FromAddress':'a@x'}", 0, 0 },
	{ "{'StringLike':{'ses:FromAddress':'${ses:FromDisplayName}@x'}}", "{'ses:FromAddress':'a@x','ses:FromDisplayName':'*'}", 0,
		0 },
	{ "{'StringLike':{'ses:FromAddress':'${ses:FromDisplayName}@x'}}", "{'ses:FromAddress':'*@x','ses:FromDisplayName':'*'}", 1,
		1 },
	{ "{'IpAddress':{'aws:SourceIp':'2001:db8::1'}}", "{'aws:SourceIp':'2001:db8::2'}", 0, 0 },
	{ "{'IpAddress':{'aws:SourceIp':'2001:db8::1'}}", "{'aws:SourceIp':'2001:db8:0::1'}", 1, 1 },
	{ "{'IpAddress':{'aws:SourceIp':'203.0.113.7/24'}}", "{'aws:SourceIp':'203.0.113.200'}", 1, 1 },
	{ "{'StringLike':{'ses:FromAddress':'*@x','ses:FeedbackAddress':'*@x'}}",
		"{'ses:FromAddress':'a@x','ses:FeedbackAddress':'bounce@y'}", 0, 0 },
	{ "{'StringLike':{'ses:FromAddress':['*@y','*@x']},'Null':{'ses:FeedbackAddress':'true'}}", "{'ses:FromAddress':'a@x'}", 1,
		1 },
	/* Presence. */
	{ "{'Null':{'aws:username':'true'}}", "{}", 1, 1 },
	{ "{'Null':{'aws:username':'true'}}", "{'aws:username':''}", 0, 0 },
	{ "{'Null':{'aws:username':false}}", "{'AWS:UserName':'a'}", 1, 1 },
	{ "{'Null':{'ses:Recipients':'false'}}", "{'ses:Recipients':['a','b']}", 1, 1 },
	{ "{'Null':{'ses:Recipients':'true'}}", "{'ses:Recipients':[]}", 1, 1 },
	{ "{'Null':{'aws:username':['true','false']}}", "{}", 1, 1 },
	{ "{'NumericEqualsIfExists':{'n':'1'}}", "{}", 1, 1 },
	{ "{'NumericEqualsIfExists':{'n':'1'}}", "{'n':'2'}", 0, 0 },
	{ "{'ForAnyValue:StringEqualsIfExists':{'ses:Recipients':'a'}}", "{}", 1, 1 },
	/* Texts. */
	{ "{'StringLike':{'k':'?'}}", "{'k':'\u00e9'}", 1, 1 },
	{ "{'StringLike':{'k':'?\?'}}", "{'k':'\u00e9'}", 0, 0 },
	{ "{'StringLike':{'k':'*a*b'}}", "{'k':'xaxbxab'}", 1, 1 },
	{ "{'StringLike':{'k':'[ab]'}}", "{'k':'a'}", 0, 0 },
	{ "{'StringLike':{'k':'${*}?'}}", "{'k':'*x'}", 1, 1 },
	{ "{'StringLike':{'k':'${*}?'}}", "{'k':'xx'}", 0, 0 },
	{ "{'StringEqualsIgnoreCase':{'k':'AbC'}}", "{'k':'aBc'}", 1, 1 },
	{ "{'StringNotEqualsIgnoreCase':{'k':'AbC'}}", "{'k':'aBc'}", 0, 0 },
	{ "{'StringEquals':{'k':'${aws:username, `nobody`}'}}", "{'k':'nobody'}", 1, 1 },
	{ "{'StringEquals':{'k':'${aws:username, `nobody`}'}}", "{'k':'nobody','aws:username':'al'}", 0, 0 },
	{ "{'StringEquals':{'k':'${aws:TagKeys}'}}", "{'k':'a','aws:TagKeys':['a']}", 0, 0 },
	{ "{'StringNotEquals':{'k':'${aws:TagKeys}'}}", "{'k':'a','aws:TagKeys':['a']}", 1, 1 },
	/* Numbers. */
	{ "{'NumericEquals':{'n':10}}", "{'n':'10.0'}", 1, 1 },
	{ "{'NumericLessThan':{'n':'-1.5'}}", "{'n':'-1.25'}", 0, 0 },
	{ "{'NumericGreaterThanEquals':{'n':'9'}}", "{'n':'10'}", 1, 1 },
	{ "{'NumericLessThanEquals':{'n':['1','5']}}", "{'n':'3'}", 1, 1 },
	{ "{'NumericNotEquals':{'n':'10'}}", "{'n':'ten'}", 0, 0 },
	/* Dates. */
	{ "{'DateEquals':{'t':'2024-01'}}", "{'t':'1704067200'}", 1, 1 },
	{ "{'DateEquals':{'t':'2024-01-01T01:00+01:00'}}", "{'t':'2023-12-31T19:00:00.000-05:00'}", 1, 1 },
	{ "{'DateLessThan':{'t':'2024-01-01T00:00:00.5Z'}}", "{'t':'2024-01-01T00:00:00.49Z'}", 1, 1 },
	{ "{'DateLessThan':{'t':'2024'}}", "{'t':'2023-12-31'}", 0, 0 },
	{ "{'DateNotEquals':{'t':'2024-01-01'}}", "{'t':'2024-02-30'}", 0, 0 },
	{ "{'DateGreaterThan':{'t':'2024-01-01'}}", "{'t':'2024-01-01T00:00:01'}", 1, 1 },
	/* Addresses. */
	{ "{'IpAddress':{'i':'203.0.113.0/25'}}", "{'i':'203.0.113.128'}", 0, 0 },
	{ "{'IpAddress':{'i':'203.0.113.0/25'}}", "{'i':'::ffff:203.0.113.127'}", 1, 1 },
	{ "{'IpAddress':{'i':'::/0'}}", "{'i':'203.0.113.7'}", 0, 0 },
	{ "{'NotIpAddress':{'i':['10.0.0.0/8','2001:db8::/32']}}", "{'i':'2001:db9::1'}", 1, 1 },
	{ "{'NotIpAddress':{'i':['10.0.0.0/8','2001:db8::/32']}}", "{'i':'10.255.255.255'}", 0, 0 },
	{ "{'IpAddress':{'i':'0.0.0.0/0'}}", "{'i':'localhost'}", 0, 0 },
	{ "{'NotIpAddress':{'i':'0.0.0.0/0'}}", "{'i':'localhost'}", 1, 1 },
	/* ARNs, booleans, bytes. */
	{ "{'ArnLike':{'a':'arn:aws:ses:*:1:identity/x'}}", "{'a':'arn:aws:ses:us:east:1:identity/x'}", 0, 0 },
	{ "{'ArnLike':{'a':'arn:aws:sns:*:*:*'}}", "{'a':'arn:aws:sns:eu:1:topic:7'}", 1, 1 },
	{ "{'ArnNotEquals':{'a':'arn:aws:sns:*:*:*'}}", "{'a':'arn:aws:sns:eu:1:t'}", 0, 0 },
	{ "{'ArnNotLike':{'a':'arn:aws:sns:*:*:*'}}", "{'a':'nothing of the kind'}", 0, 0 },
	{ "{'ArnLike':{'a':'${u}'}}", "{'a':'arn:aws:sns:eu:1:t','u':'arn:aws:sns:eu:1:t'}", 1, 1 },
	{ "{'ArnLike':{'a':'arn:aws:${u}:1:t:v'}}", "{'a':'arn:aws:sns:eu:1:t:v','u':'sns:eu'}", 0, 0 },
	{ "{'ArnLike':{'a':'arn:aws:${u}:1:t'}}", "{'a':'arn:aws:sns:eu:1:t','u':'sns:eu'}", 1, 1 },
	{ "{'ArnLike':{'a':'arn:aws:sns:eu:1:${u}'}}", "{'a':'arn:aws:sns:eu:1:t:v','u':'t:v'}", 1, 1 },
	{ "{'ArnLike':{'a':'arn:aws:sns:eu:1:${u}'}}", "{'a':'arn:aws:sns:eu:1:t','u':'*'}", 0, 0 },
	{ "{'Bool':{'b':true}}", "{'b':'True'}", 1, 1 },
	{ "{'Bool':{'b':'true'}}", "{'b':'1'}", 0, 0 },
	{ "{'BinaryEquals':{'y':'QUI='}}", "{'y':'QUI='}", 1, 1 },
	{ "{'BinaryEquals':{'y':'QUI='}}", "{'y':'QUJD'}", 0, 0 },
	{ "{'BinaryEquals':{'y':'QUI='}}", "{'y':'AB'}", 0, 0 },
	/* Lists. */
	{ "{'ForAllValues:StringLike':{'ses:Recipients':['*@x','*@y']}}", "{'ses:Recipients':['a@x','b@y','']}", 1, 1 },
	{ "{'ForAllValues:StringLike':{'ses:Recipients':['*@x','*@y']}}", "{'ses:Recipients':['a@x','b@z']}", 0, 0 },
	{ "{'ForAnyValue:StringEquals':{'aws:TagKeys':['','b']}}", "{'aws:TagKeys':['']}", 0, 0 },
	{ "{'StringLike':{'ses:Recipients':'*@x'}}", "{'ses:Recipients':['a@x','b@y']}", 0, 1 },
	{ "{'StringLike':{'ses:Recipients':'*@x'}}", "{'ses:Recipients':'a@x'}", 0, 1 },
	{ "{'StringNotLike':{'ses:Recipients':'*@x'}}", "{'ses:Recipients':['a@x','b@y']}", 0, 1 },
	{ "{'StringNotLike':{'ses:Recipients':'*@x'}}", "{'ses:Recipients':['a@x']}", 0, 0 },
	{ "{'StringNotLike':{'ses:Recipients':'*@x'}}", "{}", 1, 1 },
	{ "{'StringEquals':{'k':'a'}}", "{'k':['a']}", 1, 1 },
	{ "{'StringEquals':{'k':'a'}}", "{'k':['a','b']}", 0, 1 },
	{ "{'ForAllValues:StringEquals':{'k':[]}}", "{}", 1, 1 },
	{ "{'ForAllValues:StringNotEquals':{'k':[]}}", "{'k':'a'}", 0, 0 },
	{ "{'ForAnyValue:StringNotEquals':{'k':[]}}", "{'k':'a'}", 0, 0 },
	{ "{'StringEqualsIfExists':{'k':[]}}", "{}", 1, 1 },
	{ "{'StringNotEqualsIfExists':{'k':[]}}", "{'k':'a'}", 0, 0 },
};

static enum naive_decision decide(json_t *policies, const char *principal, const char *action, const char *resource,
	const char *context)
{
	json_t *request = json_pack("{s:s?, s:s, s:s, s:o}", "principal", principal, "action", action, "resource", resource,
		"context", parse(context));
	enum naive_decision decision;

	assert_non_null(request);
	decision = naive_evaluate(policies, request);
	json_decref(request);
	return decision;
}

static void test_conditions(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof conditions / sizeof(conditions[0]); i++) {
		for (int denies = 0; denies < 2; denies++) {
			json_t *policies = json_pack("[{s:s, s:{s:s, s:{s:s, s:s, s:s, s:o}}}]", "type", "identity", "document",
				"Version", "2012-10-17", "Statement", "Effect", denies ? "Deny" : "Allow", "Action", "*",
				"Resource", "*", "Condition", parse(conditions[i].condition));
			int wanted = denies ? conditions[i].denies : conditions[i].allows;
			enum naive_decision decision = decide(policies, ALICE, "ses:SendRawEmail", HOME, conditions[i].context);

			if (decision != (!wanted ? NAIVE_IMPLICIT_DENY : denies ? NAIVE_EXPLICIT_DENY : NAIVE_ALLOWED))
				fail_msg("%s of %s with %s: %s", denies ? "Deny" : "Allow", conditions[i].condition,
					conditions[i].context, naive_decision_name(decision));
			json_decref(policies);
		}
	}
}

/* Statements of the resource's policy, then of the caller's own; empty for none. */
static const struct {
	const char *of_resource, *of_caller;
	const char *principal, *resource;
	const char *decision;
} decisions[] = {
#define ALLOW_TO(who) "{'Effect':'Allow','Principal':" who ",'Action':'*','Resource':'*'}"
#define DENY_TO(who) "{'Effect':'Deny','Principal':" who ",'Action':'*','Resource':'*'}"
#define ALLOW_ON(what) "{'Effect':'Allow','Action':'*','Resource':'" what "'}"
#define ALLOW_ALL ALLOW_ON("*")
#define ALLOW_DOING(what) "{'Effect':'Allow','Action':" what ",'Resource':'*'}"
	/* Actions. */
	{ "", ALLOW_DOING("'ses:SendEmail'"), ALICE, HOME, "implicitDeny" },
	{ "", ALLOW_DOING("['ses:SendEmail','ses:Send*']"), ALICE, HOME, "allowed" },
	{ "", ALLOW_DOING("'SES:SENDRAWEMAIL'"), ALICE, HOME, "allowed" },
	{ "", ALLOW_DOING("'ses:Send?awEmail'"), ALICE, HOME, "allowed" },
	{ "", ALLOW_DOING("'ses:SendRawEmai'"), ALICE, HOME, "implicitDeny" },
	{ "", "{'Effect':'Allow','NotAction':'ses:*','Resource':'*'}", ALICE, HOME, "implicitDeny" },
	{ "", "{'Effect':'Allow','NotAction':'s3:*','Resource':'*'}", ALICE, HOME, "allowed" },
	/* Resources. */
	{ "", ALLOW_ON("arn:aws:ses:*:111122223333:identity/*"), ALICE, HOME, "allowed" },
	{ "", ALLOW_ON("arn:aws:ses:*:1111????3333:*"), ALICE, HOME, "allowed" },
	{ "", ALLOW_ON("arn:aws:ses:*:identity/example.com"), ALICE, HOME, "implicitDeny" },
	{ "", ALLOW_ON("arn:aws:ses"), ALICE, HOME, "allowed" },
	{ "", ALLOW_ON("arn:aws:ses:us-east-1:111122223333:identity/Example.com"), ALICE, HOME, "implicitDeny" },
	{ "", ALLOW_ON("arn:aws:ses:*:*:identity/${aws:username}.com"), ALICE, HOME, "allowed" },
	{ "", ALLOW_ON("arn:aws:ses:*:*:identity/${aws:userid}.com"), ALICE, HOME, "implicitDeny" },
	{ "", ALLOW_ON("arn:aws:ses:*:*:identity/${ses:FromDisplayName}"), ALICE, HOME, "implicitDeny" },
	{ "", "{'Effect':'Allow','Action':'*','NotResource':'arn:aws:ses:*:*:identity/*'}", ALICE, HOME, "implicitDeny" },
	{ "", "{'Effect':'Allow','Action':'*','NotResource':'arn:aws:ses:*:*:identity/${aws:userid}'}", ALICE, HOME, "allowed" },
	/* Principals. */
	{ ALLOW_TO("{'AWS':'111122223333'}"), "", ALICE, HOME, "implicitDeny" },
	{ ALLOW_TO("{'AWS':'" ROOT "'}"), "", ALICE, HOME, "implicitDeny" },
	{ ALLOW_TO("{'AWS':['444455556666','" ALICE "']}"), "", ALICE, HOME, "allowed" },
	{ ALLOW_TO("{'AWS':'arn:aws:iam::111122223333:user/Alice'}"), "", ALICE, HOME, "implicitDeny" },
	{ ALLOW_TO("{'AWS':'arn:aws:iam::111122223333:user/mail/alice'}"), "", ALICE, HOME, "implicitDeny" },
	{ ALLOW_TO("'*'"), "", ALICE, HOME, "allowed" },
	{ ALLOW_TO("{'Service':'ses.amazonaws.com'}"), "", ALICE, HOME, "implicitDeny" },
	{ ALLOW_TO("{'AWS':'" ROLE "'}"), "", SESSION, HOME, "allowed" },
	{ ALLOW_TO("{'AWS':'arn:aws:iam::444455556666:role/mail/relay'}"), "", SESSION, HOME, "implicitDeny" },
	{ ALLOW_TO("{'AWS':'arn:aws:iam::111122223333:role/ay'}"), "", SESSION, HOME, "implicitDeny" },
	{ ALLOW_TO("{'AWS':'arn:aws:sts::111122223333:assumed-role/relay/i-2'}"), "", SESSION, HOME, "implicitDeny" },
	{ "{'Effect':'Deny','NotPrincipal':{'AWS':'" ALICE "'},'Action':'*','Resource':'*'}", ALLOW_ALL, ALICE, HOME, "allowed" },
	{ "{'Effect':'Deny','NotPrincipal':{'AWS':'111122223333'},'Action':'*','Resource':'*'}", ALLOW_ALL, ALICE, HOME,
		"allowed" },
	{ "{'Effect':'Deny','NotPrincipal':{'AWS':'444455556666'},'Action':'*','Resource':'*'}", ALLOW_ALL, ALICE, HOME,
		"explicitDeny" },
	{ DENY_TO("{'AWS':'111122223333'}"), ALLOW_ALL, ALICE, HOME, "explicitDeny" },
	{ DENY_TO("{'AWS':'444455556666'}"), ALLOW_ALL, ALICE, HOME, "allowed" },
	{ DENY_TO("'*'") "," ALLOW_TO("'*'"), ALLOW_ALL, ALICE, HOME, "explicitDeny" },
	/* Accounts. */
	{ "", "", ALICE, HOME, "implicitDeny" },
	{ "", ALLOW_ALL, ALICE, HOME, "allowed" },
	{ "", ALLOW_ALL, ALICE, AWAY, "implicitDeny" },
	{ ALLOW_TO("{'AWS':'111122223333'}"), "", ALICE, AWAY, "implicitDeny" },
	{ ALLOW_TO("{'AWS':'111122223333'}"), ALLOW_ALL, ALICE, AWAY, "allowed" },
	{ ALLOW_TO("'*'"), "", ALICE, AWAY, "implicitDeny" },
	{ ALLOW_TO("'*'"), ALLOW_ALL, ALICE, AWAY, "allowed" },
	{ ALLOW_TO("'*'"), "", ALICE, "arn:aws:s3:::bucket/key", "allowed" },
	{ "", "", ROOT, HOME, "allowed" },
	{ "", "", ROOT, AWAY, "implicitDeny" },
	{ DENY_TO("{'AWS':'111122223333'}"), "", ROOT, HOME, "explicitDeny" },
	{ ALLOW_TO("'*'"), "", NULL, HOME, "allowed" },
	{ ALLOW_TO("{'AWS':['*']}"), "", NULL, HOME, "allowed" },
	{ ALLOW_TO("{'AWS':'111122223333'}"), ALLOW_ALL, NULL, HOME, "implicitDeny" },
	/* A condition that fails is no denial. */
	{ "", "{'Effect':'Deny','Action':'*','Resource':'*','Condition':{'StringEquals':{'aws:username':'bob'}}}," ALLOW_ALL, ALICE,
		HOME, "allowed" },
};

static void test_decisions(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof decisions / sizeof(decisions[0]); i++) {
		json_t *policies = json_array();
		enum naive_decision decision;

		for (int of_resource = 0; of_resource < 2; of_resource++) {
			char text[2000];

			snprintf(text, sizeof text, "{'type':'%s','document':{'Version':'2012-10-17','Statement':[%s]}}",
				of_resource ? "resource" : "identity",
				of_resource ? decisions[i].of_resource : decisions[i].of_caller);
			json_array_append_new(policies, parse(text));
		}
		decision = decide(policies, decisions[i].principal, "ses:SendRawEmail", decisions[i].resource,
			"{'aws:username':'example','ses:FromDisplayName':'*'}");
		if (strcmp(naive_decision_name(decision), decisions[i].decision) != 0)
			fail_msg("resource %s caller %s as %s on %s: %s", decisions[i].of_resource, decisions[i].of_caller,
				decisions[i].principal, decisions[i].resource, naive_decision_name(decision));
		json_decref(policies);
	}
}

/* Without the Version of 2012, ${...} is text; a star in it is still a wildcard. */
static void test_old_version(void **state)
{
	static const char statement[] = "{'Effect':'Allow','Action':'*','Resource':'arn:aws:ses:*:*:identity/%s',"
					"'Condition':{'StringLike':{'k':'${aws:username}'},'StringEquals':{'j':'${*}'}}}";
	static const char context[] = "{'aws:username':'al','k':'${aws:username}','j':'${*}'}";
	static const struct {
		const char *version, *identity, *asked;
		enum naive_decision decision;
	} cases[] = {
		{ "", "*", "example.com", NAIVE_ALLOWED },
		{ "'Version':'2008-10-17',", "*", "example.com", NAIVE_ALLOWED },
		{ "'Version':'2012-10-17',", "*", "example.com", NAIVE_IMPLICIT_DENY },
		{ "", "${aws:username}", "al", NAIVE_IMPLICIT_DENY },
		{ "", "${aws:username}", "${aws:username}", NAIVE_ALLOWED },
		{ "", "${*}", "${x}", NAIVE_ALLOWED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof(cases[0]); i++) {
		char filled[500], text[1000], resource[200];
		json_t *policies;

		snprintf(filled, sizeof filled, statement, cases[i].identity);
		snprintf(text, sizeof text, "[{'type':'identity','document':{%s'Statement':%s}}]", cases[i].version, filled);
		snprintf(resource, sizeof resource, "arn:aws:ses:us-east-1:111122223333:identity/%s", cases[i].asked);
		policies = parse(text);
		assert_int_equal(decide(policies, ALICE, "ses:SendRawEmail", resource, context), cases[i].decision);
		json_decref(policies);
	}
}

/* The same seed gives the same, and every decision is common. */
static void test_generator(void **state)
{
	struct generator one = { 0 }, two = { 0 };
	int count[3] = { 0 }, all = 0;

	(void)state;
	generator_seed(&one, 7);
	generator_seed(&two, 7);
	for (int i = 0; i < 200; i++) {
		json_t *policies = generate_policies(&one), *again = generate_policies(&two);

		assert_true(json_equal(policies, again));
		json_decref(again);
		for (int j = 0; j < 50; j++) {
			json_t *request = generate_request(&one);

			again = generate_request(&two);
			assert_true(json_equal(request, again));
			count[naive_evaluate(policies, request)]++;
			all++;
			json_decref(request);
			json_decref(again);
		}
		json_decref(policies);
	}
	for (int decision = 0; decision < 3; decision++)
		assert_in_range(count[decision], all / 10, all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_decisions),
		cmocka_unit_test(test_old_version),
		cmocka_unit_test(test_generator),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
