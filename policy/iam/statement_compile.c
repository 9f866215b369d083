/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/statement_compile.h"

#include "value/glob.h"
#include "iam/condition_compile.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* Places in statement_elements. */
enum statement_element { SID, EFFECT, PRINCIPAL, NOT_PRINCIPAL, ACTION, NOT_ACTION, RESOURCE, NOT_RESOURCE, CONDITION, ELEMENTS };

static_assert(ELEMENTS == STATEMENT_ELEMENTS, "a name for each");

const char *const statement_elements[STATEMENT_ELEMENTS] = {
	"Sid",
	"Effect",
	"Principal",
	"NotPrincipal",
	"Action",
	"NotAction",
	"Resource",
	"NotResource",
	"Condition",
};

/* What a policy of a layer is called. */
static const char *const kinds[] = {
	[LAYER_RESOURCE] = "a policy of an SES identity",
	[LAYER_IDENTITY] = "an identity policy",
	[LAYER_BOUNDARY] = "a permissions boundary",
	[LAYER_SCP] = "a service control policy",
};

/* prefix:Name, or `*`. */
static bool action_take(struct compile *c, const struct json_path *path, struct text t, void *out)
{
	struct statement *statement = out;
	size_t colon = text_find(t, ':', 0);
	char shown[80];
	bool good = text_equals(t, TEXT("*")) || (colon && colon + 1 < t.length);

	for (size_t i = 0; good && i < t.length; i++) {
		char byte = text_lower(t.at[i]);
		bool word = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '*' || byte == '?';
		good = word || i == colon || strchr(i < colon ? "-." : "-._", byte);
	}
	if (!good)
		compile_fault(c, path,
			"\"%s\" is not an action; SERVICE:Name of letters and digits, with `*` and `?` for any, "
			"such as ses:SendRawEmail",
			text_escape(t, shown, sizeof shown));
	statement->actions[statement->action_count++] = t;
	return good;
}

static bool actions_compile(struct compile *c, const struct json_path *path, const json_t *value, struct statement *out)
{
	out->actions = arena_array(c->arena, compile_count(value), sizeof *out->actions);
	if (!out->actions) {
		fault_memory(c->faults);
		return false;
	}
	return compile_strings(c, path, value, "empty list of actions; name at least one, such as ses:SendRawEmail", "an action",
		action_take, out);
}

static bool resource_take(struct compile *c, const struct json_path *path, struct text t, void *out)
{
	struct statement *statement = out;
	return resource_compile(c, path, t, &statement->resources[statement->resource_count++]);
}

static bool resources_compile(struct compile *c, const struct json_path *path, const json_t *value, struct statement *out)
{
	out->resources = arena_array(c->arena, compile_count(value), sizeof *out->resources);
	if (!out->resources) {
		fault_memory(c->faults);
		return false;
	}
	return compile_strings(c, path, value, "empty list of resources; name at least one, or \"*\"", "a resource", resource_take,
		out);
}

/* One operator block: {key: values, ...}. `out` has room. */
static bool block_compile(struct compile *c, const struct json_path *path, const json_t *block, struct statement *out)
{
	struct operator_name how;
	struct json_path at_operator = *path;
	struct text operator_text = arena_text(c->arena, text_of(path->member));
	size_t first = out->condition_count;
	bool good = true;
	const char *member;
	json_t *values;
	char shown[JSON_SHOW_SIZE];

	if (!operator_text.at) {
		fault_memory(c->faults);
		return false;
	}
	const char *wrong = operator_parse(operator_text, &how);
	if (wrong) {
		at_operator.at_key = true;
		compile_fault(c, &at_operator, "%s", wrong);
		return false;
	}
	if (!json_is_object(block)) {
		compile_fault(c, path, "%s is no map of keys; write {\"KEY\": [\"VALUE\"]}", json_show(block, shown));
		return false;
	}
	json_object_foreach((json_t *)block, member, values) {
		struct json_path step = { .parent = path, .member = member };
		struct text key = arena_text(c->arena, text_of(member));
		if (!key.at) {
			fault_memory(c->faults);
			return false;
		}
		if (!key.length) {
			compile_fault(c, &step, "empty condition key; write a name such as ses:FromAddress");
			good = false;
			continue;
		}
		for (size_t i = first; i < out->condition_count; i++)
			if (text_equals_fold(out->conditions[i].key_text, key)) {
				step.at_key = true;
				compile_fault(c, &step,
					"the key occurs twice, in different upper or lower case; merge the two into one list");
				good = false;
			}
		good &= condition_compile(c, &step, &how, operator_text, key, values, out->effect == EFFECT_DENY,
			&out->conditions[out->condition_count++]);
	}
	return good;
}

/* Is there a member before this one that differs from it in the case of letters only? */
static bool stands_before(const json_t *object, const char *name)
{
	const char *member;
	json_t *value;

	json_object_foreach((json_t *)object, member, value)
		if (!strcmp(member, name))
			return false;
		else if (text_equals_fold(text_of(member), text_of(name)))
			return true;
	return false;
}

static bool conditions_compile(struct compile *c, const struct json_path *path, const json_t *value, struct statement *out)
{
	bool good = true;
	size_t count = 0;
	const char *member;
	json_t *block;
	char shown[JSON_SHOW_SIZE];

	if (!json_is_object(value)) {
		compile_fault(c, path, "%s is no condition; write {\"OPERATOR\": {\"KEY\": [\"VALUE\"]}}", json_show(value, shown));
		return false;
	}
	json_object_foreach((json_t *)value, member, block)
		count += json_object_size(block);
	out->conditions = arena_array(c->arena, count, sizeof *out->conditions);
	if (!out->conditions) {
		fault_memory(c->faults);
		return false;
	}
	json_object_foreach((json_t *)value, member, block) {
		struct json_path step = { .parent = path, .member = member };
		if (stands_before(value, member)) {
			step.at_key = true;
			compile_fault(c, &step,
				"the operator occurs twice, in different upper or lower case; merge the two into one");
			good = false;
			continue;
		}
		good &= block_compile(c, &step, block, out);
	}
	return good;
}

static bool sid_compile(struct compile *c, const struct json_path *path, const json_t *value, struct statement *out)
{
	char shown[JSON_SHOW_SIZE];

	if (!json_is_string(value)) {
		compile_fault(c, path, "%s is not a Sid; write a string", json_show(value, shown));
		return false;
	}
	out->sid = compile_text(c, path, value);
	if (!out->sid.at)
		return false;
	for (size_t i = 0; c->layer != LAYER_RESOURCE && i < out->sid.length; i++) {
		char byte = text_lower(out->sid.at[i]);
		if (!(byte >= 'a' && byte <= 'z') && !(byte >= '0' && byte <= '9')) {
			compile_fault(c, path, "%s is not a Sid of %s; write letters and digits only", json_show(value, shown),
				kinds[c->layer]);
			return false;
		}
	}
	return true;
}

static bool effect_compile(struct compile *c, const struct json_path *path, const json_t *value, struct statement *out)
{
	char shown[JSON_SHOW_SIZE];
	const char *effect = json_string_value(value);

	if (effect && !strcmp(effect, "Allow")) {
		out->effect = EFFECT_ALLOW;
	} else if (effect && !strcmp(effect, "Deny")) {
		out->effect = EFFECT_DENY;
	} else {
		compile_fault(c, path, "%s is not an effect; write \"Allow\" or \"Deny\", exactly like this",
			json_show(value, shown));
		return false;
	}
	return true;
}

/* Which of a pair stands there; ELEMENTS if not exactly one does, and a fault is told. */
static enum statement_element one_of(struct compile *c, const struct json_path *path, json_t *const *values,
	enum statement_element plain, enum statement_element negated, const char *example)
{
	if (values[plain] && values[negated]) {
		struct json_path step = { .parent = path, .member = statement_elements[negated], .at_key = true };
		compile_fault(c, &step, "%s and %s in one statement; keep one of them", statement_elements[plain],
			statement_elements[negated]);
		return ELEMENTS;
	}
	if (!values[plain] && !values[negated]) {
		compile_fault(c, path, "the statement has no %s; add %s", statement_elements[plain], example);
		return ELEMENTS;
	}
	return values[plain] ? plain : negated;
}

static bool elements_collect(struct compile *c, const struct json_path *path, const json_t *value, json_t *values[ELEMENTS])
{
	bool good = true;
	const char *member;
	json_t *inner;

	json_object_foreach((json_t *)value, member, inner) {
		int i = 0;
		while (i < ELEMENTS && strcmp(statement_elements[i], member))
			i++;
		if (i < ELEMENTS) {
			values[i] = inner;
			continue;
		}
		struct json_path step = { .parent = path, .member = member, .at_key = true };
		compile_fault(c, &step,
			"no such element of a statement; Sid, Effect, Principal, NotPrincipal, Action, NotAction, "
			"Resource, NotResource and Condition are known, written exactly like this");
		good = false;
	}
	return good;
}

/* "*", or the same of AWS: so resource control policies have it. (AWS Organizations User Guide, "RCP syntax".) */
static bool is_everyone(const json_t *principal)
{
	const json_t *aws = json_is_object(principal) ? json_object_get(principal, "AWS") : principal;
	const json_t *one = json_array_size(aws) == 1 ? json_array_get(aws, 0) : aws;

	return json_is_string(one) && !strcmp(json_string_value(one), "*");
}

/* A policy that is the caller's own has a Principal: what it probably is, and where that belongs. */
static void principal_refuse(struct compile *c, const struct json_path *path, json_t *const *values)
{
	struct json_path step = { .parent = path,
		.member = statement_elements[values[PRINCIPAL] ? PRINCIPAL : NOT_PRINCIPAL],
		.at_key = true };

	if (c->layer == LAYER_SCP && values[PRINCIPAL] && is_everyone(values[PRINCIPAL]))
		compile_fault(c, &step,
			"a service control policy has no Principal, a resource control policy has this one; "
			"resource control policies do not cover SES, so leave it out of \"organization\"");
	else if (c->layer == LAYER_SCP)
		compile_fault(c, &step,
			"a service control policy holds for every principal of its accounts; take the element out. "
			"A policy of an SES identity belongs to \"policies\"");
	else
		compile_fault(c, &step,
			"%s belongs to its principal; take the element out. "
			"A policy of an SES identity belongs to \"policies\" of the site, or to --policy",
			kinds[c->layer]);
}

static bool principals_compile(struct compile *c, const struct json_path *path, json_t *const *values, struct statement *out)
{
	if (c->misplaced)
		return false;
	if (c->layer != LAYER_RESOURCE) {
		bool good = !values[PRINCIPAL] && !values[NOT_PRINCIPAL];
		if (!good)
			principal_refuse(c, path, values);
		return good;
	}
	if (!values[PRINCIPAL] && !values[NOT_PRINCIPAL]) {
		compile_fault(c, path,
			"the statement has no Principal; a policy of an SES identity says whose mail it is about, "
			"such as \"Principal\": {\"AWS\": \"ACCOUNT\"}. A policy of a user has none, and belongs to \"policies\" of a principal, "
			"or to --user-policy; so have a permissions boundary (\"boundary\") and a service control policy (\"organization\")");
		return false;
	}
	enum statement_element which = one_of(c, path, values, PRINCIPAL, NOT_PRINCIPAL, "");
	if (which == ELEMENTS)
		return false;
	struct json_path step = { .parent = path, .member = statement_elements[which] };
	out->not_principal = which == NOT_PRINCIPAL;
	return principal_compile(c, &step, values[which], &out->principals);
}

bool statement_compile(struct compile *c, const struct json_path *path, const json_t *value, struct statement *out)
{
	json_t *values[ELEMENTS] = { 0 };
	char shown[JSON_SHOW_SIZE];
	struct json_path step = { .parent = path };

	if (!json_is_object(value)) {
		compile_fault(c, path, "%s is not a statement; write an object", json_show(value, shown));
		return false;
	}
	bool good = elements_collect(c, path, value, values);
	if (values[SID]) {
		step.member = statement_elements[SID];
		good &= sid_compile(c, &step, values[SID], out);
	}
	if (values[EFFECT]) {
		step.member = statement_elements[EFFECT];
		good &= effect_compile(c, &step, values[EFFECT], out);
	} else {
		compile_fault(c, path, "the statement has no Effect; add \"Effect\": \"Allow\" or \"Deny\"");
		good = false;
	}
	good &= principals_compile(c, path, values, out);
	enum statement_element which = one_of(c, path, values, ACTION, NOT_ACTION, "\"Action\": \"ses:SendRawEmail\"");
	if (which != ELEMENTS) {
		step.member = statement_elements[which];
		out->not_action = which == NOT_ACTION;
		good &= actions_compile(c, &step, values[which], out);
	} else {
		good = false;
	}
	which = one_of(c, path, values, RESOURCE, NOT_RESOURCE, "\"Resource\": \"arn:aws:ses:REGION:ACCOUNT:identity/NAME\"");
	if (which != ELEMENTS) {
		step.member = statement_elements[which];
		out->not_resource = which == NOT_RESOURCE;
		good &= resources_compile(c, &step, values[which], out);
	} else {
		good = false;
	}
	if (values[CONDITION]) {
		step.member = statement_elements[CONDITION];
		good &= conditions_compile(c, &step, values[CONDITION], out);
	}
	return good;
}
