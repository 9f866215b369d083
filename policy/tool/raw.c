/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/raw.h"

#include "base/json_source.h"
#include "iam/document.h"
#include "iam/statement.h"
#include "iam/statement_match.h"

#include <stdio.h>
#include <string.h>

#define IDENTITY_GROUP 1

static const char input[] = "request";

static void policies_add(struct policy_set *set, const json_t *policies, struct faults *faults)
{
	if (!json_is_array(policies))
		fault_add(faults, "%s: policies: missing or no list; a list of {\"type\", \"document\"} would be right", input);
	for (size_t i = 0; i < json_array_size(policies); i++) {
		const json_t *policy = json_array_get(policies, i);
		const char *type = json_string_value(json_object_get(policy, "type"));
		const json_t *document = json_object_get(policy, "document");
		char name[32];
		snprintf(name, sizeof name, "policies[%zu]", i);
		if (!type || (strcmp(type, "resource") && strcmp(type, "identity")))
			fault_add(faults, "%s: %s: no type; \"resource\" or \"identity\" would be right", input, name);
		else if (!document)
			fault_add(faults, "%s: %s: no document; an object would be right", input, name);
		else
			policy_set_add_json(set, strcmp(type, "identity") ? POLICY_GROUP_RESOURCE : IDENTITY_GROUP, name,
				text_of(name), document, faults);
	}
	policy_set_seal(set, faults);
}

static void context_value(struct request *request, const char *key, int slot, const json_t *value, struct faults *faults)
{
	char shown[80];

	if (!json_is_string(value))
		fault_add(faults, "%s: context.%s: a value is no string; a string or a list of strings would be right", input,
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
		fault_add(faults, "%s: context: missing or no object; {\"KEY\": \"VALUE\"} would be right", input);
	json_object_foreach((json_t *)context, key, value) {
		int slot = request_slot(request, text_of(key));
		if (slot >= 0 && request->slots[slot].state != SLOT_ABSENT) {
			fault_add(faults, "%s: context.%s: the key stands there already in another case of letters; give it once",
				input, text_escape(text_of(key), shown, sizeof shown));
			continue;
		}
		if (!json_is_array(value))
			context_value(request, key, slot, value, faults);
		for (size_t i = 0; i < json_array_size(value); i++)
			context_value(request, key, slot, json_array_get(value, i), faults);
		request_state(request, slot, SLOT_PRESENT);
	}
}

static void request_read(struct request *request, const json_t *json, struct faults *faults)
{
	const json_t *principal = json_object_get(json, "principal");
	const char *action = json_string_value(json_object_get(json, "action"));
	const char *resource = json_string_value(json_object_get(json, "resource"));

	if (!principal || !(json_is_null(principal) || (json_is_string(principal) && json_string_length(principal))) ||
		!request_caller(request, text_of(json_string_value(principal))))
		fault_add(faults,
			"%s: principal: missing or not a principal; an IAM or STS ARN, a service name, or null for nobody would be right",
			input);
	if (!action || !strchr(action, ':'))
		fault_add(faults, "%s: action: missing or not an action; SERVICE:Name would be right", input);
	if (!resource || !request_resource(request, text_of(resource)))
		fault_add(faults, "%s: resource: missing or not an ARN; an ARN of six fields would be right", input);
	request->action = text_of(action);
	request->identity_group = IDENTITY_GROUP;
	context_add(request, json_object_get(json, "context"), faults);
}

/* NULL when memory is short. */
static json_t *matched_list(const struct policy_set *set, const struct request *request)
{
	json_t *list = json_array();
	for (size_t i = 0; list && i < policy_set_statement_count(set); i++) {
		const struct statement *statement = policy_set_statement(set, i);
		if (statement_match(statement, request, NULL) != TRUTH_TRUE)
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
	struct request request;
	json_t *answer = NULL;

	arena_init(&arena);
	faults_init(&faults);
	*decision = DECISION_PENDING;
	json_t *root = set ? json_source_read(&source, &faults) : NULL;
	if (set && root) {
		policies_add(set, json_object_get(root, "policies"), &faults);
		if (!faults.count && request_init(&request, set, &arena)) {
			request_read(&request, json_object_get(root, "request"), &faults);
			if (!faults.count) {
				enum decision decided = evaluate(&request).decision;
				answer = json_pack("{s:s, s:o}", "decision", decision_name(decided), "matched",
					matched_list(set, &request));
				if (answer)
					*decision = decided;
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
