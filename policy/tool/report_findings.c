/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/report_findings.h"

#include "base/system_error.h"
#include "lint/lint_policies.h"
#include "lint/lint_settings.h"
#include "lint/lint_site.h"
#include "settings/read_file.h"
#include "tool/report_json.h"

#include <errno.h>
#include <stdlib.h>

/* False: they cannot be read once more, and a fault says why. A site without a settings file has nothing to look at. */
static bool look_at_settings(struct lint *lint, const struct settings *settings, struct faults *faults)
{
	size_t size = 0;
	char *text = settings->file ? read_file(settings->file, SETTINGS_FILE_MAX, &size) : NULL;
	bool good = text || !settings->file;

	if (!good)
		fault_system(faults, errno, system_error_read_remedy(errno), "%s", settings->file);
	else if (text)
		lint_settings(lint, &(struct json_source){ .file = settings->file, .text = { text, size } });
	free(text);
	return good;
}

static json_t *finding_json(const struct finding *finding)
{
	const struct kind *kind = &kinds[finding->kind];

	return json_pack("{s:s, s:i, s:i, s:s, s:s, s:s, s:s, s:s, s:s?, s:o}", "file", finding->file, "line", (int)finding->line,
		"column", (int)finding->column, "severity", severity_name(kind->severity), "kind", kind->id, "title", kind->title,
		"message", finding->message, "mail", finding->mail ? finding->mail : kind->meaning, "policy", finding->policy,
		"statement", finding->statement < 0 ? json_null() : json_integer(finding->statement + 1));
}

static json_t *findings_json(const struct findings *findings)
{
	json_int_t counts[SEVERITY_ERROR + 1] = { 0 };
	json_t *list = json_array();
	bool good = list;

	for (size_t i = 0; good && i < findings->count; i++) {
		counts[kinds[findings->list[i].kind].severity]++;
		good = report_push(list, finding_json(&findings->list[i]));
	}
	if (good)
		return json_pack("{s:I, s:I, s:I, s:I, s:o}", severity_name(SEVERITY_ERROR), counts[SEVERITY_ERROR],
			severity_name(SEVERITY_SECURITY), counts[SEVERITY_SECURITY], severity_name(SEVERITY_WARNING),
			counts[SEVERITY_WARNING], severity_name(SEVERITY_SUGGESTION), counts[SEVERITY_SUGGESTION], "list", list);
	json_decref(list);
	return NULL;
}

json_t *report_findings(struct settings *settings, int64_t now, struct faults *faults)
{
	struct lint_options options = { .now = { now, 0 } };
	json_t *made = NULL;
	struct lint lint;

	if (!lint_site_from_options(&options.site, &settings->site, &settings->arena)) {
		fault_memory(faults);
		return NULL;
	}
	options.site.complete = true;
	lint_init(&lint, &options);
	bool good = look_at_settings(&lint, settings, faults) && lint_policies(&lint, &settings->site, NULL, faults);
	if (good && !lint.findings.out_of_memory)
		made = findings_json(&lint.findings);
	if (good && !made)
		fault_memory(faults);
	lint_free(&lint);
	return made;
}
