/* SPDX-License-Identifier: BSD-2-Clause */
/* Static Analysis Results Interchange Format 2.1.0 (OASIS standard), as code hosts show it beside the lines. */
#include "lint/output.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *level;    /* SARIF 3.27.10 */
	const char *security; /* as code hosts rank security findings */
} levels[] = {
	[SEVERITY_SUGGESTION] = { "note", NULL },
	[SEVERITY_WARNING] = { "warning", NULL },
	[SEVERITY_SECURITY] = { "error", "8.0" },
	[SEVERITY_ERROR] = { "error", NULL },
};

static json_t *rule(const struct kind *kind)
{
	json_t *properties = json_pack("{s:[s], s:s}", "tags", "mail", "severity", severity_name(kind->severity));

	if (properties && levels[kind->severity].security)
		json_object_set_new(properties, "security-severity", json_string(levels[kind->severity].security));
	json_t *help = json_sprintf("%s\nses-policy-lint(7) lists all findings.", kind->meaning);
	return json_pack("{s:s, s:{s:s}, s:{s:s}, s:{s:o}, s:{s:s}, s:o}", "id", kind->id, "shortDescription", "text", kind->title,
		"fullDescription", "text", kind->meaning, "help", "text", help, "defaultConfiguration", "level",
		levels[kind->severity].level, "properties", properties);
}

/* A path as a relative URI reference (RFC 3986): what is not unreserved or a slash is escaped. */
static json_t *uri(const char *path)
{
	char *out = malloc(3 * strlen(path) + 1);
	size_t used = 0;

	if (!out)
		return NULL;
	for (const char *at = path; *at; at++) {
		unsigned char byte = (unsigned char)*at;
		if (byte < 0x80 && (isalnum(byte) || strchr("-._~/", byte)))
			out[used++] = (char)byte;
		else
			used += (size_t)sprintf(out + used, "%%%02X", byte);
	}
	out[used] = '\0';
	json_t *string = json_string(out);
	free(out);
	return string;
}

/* Braces stand for arguments in messages; a literal brace is doubled (3.11.5). */
static json_t *message(const struct finding *finding)
{
	json_t *plain = json_sprintf("%s (mail: %s)", finding->message,
		finding->mail ? finding->mail : kinds[finding->kind].meaning);
	char *out = plain ? malloc(2 * json_string_length(plain) + 1) : NULL;
	size_t used = 0;

	for (const char *at = out ? json_string_value(plain) : ""; *at; at++) {
		out[used++] = *at;
		if (*at == '{' || *at == '}')
			out[used++] = *at;
	}
	json_t *string = out ? json_stringn(out, used) : NULL;
	free(out);
	json_decref(plain);
	return string;
}

static json_t *result(const struct finding *finding, int rule_index)
{
	const struct kind *kind = &kinds[finding->kind];
	json_t *location = json_pack("{s:{s:o}}", "artifactLocation", "uri", uri(finding->outer ? finding->outer : finding->file));

	/* A place inside a string is none of the file's lines. Columns are counted in characters; the log says so by columnKind. */
	if (location && finding->line && !finding->outer)
		json_object_set_new(location, "region",
			json_pack("{s:i, s:i}", "startLine", (int)finding->line, "startColumn", (int)finding->column));
	json_t *object = json_pack("{s:s, s:i, s:s, s:{s:o}, s:[{s:o}]}", "ruleId", kind->id, "ruleIndex", rule_index, "level",
		levels[kind->severity].level, "message", "text", message(finding), "locations", "physicalLocation", location);
	if (object && finding->fix)
		json_object_set_new(object, "properties", json_pack("{s:O}", "correctedStatement", finding->fix));
	return object;
}

bool output_sarif(FILE *out, const struct findings *findings, const char *version)
{
	json_t *rules = json_array(), *results = json_array();
	bool good = rules && results, used[KINDS] = { false };
	int indices[KINDS], count = 0;

	for (size_t i = 0; i < findings->count; i++)
		used[findings->list[i].kind] = true;
	for (size_t i = 0; good && i < KINDS; i++) {
		indices[i] = count;
		if (used[i])
			good = !json_array_append_new(rules, rule(&kinds[i])) && ++count;
	}
	for (size_t i = 0; good && i < findings->count; i++)
		good = !json_array_append_new(results, result(&findings->list[i], indices[findings->list[i].kind]));
	json_t *log = json_pack("{s:s, s:s, s:[{s:{s:{s:s, s:s, s:o}}, s:s, s:o}]}", "$schema",
		"https://json.schemastore.org/sarif-2.1.0.json", "version", "2.1.0", "runs", "tool", "driver", "name", "ses-policy",
		"version", version, "rules", rules, "columnKind", "unicodeCodePoints", "results", results);
	good = good && log && !json_dumpf(log, out, JSON_INDENT(2) | JSON_ENSURE_ASCII) && fputc('\n', out) != EOF;
	json_decref(log);
	return good;
}
