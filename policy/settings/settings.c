/* SPDX-License-Identifier: BSD-2-Clause */
#include "settings/settings.h"

#include "settings/setting_quotas.h"
#include "settings/setting_read.h"
#include "settings/setting_table.h"
#include "settings/settings_callers.h"
#include "settings/settings_files.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void *setting_at(struct settings *settings, const struct setting *row)
{
	return (char *)settings + row->offset;
}

static void set_origin(struct settings *settings, const struct setting *row, const char *origin)
{
	settings->origins[row - setting_table] = origin;
}

/* An option's value in place of a setting's. */
static void apply_option(struct settings *settings, const char *name, const char *value, struct faults *faults)
{
	const struct setting *row = setting_find(setting_table, setting_count, name);
	char room[256], shown[256];

	if (!value)
		return;
	const char *wrong = row->check(value, room, sizeof room);
	if (wrong)
		fault_add(faults, "--%s %s: %s", name, text_escape(text_of(value), shown, sizeof shown), wrong);
	else
		*(const char **)setting_at(settings, row) = setting_copy(&settings->arena, value, faults);
	const char *origin = arena_printf(&settings->arena, "--%s", name);
	set_origin(settings, row, origin ? origin : "the command line");
}

static void apply_account_state(struct settings *settings, const char *folder, struct faults *faults)
{
	if (!folder)
		return;
	if (!*folder)
		fault_add(faults, "--account-state: is empty; name a folder");
	settings->site.account_state = setting_copy(&settings->arena, folder, faults);
	set_origin(settings, setting_find(setting_table, setting_count, "account_state"), "--account-state");
}

static void apply_policies(struct settings *settings, const struct settings_given *given, struct faults *faults)
{
	const char **paths;

	if (given->policy_count == 0)
		return;
	settings->site.policies = (struct string_list){ NULL, 0 };
	paths = arena_array(&settings->arena, given->policy_count, sizeof *paths);
	if (!paths) {
		fault_memory(faults);
		return;
	}
	for (size_t i = 0; i < given->policy_count; i++) {
		if (!*given->policies[i])
			fault_add(faults, "--policy: is empty; name a file or a folder");
		else if ((paths[settings->site.policies.count] = setting_copy(&settings->arena, given->policies[i], faults)))
			settings->site.policies.count++;
	}
	settings->site.policies.at = paths;
	set_origin(settings, setting_find(setting_table, setting_count, "policies"), "--policy");
}

/* Are there policies of callers? The site then needs none of identities. */
static bool has_callers_policies(const struct site_options *site)
{
	bool has = site->organization.count || site->iam || site->everyone.policies.count || site->everyone.boundary;

	for (size_t i = 0; i < site->principals.count && !has; i++)
		has = site->principals.at[i].policies.count || site->principals.at[i].boundary;
	return has;
}

static void set_defaults(struct settings *settings)
{
	static_assert(MAILBOX_CASE_DOMAIN == 0 && MAILBOX_CASE_PRESERVE == 1, "order of the words of address_case");
	static_assert(MODE_ENFORCE == 0 && MODE_MONITOR == 1, "order of the words of mode");
	static_assert(CONNECTION_CLIENT == 0 && CONNECTION_RELAY == 1, "order of the words of connection");
	static_assert(PAUSED_DEFER == 0 && PAUSED_REFUSE == 1 && PAUSED_IGNORE == 2, "order of the words of paused");
	static_assert(SUPPRESSED_REFUSE == 0 && SUPPRESSED_IGNORE == 1, "order of the words of suppressed");
	static_assert(FROM_BOTH == 0 && FROM_ENVELOPE == 1 && FROM_HEADER == 2, "order of the words of from_address");

	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *row = &setting_table[i];
		if (row->type == SETTING_TEXT)
			*(const char **)setting_at(settings, row) = row->fallback;
		else if (row->type == SETTING_MODE)
			setting_parse_mode(row->fallback, setting_at(settings, row));
		else if (row->type == SETTING_WORD)
			*(unsigned *)setting_at(settings, row) = (unsigned)setting_word(row, row->fallback);
		else if (row->type == SETTING_SWITCH)
			*(unsigned *)setting_at(settings, row) = strcmp(row->fallback, "true") == 0;
	}
}

static bool is_written(const struct settings *settings, const char *name)
{
	return settings->origins[setting_find(setting_table, setting_count, name) - setting_table];
}

/* Which addresses there are is asked where they count, and only there. */
static void check_egress_fits(struct settings *settings, struct faults *faults)
{
	struct site_options *site = &settings->site;
	const char *file = settings->file ? settings->file : "settings";

	site->connection_given = is_written(settings, "connection");
	site->sandbox_given = is_written(settings, "sandbox");
	site->unknown_identity_given = is_written(settings, "unknown_identity");
	if (site->connection == CONNECTION_RELAY && !site->egress.count)
		fault_add(faults,
			"%s: \"connection\": \"relay\" without \"egress\"; add \"egress\": [\"ADDRESS\"] with the public "
			"addresses of the relay, or \"egress\": \"" EGRESS_VPC "\"",
			file);
	if (site->connection == CONNECTION_CLIENT && site->egress.at)
		fault_add(faults,
			"%s: \"egress\" without \"connection\": \"relay\"; add that if policies are about the relay's addresses, "
			"or remove it",
			file);
}

/* Beside a unix socket, if nothing is said of it. False: memory is short. */
static bool settle_control(struct settings *settings, struct faults *faults)
{
	settings->control_given = settings->control;
	if (settings->control && strcmp(settings->control, SETTING_CONTROL_NONE) == 0)
		settings->control = NULL;
	if (settings->control_given || settings->listen.family != AF_UNIX)
		return true;
	const char *path = settings->listen.path, *slash = strrchr(path, '/');
	settings->control = arena_printf(&settings->arena, "%.*scontrol.sock", slash ? (int)(slash + 1 - path) : 0, path);
	if (!settings->control)
		fault_memory(faults);
	return settings->control;
}

bool settings_load(struct settings *settings, const struct settings_given *given, struct faults *faults)
{
	size_t before = faults->count;
	char room[256];

	memset(settings, 0, sizeof *settings);
	arena_init(&settings->arena);
	settings->origins = arena_array(&settings->arena, setting_count, sizeof *settings->origins);
	if (!settings->origins) {
		fault_memory(faults);
		return false;
	}
	set_defaults(settings);
	bool policies = given->policy_count || settings_callers_given(&given->callers);
	if (given->settings || !policies)
		settings_files_read(settings, given->settings ? given->settings : SETTINGS_FILE, faults);
	apply_option(settings, "socket", given->socket, faults);
	apply_option(settings, "user", given->user, faults);
	apply_account_state(settings, given->account_state, faults);
	apply_policies(settings, given, faults);
	settings_callers_apply(settings, &given->callers, faults);
	if (faults->count == before && settings->site.policies.count == 0 && !has_callers_policies(&settings->site))
		fault_add(faults, "%s: no policies; add \"policies\": [\"/etc/ses-policy-milter/policies.d\"], or use --policy",
			settings->file ? settings->file : "settings");
	if (faults->count == before && settings->records_required && !settings->records)
		fault_add(faults, "%s: \"records_required\" without \"records\"; name the file, or remove it",
			settings->file ? settings->file : "settings");
	if (faults->count == before)
		check_egress_fits(settings, faults);
	if (faults->count == before)
		setting_quotas_check(settings->file ? settings->file : "settings", &settings->site, faults);
	if (faults->count != before)
		return false;
	/* They have been checked; this only keeps the parts. */
	if (settings->metrics && metrics_spec_parse(settings->metrics, &settings->metrics_listen, room, sizeof room))
		return false;
	if (socket_spec_parse(settings->socket, &settings->listen, room, sizeof room))
		return false;
	return settle_control(settings, faults);
}

void settings_free(struct settings *settings)
{
	arena_free(&settings->arena);
}
