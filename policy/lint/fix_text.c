/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint/fix_text.h"

#include "base/json_memory.h"
#include "lint/json_patch.h"
#include "lint/unified.h"

#include <string.h>

/* Does the text read as the value? What is put into a file must be what was decided on. */
static bool reads_as(struct text text, const json_t *value)
{
	bool memory_short;
	json_t *read = json_memory_loadb(text.at, text.length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL, &memory_short);
	bool same = read && json_equal(read, (json_t *)value);

	json_decref(read);
	return same;
}

struct text fix_text_apply(struct arena *arena, struct text text, const struct fix_text *fix)
{
	const struct text parts[] = { text_first(text, fix->at), fix->by, text_from(text, fix->at + fix->length) };

	return arena_join(arena, parts, sizeof parts / sizeof *parts);
}

/* Longer lines nobody reads. */
#define DIFF_MAX 20000

/* The start of the line `lines` before that of `at`, and the end of the one as much behind. */
static size_t lines_back(struct text t, size_t at, size_t lines)
{
	while (at && (t.at[at - 1] != '\n' || lines--))
		at--;
	return at;
}

static size_t lines_on(struct text t, size_t at, size_t lines)
{
	do {
		size_t end = text_find(t, '\n', at);
		at = end < t.length ? end + 1 : end;
	} while (at < t.length && lines--);
	return at;
}

static size_t lines_count(struct text t)
{
	size_t count = 0;

	for (size_t at = text_find(t, '\n', 0); at < t.length; at = text_find(t, '\n', at + 1))
		count++;
	return count;
}

/* False when memory is short. */
static bool diff_make(struct arena *arena, const struct json_source *source, struct fix_text *fix)
{
	size_t from = lines_back(source->text, fix->at, UNIFIED_CONTEXT),
	       to = lines_on(source->text, fix->at + fix->length, UNIFIED_CONTEXT);
	struct text before = text_first(text_from(source->text, from), to - from);
	const struct fix_text inside = { .at = fix->at - from, .length = fix->length, .by = fix->by };

	if (before.length > DIFF_MAX || fix->by.length > DIFF_MAX)
		return true;
	struct text after = fix_text_apply(arena, before, &inside);
	fix->diff = !after.at ? NULL
			      : unified_diff(arena, source->file, before, after, lines_count(text_first(source->text, from)),
					to == source->text.length && !fix->inner);
	return fix->diff;
}

static const struct fix_text *text_make(struct arena *arena, const char *file, const struct policy_document *document,
	int statement, const json_t *fix, bool *memory_short)
{
	const json_t *list = json_object_get(document->json, "Statement");
	const struct json_path outer = { .parent = document->path, .member = "Statement" };
	const struct json_path element = { .parent = &outer, .index = (size_t)statement };
	const json_t *old = json_is_array(list) ? json_array_get(list, (size_t)statement) : list;
	struct fix_text *out = arena_array(arena, 1, sizeof *out);

	*memory_short = !out;
	if (!out || !old || !json_source_span(document->source, json_is_array(list) ? &element : &outer, &out->at, &out->length))
		return NULL;
	out->by = json_patch(arena, text_first(text_from(document->source->text, out->at), out->length), old, fix);
	*memory_short = !out->by.at;
	if (!out->by.at || !reads_as(out->by, fix))
		return NULL;
	out->inner = strcmp(document->source->file, file) != 0;
	*memory_short = !diff_make(arena, document->source, out);
	return out;
}

void fix_text_make(struct findings *findings, size_t first, const char *file, const struct policy_document *document)
{
	for (size_t i = first; i < findings->count; i++) {
		struct finding *finding = &findings->list[i];
		bool memory_short = false;
		if (finding->fix && finding->statement >= 0)
			finding->text = text_make(&findings->arena, file, document, finding->statement, finding->fix,
				&memory_short);
		findings->out_of_memory |= memory_short;
	}
}
