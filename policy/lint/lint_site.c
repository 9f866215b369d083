/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint/lint_site.h"

#include "lint/clients.h"

/* A list that grows to a size known before. */
struct site_filling {
	const char **at;
	size_t count;
};

static bool filling_open(struct site_filling *filling, struct arena *arena, size_t room)
{
	*filling = (struct site_filling){ .at = arena_array(arena, room, sizeof *filling->at) };
	return filling->at;
}

static struct string_list filling_close(const struct site_filling *filling)
{
	return (struct string_list){ filling->at, filling->count };
}

static void keys_add(struct site_filling *keys, const struct map *context)
{
	for (size_t i = 0; i < context->count; i++)
		keys->at[keys->count++] = context->at[i].name;
}

static bool context(struct lint_site *site, const struct site_options *options, struct arena *arena)
{
	struct site_filling keys;
	size_t room = options->context.count;

	for (size_t i = 0; i < options->networks.count; i++)
		room += options->networks.at[i].context.count;
	for (size_t i = 0; i < options->principals.count; i++)
		room += options->principals.at[i].context.count;
	if (!filling_open(&keys, arena, room))
		return false;
	keys_add(&keys, &options->context);
	for (size_t i = 0; i < options->networks.count; i++)
		keys_add(&keys, &options->networks.at[i].context);
	for (size_t i = 0; i < options->principals.count; i++)
		keys_add(&keys, &options->principals.at[i].context);
	site->context = filling_close(&keys);
	return true;
}

/* A list that does not load is left out: lint_settings says why. */
static bool clients(struct lint_site *site, const struct site_options *options, struct arena *arena)
{
	struct principal_map *map = arena_array(arena, 1, sizeof *map);
	struct faults faults;

	faults_init(&faults);
	if (map && clients_compile(arena, options, site->account, map, &faults))
		site->clients = map;
	bool good = map && !faults.out_of_memory;
	faults_free(&faults);
	return good;
}

static bool configuration_sets(struct lint_site *site, const struct site_options *options, struct arena *arena)
{
	struct site_filling sets;
	size_t room = 0;

	for (size_t i = 0; i < options->configuration_sets.count; i++)
		room += options->configuration_sets.at[i].values.count;
	if (!filling_open(&sets, arena, room))
		return false;
	for (size_t i = 0; i < options->configuration_sets.count; i++)
		for (size_t n = 0; n < options->configuration_sets.at[i].values.count; n++)
			sets.at[sets.count++] = options->configuration_sets.at[i].values.at[n];
	site->configuration_sets = filling_close(&sets);
	return true;
}

bool lint_site_from_options(struct lint_site *site, const struct site_options *options, struct arena *arena)
{
	if (!site->account)
		site->account = options->account;
	if (!site->region)
		site->region = options->region;
	if (!site->identities.count)
		site->identities = options->identities;
	site->sandbox |= options->sandbox;
	site->options = options;
	site->address_case = (enum mailbox_case)options->address_case;
	return context(site, options, arena) && clients(site, options, arena) &&
		(site->configuration_sets.count || configuration_sets(site, options, arena));
}
