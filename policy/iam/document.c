/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/document.h"

#include "base/arena_grow.h"
#include "iam/misplaced.h"
#include "iam/policy_set_parts.h"
#include "iam/statement_compile.h"

#include <stdlib.h>
#include <string.h>

static void id_check(struct compile *c, const struct json_path *parent, const json_t *value, struct policy *policy)
{
	struct json_path path = { .parent = parent, .member = "Id" };
	char shown[JSON_SHOW_SIZE];

	if (!json_is_string(value)) {
		compile_fault(c, &path, "%s is not an Id; write a string", json_show(value, shown));
		return;
	}
	policy->id = compile_text(c, &path, value);
}

static void version_check(struct compile *c, const struct json_path *parent, const json_t *value)
{
	struct json_path path = { .parent = parent, .member = "Version" };
	char shown[JSON_SHOW_SIZE];
	const char *version = json_string_value(value);

	if (!version || (strcmp(version, "2012-10-17") && strcmp(version, "2008-10-17")))
		compile_fault(c, &path, "%s is not a version of the policy language; write \"2012-10-17\"",
			json_show(value, shown));
	/* What is no version at all gets the checks of the newest, so that the faults told are those that will matter. */
	c->variables = !version || strcmp(version, "2008-10-17");
}

/* Version, Id, Statement: the statements' value; NULL if there is none. Other faults do not hide those of the statements. */
static const json_t *document_open(struct compile *c, const struct json_path *path, const json_t *document, struct policy *policy)
{
	const char *member;
	json_t *value;
	char shown[JSON_SHOW_SIZE];
	const json_t *statements = json_object_get(document, "Statement");

	if (!json_is_object(document)) {
		compile_fault(c, path, "%s is not a policy; write an object with \"Version\" and \"Statement\"",
			json_show(document, shown));
		return NULL;
	}
	json_object_foreach((json_t *)document, member, value) {
		struct json_path step = { .parent = path, .member = member, .at_key = true };
		if (!strcmp(member, "Version")) {
			version_check(c, path, value);
		} else if (!strcmp(member, "Id")) {
			id_check(c, path, value, policy);
		} else if (strcmp(member, "Statement")) {
			compile_fault(c, &step,
				"no such element of a policy; Version, Id and Statement are known, written exactly like this");
		}
	}
	if (!statements) {
		compile_fault(c, path, "the policy has no Statement; add \"Statement\": [...]");
		return NULL;
	}
	if (!compile_count(statements)) {
		struct json_path step = { .parent = path, .member = "Statement" };
		compile_fault(c, &step, "the policy has no statements; add at least one");
		return NULL;
	}
	return statements;
}

static int sid_order(const void *a, const void *b)
{
	const struct statement *left = *(const struct statement *const *)a, *right = *(const struct statement *const *)b;
	int order = text_compare(left->sid, right->sid);
	return order ? order : (left->index > right->index) - (left->index < right->index);
}

/* Sids of a policy of a caller are unique ("Unique Sids required", Access Analyzer); SES takes any. */
static void sid_unique(struct compile *c, const struct json_path *path, const struct statement *statements, size_t count)
{
	const struct statement **sorted = calloc(count, sizeof *sorted);

	if (!sorted) {
		fault_memory(c->faults);
		return;
	}
	for (size_t i = 0; i < count; i++)
		sorted[i] = &statements[i];
	qsort(sorted, count, sizeof *sorted, sid_order);
	for (size_t i = 1; i < count; i++)
		if (sorted[i]->sid.length && text_equals(sorted[i]->sid, sorted[i - 1]->sid)) {
			struct json_path element = { .parent = path, .index = sorted[i]->index };
			struct json_path step = { .parent = &element, .member = "Sid" };
			compile_fault(c, &step, "statement %u has this Sid already; give each statement its own",
				sorted[i - 1]->index + 1);
		}
	free(sorted);
}

void policy_set_add_document(struct policy_set *set, unsigned group, const struct json_source *source, const struct json_path *path,
	struct text name, const json_t *document, struct faults *faults)
{
	struct compile c = { .arena = &set->arena,
		.keys = &set->keys,
		.faults = faults,
		.source = source,
		.layer = policy_set_layer(set, group),
		.fold = set->fold };
	struct policy *policy = arena_array(&set->arena, 1, sizeof *policy);

	if (!policy || !arena_grow(&set->arena, &set->policies, set->policy_count, &set->policy_room, sizeof *set->policies)) {
		fault_memory(faults);
		return;
	}
	*policy = (struct policy){ .name = arena_text(&set->arena, name),
		.file = arena_text(&set->arena, text_of(source->file)),
		.group = group,
		.layer = c.layer,
		.first = set->statement_count };
	const json_t *list = document_open(&c, path, document, policy);
	if (!list)
		return;
	struct json_path at_list = { .parent = path, .member = "Statement" };
	enum misplaced misplaced = misplaced_is(c.layer, list);
	if (misplaced != MISPLACED_NO)
		misplaced_tell(&c, misplaced, &at_list, list);
	/* Nothing of it has a meaning here. */
	if (misplaced == MISPLACED_TRUST)
		return;
	c.misplaced = misplaced != MISPLACED_NO;
	size_t count = compile_count(list);
	struct statement *statements = arena_array(&set->arena, count, sizeof *statements);
	struct json_anchor *places = calloc(count, sizeof *places);
	if (!policy->name.at || !policy->file.at || !statements || !places) {
		free(places);
		fault_memory(faults);
		return;
	}
	if (json_is_array(list))
		json_source_anchors(source, &at_list, count, places);
	else
		json_source_find(source, &at_list, &places->place);
	for (size_t i = 0; i < count; i++) {
		struct json_path step;
		const struct json_path *at = &at_list;
		const json_t *element = compile_element(list, i, &at, &step);
		statements[i].policy = policy;
		statements[i].index = (unsigned)i;
		statements[i].line = places[i].place.line;
		statements[i].column = places[i].place.column;
		statement_compile(&c, at, element, &statements[i]);
		if (!arena_grow(&set->arena, &set->statements, set->statement_count, &set->statement_room,
			    sizeof *set->statements)) {
			fault_memory(faults);
			break;
		}
		set->statements[set->statement_count++] = &statements[i];
	}
	free(places);
	if (c.layer != LAYER_RESOURCE)
		sid_unique(&c, &at_list, statements, count);
	policy->count = set->statement_count - policy->first;
	set->policies[set->policy_count++] = policy;
}

void policy_set_add_json(struct policy_set *set, unsigned group, const char *file, struct text name, const json_t *document,
	struct faults *faults)
{
	struct json_source source = { .file = file };
	policy_set_add_document(set, group, &source, NULL, name, document, faults);
}
