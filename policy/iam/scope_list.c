/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/scope_list.h"

#include "value/glob.h"
#include "iam/request.h"

#include <stdlib.h>

/* So many are gone through as quickly as looked up. */
#define LIST_SHORT 8

/* A scope under the name of one of its resources. */
struct named_scope {
	struct text name;
	uint32_t scope;
};

static bool resource_is_named(const struct resource_pattern *resource)
{
	return !resource->any && !resource->template && !glob_has_wildcard(resource->arn.field[ARN_RESOURCE]);
}

/* Does each entry of Resource name one resource, perhaps in several regions or accounts? */
static bool scope_is_named(const struct scope *scope)
{
	bool named = !scope->head->not_resource;

	for (size_t i = 0; i < scope->head->resource_count && named; i++)
		named = resource_is_named(&scope->head->resources[i]);
	return named;
}

/* The text by which an entry's caller is found; *second is another or empty. False: it may be any caller. (principal.c) */
static bool entry_keys(const struct principal_entry *entry, struct text *first, struct text *second)
{
	*first = *second = TEXT("");
	switch (entry->kind) {
	case PRINCIPAL_ENTRY_ACCOUNT:
		*first = entry->account;
		return true;
	case PRINCIPAL_ENTRY_ARN:
		*first = entry->text;
		return true;
	case PRINCIPAL_ENTRY_ROLE:
		*first = entry->text;
		*second = entry->role;
		return true;
	case PRINCIPAL_ENTRY_NOBODY:
		return true;
	case PRINCIPAL_ENTRY_ANYONE:
	case PRINCIPAL_ENTRY_SERVICE: /* has no case of letters */
		break;
	}
	return false;
}

size_t scope_caller_keys(const struct caller *caller, struct text keys[SCOPE_CALLER_KEYS])
{
	const struct text all[SCOPE_CALLER_KEYS] = { caller->text, caller->account, caller->role };
	size_t count = 0;

	for (size_t i = 0; i < SCOPE_CALLER_KEYS; i++)
		if (all[i].length)
			keys[count++] = all[i];
	return count;
}

/* Can only callers with certain keys be meant? */
static bool scope_has_keys(const struct scope *scope)
{
	const struct principal_list *principals = &scope->head->principals;
	bool has = principals->count && !scope->head->not_principal;
	struct text first, second;

	for (size_t i = 0; i < principals->count && has; i++)
		has = entry_keys(&principals->entries[i], &first, &second);
	return has;
}

/* The keys of a scope, with its number, behind those that are there; how many there are then. */
static size_t keys_add(const struct scope_table *table, uint32_t number, struct text *keys, uint32_t *numbers, size_t count)
{
	const struct principal_list *principals = &table->scopes[number].head->principals;

	for (size_t i = 0; i < principals->count; i++) {
		struct text both[2];
		entry_keys(&principals->entries[i], &both[0], &both[1]);
		for (size_t j = 0; j < 2; j++)
			if (both[j].length) {
				keys[count] = both[j];
				numbers[count++] = number;
			}
	}
	return count;
}

/* The scopes of a list that have keys, `numbers` of them. */
static bool by_caller_make(struct arena *arena, const struct scope_table *table, const uint32_t *scopes, size_t count,
	struct scope_list *out)
{
	size_t room = 1, used = 0; /* some memory in any case: NULL is short memory */

	for (size_t i = 0; i < count; i++)
		room += 2 * table->scopes[scopes[i]].head->principals.count;
	struct text *keys = calloc(room, sizeof *keys);
	uint32_t *numbers = calloc(room, sizeof *numbers);
	for (size_t i = 0; i < count && keys && numbers; i++)
		used = keys_add(table, scopes[i], keys, numbers, used);
	if (keys && numbers)
		out->by_caller = string_set_new_numbered(arena, STRING_SET_EXACT, keys, numbers, used);
	free(keys);
	free(numbers);
	return out->by_caller;
}

/* Of those that a caller's keys find a few are asked; the dearest stands for each. */
static void list_cost(const struct scope_table *table, struct scope_list *list, const uint32_t *by_caller, size_t by_caller_count)
{
	struct cost most = { 0 };

	for (size_t i = 0; i < list->plain_count; i++)
		cost_add(&list->cost, &table->scopes[list->plain[i]].cost);
	for (size_t i = 0; i < by_caller_count; i++)
		cost_most(&most, &table->scopes[by_caller[i]].cost);
	for (int i = 0; i < SCOPE_CALLER_KEYS; i++)
		cost_add(&list->cost, &most);
}

/* `scopes` is in the arena, and put in another order here. */
static bool list_make(struct arena *arena, const struct scope_table *table, uint32_t *scopes, size_t count, struct scope_list *out)
{
	size_t plain = 0;

	*out = (struct scope_list){ .plain = scopes, .plain_count = count };
	for (size_t i = 0; i < count; i++)
		if (!scope_has_keys(&table->scopes[scopes[i]])) {
			uint32_t one = scopes[i];
			scopes[i] = scopes[plain];
			scopes[plain++] = one;
		}
	if (count - plain > LIST_SHORT)
		out->plain_count = plain;
	list_cost(table, out, scopes + out->plain_count, count - out->plain_count);
	return out->plain_count == count || by_caller_make(arena, table, scopes + plain, count - plain, out);
}

static int named_order(const void *a, const void *b)
{
	const struct named_scope *left = a, *right = b;
	int order = text_compare(left->name, right->name);

	return order ? order : (left->scope > right->scope) - (left->scope < right->scope);
}

/* How many from the first on have its name. */
static size_t run_length(const struct named_scope *named, size_t count)
{
	size_t length = 1;

	while (length < count && text_equals(named->name, named[length].name))
		length++;
	return length;
}

static bool run_list(struct arena *arena, const struct scope_table *table, const struct named_scope *named, size_t count,
	struct scope_list *out)
{
	uint32_t *scopes = arena_array(arena, count, sizeof *scopes);
	size_t used = 0;

	if (!scopes)
		return false;
	/* A scope may have the name twice, of two regions or in two cases. */
	for (size_t i = 0; i < count; i++)
		if (!used || scopes[used - 1] != named[i].scope)
			scopes[used++] = named[i].scope;
	return list_make(arena, table, scopes, used, out);
}

static bool by_name_make(struct arena *arena, struct scope_table *table, const struct named_scope *named, size_t count)
{
	size_t runs = 0, at = 0;

	for (size_t i = 0; i < count; i += run_length(named + i, count - i))
		runs++;
	struct scope_list *lists = arena_array(arena, runs, sizeof *lists);
	struct text *names = calloc(runs + 1, sizeof *names);
	uint32_t *numbers = calloc(runs + 1, sizeof *numbers);
	bool made = lists && names && numbers;
	for (size_t i = 0, length; i < count && made; i += length, at++) {
		length = run_length(named + i, count - i);
		names[at] = named[i].name;
		numbers[at] = (uint32_t)at;
		made = run_list(arena, table, named + i, length, &lists[at]);
	}
	for (size_t i = 0; i < at; i++)
		cost_most(&table->cost, &lists[i].cost);
	table->named = lists;
	if (made)
		table->by_name = string_set_new_numbered(arena, STRING_SET_EXACT, names, numbers, runs);
	free(names);
	free(numbers);
	return made && table->by_name;
}

/* By its name as it is written, and by that which it has where domains have no case. False: memory is short. */
static bool name_add(struct arena *arena, const struct resource_pattern *resource, uint32_t scope, struct named_scope *named,
	size_t *count)
{
	struct text name = resource->arn.field[ARN_RESOURCE];

	named[(*count)++] = (struct named_scope){ name, scope };
	if (!resource->folds)
		return true;
	name = domain_lowered(arena, name);
	named[(*count)++] = (struct named_scope){ name, scope };
	return name.at;
}

bool scope_lists_make(struct arena *arena, struct scope_table *table)
{
	uint32_t *others = arena_array(arena, table->count, sizeof *others);
	size_t room = 1, named_count = 0, other_count = 0;

	for (size_t i = 0; i < table->count; i++)
		room += 2 * table->scopes[i].head->resource_count;
	struct named_scope *named = calloc(room, sizeof *named);
	bool made = others && named;
	for (size_t i = 0; i < table->count && made; i++) {
		const struct scope *scope = &table->scopes[i];
		if (!scope_is_named(scope)) {
			others[other_count++] = (uint32_t)i;
			continue;
		}
		for (size_t j = 0; j < scope->head->resource_count && made; j++)
			made = name_add(arena, &scope->head->resources[j], (uint32_t)i, named, &named_count);
	}
	if (made)
		qsort(named, named_count, sizeof *named, named_order);
	made = made && (!named_count || by_name_make(arena, table, named, named_count)) &&
		list_make(arena, table, others, other_count, &table->others);
	cost_add(&table->cost, &table->others.cost);
	free(named);
	return made;
}
