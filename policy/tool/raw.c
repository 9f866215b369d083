/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/raw.h"

#include "base/json_source.h"
#include "iam/document.h"
#include "iam/statement.h"
#include "iam/statement_match.h"

#include <stdio.h>
#include <string.h>

static const char input[] = "request";

/* The policies of a caller, as they come. */
struct raw_policies {
	struct policy_set *set;
	struct arena *arena;
	struct caller_policies of;
	unsigned own;
	unsigned *levels; /* groups, and the numbers that they go by: ascending */
	json_int_t *numbers;
};

/* Which of the words it is; LAYERS: none. */
static enum policy_layer layer_read(const json_t *type)
{
	enum policy_layer layer = LAYER_RESOURCE;

	while (layer < LAYERS && !(json_is_string(type) && !strcmp(json_string_value(type), policy_layer_name(layer))))
		layer++;
	return layer;
}

/* The group of a level that may be there already. */
static unsigned level_group(struct raw_policies *policies, json_int_t number)
{
	size_t i = 0, count = policies->of.level_count;

	while (i < count && policies->numbers[i] < number)
		i++;
	if (i < count && policies->numbers[i] == number)
		return policies->levels[i];
	memmove(policies->levels + i + 1, policies->levels + i, (count - i) * sizeof *policies->levels);
	memmove(policies->numbers + i + 1, policies->numbers + i, (count - i) * sizeof *policies->numbers);
	policies->levels[i] = policy_set_group(policies->set, LAYER_SCP);
	policies->numbers[i] = number;
	policies->of.level_count++;
	return policies->levels[i];
}

/* Where a document belongs; POLICY_GROUP_RESOURCE for others than those of the resource: memory is short. */
static unsigned group_of(struct raw_policies *policies, enum policy_layer layer, const json_t *level)
{
	unsigned *group = layer == LAYER_BOUNDARY ? &policies->of.boundary : &policies->own;

	if (layer == LAYER_RESOURCE)
		return POLICY_GROUP_RESOURCE;
	if (layer == LAYER_SCP)
		return level_group(policies, json_integer_value(level));
	if (!*group)
		*group = policy_set_group(policies->set, layer);
	return *group;
}

static void policy_add(struct raw_policies *policies, const char *name, const json_t *policy, struct faults *faults)
{
	enum policy_layer layer = layer_read(json_object_get(policy, "type"));
	const json_t *document = json_object_get(policy, "document"), *level = json_object_get(policy, "level");

	if (layer == LAYERS) {
		fault_add(faults, "%s: %s: no type; write \"resource\", \"identity\", \"boundary\" or \"scp\"", input, name);
	} else if (level && (layer != LAYER_SCP || !json_is_integer(level))) {
		fault_add(faults, "%s: %s: level: belongs to \"scp\", and is a whole number", input, name);
	} else if (!document) {
		fault_add(faults, "%s: %s: no document; write an object", input, name);
	} else if (layer == LAYER_BOUNDARY && policies->of.boundary) {
		fault_add(faults, "%s: %s: a second boundary; a principal has one", input, name);
	} else {
		unsigned group = group_of(policies, layer, level);
		if (!group && layer != LAYER_RESOURCE)
			fault_memory(faults);
		else
			policy_set_add_json(policies->set, group, name, text_of(name), document, faults);
	}
}

static void policies_add(struct raw_policies *policies, const json_t *list, struct faults *faults)
{
	size_t count = json_array_size(list);

	policies->levels = arena_array(policies->arena, count, sizeof *policies->levels);
	policies->numbers = arena_array(policies->arena, count, sizeof *policies->numbers);
	if (!policies->levels || !policies->numbers) {
		fault_memory(faults);
		return;
	}
	if (!json_is_array(list))
		fault_add(faults, "%s: policies: missing or no list; write a list of {\"type\", \"document\"}", input);
	for (size_t i = 0; i < count; i++) {
		char name[32];
		snprintf(name, sizeof name, "policies[%zu]", i);
		policy_add(policies, name, json_array_get(list, i), faults);
	}
	policies->of.levels = policies->levels;
	policies->of.own = &policies->own;
	policies->of.own_count = policies->own != POLICY_GROUP_RESOURCE;
	policy_set_seal(policies->set, faults);
}

/* Those that are about this caller: a boundary is a principal's, and other accounts have organizations of their own. */
static void policies_limit(struct caller_policies *policies, const struct request *request)
{
	struct text account = request->caller.account, owner = request->resource.field[ARN_ACCOUNT];

	if (!account.length)
		policies->boundary = POLICY_GROUP_RESOURCE;
	if (!account.length || (owner.length && !text_equals(account, owner)))
		policies->level_count = 0;
}

static void context_value(struct request *request, const char *key, int slot, const json_t *value, struct faults *faults)
{
	char shown[80];

	if (!json_is_string(value))
		fault_add(faults, "%s: context.%s: a value is no string; write a string or a list of strings", input,
			text_escape(text_of(key), shown, sizeof shown));
	else if (!request_value(request, slot, (struct text){ json_string_value(value), json_string_length(value) }))
		fault_memory(faults);
}

static void context_add(struct request *request, const json_t *context, struct faults *faults)
{
	const char *key;
	json_t *value;
	char shown[80];

	if (!json_is_object(context))
		fault_add(faults, "%s: context: missing or no object; write {\"KEY\": \"VALUE\"}", input);
	json_object_foreach((json_t *)context, key, value) {
		int slot = request_slot(request, text_of(key));
		if (slot >= 0 && request->slots[slot].state != SLOT_ABSENT) {
			fault_add(faults,
				"%s: context.%s: the key occurs twice, in different upper or lower case; keep one of them", input,
				text_escape(text_of(key), shown, sizeof shown));
			continue;
		}
		if (!json_is_array(value))
			context_value(request, key, slot, value, faults);
		for (size_t i = 0; i < json_array_size(value); i++)
			context_value(request, key, slot, json_array_get(value, i), faults);
		request_state(request, slot, SLOT_PRESENT);
	}
}

static void request_read(struct request *request, struct raw_policies *policies, const json_t *json, struct faults *faults)
{
	const json_t *principal = json_object_get(json, "principal");
	const char *action = json_string_value(json_object_get(json, "action"));
	const char *resource = json_string_value(json_object_get(json, "resource"));

	if (!principal || !(json_is_null(principal) || (json_is_string(principal) && json_string_length(principal))) ||
		!request_caller(request, text_of(json_string_value(principal))))
		fault_add(faults,
			"%s: principal: missing or not a principal; write an IAM or STS ARN, a service name, or null for nobody",
			input);
	if (!action || !strchr(action, ':'))
		fault_add(faults, "%s: action: missing or not an action; write SERVICE:Name", input);
	if (!resource || !request_resource(request, text_of(resource)))
		fault_add(faults, "%s: resource: missing or not an ARN; write an ARN of six fields", input);
	request->action = text_of(action);
	policies_limit(&policies->of, request);
	request->policies = &policies->of;
	context_add(request, json_object_get(json, "context"), faults);
}

/* NULL when memory is short. */
static json_t *matched_list(const struct policy_set *set, const struct request *request)
{
	json_t *list = json_array();
	for (size_t i = 0; list && i < policy_set_statement_count(set); i++) {
		const struct statement *statement = policy_set_statement(set, i);
		if (!layer_parts_hold(request->policies, statement->policy->group) ||
			statement_match(statement, request, NULL) != TRUTH_TRUE)
			continue;
		if (json_array_append_new(list,
			    json_pack("{s:s%, s:s%, s:i}", "policy", statement->policy->name.at, statement->policy->name.length,
				    "sid", statement->sid.length ? statement->sid.at : "", statement->sid.length, "statement",
				    (int)statement->index))) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

/* Takes the list, which may be NULL. NULL when memory is short. */
static json_t *verdict_json(const struct verdict *verdict, const struct raw_policies *policies, json_t *matched)
{
	json_t *json = json_pack("{s:s, s:o}", "decision", decision_name(verdict->decision), "matched", matched);
	bool good = json &&
		(verdict->layer == LAYERS || !json_object_set_new(json, "layer", json_string(policy_layer_name(verdict->layer)))) &&
		(!verdict->level || !json_object_set_new(json, "level", json_integer(policies->numbers[verdict->level - 1])));

	if (good)
		return json;
	json_decref(json);
	return NULL;
}

/* NULL when memory is short even for this. */
static json_t *invalid(const struct faults *faults)
{
	json_t *errors = json_array();
	bool good = errors;
	for (const struct fault *fault = faults->first; fault && good; fault = fault->next)
		good = !json_array_append_new(errors, json_string(fault->text));
	if (!good) {
		json_decref(errors);
		return NULL;
	}
	return json_pack("{s:s, s:s, s:o}", "decision", "invalid", "error", faults->first ? faults->first->text : "out of memory",
		"errors", errors);
}

json_t *raw_decide(struct text line, enum decision *decision)
{
	struct json_source source = { .file = input, .text = line };
	struct policy_set *set = policy_set_new();
	struct arena arena;
	struct faults faults;
	struct raw_policies policies = { .set = set, .arena = &arena };
	struct request request;
	json_t *answer = NULL;

	arena_init(&arena);
	faults_init(&faults);
	*decision = DECISION_PENDING;
	json_t *root = set ? json_source_read(&source, &faults) : NULL;
	if (set && root) {
		policies_add(&policies, json_object_get(root, "policies"), &faults);
		if (!faults.count && request_init(&request, set, &arena)) {
			request_read(&request, &policies, json_object_get(root, "request"), &faults);
			if (!faults.count) {
				struct verdict verdict = evaluate(&request);
				answer = verdict_json(&verdict, &policies, matched_list(set, &request));
				if (answer)
					*decision = verdict.decision;
			}
		}
	}
	if (!answer)
		answer = invalid(&faults);
	json_decref(root);
	faults_free(&faults);
	arena_free(&arena);
	policy_set_free(set);
	return answer;
}
