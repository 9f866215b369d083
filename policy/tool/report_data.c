/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/report_data.h"

#include "config.h"
#include "tool/report_findings.h"
#include "tool/report_json.h"
#include "tool/report_matrix.h"
#include "tool/report_policies.h"
#include "tool/report_site.h"
#include "tool/report_sources.h"
#include "tool/report_tests.h"

#include <time.h>

/* What tests and records say of a statement, beside it. */
static bool statement_join(json_t *statement, const json_t *tested, const struct report_tally *tally)
{
	const char *name = json_string_value(json_object_get(statement, "statement"));

	if (json_object_set(statement, "tested", (json_t *)tested))
		return false;
	return !tally ||
		(report_set(statement, "recorded", json_integer((json_int_t)report_count_of(&tally->by[BY_STATEMENT], name))) &&
			report_set(statement, "shadowed",
				json_integer((json_int_t)report_count_of(&tally->by[BY_SHADOW_STATEMENT], name))));
}

static bool statements_join(const json_t *policies, const json_t *tests, const struct report_tally *tally)
{
	const json_t *tested = json_object_get(tests, "statements"), *policy;
	size_t i, number = 0;

	json_array_foreach(policies, i, policy) {
		json_t *statement;
		size_t j;
		json_array_foreach(json_object_get(policy, "statements"), j, statement)
			if (!statement_join(statement, json_array_get(tested, number++), tally))
				return false;
	}
	return true;
}

json_t *report_data(struct command_site *site, const struct report_tally *tally, struct faults *faults)
{
	const struct generation *generation = site->generation;
	int64_t now = (int64_t)time(NULL);
	size_t before = faults->count;
	json_t *sources = report_sources(&site->settings.site, faults);
	json_t *findings = sources ? report_findings(&site->settings, now, faults) : NULL;

	if (!findings) {
		json_decref(sources);
		return NULL;
	}
	json_t *policies = report_policies(generation);
	json_t *tests = report_tests(generation, &site->settings.site, faults);
	json_t *made = NULL;
	if (policies && tests && statements_join(policies, tests, tally))
		made = json_pack("{s:o, s:s, s:o, s:o, s:O, s:O, s:O, s:O, s:o, s:o}", "made", report_time(now), "version",
			PACKAGE_VERSION, "site", report_site(&site->settings, generation, faults), "matrix",
			report_matrix(generation), "policies", policies, "sources", sources, "findings", findings, "tests", tests,
			"limits", report_limits(&generation->quotas), "records", tally ? report_tally_json(tally) : json_null());
	json_decref(sources);
	json_decref(findings);
	json_decref(policies);
	json_decref(tests);
	if (!made && faults->count == before)
		fault_memory(faults);
	/* Half a report is none. */
	if (made && faults->count != before) {
		json_decref(made);
		return NULL;
	}
	return made;
}
