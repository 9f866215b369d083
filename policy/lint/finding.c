/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint/finding.h"

#include "base/arena_grow.h"

#include <stdlib.h>
#include <string.h>

void findings_init(struct findings *findings)
{
	*findings = (struct findings){ 0 };
}

void findings_free(struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		json_decref(findings->list[i].fix);
	arena_free(&findings->arena);
	findings_init(findings);
}

bool findings_add(struct findings *findings, struct finding finding)
{
	if (!arena_grow(&findings->arena, &findings->list, findings->count, &findings->room, sizeof *findings->list)) {
		json_decref(finding.fix);
		findings->out_of_memory = true;
		return false;
	}
	findings->list[findings->count++] = finding;
	return true;
}

static int order(const void *a, const void *b)
{
	const struct finding *left = a, *right = b;
	int file = strcmp(left->file, right->file);

	if (file)
		return file;
	if (left->line != right->line)
		return left->line < right->line ? -1 : 1;
	if (left->column != right->column)
		return left->column < right->column ? -1 : 1;
	if (left->kind != right->kind)
		return left->kind < right->kind ? -1 : 1;
	return strcmp(left->message, right->message);
}

void findings_sort(struct findings *findings, size_t first)
{
	if (findings->count > first)
		qsort(findings->list + first, findings->count - first, sizeof *findings->list, order);
}

bool findings_reach(const struct findings *findings, enum severity severity)
{
	for (size_t i = 0; i < findings->count; i++)
		if (kinds[findings->list[i].kind].severity >= severity)
			return true;
	return false;
}
