/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/command_site.h"

#include "settings/setting_check.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A note is told once: some commands load the same files many times. */
static bool is_new(const char *note)
{
	static uint64_t told[NOTES_KEPT];
	static size_t count;
	uint64_t hash = 0xcbf29ce484222325u;

	for (; *note; note++)
		hash = (hash ^ (unsigned char)*note) * 0x100000001b3u;
	for (size_t i = 0; i < count; i++)
		if (told[i] == hash)
			return false;
	if (count < NOTES_KEPT)
		told[count++] = hash;
	return true;
}

static void tell_notes(const struct faults *faults)
{
	size_t told = 0;

	for (const struct fault *note = faults->first_note; note; note = note->next, told++)
		if (is_new(note->text))
			fprintf(stderr, "ses-policy: note: %s\n", note->text);
	if (faults->note_count > told && is_new(""))
		fprintf(stderr, "ses-policy: %zu further notes\n", faults->note_count - told);
}

void command_site_tell(const struct faults *faults)
{
	tell_notes(faults);
	for (const struct fault *fault = faults->first; fault; fault = fault->next)
		fprintf(stderr, "ses-policy: %s\n", fault->text);
	if (faults->count > FAULTS_KEPT)
		fprintf(stderr, "ses-policy: and %zu more\n", faults->count - FAULTS_KEPT);
	/* Where something else was wrong, memory is not what is to be mended. */
	if (faults->out_of_memory && !faults->first)
		fputs("ses-policy: memory is short\n", stderr);
}

static void map_drop(struct map *map, const char *name)
{
	size_t kept = 0;

	for (size_t i = 0; i < map->count; i++)
		if (strcasecmp(map->at[i].name, name) != 0)
			map->at[kept++] = map->at[i];
	map->count = kept;
}

/* One more entry. The maps of settings are in an arena: the old list is left behind. */
static struct map_entry *map_add(struct arena *arena, struct map *map, const char *name)
{
	struct map_entry *grown = arena_array(arena, map->count + 1, sizeof *grown);

	if (!grown)
		return NULL;
	if (map->count)
		memcpy(grown, map->at, map->count * sizeof *grown);
	map->at = grown;
	grown[map->count].name = name;
	return &grown[map->count++];
}

static bool value_add(struct arena *arena, struct string_list *values, const char *value)
{
	const char **grown = arena_array(arena, values->count + 1, sizeof *grown);

	if (!grown)
		return false;
	if (values->count)
		memcpy(grown, values->at, values->count * sizeof *grown);
	grown[values->count++] = value;
	values->at = grown;
	return true;
}

static void context_add(struct arena *arena, struct map *map, const char *word, struct faults *faults)
{
	const char *equals = strchr(word, '=');
	char room[256], shown[96];
	struct map_entry *entry = NULL;

	text_escape(text_of(word), shown, sizeof shown);
	if (!equals) {
		fault_add(faults, "--context %s: is no key and value; write --context KEY=VALUE", shown);
		return;
	}
	const char *name = arena_text(arena, (struct text){ word, (size_t)(equals - word) }).at;
	if (!name) {
		fault_memory(faults);
		return;
	}
	const char *wrong = setting_check_context_key(name, room, sizeof room);
	if (!wrong)
		wrong = setting_check_context_value(equals + 1, room, sizeof room);
	if (wrong) {
		fault_add(faults, "--context %s: %s", shown, wrong);
		return;
	}
	for (size_t i = 0; i < map->count && !entry; i++)
		if (!strcasecmp(map->at[i].name, name))
			entry = &map->at[i];
	if (!entry)
		entry = map_add(arena, map, name);
	if (!entry || !value_add(arena, &entry->values, equals + 1))
		fault_memory(faults);
}

/* What the command line says of a key goes before what any part of the settings says. */
static void context_apply_words(struct settings *settings, const struct word_list *words, struct faults *faults)
{
	struct site_options *site = &settings->site;
	struct map given = { NULL, 0 };

	for (size_t i = 0; i < words->count; i++)
		context_add(&settings->arena, &given, words->at[i], faults);
	for (size_t i = 0; i < given.count; i++) {
		map_drop(&site->context, given.at[i].name);
		for (size_t j = 0; j < site->principals.count; j++)
			map_drop(&site->principals.at[j].context, given.at[i].name);
		for (size_t j = 0; j < site->networks.count; j++)
			map_drop(&site->networks.at[j].context, given.at[i].name);
		struct map_entry *entry = map_add(&settings->arena, &site->context, given.at[i].name);
		if (!entry)
			fault_memory(faults);
		else
			entry->values = given.at[i].values;
	}
}

bool site_words_name_policies(const struct site_words *words)
{
	return words->policies.count || words->user_policies.count || words->boundary || words->levels.count ||
		words->organization.at;
}

static struct string_list list_of(const struct word_list *words)
{
	return (struct string_list){ words->at, words->count };
}

/* On the command line each word is a level. False when memory is short. */
static bool levels_given(const struct site_words *words, struct level_list *out)
{
	struct string_list *levels = words->levels.count ? calloc(words->levels.count, sizeof *levels) : NULL;

	if (words->levels.count && !levels)
		return false;
	for (size_t i = 0; i < words->levels.count; i++)
		levels[i] = (struct string_list){ &words->levels.at[i], 1 };
	*out = words->levels.count ? (struct level_list){ levels, words->levels.count } : words->organization;
	return true;
}

static bool read_settings(struct settings *settings, const struct site_words *words, struct faults *faults)
{
	struct settings_given given = { .settings = words->settings,
		.policies = words->policies.at,
		.policy_count = words->policies.count,
		.account_state = words->account_state,
		.callers = { .user_policies = list_of(&words->user_policies), .boundary = words->boundary } };

	if (!levels_given(words, &given.callers.organization)) {
		*settings = (struct settings){ 0 };
		fault_memory(faults);
		return false;
	}
	bool good = settings_load(settings, &given, faults);
	if (words->levels.count)
		free((void *)given.callers.organization.at);
	return good;
}

bool command_site_load(struct command_site *site, const struct site_words *words, const struct word_list *context)
{
	return command_site_load_as(site, words, context, NULL);
}

static bool try_as(struct command_site *site, const struct site_words *words, const struct word_list *context,
	const char *principal, struct faults *faults)
{
	struct principal_option everybody = { .arn = principal };
	size_t before = faults->count;

	site->generation = NULL;
	if (read_settings(&site->settings, words, faults)) {
		everybody.policies = site->settings.site.everyone.policies;
		everybody.boundary = site->settings.site.everyone.boundary;
		if (words->through_pause)
			site->settings.site.paused = PAUSED_IGNORE;
		if (context)
			context_apply_words(&site->settings, context, faults);
		if (principal)
			site->settings.site.principals = (struct principal_options){ &everybody, 1 };
		if (faults->count == before)
			site->generation = generation_load(&site->settings.site, faults);
	}
	/* GMime's start has SIGPIPE ignored. */
	signal(SIGPIPE, SIG_DFL);
	/* It was wanted for loading only. */
	if (principal)
		site->settings.site.principals = (struct principal_options){ NULL, 0 };
	return site->generation;
}

bool command_site_try(struct command_site *site, const struct site_words *words, const struct word_list *context,
	struct faults *faults)
{
	return try_as(site, words, context, NULL, faults);
}

bool command_site_load_as(struct command_site *site, const struct site_words *words, const struct word_list *context,
	const char *principal)
{
	struct faults faults;

	faults_init(&faults);
	try_as(site, words, context, principal, &faults);
	command_site_tell(&faults);
	faults_free(&faults);
	return site->generation;
}

void command_site_free(struct command_site *site)
{
	generation_free(site->generation);
	settings_free(&site->settings);
}
