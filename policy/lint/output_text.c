/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint/output.h"

#include <stdlib.h>
#include <string.h>

#define RESET "\033[0m"
#define BOLD "\033[1m"

static const char *const colors[] = {
	[SEVERITY_SUGGESTION] = "\033[36m",
	[SEVERITY_WARNING] = "\033[33m",
	[SEVERITY_SECURITY] = "\033[1;35m",
	[SEVERITY_ERROR] = "\033[1;31m",
};

static void indented(FILE *out, const char *text)
{
	for (const char *at = text; *at;) {
		size_t length = strcspn(at, "\n");
		fprintf(out, "        %.*s\n", (int)length, at);
		at += length + (at[length] == '\n');
	}
}

/* A line that wraps: words behind `used` columns; the lines that follow begin with `indent` blanks. */
struct wrap {
	FILE *out;
	size_t width; /* 0: it does not */
	size_t used, indent;
	bool fresh; /* nothing stands behind the blanks yet */
};

static void word(struct wrap *line, const char *before, struct text text, const char *behind)
{
	size_t columns = 0;

	for (size_t at = 0; at < text.length; at += text_character(text, at))
		columns++;
	if (!line->fresh && line->width && line->used + 1 + columns > line->width) {
		fprintf(line->out, "\n%*s", (int)line->indent, "");
		line->used = line->indent;
	} else if (!line->fresh) {
		fputc(' ', line->out);
		line->used++;
	}
	fprintf(line->out, "%s%.*s%s", before, TEXT_ARGS(text), behind);
	line->used += columns;
	line->fresh = false;
}

static void words(struct wrap *line, const char *text)
{
	struct text rest = text_of(text);

	while (rest.length) {
		size_t length = text_find(rest, ' ', 0);
		word(line, "", text_first(rest, length), "");
		rest = text_from(rest, length < rest.length ? length + 1 : length);
	}
	fputc('\n', line->out);
}

/* Where it is, how grave, what kind, and what it says. */
static bool message(FILE *out, const struct finding *finding, bool color, size_t width)
{
	const struct kind *kind = &kinds[finding->kind];
	struct wrap line = { .out = out, .width = width, .indent = 4, .fresh = true };
	char place[32] = "", *whole = NULL, *id = NULL;

	if (finding->line)
		snprintf(place, sizeof place, "%u:%u:", finding->line, finding->column);
	if (asprintf(&whole, "%s:%s", finding->file, place) < 0)
		return false;
	word(&line, color ? BOLD : "", text_of(whole), color ? RESET : "");
	free(whole);
	if (asprintf(&id, "%s:", kind->id) < 0)
		return false;
	word(&line, color ? colors[kind->severity] : "", text_of(severity_name(kind->severity)), color ? RESET : "");
	word(&line, "", text_of(id), "");
	free(id);
	words(&line, finding->message);
	return true;
}

static bool correction(FILE *out, const struct finding *finding)
{
	char *fix = NULL;

	if (!finding->fix)
		return true;
	if (finding->text && finding->text->diff) {
		fprintf(out, "    correction:\n");
		indented(out, finding->text->diff);
		return true;
	}
	fix = json_dumps(finding->fix, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	if (!fix)
		return false;
	fprintf(out, "    corrected statement:\n");
	indented(out, fix);
	free(fix);
	return true;
}

static bool one(FILE *out, const struct finding *finding, bool color, size_t width)
{
	struct wrap mail = { .out = out, .width = width, .used = 10, .indent = 10, .fresh = true };

	if (!message(out, finding, color, width))
		return false;
	fprintf(out, "    mail: ");
	words(&mail, finding->mail ? finding->mail : kinds[finding->kind].meaning);
	return correction(out, finding);
}

bool output_text(FILE *out, const struct findings *findings, bool color, size_t width)
{
	size_t counts[SEVERITY_ERROR + 1] = { 0 };
	bool good = true;

	for (size_t i = 0; i < findings->count; i++) {
		good &= one(out, &findings->list[i], color, width);
		counts[kinds[findings->list[i].kind].severity]++;
	}
	if (findings->count) {
		fprintf(out, "%zu finding%s:", findings->count, findings->count == 1 ? "" : "s");
		const char *comma = "";
		for (int severity = SEVERITY_ERROR; severity >= 0; severity--)
			if (counts[severity]) {
				fprintf(out, "%s %zu %s", comma, counts[severity], severity_name((enum severity)severity));
				comma = ",";
			}
		fputc('\n', out);
	}
	return good && !ferror(out);
}
