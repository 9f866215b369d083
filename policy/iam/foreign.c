/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/foreign.h"

#include "iam/operator.h"

#include <stdio.h>
#include <string.h>

/* Names from the file in a command. */
#define NAME_SIZE 200
#define REMEDY_SIZE 500

static bool has(const json_t *value, const char *member)
{
	return json_object_get(value, member);
}

static bool has_list(const json_t *value, const char *member)
{
	return json_is_array(json_object_get(value, member));
}

static bool starts(const json_t *string, const char *prefix)
{
	return json_is_string(string) && !strncmp(json_string_value(string), prefix, strlen(prefix));
}

static bool is_resource(const json_t *value)
{
	const json_t *type = json_object_get(value, "Type");

	return has(value, "Properties") && (starts(type, "AWS::") || starts(type, "Custom::"));
}

static bool is_template(const json_t *value)
{
	const char *name;
	json_t *resource;

	if (has(value, "AWSTemplateFormatVersion") || is_resource(value))
		return true;
	json_object_foreach(json_object_get(value, "Resources"), name, resource)
		if (is_resource(resource))
			return true;
	return false;
}

static bool is_terraform_show(const json_t *value)
{
	return has(value, "format_version") &&
		(has(value, "values") || has(value, "planned_values") || has(value, "resource_changes") ||
			has(value, "configuration"));
}

static bool is_terraform_state(const json_t *value)
{
	return has(value, "terraform_version") && has(value, "serial");
}

static bool is_terraform_code(const json_t *value)
{
	return (json_is_object(json_object_get(value, "resource")) || json_is_object(json_object_get(value, "data"))) &&
		!has(value, "kind");
}

static bool is_kubernetes(const json_t *value)
{
	return has(value, "apiVersion") && has(value, "kind");
}

static bool is_statement(const json_t *value)
{
	return has(value, "Effect") &&
		(has(value, "Action") || has(value, "NotAction") || has(value, "Resource") || has(value, "NotResource"));
}

static bool is_condition(const json_t *value)
{
	const char *name;
	json_t *block;
	struct operator_name how;

	if (json_object_size(value) == 1 && json_is_object(json_object_get(value, "Condition")))
		return true;
	json_object_foreach((json_t *)value, name, block)
		if (!json_is_object(block) || operator_parse(text_of(name), &how))
			return false;
	return json_object_size(value);
}

/* A list in which each element has one of two members. */
static bool is_list_of(const json_t *value, const char *member, const char *other)
{
	size_t count = json_array_size(value);

	for (size_t i = 0; i < count; i++)
		if (!has(json_array_get(value, i), member) && !has(json_array_get(value, i), other))
			return false;
	return count;
}

static bool is_statements(const json_t *value)
{
	return is_list_of(value, "Effect", "Effect");
}

static bool is_policies(const json_t *value)
{
	return is_list_of(value, "Statement", "PolicyDocument");
}

static bool is_names(const json_t *value)
{
	return has_list(value, "PolicyNames");
}

static bool is_attached(const json_t *value)
{
	return has_list(value, "AttachedPolicies");
}

/* What is told of a managed policy, without the policy. */
static bool is_summary(const json_t *value)
{
	return has(value, "Arn") && has(value, "DefaultVersionId") && !has(value, "PolicyVersionList");
}

static bool is_list_of_summaries(const json_t *value)
{
	return is_list_of(value, "DefaultVersionId", "DefaultVersionId");
}

static bool is_list_of_organization(const json_t *value)
{
	return is_list_of(value, "AwsManaged", "AwsManaged");
}

static bool is_versions(const json_t *value)
{
	return has_list(value, "Versions");
}

static bool is_role(const json_t *value)
{
	return has(value, "AssumeRolePolicyDocument") || has(json_object_get(value, "Role"), "AssumeRolePolicyDocument");
}

static bool is_people(const json_t *value)
{
	return has_list(value, "Users") || has_list(value, "Roles") || has_list(value, "Groups") ||
		has(json_object_get(value, "User"), "UserName") || has(json_object_get(value, "Group"), "GroupName");
}

static bool is_identities(const json_t *value)
{
	return has_list(value, "Identities") || has_list(value, "EmailIdentities");
}

static bool is_identity(const json_t *value)
{
	return (has(value, "IdentityType") && has(value, "VerifiedForSendingStatus")) || has(value, "VerificationAttributes");
}

static bool is_tests(const json_t *value)
{
	return has_list(value, "tests");
}

static bool is_settings(const json_t *value)
{
	static const char *const names[] = { "policies", "principals", "socket", "identities", "login_realms", "account_state",
		"iam", "organization" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (has(value, names[i]))
			return true;
	return false;
}

/*
 * What has no member "Statement", and so is no policy.
 * `$1` and `$2` in a remedy are the values of two members, here or in the first element of the list `in`; or of the list itself.
 */
static const struct foreign_shape {
	bool (*is)(const json_t *value);
	const char *what, *remedy;
	const char *in, *first, *second;
} shapes[] = {
	{ is_template, "a CloudFormation template", "deploy it, and read the policy back: " FOREIGN_READ_BACK, NULL, NULL, NULL },
	{ is_terraform_show, "what terraform show prints", "apply it, and read the policy back: " FOREIGN_READ_BACK, NULL, NULL,
		NULL },
	{ is_terraform_state, "a state of Terraform", "read the policy back: " FOREIGN_READ_BACK, NULL, NULL, NULL },
	{ is_terraform_code, "Terraform's language in JSON", "apply it, and read the policy back: " FOREIGN_READ_BACK, NULL, NULL,
		NULL },
	{ is_kubernetes, "an object of Kubernetes", "take the policy out of it: kubectl get configmap NAME -o jsonpath='{.data}'",
		NULL, NULL, NULL },
	{ is_statement, "one statement", "put it into {\"Version\": \"2012-10-17\", \"Statement\": [...]}", NULL, NULL, NULL },
	{ is_condition, "the Condition of a statement alone",
		"write the whole: {\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": ..., \"Action\": ..., \"Resource\": ..., \"Condition\": ...}]}",
		NULL, NULL, NULL },
	{ is_statements, "a list of statements", "put it into {\"Version\": \"2012-10-17\", \"Statement\": ...}", NULL, NULL,
		NULL },
	{ is_policies, "a list of policies", "make a file of each, or one of all: {\"Policies\": {\"NAME\": ..., ...}}", NULL, NULL,
		NULL },
	{ is_names, "a list of the names of policies",
		"get what they say: aws ses get-identity-policies --identity NAME --policy-names $1, or of a user: aws iam get-user-policy --user-name USER --policy-name $1",
		"PolicyNames", NULL, NULL },
	{ is_attached, "a list of attached policies, without what they say",
		"get that: aws iam get-policy --policy-arn $1 tells the DefaultVersionId, and aws iam get-policy-version --policy-arn $1 --version-id VERSION prints the policy",
		"AttachedPolicies", "PolicyArn", NULL },
	{ is_summary, "what is known about a policy, without what it says",
		"get that: aws iam get-policy-version --policy-arn $1 --version-id $2", NULL, "Arn", "DefaultVersionId" },
	{ is_list_of_summaries, "a list of policies, without what they say",
		"get that: aws iam get-policy-version --policy-arn $1 --version-id $2", "", "Arn", "DefaultVersionId" },
	{ is_list_of_organization, "a list of policies of an organization, without what they say",
		"get that: aws organizations describe-policy --policy-id $1", "", "Id", NULL },
	{ is_versions, "a list of the versions of a policy", "get one: aws iam get-policy-version --policy-arn ARN --version-id $1",
		"Versions", "VersionId", NULL },
	{ is_role, "a role and who may take it, not what it may send",
		"get that: aws iam get-role-policy --role-name ROLE --policy-name POLICY", NULL, NULL, NULL },
	{ is_people, "a list of users, roles or groups, or one of them",
		"get what they may do: aws iam get-account-authorization-details", NULL, NULL, NULL },
	{ is_identities, "a list of sending identities",
		"get their policies: aws ses get-identity-policies --identity NAME --policy-names POLICY", NULL, NULL, NULL },
	{ is_identity, "what is known about a sending identity, without its policies",
		"get them: aws sesv2 get-email-identity-policies --email-identity NAME", NULL, NULL, NULL },
	{ is_tests, "a file of tests", "run it with ses-policy test; name the policies alone here", NULL, NULL, NULL },
	{ is_settings, "a file of settings", "name it with --settings, and the policies alone here", NULL, NULL, NULL },
};

/* The member's value as one word of a command, or a word that stands for it. */
static void name_of(const struct foreign_shape *shape, const json_t *value, const char *member, char out[NAME_SIZE])
{
	const json_t *list = shape->in && *shape->in ? json_object_get(value, shape->in) : value;
	const json_t *from = json_is_array(list) ? json_array_get(list, 0) : list;
	const char *name = json_string_value(member ? json_object_get(from, member) : from);
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+=,.@:/-";

	/* Nothing of a file goes into a line that somebody may paste into a shell, but what a shell takes as it is. */
	if (!name || !*name || *name == '-' || strlen(name) >= NAME_SIZE || name[strspn(name, plain)])
		name = member && strstr(member, "Arn") ? "ARN" : "NAME";
	snprintf(out, NAME_SIZE, "%s", name);
}

static void remedy_print(const struct foreign_shape *shape, const json_t *value, char out[REMEDY_SIZE])
{
	char first[NAME_SIZE], second[NAME_SIZE];
	size_t used = 0;

	name_of(shape, value, shape->first, first);
	name_of(shape, value, shape->second, second);
	for (const char *at = shape->remedy; *at && used + 1 < REMEDY_SIZE; at++) {
		const char *name = *at != '$' ? NULL : *++at == '1' ? first : second;
		used += (size_t)(name ? snprintf(out + used, REMEDY_SIZE - used, "%s", name)
				      : snprintf(out + used, REMEDY_SIZE - used, "%c", *at));
		used = used < REMEDY_SIZE ? used : REMEDY_SIZE - 1;
	}
	out[used] = '\0';
}

bool foreign_tell(const struct json_source *source, const struct json_path *path, const json_t *value, struct faults *faults)
{
	char remedy[REMEDY_SIZE];

	if (has(value, "Statement"))
		return false;
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		if (shapes[i].is(value)) {
			remedy_print(&shapes[i], value, remedy);
			json_fault(source, path, faults, "this is %s, and no policy; %s", shapes[i].what, remedy);
			return true;
		}
	return false;
}

const char *foreign_policy_member(const json_t *object)
{
	static const char *const members[] = { "Statement", "Policies", "PolicyDocument", "Document", "Policy", "PolicyVersion" };

	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (has(object, members[i]))
			return members[i];
	return NULL;
}
