/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/report_sources.h"

#include "iam/policy_file.h"
#include "ses/load_path.h"
#include "tool/report_json.h"

#include <stdlib.h>

/* The longest line, escaped; of a longer one the beginning. */
#define LINE_SIZE 16384

struct sources {
	json_t *list;
	size_t room; /* bytes that may still be shown */
	char *line;  /* LINE_SIZE bytes, and as many for the line with its tabs spread */
	struct faults *faults;
	bool memory_short;
};

static json_t *line_json(const struct sources *sources, struct text line)
{
	char *spread = sources->line + LINE_SIZE;
	size_t used = 0;

	if (line.length && line.at[line.length - 1] == '\r')
		line.length--;
	for (size_t i = 0; i < line.length && used < LINE_SIZE - 4; i++) {
		size_t width = line.at[i] == '\t' ? 4 : 1;
		memset(spread + used, line.at[i] == '\t' ? ' ' : line.at[i], width);
		used += width;
	}
	return json_string(text_escape((struct text){ spread, used }, sources->line, LINE_SIZE));
}

static bool is_there(const json_t *list, const char *file)
{
	const json_t *source;
	size_t i;

	json_array_foreach(list, i, source)
		if (!strcmp(json_string_value(json_object_get(source, "file")), file))
			return true;
	return false;
}

static json_t *source_json(struct sources *sources, const struct json_source *source)
{
	struct text all = source->text;
	json_t *lines = json_array();
	size_t at = 0, left_out = 0;
	bool good = lines;

	while (good && at < all.length) {
		size_t end = text_find(all, '\n', at);
		struct text line = { all.at + at, end - at };
		at = end + 1;
		if (json_array_size(lines) == SOURCES_LINES_MAX || line.length >= sources->room) {
			left_out++;
			continue;
		}
		sources->room -= line.length + 1;
		good = report_push(lines, line_json(sources, line));
	}
	if (good)
		return json_pack("{s:s, s:o, s:I}", "file", source->file, "lines", lines, "left_out", (json_int_t)left_out);
	json_decref(lines);
	return NULL;
}

static void take(const struct policy_document *document, void *context)
{
	struct sources *sources = context;

	if (!sources->memory_short && !is_there(sources->list, document->source->file))
		sources->memory_short = !report_push(sources->list, source_json(sources, document->source));
}

static bool take_path(struct sources *sources, const char *path)
{
	struct loaded_files files;

	if (!load_paths_if_any(&path, 1, &files, sources->faults))
		return false;
	for (size_t i = 0; i < files.count; i++)
		policy_file_read(files.files[i].shown, files.files[i].name, files.files[i].content, sources->faults, take, sources);
	loaded_files_free(&files);
	return true;
}

static bool take_paths(struct sources *sources, const struct string_list *paths)
{
	bool good = true;

	for (size_t i = 0; good && i < paths->count; i++)
		good = take_path(sources, paths->at[i]);
	return good;
}

static bool take_all(struct sources *sources, const struct site_options *options)
{
	bool good = take_paths(sources, &options->policies) && take_paths(sources, &options->everyone.policies);

	for (size_t i = 0; good && i < options->principals.count; i++) {
		const struct principal_option *principal = &options->principals.at[i];
		good = take_paths(sources, &principal->policies) &&
			(!principal->boundary || take_path(sources, principal->boundary));
	}
	if (good && options->everyone.boundary)
		good = take_path(sources, options->everyone.boundary);
	for (size_t i = 0; good && i < options->organization.count; i++)
		good = take_paths(sources, &options->organization.at[i]);
	return good;
}

json_t *report_sources(const struct site_options *options, struct faults *faults)
{
	struct sources sources = { .list = json_array(),
		.room = SOURCES_BYTES_MAX,
		.line = malloc((size_t)2 * LINE_SIZE),
		.faults = faults };
	size_t before = faults->count;
	bool good = sources.list && sources.line && take_all(&sources, options) && !sources.memory_short;

	free(sources.line);
	if (!good && faults->count == before)
		fault_memory(faults);
	if (good)
		return sources.list;
	json_decref(sources.list);
	return NULL;
}
