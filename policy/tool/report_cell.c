/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/report_cell.h"

#include "iam/condition_match.h"
#include "iam/evaluate.h"
#include "iam/statement_match.h"
#include "ses/facts.h"
#include "tool/report_json.h"
#include "tool/report_words.h"

#include <stdio.h>

/* One that is being written. */
struct report_cell {
	struct arena *arena;
	const struct generation *generation;
	const struct request *request;
	json_t *lines[ABOUTS + 1]; /* by what they are about; last, what has more than one condition */
};

const char *report_statement_name(const struct statement *statement, char name[REPORT_NAME_SIZE])
{
	char policy[190], sid[190];

	text_escape(statement->policy->name, policy, sizeof policy);
	if (statement->sid.length)
		snprintf(name, REPORT_NAME_SIZE, "%s/%s", policy, text_escape(statement->sid, sid, sizeof sid));
	else
		snprintf(name, REPORT_NAME_SIZE, "%s/%u", policy, statement->index + 1);
	return name;
}

/* What a message brings, or its client. */
static bool is_of_message(enum key_source source)
{
	return source != SOURCE_SITE && source != SOURCE_SETTINGS && source != SOURCE_PRINCIPAL && source != SOURCE_RESOURCE;
}

bool report_request(struct arena *arena, const struct generation *generation, const struct principal_rule *rule,
	const struct caller *caller, struct request *out)
{
	if (!request_init(out, generation->set, arena) || !facts_of_generation(out, generation) ||
		!facts_of_caller(out, generation, rule, caller) ||
		!request_value_only(out, generation->slot[KEY_RESOURCE_ACCOUNT], generation->account))
		return false;
	/* Where clients of a network have values of their own, those go before the site's. */
	if (!generation->network_count && !context_apply(&generation->context, out))
		return false;
	for (size_t i = 0; i < MESSAGE_KEYS; i++) {
		int slot = generation->slot[i];
		if (slot >= 0 && is_of_message(generation_source(generation, slot)) && out->slots[slot].state == SLOT_ABSENT)
			request_state(out, slot, key_rows[i].source == SOURCE_RECIPIENTS ? SLOT_OPEN : SLOT_PENDING);
	}
	connection_pending(generation, out);
	for (size_t i = 0; i < generation->network_count; i++)
		context_pending(&generation->networks[i].context, out);
	if (generation->network_count)
		context_pending(&generation->context, out);
	return true;
}

/* A line of the same words takes one statement more. */
static json_t *line_find(json_t *list, const char *about, const char *words, const char *effect)
{
	json_t *line;
	size_t i;

	json_array_foreach(list, i, line)
		if (!strcmp(json_string_value(json_object_get(line, "about")), about) &&
			!strcmp(json_string_value(json_object_get(line, "words")), words) &&
			!strcmp(json_string_value(json_object_get(line, "effect")), effect))
			return line;
	return NULL;
}

static bool line_add(struct report_cell *cell, size_t place, const char *about, const char *words,
	const struct statement *statement)
{
	const char *effect = statement->effect == EFFECT_DENY ? "Deny" : "Allow";
	char name[REPORT_NAME_SIZE];

	if (!about || !words)
		return false;
	json_t *line = line_find(cell->lines[place], about, words, effect);
	if (!line) {
		line = json_pack("{s:s, s:s, s:s, s:[]}", "about", about, "words", words, "effect", effect, "statements");
		if (!report_push(cell->lines[place], line))
			return false;
	}
	return report_push(json_object_get(line, "statements"), json_string(report_statement_name(statement, name)));
}

static size_t pending_conditions(const struct report_cell *cell, const struct statement *statement, const struct condition **last)
{
	size_t count = 0;

	for (size_t i = 0; i < statement->condition_count; i++)
		if (condition_match(&statement->conditions[i], cell->request) == TRUTH_PENDING) {
			*last = &statement->conditions[i];
			count++;
		}
	return count;
}

/* A Deny that some message meets: what a message must be so as not to. */
static bool deny_add(struct report_cell *cell, const struct statement *statement)
{
	const struct condition *one = NULL;
	bool relay = cell->generation->connection.relay;
	size_t count = pending_conditions(cell, statement, &one);

	if (count == 1)
		return line_add(cell, report_about(cell->request, one), report_words_key(cell->arena, cell->request, one, relay),
			report_words_left(cell->arena, statement, one, cell->request), statement);
	if (!count)
		return line_add(cell, ABOUTS, "not", "what the variables of its Resource name", statement);
	return line_add(cell, ABOUTS, "not", report_words_together(cell->arena, statement, cell->request, relay), statement);
}

/* Each of those words must hold, by one Allow. Across accounts both sides must allow it. */
static const char *allow_words(const struct report_cell *cell, size_t part)
{
	bool same = text_equals(cell->request->caller.account, cell->generation->account);

	switch (part) {
	case PART_RESOURCE:
		return same ? "allowed" : "allowed to it";
	case PART_OWN:
		return "allowed";
	case PART_BOUNDARY:
		return "within the boundary";
	default:
		return arena_printf(cell->arena, "within level %u", layer_level_of_part(part));
	}
}

static bool allow_add(struct report_cell *cell, const struct statement *statement, enum truth truth, size_t part)
{
	bool relay = cell->generation->connection.relay;
	const char *words = report_words_together(cell->arena, statement, cell->request, relay);

	if (words && !*words)
		words = truth == TRUTH_TRUE ? "every message" : "what the variables of its Resource name";
	return line_add(cell, ABOUTS, allow_words(cell, part), words, statement);
}

static bool statement_add(struct report_cell *cell, const struct statement *statement, size_t part, bool needs_allow)
{
	enum truth truth = statement_match(statement, cell->request, NULL);

	if (truth == TRUTH_FALSE)
		return true;
	if (statement->effect == EFFECT_ALLOW)
		return !needs_allow || allow_add(cell, statement, truth, part);
	return truth == TRUTH_TRUE ? line_add(cell, 0, "refused", "every message", statement) : deny_add(cell, statement);
}

/* Does an Allow of that part change anything? */
static bool part_needs_allow(const struct request *request, size_t part)
{
	bool all = !request->policies || request->policies->allows_all;

	return part >= PART_BOUNDARY || !all;
}

static bool statements_add(struct report_cell *cell)
{
	const struct request *request = cell->request;

	for (size_t part = PART_RESOURCE; part < layer_part_count(request->policies); part++)
		for (size_t i = 0; i < policy_set_statement_count(request->set); i++) {
			const struct statement *statement = policy_set_statement(request->set, i);
			if (layer_part_holds(request->policies, part, statement->policy->group) &&
				!statement_add(cell, statement, part, part_needs_allow(request, part)))
				return false;
		}
	return true;
}

static const char *answer_of(enum decision decision)
{
	return decision == DECISION_ALLOWED ? "every message" : decision == DECISION_PENDING ? "some messages" : "no message";
}

static json_t *refused_by(const struct verdict *verdict)
{
	char name[REPORT_NAME_SIZE];

	if (!verdict->statement)
		return json_pack("{s:s, s:[{s:s, s:s, s:s, s:[]}]}", "answer", "no message", "lines", "about", "refused", "words",
			verdict->layer == LAYER_BOUNDARY      ? "the permissions boundary allows nothing here"
				: verdict->layer == LAYER_SCP ? "a level of the organization allows nothing here"
							      : "no statement allows it",
			"effect", "", "statements");
	return json_pack("{s:s, s:[{s:s, s:s, s:s, s:[s]}]}", "answer", "no message", "lines", "about", "refused", "words",
		"every message", "effect", "Deny", "statements", report_statement_name(verdict->statement, name));
}

static json_t *join(struct report_cell *cell, enum decision decision)
{
	json_t *all = json_array();
	bool good = all;

	for (size_t i = 0; good && i <= ABOUTS; i++)
		good = json_array_extend(all, cell->lines[i]) == 0;
	if (good)
		return json_pack("{s:s, s:o}", "answer", answer_of(decision), "lines", all);
	json_decref(all);
	return NULL;
}

static json_t *write(struct report_cell *cell, struct request *request)
{
	struct verdict verdict = evaluate(request);
	json_t *made = NULL;
	bool good = true;

	if (verdict.decision == DECISION_EXPLICIT_DENY || verdict.decision == DECISION_IMPLICIT_DENY)
		return refused_by(&verdict);
	for (size_t i = 0; i <= ABOUTS; i++)
		good = (cell->lines[i] = json_array()) && good;
	request->folded = verdict.folded;
	if (good && statements_add(cell))
		made = join(cell, verdict.decision);
	for (size_t i = 0; i <= ABOUTS; i++)
		json_decref(cell->lines[i]);
	return made;
}

json_t *report_cell(struct arena *arena, const struct generation *generation, const struct principal_rule *rule,
	const struct caller *caller, struct text resource)
{
	struct request request;
	struct report_cell cell = { .arena = arena, .generation = generation, .request = &request };

	if (!report_request(arena, generation, rule, caller, &request) || !request_resource(&request, resource))
		return NULL;
	return write(&cell, &request);
}

json_t *report_cell_refused(const char *why)
{
	return json_pack("{s:s, s:[{s:s, s:s, s:s, s:[]}]}", "answer", "no message", "lines", "about", "refused", "words", why,
		"effect", "", "statements");
}
