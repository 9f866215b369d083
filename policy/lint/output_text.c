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

static bool one(FILE *out, const struct finding *finding, bool color)
{
	const struct kind *kind = &kinds[finding->kind];
	bool good = true;

	fprintf(out, "%s%s:", color ? BOLD : "", finding->file);
	if (finding->line)
		fprintf(out, "%u:%u:", finding->line, finding->column);
	fprintf(out, "%s %s%s%s %s: %s\n", color ? RESET : "", color ? colors[kind->severity] : "", severity_name(kind->severity),
		color ? RESET : "", kind->id, finding->message);
	fprintf(out, "    mail: %s\n", finding->mail ? finding->mail : kind->meaning);
	if (finding->fix) {
		char *fix = json_dumps(finding->fix, JSON_INDENT(2) | JSON_ENSURE_ASCII);
		good = fix;
		if (fix) {
			fprintf(out, "    corrected statement:\n");
			indented(out, fix);
		}
		free(fix);
	}
	return good;
}

bool output_text(FILE *out, const struct findings *findings, bool color)
{
	size_t counts[SEVERITY_ERROR + 1] = { 0 };
	bool good = true;

	for (size_t i = 0; i < findings->count; i++) {
		good &= one(out, &findings->list[i], color);
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
