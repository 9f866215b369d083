/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/report_site.h"

#include "quota/quota_key.h"
#include "ses/generation_file.h"
#include "tool/report_json.h"

#include <sys/stat.h>

/* 0: it cannot be told. */
static int64_t changed_at(const char *path)
{
	struct stat status;

	return stat(path, &status) ? 0 : (int64_t)status.st_mtim.tv_sec;
}

static json_t *time_or_null(int64_t seconds)
{
	return seconds ? report_time(seconds) : json_null();
}

static json_t *files_json(const struct generation *generation, int64_t *newest)
{
	json_t *list = json_array();
	bool good = list;

	*newest = 0;
	for (const struct generation_file *file = generation->first_file; good && file; file = file->next) {
		int64_t changed = changed_at(file->path);
		if (changed > *newest)
			*newest = changed;
		good = report_push(list,
			json_pack("{s:s, s:s, s:o}", "file", file->path, "sha256", file->digest, "changed", time_or_null(changed)));
	}
	if (good)
		return list;
	json_decref(list);
	return NULL;
}

static json_t *paths_json(const struct string_list *paths)
{
	json_t *list = json_array();
	bool good = list;

	for (size_t i = 0; good && i < paths->count; i++)
		good = report_push(list, report_string(paths->at[i]));
	if (good)
		return list;
	json_decref(list);
	return NULL;
}

json_t *report_site(const struct settings *settings, const struct generation *generation)
{
	int64_t newest;
	json_t *files = files_json(generation, &newest);

	return json_pack("{s:o, s:s, s:o, s:o, s:s, s:I, s:I, s:I, s:o, s:o, s:o, s:o}", "settings", report_string(settings->file),
		"mode", settings->mode == MODE_MONITOR ? "monitor" : "enforce", "account", report_text(generation->account),
		"region", report_text(generation->region), "connection", generation->connection.relay ? "relay" : "client",
		"identities", (json_int_t)generation->identity_count, "policies", (json_int_t)policy_set_count(generation->set),
		"statements", (json_int_t)policy_set_statement_count(generation->set), "records", report_string(settings->records),
		"shadow", paths_json(&settings->shadow), "changed", time_or_null(newest), "files", files);
}

static json_t *limit_json(enum quota_scope scope, const struct quota_rule *rule)
{
	const struct quota_limit *limit = &rule->limit;
	bool paced = limit->rate != QUOTA_UNLIMITED;

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:b}", "scope", report_text(quota_scope_name(scope)), "name",
		report_text(rule->name), "per_day", limit->per_day == QUOTA_UNLIMITED ? json_null() : json_integer(limit->per_day),
		"per_second", paced ? json_real((double)limit->rate / 1000) : json_null(), "burst",
		paced ? json_integer(limit->burst) : json_null(), "monitor", limit->monitor, "each", rule->pattern);
}

json_t *report_limits(const struct quotas *quotas)
{
	json_t *list = json_array();
	bool good = list;

	for (enum quota_scope scope = 0; good && scope < QUOTA_SCOPES; scope++)
		for (size_t i = 0; good && i < quotas->rules[scope].count; i++)
			good = report_push(list, limit_json(scope, &quotas->rules[scope].at[i]));
	if (good)
		return list;
	json_decref(list);
	return NULL;
}
