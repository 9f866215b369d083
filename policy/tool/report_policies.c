/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/report_policies.h"

#include "iam/layer.h"
#include "tool/match.h"
#include "tool/report_cell.h"
#include "tool/report_json.h"
#include "tool/report_words.h"

/* Of more principals it is only told how many. */
#define HOLDERS_SHOWN 12

static json_t *element(struct arena *arena, const struct statement *statement, enum match_element element,
	const struct request *request)
{
	const struct match match = { .truth = TRUTH_PENDING, .element = element };
	const char *words = match_wanted(arena, statement, &match, request);

	return words ? json_string(words) : NULL;
}

static json_t *conditions(struct arena *arena, const struct statement *statement, const struct request *request)
{
	json_t *list = json_array();
	bool good = list;

	for (size_t i = 0; good && i < statement->condition_count; i++) {
		const struct condition *condition = &statement->conditions[i];
		const char *words = report_words_wanted(arena, statement, condition, request);
		good = words &&
			report_push(list,
				json_pack("{s:o, s:o, s:s}", "operator", report_text(condition->operator_text), "key",
					report_text(condition->key_text), "words", words));
	}
	if (good)
		return list;
	json_decref(list);
	return NULL;
}

static json_t *statement_json(const struct statement *statement, const struct request *request)
{
	struct arena arena = { 0 };
	char name[REPORT_NAME_SIZE];

	json_t *made = json_pack("{s:s, s:i, s:s, s:o, s:o, s:o, s:o}", "statement", report_statement_name(statement, name), "line",
		(int)statement->line, "effect", statement->effect == EFFECT_DENY ? "Deny" : "Allow", "principals",
		statement->policy->layer == LAYER_RESOURCE ? element(&arena, statement, ELEMENT_PRINCIPAL, request) : json_null(),
		"actions", element(&arena, statement, ELEMENT_ACTION, request), "resources",
		element(&arena, statement, ELEMENT_RESOURCE, request), "conditions", conditions(&arena, statement, request));
	arena_free(&arena);
	return made;
}

static json_t *holders(const struct generation *generation, unsigned group)
{
	json_t *list = json_array();
	size_t more = 0;
	bool good = list;

	for (size_t i = 0; good && group != POLICY_GROUP_RESOURCE && i < generation->principals.count; i++) {
		const struct principal_rule *rule = &generation->principals.rules[i];
		if (rule->refuse || !layer_parts_hold(&rule->policies, group))
			continue;
		if (json_array_size(list) < HOLDERS_SHOWN)
			good = report_push(list, report_text(rule->arn));
		else
			more++;
	}
	if (good && more)
		good = report_push(list, json_sprintf("and %zu more", more));
	if (good)
		return list;
	json_decref(list);
	return NULL;
}

static json_t *policy_json(const struct generation *generation, const struct policy *policy, const struct request *request)
{
	json_t *list = json_array();
	bool good = list;

	for (size_t i = 0; good && i < policy->count; i++)
		good = report_push(list, statement_json(policy_set_statement(generation->set, policy->first + i), request));
	if (good)
		return json_pack("{s:o, s:o, s:s, s:o, s:o}", "policy", report_text(policy->name), "file",
			report_text(policy->file), "layer", policy_layer_name(policy->layer), "holders",
			holders(generation, policy->group), "statements", list);
	json_decref(list);
	return NULL;
}

json_t *report_policies(const struct generation *generation)
{
	const struct principal_rule *anyone = &generation->principals.rules[generation->principals.count - 1];
	json_t *list = json_array();
	struct arena arena = { 0 };
	struct request request;
	bool good = list && report_request(&arena, generation, anyone, &anyone->caller, &request);

	for (size_t i = 0; good && i < policy_set_count(generation->set); i++)
		good = report_push(list, policy_json(generation, policy_set_policy(generation->set, i), &request));
	arena_free(&arena);
	if (good)
		return list;
	json_decref(list);
	return NULL;
}
