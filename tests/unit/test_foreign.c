/* SPDX-License-Identifier: BSD-2-Clause */
/* foreign: what is taken for a policy and is none, by the least that tells it; what is near it and is something else. */
#include "iam/policy_file.h"
#include "iam/policy_set.h"
#include "unit/check.h"
#include "unit/quotes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEMPLATE "this is a CloudFormation template, and no policy; "
#define SHOW "this is what terraform show prints, and no policy; "
#define CODE "this is Terraform's language in JSON, and no policy; "
#define OBJECT "this is an object of Kubernetes, and no policy; "
#define STATEMENT "this is one statement, and no policy; "
#define CONDITION "this is the Condition of a statement alone, and no policy; "
#define PEOPLE "this is a list of users, roles or groups, or one of them, and no policy; "
#define IDENTITIES "this is a list of sending identities, and no policy; "
#define IDENTITY "this is what is known about a sending identity, without its policies, and no policy; "
#define SETTINGS "this is a file of settings, and no policy; "
#define SUMMARY "this is what is known about a policy, without what it says, and no policy; "
#define NAMES "this is a list of the names of policies, and no policy; "
#define ROLE "this is a role and who may take it, not what it may send, and no policy; "

static const struct {
	const char *name, *json;
	const char *want; /* in the first fault; NULL: something else is wrong with it, or nothing */
} cases[] = {
	{ "a template by its version", "{'AWSTemplateFormatVersion': '2010-09-09'}", TEMPLATE "deploy it" },
	{ "by a resource of AWS", "{'Resources': {'A': {'Type': 'AWS::SES::EmailIdentity', 'Properties': {}}}}", TEMPLATE },
	{ "by one of its own", "{'Resources': {'A': {}, 'B': {'Type': 'Custom::X', 'Properties': {}}}}", TEMPLATE },
	{ "one resource", "{'Type': 'AWS::IAM::Policy', 'Properties': {}}", TEMPLATE },
	{ "resources of nobody", "{'Resources': {'A': {'Type': 'X::Y', 'Properties': {}}, 'B': {'Type': 7, 'Properties': {}}}}",
		NULL },
	{ "a resource without properties", "{'Type': 'AWS::IAM::Policy'}", NULL },
	{ "values of Terraform", "{'format_version': '1.0', 'values': {}}", SHOW "apply it" },
	{ "a plan", "{'format_version': '1.0', 'planned_values': {}}", SHOW },
	{ "changes", "{'format_version': '1.0', 'resource_changes': []}", SHOW },
	{ "configuration", "{'format_version': '1.0', 'configuration': {}}", SHOW },
	{ "a version alone", "{'format_version': '1.0'}", NULL },
	{ "a state", "{'terraform_version': '1.5', 'serial': 3}", "this is a state of Terraform, and no policy; " },
	{ "without a number", "{'terraform_version': '1.5'}", NULL },
	{ "code", "{'resource': {'aws_ses_identity_policy': {}}}", CODE "apply it" },
	{ "data", "{'data': {'aws_iam_policy_document': {}}}", CODE },
	{ "data that is none", "{'data': 'x'}", NULL },
	{ "a map of Kubernetes", "{'apiVersion': 'v1', 'kind': 'ConfigMap', 'data': {}}", OBJECT },
	{ "without a version", "{'kind': 'ConfigMap', 'data': {}}", NULL },
	{ "without a kind", "{'apiVersion': 'v1'}", NULL },
	{ "a statement", "{'Effect': 'Deny', 'Action': 'ses:*'}", STATEMENT "put it into" },
	{ "by all actions but some", "{'Effect': 'Deny', 'NotAction': 'ses:*'}", STATEMENT },
	{ "by a resource", "{'Effect': 'Deny', 'Resource': '*'}", STATEMENT },
	{ "by all resources but some", "{'Effect': 'Deny', 'NotResource': '*'}", STATEMENT },
	{ "an effect alone", "{'Effect': 'Deny'}", NULL },
	{ "a condition", "{'Condition': {'Bool': {'aws:SecureTransport': 'false'}}}", CONDITION "write the whole" },
	{ "what is in it", "{'Bool': {'aws:SecureTransport': 'false'}, 'StringLikeIfExists': {}}", CONDITION },
	{ "an operator that there is not", "{'Bool': {}, 'StringLook': {}}", NULL },
	{ "no map", "{'Bool': 'x'}", NULL },
	{ "nothing", "{}", NULL },
	{ "statements", "[{'Effect': 'Deny'}, {'Effect': 'Allow'}]", "this is a list of statements, and no policy; " },
	{ "policies", "[{'Statement': []}, {'PolicyDocument': {}}]",
		"this is a list of policies, and no policy; make a file of each" },
	{ "names", "{'PolicyNames': ['one', 'two']}",
		NAMES "get what they say: aws ses get-identity-policies --identity NAME --policy-names one," },
	{ "no names", "{'PolicyNames': []}",
		NAMES "get what they say: aws ses get-identity-policies --identity NAME --policy-names NAME," },
	{ "a name for a shell", "{'PolicyNames': ['a;b']}",
		NAMES "get what they say: aws ses get-identity-policies --identity NAME --policy-names NAME," },
	{ "an option", "{'PolicyNames': ['-x']}",
		NAMES "get what they say: aws ses get-identity-policies --identity NAME --policy-names NAME," },
	{ "an empty name", "{'PolicyNames': ['']}",
		NAMES "get what they say: aws ses get-identity-policies --identity NAME --policy-names NAME," },
	{ "a number", "{'PolicyNames': [7]}",
		NAMES "get what they say: aws ses get-identity-policies --identity NAME --policy-names NAME," },
	{ "attached ones", "{'AttachedPolicies': [{'PolicyName': 'x', 'PolicyArn': 'arn:aws:iam::123456789012:policy/x'}]}",
		"get that: aws iam get-policy --policy-arn arn:aws:iam::123456789012:policy/x tells" },
	{ "attached, without an ARN", "{'AttachedPolicies': [{'PolicyName': 'x'}]}",
		"get that: aws iam get-policy --policy-arn ARN tells" },
	{ "a summary", "{'Arn': 'arn:aws:iam::123456789012:policy/x', 'DefaultVersionId': 'v3'}",
		SUMMARY "get that: aws iam get-policy-version --policy-arn arn:aws:iam::123456789012:policy/x --version-id v3" },
	{ "an ARN alone", "{'Arn': 'arn:aws:iam::123456789012:policy/x'}", NULL },
	{ "a version alone", "{'DefaultVersionId': 'v3'}", NULL },
	{ "summaries", "[{'Arn': 'arn:x', 'DefaultVersionId': 'v3'}, {'DefaultVersionId': 'v1'}]",
		"get that: aws iam get-policy-version --policy-arn arn:x --version-id v3" },
	{ "of an organization", "[{'Id': 'p-1', 'AwsManaged': false}]",
		"get that: aws organizations describe-policy --policy-id p-1" },
	{ "versions", "{'Versions': [{'VersionId': 'v2'}]}",
		"get one: aws iam get-policy-version --policy-arn ARN --version-id v2" },
	{ "a role", "{'AssumeRolePolicyDocument': {}}", ROLE },
	{ "a role in its answer", "{'Role': {'AssumeRolePolicyDocument': {}}}", ROLE },
	{ "users", "{'Users': []}", PEOPLE },
	{ "roles", "{'Roles': []}", PEOPLE },
	{ "groups", "{'Groups': []}", PEOPLE },
	{ "a user", "{'User': {'UserName': 'x'}}", PEOPLE },
	{ "a group", "{'Group': {'GroupName': 'x'}}", PEOPLE },
	{ "identities", "{'Identities': []}", IDENTITIES },
	{ "identities, as version 2 has them", "{'EmailIdentities': []}", IDENTITIES },
	{ "an identity", "{'IdentityType': 'DOMAIN', 'VerifiedForSendingStatus': true}", IDENTITY },
	{ "what is verified", "{'VerificationAttributes': {}}", IDENTITY },
	{ "a type alone", "{'IdentityType': 'DOMAIN'}", NULL },
	{ "tests", "{'tests': []}", "this is a file of tests, and no policy; " },
	{ "settings", "{'socket': 'unix:/x'}", SETTINGS },
	{ "settings by their last", "{'organization': []}", SETTINGS },
	{ "anything", "{'x': 1}", NULL },
};

static void what_is_no_policy_is_told(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct policy_set *set = policy_set_new();
		char *json = quotes(cases[i].json);
		struct faults faults;

		faults_init(&faults);
		policy_set_add_text(set, POLICY_GROUP_RESOURCE, "f.json", TEXT("f"), text_of(json), &faults);
		const char *said = faults.first ? faults.first->text : "";
		/* None of them is one. */
		CHECK_CASE(failures, cases[i].name, faults.count);
		CHECK_CASE(failures, cases[i].name,
			cases[i].want ? strstr(said, cases[i].want) != NULL : !strstr(said, "and no policy"));
		if (cases[i].want ? !strstr(said, cases[i].want) : strstr(said, "and no policy") != NULL)
			print_error("%s\n", said);
		faults_free(&faults);
		policy_set_free(set);
		free(json);
	}
	assert_int_equal(failures, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_policy_is_told),
	};

	return cmocka_run_group_tests_name("foreign", tests, NULL, NULL);
}
