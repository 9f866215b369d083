/* SPDX-License-Identifier: BSD-2-Clause */
#include "load.h"

#include "early.h"

#include "ses/configuration_set.h"
#include "ses/site_notes.h"
#include "value/duration.h"

#include <stdio.h>
#include <time.h>

/* The site as the policies in force make it, for those in the shadow. The strings are in `arena`. False: memory is short. */
static bool site_of_shadow(struct site_options *site, const struct settings *settings, const struct generation *enforced,
	struct arena *arena)
{
	const char **identities = arena_array(arena, enforced->identity_count + 1, sizeof *identities);
	const char **names = arena_array(arena, enforced->configuration_set_count + 1, sizeof *names);
	struct map_entry *sets = arena_array(arena, enforced->configuration_set_count + 1, sizeof *sets);

	*site = settings->site;
	site->guard_files = true;
	site->policies = settings->shadow;
	site->account = arena_text(arena, enforced->account).at;
	site->region = arena_text(arena, enforced->region).at;
	/* What the account's state adds, the policies in force have said already. */
	site->account_state = NULL;
	site->quotas = (struct quotas_option){ 0 };
	site->sandbox = enforced->sandbox;
	site->unknown_identity = enforced->unknown_identity_reject ? UNKNOWN_REJECT : UNKNOWN_EVALUATE;
	if (!identities || !names || !sets || !site->account || !site->region)
		return false;
	for (size_t i = 0; i < enforced->identity_count; i++)
		if (!(identities[i] = arena_text(arena, enforced->identities[i]).at))
			return false;
	for (size_t i = 0; i < enforced->configuration_set_count; i++) {
		names[i] = arena_text(arena, enforced->configuration_sets[i].name).at;
		sets[i].name = arena_text(arena, enforced->configuration_sets[i].identity).at;
		sets[i].values = (struct string_list){ &names[i], 1 };
		if (!names[i] || !sets[i].name)
			return false;
	}
	site->identities = (struct string_list){ identities, enforced->identity_count };
	site->configuration_sets = (struct map){ sets, enforced->configuration_set_count };
	return true;
}

static struct generation *load_shadow(const struct settings *settings, const struct generation *enforced, struct faults *faults)
{
	struct generation *shadow = NULL;
	struct site_options site;
	struct arena arena;

	arena_init(&arena);
	if (site_of_shadow(&site, settings, enforced, &arena))
		shadow = generation_load(&site, faults);
	else
		fault_memory(faults);
	arena_free(&arena);
	return shadow;
}

bool load_policies(const struct settings *settings, struct loaded *loaded, struct faults *faults)
{
	struct site_options site = settings->site;

	site.guard_files = true;
	*loaded = (struct loaded){
		.generation = generation_load(&site, faults),
		.conduct = {
			.monitor = settings->mode == MODE_MONITOR,
			.records = settings->records,
			.records_allowed = settings->records_allowed != RECORDS_ALLOWED_NOT,
			.records_whole = settings->records_allowed == RECORDS_ALLOWED_WHOLE,
			.records_required = settings->records_required,
		},
	};
	if (!loaded->generation)
		return false;
	loaded->generation->keeps_headers = loaded->conduct.records && loaded->conduct.records_whole;
	if (!site_notes_find(loaded->generation, faults))
		fault_memory(faults);
	else if (settings->shadow.count == 0 || (loaded->shadow = load_shadow(settings, loaded->generation, faults))) {
		if (settings->early_accept)
			early_find(loaded);
		return true;
	}
	load_free(loaded);
	return false;
}

bool load_all(struct settings *settings, const struct options *options, struct loaded *loaded, struct faults *faults)
{
	*loaded = (struct loaded){ 0 };
	return settings_load(settings, &options->given, faults) && load_policies(settings, loaded, faults);
}

void load_free(struct loaded *loaded)
{
	generation_free(loaded->generation);
	if (loaded->shadow)
		generation_free(loaded->shadow);
	*loaded = (struct loaded){ 0 };
}

static size_t put_counts(char *out, size_t size, const char *before, const struct generation *generation)
{
	size_t files = generation->file_count;
	size_t policies = policy_set_count(generation->set);
	size_t statements = policy_set_statement_count(generation->set);

	return (size_t)snprintf(out, size, "%s%zu file%s, %zu polic%s, %zu statement%s", before, files, files == 1 ? "" : "s",
		policies, policies == 1 ? "y" : "ies", statements, statements == 1 ? "" : "s");
}

/* Of whom IAM tells the policies. */
static size_t put_entities(char *out, size_t size, const struct directory *directory)
{
	if (!directory)
		return 0;
	size_t users = directory->user_count, roles = directory->role_count;

	return (size_t)snprintf(out, size, "; in IAM %zu user%s, %zu role%s", users, users == 1 ? "" : "s", roles,
		roles == 1 ? "" : "s");
}

/* What is there of the account: a comma between two. */
struct account_summary {
	char *out;
	size_t size, used;
	const char *between;
};

static void put_word(struct account_summary *summary, const char *word)
{
	summary->used += (size_t)snprintf(summary->out + summary->used, summary->size - summary->used, "%s %s", summary->between,
		word);
	summary->between = ",";
}

static void put_number(struct account_summary *summary, size_t number, const char *one, const char *more)
{
	char word[64];

	snprintf(word, sizeof word, "%zu %s", number, number == 1 ? one : more);
	put_word(summary, word);
}

static size_t put_account(char *out, size_t size, const struct account_state *state)
{
	struct account_summary summary = { .out = out, .size = size, .between = ":" };
	char when[INSTANT_TEXT_SIZE], age[DURATION_TEXT_SIZE];

	if (!state->loaded)
		return 0;
	summary.used = (size_t)snprintf(out, size, "; account state of %s, %s old", instant_print(&state->oldest, when),
		duration_print((int64_t)time(NULL) - state->oldest.seconds, age));
	if (state->paused)
		put_word(&summary, "paused");
	if (state->has[PART_IDENTITIES])
		put_number(&summary, state->identity_count, "identity", "identities");
	if (state->has[PART_SETS])
		put_number(&summary, state->set_count, "configuration set", "configuration sets");
	if (state->has[PART_TENANTS])
		put_number(&summary, state->tenant_count, "tenant", "tenants");
	if (state->has[PART_SUPPRESSED])
		put_number(&summary, state->suppressed_count, "suppressed", "suppressed");
	return summary.used;
}

const char *load_summary(const struct loaded *loaded, char out[LOAD_SUMMARY_SIZE])
{
	size_t used = put_counts(out, LOAD_SUMMARY_SIZE, "", loaded->generation);

	used += put_entities(out + used, LOAD_SUMMARY_SIZE - used, loaded->generation->principals.directory);
	if (loaded->shadow)
		used += put_counts(out + used, LOAD_SUMMARY_SIZE - used, "; in the shadow ", loaded->shadow);
	used += put_account(out + used, LOAD_SUMMARY_SIZE - used, &loaded->generation->account_state);
	if (loaded->conduct.monitor)
		snprintf(out + used, LOAD_SUMMARY_SIZE - used, "; monitor mode, nothing is refused");
	return out;
}
