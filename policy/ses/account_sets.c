/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/account_sets.h"

#include "ses/account_member.h"
#include "ses/account_names.h"
#include "ses/configuration_set.h"

#include <stdlib.h>

#define ALL_REASONS ((1u << SUPPRESSIONS) - 1)

static void set_read(struct account_set *set, const struct json_source *source, const json_t *root, struct faults *faults)
{
	const struct json_path path = { .member = "SendingOptions" };
	const json_t *sending = account_object(source, root, "SendingOptions", faults);
	const json_t *suppression = account_object(source, root, "SuppressionOptions", faults);

	account_string(source, NULL, root, "ConfigurationSetName", faults);
	account_name_check(source, set->name, root, "ConfigurationSetName", faults);
	if (!configuration_set_is_valid(set->name))
		json_fault(source, NULL, faults, "is not named after a configuration set; " ACCOUNT_AGAIN);
	set->off = sending && !account_switch(source, &path, sending, "SendingEnabled", faults);
	set->own_reasons = suppression;
	set->reasons = account_reasons(source, suppression, faults);
}

static void set_load(struct generation *generation, const struct account_folder *folder, const struct account_entry *entry,
	struct account_set *set)
{
	struct json_source source;
	json_t *root = account_json_read(folder, entry->file, &source, NULL);

	set->name = arena_text(&generation->arena, entry->name);
	if (!set->name.at)
		fault_memory(folder->faults);
	else if (root)
		set_read(set, &source, root, folder->faults);
	json_decref(root);
	account_source_free(&source);
}

static void list_load(struct generation *generation, const struct account_folder *folder, const struct account_listing *list)
{
	struct account_state *state = &generation->account_state;

	state->sets = arena_array(&generation->arena, list->count, sizeof *state->sets);
	if (!state->sets) {
		fault_memory(folder->faults);
		return;
	}
	/* In the order of their names. */
	for (size_t i = 0; i < list->count; i++)
		set_load(generation, folder, &list->at[i], &state->sets[state->set_count++]);
}

void account_sets_load(struct generation *generation, const struct account_folder *folder)
{
	account_names_load(generation, folder, "configuration-sets", list_load);
}

static int order(const void *name, const void *set)
{
	return text_compare(*(const struct text *)name, ((const struct account_set *)set)->name);
}

const struct account_set *account_set_find(const struct account_state *state, struct text name)
{
	return state->set_count ? bsearch(&name, state->sets, state->set_count, sizeof *state->sets, order) : NULL;
}

unsigned account_set_reasons(const struct account_state *state, struct text name)
{
	if (!name.length)
		return state->reasons;
	const struct account_set *set = account_set_find(state, name);
	return !set ? ALL_REASONS : set->own_reasons ? set->reasons : state->reasons;
}
