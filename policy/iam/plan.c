/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/plan.h"

#include "base/arena_grow.h"
#include "iam/policy_set_parts.h"
#include "iam/scope_list.h"
#include "iam/statement_match.h"

#include <string.h>

bool plan_scope_find(const struct scope *scope, const struct request *request, struct plan_scope *out)
{
	const struct statement *head = scope->head;

	work_take(request->work, WORK_STATEMENT);
	/* From what differs most often. Variables may stand for something else next time. */
	*out = (struct plan_scope){ .scope = scope, .resource = TRUTH_PENDING, .folded = TRUTH_PENDING };
	if (!scope->variables) {
		out->resource = statement_resource(head, request, false);
		out->folded = scope->folds_resource ? statement_resource(head, request, true) : out->resource;
	}
	if (out->resource == TRUTH_FALSE && out->folded == TRUTH_FALSE)
		return false;
	work_take(request->work, WORK_ENTRY * (head->action_count + head->principals.count));
	if (!statement_action(head, request->action))
		return false;
	out->principal = statement_principal(head, &request->caller);
	return out->principal != PRINCIPAL_NO;
}

/* Going through the lists that the request's resource and caller lead to. */
struct plan_search {
	const struct scope_table *table;
	struct text keys[SCOPE_CALLER_KEYS];
	size_t key_count;
	struct work *work;
	void (*take)(void *with, const struct scope *scope);
	void *with;
};

static void scope_found(void *with, uint32_t number)
{
	const struct plan_search *finding = with;

	finding->take(finding->with, &finding->table->scopes[number]);
}

static void list_go(struct plan_search *finding, const struct scope_list *list)
{
	for (size_t i = 0; i < list->plain_count; i++)
		scope_found(finding, list->plain[i]);
	for (size_t i = 0; list->by_caller && i < finding->key_count; i++)
		string_set_numbers(list->by_caller, finding->keys[i], finding->work, scope_found, finding);
}

static void list_found(void *with, uint32_t number)
{
	struct plan_search *finding = with;

	list_go(finding, &finding->table->named[number]);
}

static void group_each(const struct request *request, unsigned group, void (*take)(void *with, const struct scope *scope),
	void *with)
{
	if (group >= request->set->group_count)
		return;
	struct plan_search finding = { .table = &request->set->groups[group], .work = request->work, .take = take, .with = with };
	/* Of a name that is not known in full any may become it. */
	if (request->resource_open) {
		for (size_t i = 0; i < finding.table->count; i++)
			take(with, &finding.table->scopes[i]);
		return;
	}
	finding.key_count = scope_caller_keys(&request->caller, finding.keys);
	if (finding.table->by_name)
		string_set_numbers(finding.table->by_name, request->resource.field[ARN_RESOURCE], request->work, list_found,
			&finding);
	list_go(&finding, &finding.table->others);
}

void plan_each(const struct request *request, size_t part, void (*take)(void *with, const struct scope *scope), void *with)
{
	size_t count;
	const unsigned *groups = layer_part(request->policies, part, &count);

	for (size_t i = 0; i < count; i++)
		group_each(request, groups[i], take, with);
}

static size_t group_work(const struct request *request, unsigned group)
{
	if (group >= request->set->group_count)
		return 0;
	const struct scope_table *table = &request->set->groups[group];
	return 1 + (request->resource_open ? table->count : table->others.plain_count);
}

size_t plan_work(const struct request *request)
{
	size_t work = 0;

	for (size_t part = PART_RESOURCE; part < layer_part_count(request->policies); part++) {
		size_t count;
		const unsigned *groups = layer_part(request->policies, part, &count);
		for (size_t i = 0; i < count; i++)
			work += group_work(request, groups[i]);
	}
	return work;
}

bool plan_same_account(const struct request *request)
{
	struct text owner = request->resource.field[ARN_ACCOUNT];

	return !owner.length || text_equals(owner, request->caller.account);
}

struct planning {
	const struct request *request;
	struct plan *plan;
	bool memory_short;
};

static void scope_plan(void *with, const struct scope *scope)
{
	struct planning *planning = with;
	struct plan *plan = planning->plan;
	struct plan_scope found;

	if (planning->memory_short || work_is_over(planning->request->work) || !plan_scope_find(scope, planning->request, &found))
		return;
	planning->memory_short = !arena_grow(planning->request->arena, &plan->scopes, plan->count, &plan->room,
		sizeof *plan->scopes);
	if (planning->memory_short)
		return;
	plan->scopes[plan->count++] = found;
	plan->folds = plan->folds || scope->folds;
}

bool plan_prepare(struct request *request)
{
	size_t parts = layer_part_count(request->policies);
	struct plan *plan = arena_array(request->arena, 1, sizeof *plan);
	size_t *ends = arena_array(request->arena, parts, sizeof *ends);
	struct planning planning = { .request = request, .plan = plan };

	request->plan = NULL;
	if (!plan || !ends)
		return false;
	*plan = (struct plan){ .caller = request->caller.text,
		.action = request->action,
		.resource = request->resource_text,
		.resource_open = request->resource_open,
		.policies = request->policies,
		.same_account = plan_same_account(request),
		.ends = ends,
		.parts = parts };
	for (size_t part = PART_RESOURCE; part < parts; part++) {
		plan_each(request, part, scope_plan, &planning);
		ends[part] = plan->count;
	}
	/* One that is not whole is none. */
	if (!planning.memory_short && !work_is_over(request->work))
		request->plan = plan;
	return !planning.memory_short;
}
