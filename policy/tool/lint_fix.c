/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/lint_fix.h"

#include "lint/fix_text.h"
#include "ses/load_path.h"
#include "tool/replace_file.h"

#include <stdlib.h>
#include <string.h>

/* A statement needs one round for each thing that is wrong with it. Corrections that undo each other end here. */
#define ROUNDS_MAX 50

/* One file on its way. */
struct fixing {
	const struct lint_options *options;
	const struct loaded_file *file;
	struct arena arena; /* of the texts and lines */
	struct text text;   /* as corrected so far */
	const char *lines;  /* what was corrected */
	const char *prefix;
	size_t inner; /* corrections of texts in strings, of the last round */
	bool memory_short;
};

static int later_first(const void *a, const void *b)
{
	const struct finding *left = *(const struct finding *const *)a, *right = *(const struct finding *const *)b;

	return left->text->at < right->text->at ? 1 : left->text->at > right->text->at ? -1 : 0;
}

/* Is another correction of the same statement taken already? It is a change of the same old text. */
static bool is_taken(const struct finding **taken, size_t count, const struct finding *finding)
{
	for (size_t i = 0; i < count; i++)
		if (taken[i]->text->at == finding->text->at)
			return true;
	return false;
}

static bool change(struct fixing *fixing, const struct finding *finding)
{
	struct text text = fix_text_apply(&fixing->arena, fixing->text, finding->text);

	if (!text.at)
		return false;
	fixing->text = text;
	return true;
}

static bool note(struct fixing *fixing, const struct finding *finding)
{
	const char *lines = arena_printf(&fixing->arena, "%s%s%s:%u:%u: corrected: %s\n", fixing->lines, fixing->prefix,
		finding->file, finding->line, finding->column, kinds[finding->kind].id);

	if (!lines)
		return false;
	fixing->lines = lines;
	return true;
}

/* One look, and the first correction of each statement. False: there was nothing more to correct, or memory ran short. */
static bool round_run(struct fixing *fixing)
{
	struct lint_options options = *fixing->options;
	struct lint lint;
	size_t count = 0;

	options.texts = true;
	lint_init(&lint, &options);
	lint_text(&lint, fixing->file->shown, fixing->file->name, fixing->text);
	const struct finding **taken = calloc(lint.findings.count + 1, sizeof *taken);
	fixing->memory_short = !taken || lint.findings.out_of_memory;
	fixing->inner = 0;
	for (size_t i = 0; i < lint.findings.count && !fixing->memory_short; i++) {
		const struct finding *finding = &lint.findings.list[i];
		fixing->inner += finding->text && finding->text->inner;
		if (!finding->text || finding->text->inner || is_taken(taken, count, finding))
			continue;
		taken[count++] = finding;
		fixing->memory_short = !note(fixing, finding);
	}
	/* From the end on: the places of those before it stay. */
	if (count)
		qsort(taken, count, sizeof *taken, later_first);
	for (size_t i = 0; i < count && !fixing->memory_short; i++)
		fixing->memory_short = !change(fixing, taken[i]);
	free(taken);
	lint_free(&lint);
	return count && !fixing->memory_short;
}

static bool file_fix(const struct lint_options *options, const struct loaded_file *file, FILE *out, const char *prefix,
	struct faults *faults)
{
	struct fixing fixing = { .options = options, .file = file, .text = file->content, .lines = "", .prefix = prefix };
	bool good = true;

	arena_init(&fixing.arena);
	for (int i = 0; i < ROUNDS_MAX && round_run(&fixing); i++)
		;
	if (fixing.memory_short) {
		fault_memory(faults);
		good = false;
	} else if (!text_equals(fixing.text, file->content)) {
		good = replace_file(file->shown, file->content, fixing.text, faults);
		if (good)
			fputs(fixing.lines, out);
	}
	if (good && fixing.inner)
		fault_note(faults,
			"%s: %zu correction%s of policies that stand in strings %s not written; correct the policy where the file comes from",
			file->shown, fixing.inner, fixing.inner == 1 ? "" : "s", fixing.inner == 1 ? "is" : "are");
	arena_free(&fixing.arena);
	return good;
}

bool lint_fix_path(const struct lint_options *options, const char *path, enum lint_type type, FILE *out, const char *prefix,
	struct faults *faults)
{
	struct lint_options typed = *options;
	struct loaded_files files;
	bool good = true;

	if (!load_paths(&path, 1, &files, faults))
		return false;
	typed.type = type;
	for (size_t i = 0; i < files.count; i++)
		good &= file_fix(&typed, &files.files[i], out, prefix, faults);
	loaded_files_free(&files);
	return good;
}
