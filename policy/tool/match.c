/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/match.h"

#include "iam/condition_match.h"
#include "iam/statement_match.h"
#include "tool/filled.h"

#include <stdio.h>
#include <string.h>

/* More values than this are counted, not shown. */
#define VALUES_SHOWN 8
#define VALUE_SIZE 160

static struct principal_entry anyone = { .kind = PRINCIPAL_ENTRY_ANYONE };
static struct resource_pattern anything = { .any = true };

static struct statement without_principal(const struct statement *statement)
{
	struct statement bare = *statement;

	bare.not_principal = false;
	bare.principals = (struct principal_list){ &anyone, 1 };
	return bare;
}

/* Principal and action alone. */
static struct statement without_resource(const struct statement *statement)
{
	struct statement bare = without_principal(statement);

	bare.condition_count = 0;
	bare.not_resource = false;
	bare.resources = &anything;
	bare.resource_count = 1;
	return bare;
}

/* The first condition of this truth. */
static const struct condition *condition_that_is(const struct statement *statement, const struct request *request, enum truth truth)
{
	for (size_t i = 0; i < statement->condition_count; i++)
		if (condition_match(&statement->conditions[i], request) == truth)
			return &statement->conditions[i];
	return NULL;
}

struct match match_of(const struct statement *statement, const struct request *request)
{
	enum principal_match principal;
	struct match match = { .truth = statement_match(statement, request, &principal) };

	if (match.truth == TRUTH_TRUE)
		return match;
	if (principal == PRINCIPAL_NO) {
		match.element = ELEMENT_PRINCIPAL;
		return match;
	}
	struct statement bare = without_resource(statement);
	if (statement_match(&bare, request, NULL) == TRUTH_FALSE) {
		match.element = ELEMENT_ACTION;
		return match;
	}
	bare = without_principal(statement);
	bare.condition_count = 0;
	if (statement_match(&bare, request, NULL) == match.truth) {
		match.element = ELEMENT_RESOURCE;
		return match;
	}
	match.element = ELEMENT_CONDITION;
	match.condition = condition_that_is(statement, request, match.truth);
	return match;
}

const char *match_element_name(const struct statement *statement, enum match_element element)
{
	switch (element) {
	case ELEMENT_PRINCIPAL:
		return statement->not_principal ? "NotPrincipal" : "Principal";
	case ELEMENT_ACTION:
		return statement->not_action ? "NotAction" : "Action";
	case ELEMENT_RESOURCE:
		return statement->not_resource ? "NotResource" : "Resource";
	case ELEMENT_CONDITION:
		return "Condition";
	case ELEMENT_NONE:
		break;
	}
	return "";
}

/* A list of quoted texts that is made one by one. */
struct match_list {
	struct arena *arena;
	const char *text; /* NULL: memory was short */
	size_t count, shown;
};

static void list_add(struct match_list *list, struct text value)
{
	char shown[VALUE_SIZE];

	list->count++;
	if (list->shown == VALUES_SHOWN || !list->text)
		return;
	list->text = arena_printf(list->arena, "%s%s\"%s\"", list->text, list->shown ? ", " : "",
		text_escape(value, shown, sizeof shown));
	list->shown++;
}

/* One that is quoted already; NULL: memory was short. */
static void list_add_filled(struct match_list *list, const char *filled)
{
	list->count++;
	if (list->shown == VALUES_SHOWN || !list->text)
		return;
	list->text = filled ? arena_printf(list->arena, "%s%s%s", list->text, list->shown ? ", " : "", filled) : NULL;
	list->shown++;
}

static const char *list_end(struct match_list *list)
{
	if (list->text && list->count > list->shown)
		return arena_printf(list->arena, "%s and %zu more", list->text, list->count - list->shown);
	return list->text;
}

static const char *slot_text(struct arena *arena, const struct slot *slot)
{
	struct match_list list = { .arena = arena, .text = "" };

	if (slot->state == SLOT_PENDING)
		return "not known yet";
	if (slot->state == SLOT_ABSENT || (slot->state == SLOT_PRESENT && !slot->count))
		return "absent";
	for (size_t i = 0; i < slot->count; i++)
		list_add(&list, slot->values[i].text);
	const char *text = list_end(&list);
	if (!text || slot->state != SLOT_OPEN)
		return text;
	return *text ? arena_printf(arena, "%s, and more may come", text) : "none yet";
}

static const char *one_text(struct arena *arena, struct text value)
{
	struct match_list list = { .arena = arena, .text = "" };

	list_add(&list, value);
	return list_end(&list);
}

const char *match_was(struct arena *arena, const struct statement *statement, const struct match *match,
	const struct request *request)
{
	(void)statement;
	switch (match->element) {
	case ELEMENT_PRINCIPAL:
		return request->caller.text.length ? one_text(arena, request->caller.text) : "nobody";
	case ELEMENT_ACTION:
		return one_text(arena, request->action);
	case ELEMENT_RESOURCE:
		if (request->resource_open) {
			const char *begins = one_text(arena, request->resource_text);
			return begins ? arena_printf(arena, "%s and what follows, not known yet", begins) : NULL;
		}
		return one_text(arena, request->resource_text);
	case ELEMENT_CONDITION:
		return slot_text(arena, &request->slots[match->condition->slot]);
	case ELEMENT_NONE:
		break;
	}
	return "";
}

static const char *comparison_words(const struct operator_info *op)
{
	if (op->type == TYPE_IP)
		return "in";
	switch (op->comparison) {
	case COMPARE_EQUAL:
		return op->type == TYPE_STRING || op->type == TYPE_BINARY ? "exactly" : "equal to";
	case COMPARE_EQUAL_IGNORE_CASE:
		return "in any case of letters";
	case COMPARE_GLOB:
		return "like";
	case COMPARE_LESS:
		return op->type == TYPE_DATE ? "before" : "less than";
	case COMPARE_LESS_EQUAL:
		return op->type == TYPE_DATE ? "at or before" : "at most";
	case COMPARE_GREATER:
		return op->type == TYPE_DATE ? "after" : "greater than";
	case COMPARE_GREATER_EQUAL:
		return op->type == TYPE_DATE ? "at or after" : "at least";
	}
	return "";
}

/* The value's variables; NULL: it has none. */
static const struct template *value_template(const struct condition *condition, size_t value)
{
	for (size_t i = 0; i < condition->template_count; i++)
		if (text_equals(condition->templates[i].source, condition->values[value]))
			return &condition->templates[i];
	return NULL;
}

static const char *condition_wanted(struct arena *arena, const struct condition *condition, const struct request *request)
{
	static const char *const quantifiers[] = {
		[QUANTIFIER_NONE] = "",
		[QUANTIFIER_ALL] = "every value ",
		[QUANTIFIER_ANY] = "at least one value ",
	};
	const struct operator_info *op = condition->how.op;
	struct match_list list = { .arena = arena, .text = "" };

	if (op->type == TYPE_NULL)
		return condition->set.truths.on_true ? "absent" : "present";
	for (size_t i = 0; i < condition->value_count; i++) {
		const struct template *template = value_template(condition, i);
		if (template)
			list_add_filled(&list, filled_text(arena, TEXT(""), template, request));
		else
			list_add(&list, condition->values[i]);
	}
	const char *values = list_end(&list);
	if (!values)
		return NULL;
	return arena_printf(arena, "%s%s%s %s%s", quantifiers[condition->how.quantifier], op->negated ? "not " : "",
		comparison_words(op), condition->value_count == 1 ? "" : "any of ", condition->empty ? "nothing" : values);
}

static void list_add_resource(struct match_list *list, const struct resource_pattern *pattern, const struct request *request)
{
	if (!pattern->template)
		list_add(list, pattern->text);
	else
		list_add_filled(list,
			filled_text(list->arena, text_first(pattern->text, pattern->text.length - pattern->template->source.length),
				pattern->template, request));
}

const char *match_wanted(struct arena *arena, const struct statement *statement, const struct match *match,
	const struct request *request)
{
	struct match_list list = { .arena = arena, .text = "" };
	bool negated = false;

	switch (match->element) {
	case ELEMENT_PRINCIPAL:
		negated = statement->not_principal;
		for (size_t i = 0; i < statement->principals.count; i++)
			list_add(&list, statement->principals.entries[i].text);
		break;
	case ELEMENT_ACTION:
		negated = statement->not_action;
		for (size_t i = 0; i < statement->action_count; i++)
			list_add(&list, statement->actions[i]);
		break;
	case ELEMENT_RESOURCE:
		negated = statement->not_resource;
		for (size_t i = 0; i < statement->resource_count; i++)
			list_add_resource(&list, &statement->resources[i], request);
		break;
	case ELEMENT_CONDITION:
		return condition_wanted(arena, match->condition, request);
	case ELEMENT_NONE:
		break;
	}
	const char *text = list_end(&list);
	return text && negated ? arena_printf(arena, "none of %s", text) : text;
}

static bool template_uses(const struct template *template, int slot)
{
	for (size_t i = 0; i < template->count; i++)
		if (template->pieces[i].slot == slot)
			return true;
	return false;
}

bool match_uses(const struct statement *statement, int slot)
{
	for (size_t i = 0; i < statement->condition_count; i++) {
		const struct condition *condition = &statement->conditions[i];
		if (condition->slot == slot)
			return true;
		for (size_t j = 0; j < condition->template_count; j++)
			if (template_uses(&condition->templates[j], slot))
				return true;
	}
	for (size_t i = 0; i < statement->resource_count; i++)
		if (statement->resources[i].template && template_uses(statement->resources[i].template, slot))
			return true;
	return false;
}

bool match_concerns(const struct statement *statement, const struct request *request)
{
	return layer_parts_hold(request->policies, statement->policy->group);
}
