/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/scope.h"

#include "iam/policy_set_parts.h"
#include "iam/scope_list.h"
#include "iam/scope_part.h"
#include "value/string_table.h"

#include <stdlib.h>

/* Memory of the making, given back at its end. */
struct making {
	struct arena *arena;              /* of the set */
	const struct statement **ordered; /* of the group, and so many */
	size_t first, count;
	size_t *of;                /* the scope of each statement */
	size_t *table, table_size; /* scopes by hash, plus 1; 0: free */
	struct scope *scopes;
	size_t *starts;    /* where each scope's statements begin in `members`, and one more */
	uint32_t *members; /* places in the order of evaluation, by scope */
};

static uint64_t hash_text(uint64_t h, struct text t)
{
	return string_hash_more(h, string_hash(t));
}

static uint64_t scope_hash(const struct statement *s)
{
	uint64_t h = string_hash_more(STRING_HASH_START, s->not_principal | s->not_action << 1 | s->not_resource << 2);

	for (size_t i = 0; i < s->principals.count; i++)
		h = hash_text(string_hash_more(h, s->principals.entries[i].kind), s->principals.entries[i].text);
	for (size_t i = 0; i < s->action_count; i++)
		h = hash_text(h, s->actions[i]);
	for (size_t i = 0; i < s->resource_count; i++)
		h = hash_text(h, s->resources[i].text);
	return h;
}

static bool scope_same(const struct statement *a, const struct statement *b)
{
	if (a->not_principal != b->not_principal || a->not_action != b->not_action || a->not_resource != b->not_resource ||
		a->principals.count != b->principals.count || a->action_count != b->action_count ||
		a->resource_count != b->resource_count)
		return false;
	for (size_t i = 0; i < a->principals.count; i++)
		if (a->principals.entries[i].kind != b->principals.entries[i].kind ||
			!text_equals(a->principals.entries[i].text, b->principals.entries[i].text))
			return false;
	for (size_t i = 0; i < a->action_count; i++)
		if (!text_equals(a->actions[i], b->actions[i]))
			return false;
	/* The same text is with variables in one version of the language and without them in the other. */
	for (size_t i = 0; i < a->resource_count; i++)
		if (!a->resources[i].template != !b->resources[i].template ||
			!text_equals(a->resources[i].text, b->resources[i].text))
			return false;
	return true;
}

/* The scope of each statement; how many there are. */
static size_t scopes_find(struct making *m)
{
	size_t scopes = 0;

	for (size_t i = 0; i < m->count; i++) {
		const struct statement *statement = m->ordered[m->first + i];
		size_t at = scope_hash(statement) % m->table_size;
		while (m->table[at] && !scope_same(m->scopes[m->table[at] - 1].head, statement))
			at = at + 1 == m->table_size ? 0 : at + 1;
		if (!m->table[at]) {
			m->scopes[scopes++].head = statement;
			m->table[at] = scopes;
		}
		m->of[i] = m->table[at] - 1;
	}
	return scopes;
}

/* The statements by scope, in their order within each: those that deny come first in it. */
static void members_sort(struct making *m, size_t scopes)
{
	for (size_t i = 0; i < m->count; i++)
		m->starts[m->of[i] + 1]++;
	for (size_t i = 0; i < scopes; i++)
		m->starts[i + 1] += m->starts[i];
	/* Filling moves each start to the next scope's. */
	for (size_t i = 0; i < m->count; i++)
		m->members[m->starts[m->of[i]]++] = (uint32_t)(m->first + i);
	for (size_t i = scopes; i > 0; i--)
		m->starts[i] = m->starts[i - 1];
	m->starts[0] = 0;
}

/* Does a condition? */
static bool statement_folds(const struct statement *statement)
{
	for (size_t i = 0; i < statement->condition_count; i++)
		if (condition_folds(&statement->conditions[i]))
			return true;
	return false;
}

static bool scope_fill(const struct making *m, struct scope *scope, const uint32_t *members, size_t count)
{
	size_t denies = 0;

	while (denies < count && m->ordered[members[denies]]->effect == EFFECT_DENY)
		denies++;
	for (size_t i = 0; i < scope->head->resource_count; i++) {
		scope->variables |= scope->head->resources[i].template != NULL;
		scope->folds_resource |= scope->head->resources[i].folds;
	}
	cost_of_scope(scope->head, &scope->cost);
	for (size_t i = 0; i < count; i++) {
		struct cost cost;
		cost_of_statement(m->ordered[members[i]], &cost);
		cost_add(&scope->cost, &cost);
	}
	scope->folds = scope->folds_resource;
	for (size_t i = 0; i < count && !scope->folds; i++)
		scope->folds = statement_folds(m->ordered[members[i]]);
	return scope_part_make(m->arena, m->ordered, members, denies, &scope->deny) &&
		scope_part_make(m->arena, m->ordered, members + denies, count - denies, &scope->allow);
}

static bool scopes_make(struct making *m, struct scope_table *out)
{
	if (!m->of || !m->table || !m->scopes || !m->starts || !m->members)
		return false;
	size_t count = scopes_find(m);
	struct scope *scopes = arena_array(m->arena, count, sizeof *scopes);
	if (!scopes)
		return false;
	members_sort(m, count);
	for (size_t i = 0; i < count; i++) {
		scopes[i].head = m->scopes[i].head;
		if (!scope_fill(m, &scopes[i], m->members + m->starts[i], m->starts[i + 1] - m->starts[i]))
			return false;
	}
	*out = (struct scope_table){ .scopes = scopes, .count = count };
	for (size_t i = 0; i < count; i++)
		out->folds = out->folds || scopes[i].folds;
	return scope_lists_make(m->arena, out);
}

bool scope_table_make(struct arena *arena, const struct policy_set *set, size_t first, size_t last, struct scope_table *out)
{
	size_t count = last - first, room = count + 1;
	struct making m = {
		.arena = arena,
		.ordered = set->ordered,
		.first = first,
		.count = count,
		.table_size = 2 * room,
		.of = calloc(room, sizeof *m.of),
		.table = calloc(2 * room, sizeof *m.table),
		.scopes = calloc(room, sizeof *m.scopes),
		.starts = calloc(room + 1, sizeof *m.starts),
		.members = calloc(room, sizeof *m.members),
	};
	bool made = last < UINT32_MAX && scopes_make(&m, out);

	free(m.of);
	free(m.table);
	free(m.scopes);
	free(m.starts);
	free(m.members);
	return made;
}
