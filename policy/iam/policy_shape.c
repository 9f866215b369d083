/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/policy_shape.h"

#include "iam/account_details.h"
#include "iam/foreign.h"

#include <string.h>

static void text_read(const struct policy_reader *reader, const struct json_path *path, struct text name, const json_t *string)
{
	struct text text = { json_string_value(string), json_string_length(string) };
	struct policy_inner inner;
	size_t at = 0;
	char shown[JSON_SHOW_SIZE];

	while (at < text.length && strchr(" \t\r\n", text.at[at]))
		at++;
	if (!text_starts_with_fold(text, TEXT("%7B")) && (at == text.length || !strchr("{[\"", text.at[at]))) {
		json_fault(reader->source, path, reader->faults, "%s is no policy; write its JSON text in a string",
			json_show(string, shown));
		return;
	}
	if (policy_inner_open(reader, path, name, string, &inner)) {
		struct policy_reader of_text = *reader;
		of_text.source = &inner.source;
		policy_shape_read(&of_text, name, inner.json);
	}
	policy_inner_close(&inner);
}

/* {"value", "type", "sensitive"} and nothing else under each name. */
static bool is_outputs(const json_t *root)
{
	const char *name, *member;
	json_t *output, *value;

	json_object_foreach((json_t *)root, name, output) {
		if (!json_object_get(output, "value") || !json_object_get(output, "type"))
			return false;
		json_object_foreach(output, member, value)
			if (strcmp(member, "value") && strcmp(member, "type") && strcmp(member, "sensitive"))
				return false;
	}
	return json_object_size(root);
}

static void outputs_read(const struct policy_reader *reader, const json_t *root)
{
	const char *name;
	json_t *output;

	json_object_foreach((json_t *)root, name, output) {
		const struct json_path step = { .member = name };
		const struct json_path path = { .parent = &step, .member = "value" };
		const json_t *value = json_object_get(output, "value");
		char shown[JSON_SHOW_SIZE];
		if (json_is_string(value))
			text_read(reader, &path, text_of(name), value);
		else
			json_fault(reader->source, &path, reader->faults,
				"%s is no policy; write only the output that is one: terraform output -json NAME",
				json_show(value, shown));
	}
}

/* What a policy of an organization may be beside a service control policy. (Organizations API Reference, PolicySummary.) */
static const char *wrong_type(const char *type)
{
	if (!type || !strcmp(type, "SERVICE_CONTROL_POLICY"))
		return NULL;
	return strcmp(type, "RESOURCE_CONTROL_POLICY")
		? "says nothing about who may send mail; leave it out"
		: "is a resource control policy: these do not cover Amazon SES; leave it out";
}

static void organization_read(const struct policy_reader *reader, struct text name, const json_t *policy)
{
	const struct json_path outer = { .member = "Policy" };
	const struct json_path summary_path = { .parent = &outer, .member = "PolicySummary" };
	const struct json_path type_path = { .parent = &summary_path, .member = "Type" };
	const struct json_path content = { .parent = &outer, .member = "Content" };
	const json_t *summary = json_object_get(policy, "PolicySummary");
	const char *own = json_string_value(json_object_get(summary, "Name"));
	const json_t *type = json_object_get(summary, "Type");
	const char *wrong = wrong_type(json_string_value(type));
	struct policy_reader of_scp = *reader;
	char shown[JSON_SHOW_SIZE];

	of_scp.scp = json_is_string(type);
	if (wrong)
		json_fault(reader->source, &type_path, reader->faults, "%s: the policy %s", json_show(type, shown), wrong);
	else if (!json_object_get(policy, "Content"))
		json_fault(reader->source, &outer, reader->faults,
			"the policy itself is missing, the member Content; aws organizations describe-policy --policy-id ID prints it");
	else
		policy_reader_document(&of_scp, &content, content.member, own ? text_of(own) : name,
			json_object_get(policy, "Content"));
}

/* As one value: pages one behind the other have come here by themselves (policy_file.c). */
static void account_read(const struct policy_reader *reader, const json_t *root)
{
	size_t count = json_is_array(root) ? json_array_size(root) : 1;

	if (!reader->takes_accounts) {
		json_fault(reader->source, NULL, reader->faults,
			"these are the policies of all users of an account, and here stand those of one place; name the file in \"iam\" of milter.json, "
			"and each principal has its own");
		return;
	}
	for (size_t i = 0; i < count; i++) {
		struct account_page page = { .source = *reader->source, .step = { .index = i }, .root = root };
		if (json_is_array(root)) {
			page.path = &page.step;
			page.root = json_array_get(root, i);
		}
		account_details_hand_over(reader, &page);
	}
}

/* Is `root` of one of the shapes that wrap more than a policy? Then it has been read, or what is wrong was told. */
static bool wrapped_read(const struct policy_reader *reader, struct text name, const json_t *root)
{
	const json_t *policy = json_object_get(root, "Policy");

	if (json_is_string(root))
		text_read(reader, NULL, name, root);
	else if (json_object_get(policy, "Content") || json_object_get(policy, "PolicySummary"))
		organization_read(reader, name, policy);
	else if (account_details_is(root))
		account_read(reader, root);
	else if (is_outputs(root))
		outputs_read(reader, root);
	else
		return false;
	return true;
}

static void map_add(const struct policy_reader *reader, const json_t *policies)
{
	struct json_path path = { .member = "Policies" };
	const char *name;
	json_t *value;
	char shown[JSON_SHOW_SIZE];

	if (foreign_tell(reader->source, &path, policies, reader->faults))
		return;
	if (!json_is_object(policies)) {
		json_fault(reader->source, &path, reader->faults, "%s is not a map of policies; write {\"NAME\": \"POLICY\"}",
			json_show(policies, shown));
		return;
	}
	json_object_foreach((json_t *)policies, name, value) {
		struct json_path step = { .parent = &path, .member = name };
		policy_reader_document(reader, &step, path.member, text_of(name), value);
	}
}

/* The one of `members` that `object` has, or NULL. More than one is a fault, told at the second: which would count? */
static const char *member_find(const struct policy_reader *reader, const struct json_path *path, const json_t *object,
	const char *const *members, size_t count)
{
	const char *found = NULL;

	for (size_t i = 0; i < count; i++) {
		struct json_path step = { .parent = path, .member = members[i], .at_key = true };
		if (!json_object_get(object, members[i]))
			continue;
		if (found)
			json_fault(reader->source, &step, reader->faults, "stands beside %s; keep one of them, or make two files",
				found);
		else
			found = members[i];
	}
	return found;
}

void policy_shape_read(const struct policy_reader *reader, struct text name, const json_t *root)
{
	static const char *const members[] = { "PolicyDocument", "Document", "Policy", "PolicyVersion", "Policies" };
	const size_t count = sizeof members / sizeof *members, documents = 3;
	struct json_path version = { .member = "PolicyVersion" }, path = { 0 };
	const json_t *outer = root;

	if (wrapped_read(reader, name, root))
		return;
	if (!json_object_get(root, "Statement"))
		path.member = member_find(reader, NULL, root, members, count);
	if (path.member && !strcmp(path.member, "PolicyVersion")) {
		outer = json_object_get(root, "PolicyVersion");
		path.parent = &version;
		path.member = member_find(reader, &version, outer, members, documents);
	}
	const char *own = json_string_value(json_object_get(outer, "PolicyName"));
	if (!path.member)
		policy_reader_hand_over(reader, NULL, NULL, name, root);
	else if (!strcmp(path.member, "Policies"))
		map_add(reader, json_object_get(root, "Policies"));
	else
		policy_reader_document(reader, &path, path.member, own ? text_of(own) : name, json_object_get(outer, path.member));
}
