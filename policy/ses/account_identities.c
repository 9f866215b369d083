/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/account_identities.h"

#include "ses/account_member.h"
#include "ses/account_names.h"
#include "ses/configuration_set.h"
#include "ses/identity.h"

#include <stdlib.h>

/* What the file is named after, as the generation spells identities. False: faults were told. */
static bool name_read(struct generation *generation, const struct json_source *source, struct text name, struct text *identity,
	struct faults *faults)
{
	switch (identity_read(&generation->arena, name, generation->address_case, identity)) {
	case MAILBOX_ADDRESS:
		return true;
	case MAILBOX_MEMORY:
		fault_memory(faults);
		return false;
	default:
		json_fault(source, NULL, faults, "is named after neither a domain nor an address; " ACCOUNT_AGAIN);
		return false;
	}
}

static void set_read(struct generation *generation, const struct json_source *source, const json_t *root,
	struct account_identity *identity, struct faults *faults)
{
	if (!json_object_get(root, "ConfigurationSetName"))
		return;
	struct text name = account_string(source, NULL, root, "ConfigurationSetName", faults);
	if (name.length && !configuration_set_is_valid(name))
		json_fault(source, NULL, faults, "ConfigurationSetName is not the name of a configuration set; " ACCOUNT_AGAIN);
	identity->configuration_set = arena_text(&generation->arena, name);
	if (!identity->configuration_set.at)
		fault_memory(faults);
}

static void identity_load(struct generation *generation, const struct account_folder *folder, const struct account_entry *entry,
	struct account_identity *identity)
{
	struct json_source source;
	json_t *root = account_json_read(folder, entry->file, &source, NULL);

	if (root && name_read(generation, &source, entry->name, &identity->name, folder->faults)) {
		account_name_check(&source, entry->name, root, "EmailIdentity", folder->faults);
		identity->verified = account_switch(&source, NULL, root, "VerifiedForSendingStatus", folder->faults);
		set_read(generation, &source, root, identity, folder->faults);
	}
	json_decref(root);
	account_source_free(&source);
}

static int order(const void *a, const void *b)
{
	return text_compare(((const struct account_identity *)a)->name, ((const struct account_identity *)b)->name);
}

/* Domains have no case: two names may be those of one identity. */
static void each_once(const struct account_state *state, const struct account_folder *folder)
{
	char path[160], shown[160];

	for (size_t i = 1; i < state->identity_count; i++)
		if (text_equals(state->identities[i - 1].name, state->identities[i].name))
			fault_add(folder->faults, "account_state: %s: two files are named after %s; " ACCOUNT_AGAIN,
				text_escape(text_of(folder->path), path, sizeof path),
				text_escape(state->identities[i].name, shown, sizeof shown));
}

static void list_load(struct generation *generation, const struct account_folder *folder, const struct account_listing *list)
{
	struct account_state *state = &generation->account_state;
	size_t before = folder->faults->count;

	state->identities = arena_array(&generation->arena, list->count, sizeof *state->identities);
	if (!state->identities) {
		fault_memory(folder->faults);
		return;
	}
	for (size_t i = 0; i < list->count; i++)
		identity_load(generation, folder, &list->at[i], &state->identities[i]);
	if (folder->faults->count != before)
		return;
	state->identity_count = list->count;
	if (list->count)
		qsort(state->identities, list->count, sizeof *state->identities, order);
	each_once(state, folder);
}

void account_identities_load(struct generation *generation, const struct account_folder *folder)
{
	account_names_load(generation, folder, "identities", list_load);
}
