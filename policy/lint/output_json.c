/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint/output.h"

/* A member that may be missing. */
static bool maybe(json_t *object, const char *member, json_t *value, bool there)
{
	if (there)
		return !json_object_set_new(object, member, value);
	json_decref(value);
	return true;
}

static json_t *finding_json(const struct finding *finding)
{
	const struct kind *kind = &kinds[finding->kind];
	json_t *object = json_pack("{s:s, s:s, s:s, s:s}", "id", kind->id, "severity", severity_name(kind->severity), "title",
		kind->title, "file", finding->file);

	if (!object || !maybe(object, "line", json_integer(finding->line), finding->line) ||
		!maybe(object, "column", json_integer(finding->column), finding->line) ||
		!maybe(object, "policy", finding->policy ? json_string(finding->policy) : NULL, finding->policy) ||
		!maybe(object, "statement", json_integer(finding->statement), finding->statement >= 0) ||
		!maybe(object, "sid", finding->sid ? json_string(finding->sid) : NULL, finding->sid) ||
		json_object_set_new(object, "message", json_string(finding->message)) ||
		json_object_set_new(object, "mail", json_string(finding->mail ? finding->mail : kind->meaning)) ||
		(finding->fix && json_object_set(object, "fix", finding->fix))) {
		json_decref(object);
		return NULL;
	}
	return object;
}

static bool line(FILE *out, json_t *object)
{
	bool good = object && !json_dumpf(object, out, JSON_COMPACT | JSON_ENSURE_ASCII) && fputc('\n', out) != EOF;

	json_decref(object);
	return good;
}

bool output_json(FILE *out, const struct findings *findings)
{
	bool good = true;

	for (size_t i = 0; good && i < findings->count; i++)
		good = line(out, finding_json(&findings->list[i]));
	return good;
}

bool output_kinds_json(FILE *out)
{
	bool good = true;

	for (size_t i = 0; good && i < KINDS; i++)
		good = line(out,
			json_pack("{s:s, s:s, s:s, s:s}", "id", kinds[i].id, "severity", severity_name(kinds[i].severity), "title",
				kinds[i].title, "meaning", kinds[i].meaning));
	return good;
}
