/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/account_tenants.h"

#include "iam/arn.h"
#include "ses/account_member.h"
#include "ses/account_names.h"
#include "ses/identity.h"
#include "ses/tenant.h"

#include <stdlib.h>
#include <string.h>

#define LIST "TenantResources"
#define RESOURCES TEXT(".resources")

/* Enabled once, or again after it was not. */
static bool sends(struct text status)
{
	return text_equals(status, TEXT("ENABLED")) || text_equals(status, TEXT("REINSTATED"));
}

static void tenant_read(struct account_tenant *tenant, const struct json_source *source, const json_t *root, struct faults *faults)
{
	const struct json_path path = { .member = "Tenant" };
	const json_t *told = account_object(source, root, "Tenant", faults);

	if (!told) {
		json_fault(source, NULL, faults, "has no Tenant; " ACCOUNT_AGAIN);
		return;
	}
	account_string(source, &path, told, "TenantName", faults);
	account_name_check(source, tenant->name, told, "TenantName", faults);
	if (!tenant_is_valid(tenant->name))
		json_fault(source, NULL, faults, "is not named after a tenant; " ACCOUNT_AGAIN);
	struct text status = account_string(source, &path, told, "SendingStatus", faults);
	tenant->paused = !sends(status);
	if (status.length && tenant->paused && !text_equals(status, TEXT("DISABLED")))
		json_fault(source, NULL, faults, "SendingStatus is neither ENABLED, REINSTATED nor DISABLED; " ACCOUNT_AGAIN);
}

/* An ARN as the generation spells it: domains have no case. `out` stays empty: it is no ARN. False when memory is short. */
static bool resource_spell(struct generation *generation, struct text text, struct text *out)
{
	struct text identity, prefix = TEXT("identity/");
	struct arena *arena = &generation->arena;
	struct arn arn;

	*out = TEXT("");
	if (!arn_split(text, &arn))
		return true;
	*out = arena_text(arena, text);
	if (!out->at || !text_starts_with(arn.field[ARN_RESOURCE], prefix))
		return out->at;
	switch (identity_read(arena, text_from(arn.field[ARN_RESOURCE], prefix.length), generation->address_case, &identity)) {
	case MAILBOX_ADDRESS:
		*out = identity_arn(arena, arn.field[ARN_PARTITION], arn.field[ARN_REGION], arn.field[ARN_ACCOUNT], identity);
		return out->at;
	case MAILBOX_MEMORY:
		return false;
	default:
		return true;
	}
}

static int order_texts(const void *a, const void *b)
{
	return text_compare(*(const struct text *)a, *(const struct text *)b);
}

static void resource_read(struct generation *generation, struct account_tenant *tenant, const struct json_source *source,
	const struct json_path *path, const json_t *element, struct faults *faults)
{
	struct text arn = account_string(source, path, element, "ResourceArn", faults);
	struct text *next = &tenant->resources[tenant->resource_count];

	if (!arn.length)
		return;
	if (!resource_spell(generation, arn, next))
		fault_memory(faults);
	else if (!next->length)
		json_fault(source, path, faults, "ResourceArn is no ARN; " ACCOUNT_AGAIN);
	else
		tenant->resource_count++;
}

static void resources_read(struct generation *generation, struct account_tenant *tenant, const struct json_source *source,
	const json_t *root, struct faults *faults)
{
	const json_t *list = json_object_get(root, LIST), *element;
	const struct json_path here = { .member = LIST };
	size_t i;

	/* A member NextToken would mean that pages are missing. */
	if (!json_is_array(list) || json_object_size(root) != 1) {
		json_fault(source, NULL, faults, "is not {\"" LIST "\": [...]}; " ACCOUNT_AGAIN);
		return;
	}
	tenant->resources = arena_array(&generation->arena, json_array_size(list), sizeof *tenant->resources);
	if (!tenant->resources) {
		fault_memory(faults);
		return;
	}
	json_array_foreach(list, i, element) {
		const struct json_path path = { .parent = &here, .index = i };
		resource_read(generation, tenant, source, &path, element, faults);
	}
	if (tenant->resource_count)
		qsort(tenant->resources, tenant->resource_count, sizeof *tenant->resources, order_texts);
}

static void resources_load(struct generation *generation, const struct account_folder *folder, const struct account_entry *entry,
	struct account_tenant *tenant)
{
	struct json_source source;
	json_t *root = account_json_read(folder, entry->file, &source, NULL);

	if (root)
		resources_read(generation, tenant, &source, root, folder->faults);
	json_decref(root);
	account_source_free(&source);
}

static void tenant_load(struct generation *generation, const struct account_folder *folder, const struct account_entry *entry,
	struct account_tenant *tenant)
{
	struct json_source source;
	json_t *root = account_json_read(folder, entry->file, &source, NULL);

	tenant->name = arena_text(&generation->arena, entry->name);
	if (!tenant->name.at)
		fault_memory(folder->faults);
	else if (root)
		tenant_read(tenant, &source, root, folder->faults);
	json_decref(root);
	account_source_free(&source);
}

static int order_entries(const void *name, const void *entry)
{
	return text_compare(*(const struct text *)name, ((const struct account_entry *)entry)->name);
}

/* The other of a tenant's two files; NULL: it is not there, or memory is short, and a fault says so. (A tenant's name has no dot in it.) */
static const struct account_entry *partner(const struct account_folder *folder, const struct account_listing *list,
	const struct account_entry *entry, struct arena *arena)
{
	char path[160], shown[160];
	struct text parts[] = { entry->name, RESOURCES }, name = entry->name;

	if (text_ends_with(name, RESOURCES))
		name.length -= RESOURCES.length;
	else
		name = arena_join(arena, parts, 2);
	if (!name.at) {
		fault_memory(folder->faults);
		return NULL;
	}
	const struct account_entry *found = bsearch(&name, list->at, list->count, sizeof *list->at, order_entries);
	if (!found)
		fault_add(folder->faults,
			"account_state: %s: %s: a tenant has two files, NAME.json and NAME.resources.json; " ACCOUNT_AGAIN,
			text_escape(text_of(folder->path), path, sizeof path),
			text_escape(text_of(entry->file), shown, sizeof shown));
	return found;
}

static void list_load(struct generation *generation, const struct account_folder *folder, const struct account_listing *list)
{
	struct account_state *state = &generation->account_state;
	struct arena spare = { 0 };

	state->tenants = arena_array(&generation->arena, list->count, sizeof *state->tenants);
	if (!state->tenants)
		fault_memory(folder->faults);
	/* In the order of their names. */
	for (size_t i = 0; state->tenants && i < list->count; i++) {
		const struct account_entry *entry = &list->at[i], *other = partner(folder, list, entry, &spare);
		if (!other || text_ends_with(entry->name, RESOURCES))
			continue;
		struct account_tenant *tenant = &state->tenants[state->tenant_count++];
		tenant_load(generation, folder, entry, tenant);
		resources_load(generation, folder, other, tenant);
	}
	arena_free(&spare);
}

void account_tenants_load(struct generation *generation, const struct account_folder *folder)
{
	account_names_load(generation, folder, "tenants", list_load);
}

static int order(const void *name, const void *tenant)
{
	return text_compare(*(const struct text *)name, ((const struct account_tenant *)tenant)->name);
}

const struct account_tenant *account_tenant_find(const struct account_state *state, struct text name)
{
	return state->tenant_count ? bsearch(&name, state->tenants, state->tenant_count, sizeof *state->tenants, order) : NULL;
}

bool account_tenant_has(const struct account_tenant *tenant, struct text resource)
{
	return tenant->resource_count &&
		bsearch(&resource, tenant->resources, tenant->resource_count, sizeof *tenant->resources, order_texts);
}
