/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/account_state.h"

#include "ses/account_identities.h"
#include "ses/account_member.h"
#include "ses/account_sets.h"
#include "ses/account_suppressed.h"
#include "ses/account_tenants.h"
#include "ses/configuration_set.h"
#include "ses/generation.h"
#include "value/duration.h"

#include <string.h>
#include <time.h>

/* Clocks differ so much, in seconds; a part from later is from a wrong clock. */
#define AHEAD_MOST 300

static void load_account(struct generation *generation, const struct account_folder *folder);

/* The parts: how each is read, and what is not checked without it. */
static const struct part {
	const char *name;
	void (*load)(struct generation *generation, const struct account_folder *folder);
	const char *without;
} parts[ACCOUNT_PARTS] = {
	[PART_ACCOUNT] = { "account", load_account, "whether sending is paused" },
	[PART_IDENTITIES] = { "identities", account_identities_load, "whether identities are verified" },
	[PART_SETS] = { "configuration-sets", account_sets_load, "whether configuration sets are there and send" },
	[PART_TENANTS] = { "tenants", account_tenants_load, "whether tenants are there and send" },
	[PART_SUPPRESSED] = { "suppressed", account_suppressed_load, "whether recipients are suppressed" },
};

const char *account_part_name(enum account_part part)
{
	return parts[part].name;
}

/* A member that must be a number of 0 or more, or -1 where that means "no limit". */
static double read_number(const struct json_source *source, const json_t *quota, const char *name, bool unlimited,
	struct faults *faults)
{
	const json_t *value = json_object_get(quota, name);
	double number = json_number_value(value);

	if (!json_is_number(value) || (number < 0 && !(unlimited && number == -1)))
		json_fault(source, NULL, faults, "SendQuota.%s is missing, or no number that it can be; " ACCOUNT_AGAIN, name);
	return number;
}

static void read_quota(struct send_quota *quota, const struct json_source *source, const json_t *root, struct faults *faults)
{
	const json_t *value = json_object_get(root, "SendQuota");

	if (!value)
		return;
	if (!json_is_object(value)) {
		json_fault(source, NULL, faults, "SendQuota is no object; " ACCOUNT_AGAIN);
		return;
	}
	quota->known = true;
	quota->day = read_number(source, value, "Max24HourSend", true, faults);
	quota->rate = read_number(source, value, "MaxSendRate", true, faults);
	quota->sent = read_number(source, value, "SentLast24Hours", false, faults);
}

static void load_account(struct generation *generation, const struct account_folder *folder)
{
	struct account_state *state = &generation->account_state;
	struct json_source source;
	json_t *root = account_json_read(folder, "account.json", &source, NULL);

	if (root) {
		const char *status = json_string_value(json_object_get(root, "EnforcementStatus"));
		state->paused = !account_switch(&source, NULL, root, "SendingEnabled", folder->faults) ||
			(status && strcmp(status, "SHUTDOWN") == 0);
		state->sandbox = !account_switch(&source, NULL, root, "ProductionAccessEnabled", folder->faults);
		state->reasons = account_reasons(&source, account_object(&source, root, "SuppressionAttributes", folder->faults),
			folder->faults);
		read_quota(&state->quota, &source, root, folder->faults);
		json_decref(root);
	}
	account_source_free(&source);
}

static bool part_find(const char *name, enum account_part *part)
{
	for (*part = 0; *part < ACCOUNT_PARTS; (*part)++)
		if (strcmp(parts[*part].name, name) == 0)
			return true;
	return false;
}

/* One part of the list, and when it was fetched. */
static void note_part(struct account_state *state, const struct json_source *source, const char *name, const json_t *value,
	struct faults *faults)
{
	const struct json_path list = { .member = "parts" }, here = { .parent = &list, .member = name };
	const char *text = json_string_value(value);
	enum account_part part;
	struct instant when;
	char shown[64];

	if (!part_find(name, &part))
		json_fault(source, &here, faults, "there is no part \"%s\"; take a newer ses-policy-milter, or " ACCOUNT_AGAIN,
			text_escape(text_of(name), shown, sizeof shown));
	else if (!text || !instant_parse(text_of(text), &when))
		json_fault(source, &here, faults, "is no time such as \"2026-05-01T12:00:00Z\"; " ACCOUNT_AGAIN);
	else {
		state->has[part] = true;
		state->when[part] = when;
		if (!state->loaded || instant_compare(&when, &state->oldest) < 0)
			state->oldest = when;
		state->loaded = true;
	}
}

/* state.json: which parts there are. */
static void read_list(struct account_state *state, struct account_folder *folder)
{
	struct json_source source;
	json_t *root = account_json_read(folder, "state.json", &source, &folder->state), *list;
	const char *name;
	json_t *value;

	if (root) {
		list = json_object_get(root, "parts");
		if (json_object_size(root) != 1 || !json_is_object(list))
			json_fault(&source, NULL, folder->faults, "is not {\"parts\": {\"NAME\": \"TIME\", ...}}; " ACCOUNT_AGAIN);
		else
			json_object_foreach(list, name, value)
				note_part(state, &source, name, value, folder->faults);
		if (list && json_object_size(list) == 0)
			json_fault(&source, NULL, folder->faults, "lists no part; " ACCOUNT_AGAIN);
		json_decref(root);
	}
	account_source_free(&source);
}

static void tell_missing(const struct account_state *state, const char *path, struct faults *faults)
{
	char shown[256];

	for (enum account_part part = 0; part < ACCOUNT_PARTS; part++)
		if (!state->has[part])
			fault_note(faults, "account_state: %s: has no part `%s`; %s is not checked",
				text_escape(text_of(path), shown, sizeof shown), parts[part].name, parts[part].without);
}

static void tell_old(const struct account_state *state, const struct site_options *options, struct faults *faults)
{
	const char *most = options->account_state_max_age ? options->account_state_max_age : ACCOUNT_AGE_DEFAULT;
	char shown[256], when[INSTANT_TEXT_SIZE];
	int64_t seconds, now = (int64_t)time(NULL);

	/* It would not grow old. */
	for (enum account_part part = 0; part < ACCOUNT_PARTS; part++)
		if (state->has[part] && state->when[part].seconds > now + AHEAD_MOST) {
			fault_note(faults,
				"account_state: %s: `%s` is of %s, a time to come, and will be taken for new until then; set the clock "
				"right, and fetch the account's state again",
				text_escape(text_of(options->account_state), shown, sizeof shown), parts[part].name,
				instant_print(&state->when[part], when));
			break;
		}
	if (duration_parse(text_of(most), &seconds) && now - state->oldest.seconds > seconds)
		fault_note(faults, "account_state: %s: is of %s, older than %s, but still used; find out why it is not fetched",
			text_escape(text_of(options->account_state), shown, sizeof shown), instant_print(&state->oldest, when),
			most);
}

static void load_parts(struct generation *generation, const struct site_options *options, struct account_folder *folder)
{
	struct account_state *state = &generation->account_state;
	size_t before = folder->faults->count;

	read_list(state, folder);
	for (enum account_part part = 0; folder->faults->count == before && part < ACCOUNT_PARTS; part++)
		if (state->has[part])
			parts[part].load(generation, folder);
	if (folder->faults->count == before)
		account_folder_check(folder);
	if (folder->faults->count != before)
		return;
	tell_missing(state, options->account_state, folder->faults);
	tell_old(state, options, folder->faults);
	state->pause_refuses = options->paused == PAUSED_REFUSE;
	state->pause_defers = options->paused == PAUSED_DEFER;
}

void account_state_load(struct generation *generation, const struct site_options *options, struct faults *faults)
{
	struct account_folder folder = { .descriptor = -1, .arena = &generation->arena, .faults = faults };

	if (!options->account_state || !account_folder_open(&folder, options->account_state))
		return;
	load_parts(generation, options, &folder);
	account_folder_close(&folder);
}

/* The reasons that the account and all sets have. */
static unsigned all_sets(const struct account_state *state)
{
	unsigned reasons = state->reasons;

	for (size_t i = 0; i < state->set_count; i++)
		reasons &= account_set_reasons(state, state->sets[i].name);
	return reasons;
}

/* The same of no set, and of those that identities have by default. */
static unsigned default_sets(const struct generation *generation)
{
	const struct account_state *state = &generation->account_state;
	unsigned reasons = state->reasons;

	for (size_t i = 0; i < generation->configuration_set_count; i++)
		reasons &= account_set_reasons(state, generation->configuration_sets[i].name);
	return reasons;
}

/* Recipients are refused only if it is certain that SES sends them nothing: all must be known that has a say in it. */
static void find_reasons(struct generation *generation, const struct site_options *options, struct faults *faults)
{
	struct account_state *state = &generation->account_state;

	state->knows_defaults = state->has[PART_IDENTITIES] || options->configuration_sets.at;
	state->refuses_suppressed = options->suppressed == SUPPRESSED_REFUSE && state->has[PART_SUPPRESSED] &&
		state->has[PART_ACCOUNT] && state->has[PART_SETS];
	if (options->suppressed == SUPPRESSED_REFUSE && state->has[PART_SUPPRESSED] && !state->refuses_suppressed)
		fault_note(faults,
			"account_state: suppressed recipients are let through: only `account` and `configuration-sets` tell "
			"which of them SES sends nothing");
	if (!state->refuses_suppressed)
		return;
	state->certain_by_default = state->knows_defaults ? default_sets(generation) : all_sets(state);
	state->certain = generation->ses_headers_refuse ? state->certain_by_default : all_sets(state);
}

/* Which recipients are verified only the identities say. */
static void tell_sandbox(const struct account_state *state, const struct site_options *options, struct faults *faults)
{
	if (state->sandbox && !options->sandbox_given && !state->has[PART_IDENTITIES])
		fault_note(faults,
			"account_state: the account is in the SES sandbox, where recipients must be verified; write \"sandbox\": true and "
			"name what is verified in \"identities\", or \"sandbox\": false to leave it to SES");
}

static void tell_unknown_sets(const struct generation *generation, struct faults *faults)
{
	char name[96], shown[96];

	for (size_t i = 0; generation->account_state.has[PART_SETS] && i < generation->configuration_set_count; i++) {
		const struct configuration_set *one = &generation->configuration_sets[i];
		if (!account_set_find(&generation->account_state, one->name))
			fault_note(faults,
				"account_state: SES has no configuration set %s, which is the default one of %s; its mail is refused",
				text_escape(one->name, name, sizeof name), text_escape(one->identity, shown, sizeof shown));
	}
}

static void tell_unknown_tenants(const struct generation *generation, struct faults *faults)
{
	char shown[96];

	for (size_t i = 0; generation->account_state.has[PART_TENANTS] && i < generation->principals.count; i++) {
		struct text tenant = generation->principals.rules[i].tenant;
		if (tenant.length && !account_tenant_find(&generation->account_state, tenant))
			fault_note(faults,
				"account_state: SES has no tenant %s, which principals[%zu] names; mail for it is refused",
				text_escape(tenant, shown, sizeof shown), i);
	}
}

void account_state_settle(struct generation *generation, const struct site_options *options, struct faults *faults)
{
	if (!generation->account_state.loaded)
		return;
	find_reasons(generation, options, faults);
	tell_sandbox(&generation->account_state, options, faults);
	tell_unknown_sets(generation, faults);
	tell_unknown_tenants(generation, faults);
}
