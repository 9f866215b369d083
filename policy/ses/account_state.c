/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/account_state.h"

#include "ses/account_files.h"
#include "ses/account_suppressed.h"
#include "ses/generation.h"
#include "value/duration.h"

#include <string.h>
#include <time.h>

#define AGAIN "fetch the account's state again"

static void load_account(struct generation *generation, const struct account_folder *folder);

/* The parts: how each is read, and what is not checked without it. */
static const struct part {
	const char *name;
	void (*load)(struct generation *generation, const struct account_folder *folder);
	const char *without;
} parts[ACCOUNT_PARTS] = {
	[PART_ACCOUNT] = { "account", load_account, "whether sending is paused" },
	[PART_SUPPRESSED] = { "suppressed", account_suppressed_load, "whether recipients are suppressed" },
};

const char *account_part_name(enum account_part part)
{
	return parts[part].name;
}

/* A member that must be true or false. */
static bool read_switch(const struct json_source *source, const json_t *root, const char *name, struct faults *faults)
{
	const json_t *value = json_object_get(root, name);
	const struct json_path path = { .member = name };

	if (!json_is_boolean(value))
		json_fault(source, value ? &path : NULL, faults, "%s is missing, or neither true nor false; " AGAIN, name);
	return json_is_true(value);
}

/* The bits of a list of reasons. */
static unsigned read_reasons(const struct json_source *source, const json_t *list, struct faults *faults)
{
	unsigned reasons = 0;
	const json_t *element;
	size_t i;

	if (list && !json_is_array(list))
		json_fault(source, NULL, faults, "SuppressedReasons is no list; " AGAIN);
	json_array_foreach(list, i, element) {
		const char *word = json_string_value(element);
		if (word && strcmp(word, "BOUNCE") == 0)
			reasons |= 1u << SUPPRESSION_BOUNCE;
		else if (word && strcmp(word, "COMPLAINT") == 0)
			reasons |= 1u << SUPPRESSION_COMPLAINT;
		else
			json_fault(source, NULL, faults, "SuppressedReasons holds what is neither BOUNCE nor COMPLAINT; " AGAIN);
	}
	return reasons;
}

/* A member that must be a number of 0 or more, or -1 where that means "no limit". */
static double read_number(const struct json_source *source, const json_t *quota, const char *name, bool unlimited,
	struct faults *faults)
{
	const json_t *value = json_object_get(quota, name);
	double number = json_number_value(value);

	if (!json_is_number(value) || (number < 0 && !(unlimited && number == -1)))
		json_fault(source, NULL, faults, "SendQuota.%s is missing, or no number that it can be; " AGAIN, name);
	return number;
}

static void read_quota(struct send_quota *quota, const struct json_source *source, const json_t *root, struct faults *faults)
{
	const json_t *value = json_object_get(root, "SendQuota");

	if (!value)
		return;
	if (!json_is_object(value)) {
		json_fault(source, NULL, faults, "SendQuota is no object; " AGAIN);
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
		state->paused = !read_switch(&source, root, "SendingEnabled", folder->faults) ||
			(status && strcmp(status, "SHUTDOWN") == 0);
		state->sandbox = !read_switch(&source, root, "ProductionAccessEnabled", folder->faults);
		state->reasons = read_reasons(&source,
			json_object_get(json_object_get(root, "SuppressionAttributes"), "SuppressedReasons"), folder->faults);
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
		json_fault(source, &here, faults, "there is no part \"%s\"; take a newer ses-policy-milter, or " AGAIN,
			text_escape(text_of(name), shown, sizeof shown));
	else if (!text || !instant_parse(text_of(text), &when))
		json_fault(source, &here, faults, "is no time such as \"2026-05-01T12:00:00Z\"; " AGAIN);
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
			json_fault(&source, NULL, folder->faults, "is not {\"parts\": {\"NAME\": \"TIME\", ...}}; " AGAIN);
		else
			json_object_foreach(list, name, value)
				note_part(state, &source, name, value, folder->faults);
		if (list && json_object_size(list) == 0)
			json_fault(&source, NULL, folder->faults, "lists no part; " AGAIN);
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
	int64_t seconds;

	if (duration_parse(text_of(most), &seconds) && (int64_t)time(NULL) - state->oldest.seconds > seconds)
		fault_note(faults, "account_state: %s: is of %s, older than %s, but still used; find out why it is not fetched",
			text_escape(text_of(options->account_state), shown, sizeof shown), instant_print(&state->oldest, when),
			most);
}

/* For which reasons a recipient is refused. */
static void find_reasons(struct account_state *state, const struct site_options *options)
{
	if (options->suppressed == SUPPRESSED_REFUSE && state->has[PART_ACCOUNT] && state->has[PART_SUPPRESSED])
		state->refused_reasons = state->reasons;
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
	/* Which recipients are verified the state does not say: it does not switch that check on. */
	if (state->sandbox && !options->sandbox_given)
		fault_note(folder->faults,
			"account_state: the account is in the SES sandbox, where recipients must be verified; write \"sandbox\": true and "
			"name what is verified in \"identities\", or \"sandbox\": false to leave it to SES");
	find_reasons(state, options);
	state->paused_refuse = state->paused && options->paused == PAUSED_REFUSE;
	state->paused_defer = state->paused && options->paused == PAUSED_DEFER;
}

void account_state_load(struct generation *generation, const struct site_options *options, struct faults *faults)
{
	struct account_folder folder = { .descriptor = -1, .arena = &generation->arena, .faults = faults };

	if (!options->account_state || !account_folder_open(&folder, options->account_state))
		return;
	load_parts(generation, options, &folder);
	account_folder_close(&folder);
}
