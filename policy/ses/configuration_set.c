/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/configuration_set.h"

#include "base/arena_grow.h"
#include "base/json_memory.h"
#include "iam/arn.h"
#include "ses/identity.h"

#include <stdlib.h>
#include <string.h>

#define MEMBER "ConfigurationSetName"

/* (SES developer guide, "Service quotas": at most 64 letters, digits, hyphens and underscores.) */
bool configuration_set_is_valid(struct text name)
{
	if (!name.length || name.length > 64)
		return false;
	for (size_t i = 0; i < name.length; i++) {
		char byte = text_lower(name.at[i]);
		if (!(byte >= 'a' && byte <= 'z') && !(byte >= '0' && byte <= '9') && byte != '-' && byte != '_')
			return false;
	}
	return true;
}

/* The first to name an identity's set wins; an identity that is none is passed over. */
static bool add(struct generation *generation, struct text identity, struct text name, bool noted)
{
	if (!arena_grow(&generation->arena, &generation->configuration_sets, generation->configuration_set_count,
		    &generation->configuration_set_room, sizeof *generation->configuration_sets))
		return false;
	struct configuration_set *one = &generation->configuration_sets[generation->configuration_set_count];
	enum mailbox_kind kind = identity_read(&generation->arena, identity, generation->address_case, &one->identity);
	one->name = arena_text(&generation->arena, name);
	one->noted = noted;
	if (kind == MAILBOX_ADDRESS)
		generation->configuration_set_count++;
	return kind != MAILBOX_MEMORY && one->name.at;
}

bool configuration_set_note(struct generation *generation, struct text file_name, struct text content)
{
	/* Large lists of recipients are not read twice. */
	if (!memmem(content.at, content.length, MEMBER, strlen(MEMBER)))
		return true;
	bool memory_short;
	/* The policies of the file have been read by now: it is JSON. */
	json_t *root = json_memory_loadb(content.at, content.length, 0, NULL, &memory_short);
	if (memory_short)
		return false;
	const char *name = json_string_value(json_object_get(root, MEMBER));
	bool good = true;
	if (name && json_object_get(root, "IdentityType") && configuration_set_is_valid(text_of(name)))
		good = add(generation, file_name, text_of(name), true);
	json_decref(root);
	return good;
}

static int order(const void *a, const void *b)
{
	return text_compare(((const struct configuration_set *)a)->identity, ((const struct configuration_set *)b)->identity);
}

/* What was noted stands behind what wins. */
static int order_all(const void *a, const void *b)
{
	int by_identity = order(a, b);

	return by_identity ? by_identity
			   : ((const struct configuration_set *)a)->noted - ((const struct configuration_set *)b)->noted;
}

static bool add_settings(struct generation *generation, const struct map *settings, struct faults *faults)
{
	char shown[96];

	for (size_t i = 0; i < settings->count; i++) {
		size_t before = generation->configuration_set_count;
		if (!add(generation, text_of(settings->at[i].name), text_of(settings->at[i].values.at[0]), false))
			return false;
		if (generation->configuration_set_count == before)
			fault_add(faults, "configuration_sets: \"%s\" is neither a domain nor an address",
				text_escape(text_of(settings->at[i].name), shown, sizeof shown));
	}
	return true;
}

/* That an identity has no default set is an answer as well. */
static bool add_state(struct generation *generation)
{
	const struct account_state *state = &generation->account_state;

	for (size_t i = 0; i < state->identity_count; i++)
		if (!add(generation, state->identities[i].name, state->identities[i].configuration_set, false))
			return false;
	return true;
}

bool configuration_sets_find(struct generation *generation, const struct map *settings, struct faults *faults)
{
	struct text last = TEXT("");
	size_t left = 0;

	if (!(settings->at ? add_settings(generation, settings, faults) : add_state(generation)))
		return false;
	struct configuration_set *sets = generation->configuration_sets;
	if (generation->configuration_set_count)
		qsort(sets, generation->configuration_set_count, sizeof *sets, order_all);
	for (size_t i = 0; i < generation->configuration_set_count; i++) {
		bool first = !text_equals(sets[i].identity, last);
		last = sets[i].identity;
		if (first && sets[i].name.length)
			sets[left++] = sets[i];
	}
	generation->configuration_set_count = left;
	return true;
}

struct text configuration_set_of(const struct generation *generation, struct text identity)
{
	const struct configuration_set wanted = { .identity = identity };
	const struct configuration_set *found = generation->configuration_set_count
		? bsearch(&wanted, generation->configuration_sets, generation->configuration_set_count, sizeof wanted, order)
		: NULL;

	return found ? found->name : TEXT("");
}

struct text configuration_set_of_arn(const struct generation *generation, struct text resource)
{
	struct arn arn;

	if (!arn_split(resource, &arn))
		return TEXT("");
	return configuration_set_of(generation, text_from(arn.field[ARN_RESOURCE], strlen("identity/")));
}

struct text configuration_set_arn(struct arena *arena, const struct generation *generation, struct text name)
{
	const char *arn = arena_printf(arena, "arn:%.*s:ses:%.*s:%.*s:configuration-set/%.*s", TEXT_ARGS(generation->partition),
		TEXT_ARGS(generation->region), TEXT_ARGS(generation->account), TEXT_ARGS(name));

	return (struct text){ arn, arn ? strlen(arn) : 0 };
}
