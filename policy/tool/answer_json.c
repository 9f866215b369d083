/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/answer_json.h"

#include "tool/answer.h"

/* Text from outside may be any bytes: JSON has no other way for what is not UTF-8 than to escape it. */
static json_t *string_of(struct text text)
{
	char shown[1200];

	return text_is_utf8(text) ? json_stringn(text.at ? text.at : "", text.length)
				  : json_string(text_escape(text, shown, sizeof shown));
}

/* Append to a list, and give up the list if that does not work. */
static bool append(json_t **list, json_t *value)
{
	if (*list && value && !json_array_append_new(*list, value))
		return true;
	json_decref(*list);
	*list = NULL;
	return false;
}

static json_t *position(const struct statement *statement)
{
	return json_pack("{s:i, s:i}", "Line", (int)statement->line, "Column", (int)statement->column);
}

/* The simulator's words, where it has one. */
static const char *source_type(size_t part)
{
	enum policy_layer layer = layer_of_part(part);

	return layer == LAYER_IDENTITY ? "user" : policy_layer_name(layer);
}

static json_t *matched_json(const struct explained_statement *one)
{
	const struct statement *statement = one->statement;
	json_t *json = json_pack("{s:o, s:s, s:o, s:i}", "SourcePolicyId", string_of(statement->policy->name), "SourcePolicyType",
		source_type(one->part), "Sid", string_of(statement->sid), "statement", (int)statement->index);
	unsigned level = layer_level_of_part(one->part);

	if (json &&
		((level && json_object_set_new(json, "level", json_integer(level))) ||
			(statement->line && json_object_set_new(json, "StartPosition", position(statement))))) {
		json_decref(json);
		return NULL;
	}
	return json;
}

/* Those that decided: of an explicit deny the Denies, of an allowed request the Allows. */
static json_t *matched_list(const struct explained_request *request)
{
	json_t *list = json_array();

	for (size_t i = 0; i < request->count && list; i++) {
		const struct explained_statement *one = &request->statements[i];
		enum effect effect = request->decision == DECISION_EXPLICIT_DENY ? EFFECT_DENY : EFFECT_ALLOW;
		if (one->match.truth == TRUTH_TRUE && one->statement->effect == effect &&
			request->decision != DECISION_IMPLICIT_DENY)
			append(&list, matched_json(one));
	}
	return list;
}

static json_t *missing_list(const struct explained_request *request)
{
	json_t *list = json_array();

	for (size_t i = 0; i < request->missing_count && list; i++)
		append(&list, string_of(request->missing[i]));
	return list;
}

static json_t *conditions_list(const struct explained_statement *one)
{
	json_t *list = json_array();

	for (size_t i = 0; i < one->condition_count && list; i++)
		append(&list,
			json_pack("{s:o, s:o, s:s, s:s}", "operator", string_of(one->conditions[i].condition->operator_text), "key",
				string_of(one->conditions[i].condition->key_text), "was", one->conditions[i].was, "wanted",
				one->conditions[i].wanted));
	return list;
}

static json_t *statement_json(const struct explained_statement *one)
{
	static const char *const truths[] = { [TRUTH_FALSE] = "false", [TRUTH_PENDING] = "pending", [TRUTH_TRUE] = "true" };
	const struct statement *statement = one->statement;
	json_t *json = matched_json(one);
	bool good = json &&
		!json_object_set_new(json, "effect", json_string(statement->effect == EFFECT_DENY ? "Deny" : "Allow")) &&
		!json_object_set_new(json, "matches", json_string(truths[one->match.truth]));

	if (good && one->match.truth != TRUTH_TRUE)
		good = !json_object_set_new(json, "element", json_string(match_element_name(statement, one->match.element))) &&
			!json_object_set_new(json, "was", json_string(one->was)) &&
			!json_object_set_new(json, "wanted", json_string(one->wanted));
	if (good && one->match.condition)
		good = !json_object_set_new(json, "operator", string_of(one->match.condition->operator_text)) &&
			!json_object_set_new(json, "key", string_of(one->match.condition->key_text));
	if (good && one->match.truth == TRUTH_TRUE && one->condition_count)
		good = !json_object_set_new(json, "conditions", conditions_list(one));
	if (good && one->waited)
		good = !json_object_set_new(json, "pending",
			json_pack("{s:s, s:s}", "stage", stage_name(one->pending_at), "for", one->pending_for));
	if (good)
		return json;
	json_decref(json);
	return NULL;
}

/* Does one part by itself allow the request? */
static bool part_allows(const struct explained_request *request, size_t part)
{
	bool allows = false;

	for (size_t i = 0; i < request->count; i++) {
		const struct explained_statement *one = &request->statements[i];
		if (one->part != part)
			continue;
		if (one->statement->effect == EFFECT_ALLOW)
			allows = allows || one->match.truth == TRUTH_TRUE;
		else if (one->match.truth != TRUTH_FALSE)
			return false;
	}
	return allows;
}

/* What the simulator says of a boundary and an organization that are there. False when memory is short. */
static bool add_limits(json_t *json, const struct explained_request *request)
{
	bool all = true;

	for (size_t part = PART_LEVELS; part < request->parts; part++)
		all = all && part_allows(request, part);
	return (!request->has_boundary ||
		       !json_object_set_new(json, "PermissionsBoundaryDecisionDetail",
			       json_pack("{s:b}", "AllowedByPermissionsBoundary", part_allows(request, PART_BOUNDARY)))) &&
		(request->parts == PART_LEVELS ||
			!json_object_set_new(json, "OrganizationsDecisionDetail",
				json_pack("{s:b}", "AllowedByOrganizations", all)));
}

/* Of which senders it is asked. False when memory is short. */
static bool add_sender_of(json_t *json, const struct explained_request *request)
{
	json_t *list = json_array();

	if (list && request->sender_of & SENDER_OF_ENVELOPE)
		append(&list, json_string("envelope"));
	if (list && request->sender_of & SENDER_OF_HEADER)
		append(&list, json_string("header"));
	return list && !json_object_set_new(json, "sender_of", list);
}

static json_t *request_json(const struct explained_request *request, bool statements)
{
	json_t *json = json_pack("{s:o, s:o, s:s, s:o, s:o}", "EvalResourceName", string_of(request->resource), "sender",
		string_of(request->sender), "EvalResourceDecision", decision_name(request->decision), "MatchedStatements",
		matched_list(request), "MissingContextValues", missing_list(request));
	json_t *list = statements && json ? json_array() : NULL;

	if (json &&
		((request->folded && json_object_set_new(json, "domains", json_string("lower case"))) ||
			(request->egress.length && json_object_set_new(json, "egress", string_of(request->egress))) ||
			!add_limits(json, request) || !add_sender_of(json, request))) {
		json_decref(list);
		json_decref(json);
		return NULL;
	}

	for (size_t i = 0; list && i < request->count; i++)
		append(&list, statement_json(&request->statements[i]));
	if (json && statements && (!list || json_object_set_new(json, "statements", list))) {
		json_decref(json);
		return NULL;
	}
	return json;
}

static json_t *requests_list(const struct explained *why, bool statements)
{
	json_t *list = json_array();

	for (size_t i = 0; i < why->count && list; i++)
		append(&list, request_json(&why->requests[i], statements));
	return list;
}

/* Of all requests together, each once; by `name` out of what has been made for each. */
static json_t *joined(const json_t *requests, const char *name)
{
	json_t *all = json_array();

	for (size_t i = 0; all && i < json_array_size(requests); i++) {
		const json_t *some = json_object_get(json_array_get(requests, i), name);
		for (size_t j = 0; all && j < json_array_size(some); j++) {
			json_t *value = json_array_get(some, j);
			bool there = false;
			for (size_t k = 0; k < json_array_size(all) && !there; k++)
				there = json_equal(json_array_get(all, k), value);
			if (!there)
				append(&all, json_incref(value));
		}
	}
	return all;
}

/* What decided: of a message that was refused, what refused it alone. */
static json_t *deciding(const struct outcome *outcome, const json_t *requests)
{
	json_t *all = joined(requests, "MatchedStatements");
	json_t *list = json_array();

	if (outcome->action == OUTCOME_CONTINUE || outcome->decision != DECISION_EXPLICIT_DENY) {
		json_decref(outcome->action == OUTCOME_CONTINUE ? list : all);
		return outcome->action == OUTCOME_CONTINUE ? all : list;
	}
	json_decref(all);
	for (size_t i = 0; list && i < json_array_size(requests); i++) {
		const json_t *request = json_array_get(requests, i);
		const char *decision = json_string_value(json_object_get(request, "EvalResourceDecision"));
		if (text_equals(text_of(decision), TEXT("explicitDeny"))) {
			json_t *one = json_pack("[O]", request);
			json_t *found = one ? joined(one, "MatchedStatements") : NULL;
			if (!found || json_array_extend(list, found)) {
				json_decref(list);
				list = NULL;
			}
			json_decref(found);
			json_decref(one);
		}
	}
	return list;
}

/* What the account's state says. False when memory is short. */
static bool account_add(json_t *json, const struct explained *why)
{
	json_t *lines = why->account_count ? json_array() : NULL;

	for (size_t i = 0; i < why->account_count; i++)
		if (json_array_append_new(lines, json_string(why->account[i]))) {
			json_decref(lines);
			return false;
		}
	return !why->account_count || !json_object_set_new(json, "account_state", lines);
}

static json_t *outcome_json(struct arena *arena, const struct outcome *outcome, const struct explained *why, bool statements)
{
	const char *reply = answer_reply(arena, outcome);
	json_t *requests = requests_list(why, statements);
	json_t *json = !reply || !requests
		? NULL
		: json_pack("{s:s, s:o, s:s, s:o, s:o, s:O, s:s, s:s, s:s, s:o}", "EvalActionName", "ses:SendRawEmail",
			  "EvalResourceName", string_of(outcome->resource), "EvalDecision", answer_decision(outcome),
			  "MatchedStatements", deciding(outcome, requests), "MissingContextValues",
			  joined(requests, "MissingContextValues"), "ResourceSpecificResults", requests, "stage",
			  stage_name(outcome->stage), "reply", reply, "reason", reason_rows[outcome->reason].word, "principal",
			  string_of(outcome->principal));

	json_decref(requests);
	if (!json || (statements && !account_add(json, why)) ||
		!((outcome->layer.length && json_object_set_new(json, "layer", string_of(outcome->layer))) ||
			(outcome->level && json_object_set_new(json, "level", json_integer(outcome->level)))))
		return json;
	json_decref(json);
	return NULL;
}

json_t *answer_json(struct arena *arena, const struct mail *mail, const struct decided *decided, const struct explained *why,
	const struct explained *whys, bool statements)
{
	json_t *json = outcome_json(arena, &decided->outcome, why, statements);
	json_t *refused = json_array();

	for (size_t i = 0; i < mail->recipient_count && refused; i++) {
		if (decided->refused[i].action == OUTCOME_CONTINUE)
			continue;
		json_t *one = outcome_json(arena, &decided->refused[i], &whys[i], statements);
		if (one && json_object_set_new(one, "recipient", string_of(mail_address(mail->recipients[i])))) {
			json_decref(one);
			one = NULL;
		}
		append(&refused, one);
	}
	if (!json || !refused || json_object_set(json, "refused_recipients", refused)) {
		json_decref(json);
		json = NULL;
	}
	json_decref(refused);
	return json;
}
