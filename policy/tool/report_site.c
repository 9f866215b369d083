/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/report_site.h"

#include "base/system_error.h"
#include "quota/quota_key.h"
#include "ses/generation_file.h"
#include "tool/report_json.h"

#include <errno.h>
#include <sys/stat.h>

static json_t *time_or_null(int64_t seconds)
{
	return seconds ? report_time(seconds) : json_null();
}

/* NULL: a fault says why, or memory is short. */
static json_t *file_json(const struct generation_file *file, int64_t *newest, struct faults *faults)
{
	struct stat status;

	bool there = !stat(file->path, &status);
	/* It may have gone since it was read, or have a name that is not shown as it is. */
	if (!there && errno != ENOENT && errno != ENOTDIR) {
		fault_system(faults, errno, system_error_read_remedy(errno), "%s", file->path);
		return NULL;
	}
	int64_t changed = there ? (int64_t)status.st_mtim.tv_sec : 0;
	if (changed > *newest)
		*newest = changed;
	return json_pack("{s:s, s:s, s:o}", "file", file->path, "sha256", file->digest, "changed", time_or_null(changed));
}

static json_t *files_json(const struct generation *generation, int64_t *newest, struct faults *faults)
{
	json_t *list = json_array();
	bool good = list;

	*newest = 0;
	for (const struct generation_file *file = generation->first_file; good && file; file = file->next)
		good = report_push(list, file_json(file, newest, faults));
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

json_t *report_site(const struct settings *settings, const struct generation *generation, struct faults *faults)
{
	int64_t newest;
	json_t *files = files_json(generation, &newest, faults);

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
