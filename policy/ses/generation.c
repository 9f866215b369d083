/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/generation.h"

#include "ses/caller_load.h"
#include "ses/configuration_set.h"
#include "ses/from_header.h"
#include "ses/generation_file.h"
#include "ses/identity_file.h"
#include "ses/load_path.h"
#include "ses/needs.h"
#include "ses/plans.h"
#include "ses/principal_directory.h"
#include "ses/site.h"
#include "iam/policy_file.h"

#include <stdio.h>
#include <stdlib.h>

static void find_slots(struct generation *generation)
{
	for (size_t i = 0; i < MESSAGE_KEYS; i++) {
		generation->slot[i] = policy_set_key(generation->set, text_of(key_rows[i].name));
		generation->sources |= generation_source(generation, generation->slot[i]);
	}
}

/* The policies of the identities. */
static void load_resource(struct generation *generation, const struct string_list *paths, struct faults *faults)
{
	struct loaded_files files;

	if (!load_paths_if_any(paths->at, paths->count, &files, faults))
		return;
	if (generation->guard_files)
		loaded_files_guard(&files, faults);
	for (size_t i = 0; i < files.count; i++) {
		const struct loaded_file *file = &files.files[i];
		size_t before = faults->count;
		policy_set_add_text(generation->set, POLICY_GROUP_RESOURCE, file->shown, file->name, file->content, faults);
		if (!configuration_set_note(generation, file->name, file->content))
			fault_memory(faults);
		if (faults->count == before && !identity_file_note(generation, file->name, file->content))
			fault_memory(faults);
	}
	generation->file_count = files.count;
	if (!generation_files_add(generation, &files))
		fault_memory(faults);
	loaded_files_free(&files);
}

/* No policies of identities may be right where callers have some. */
static void check_some(const struct generation *generation, const struct string_list *paths, struct faults *faults)
{
	char shown[160];

	if (policy_set_count(generation->set) || generation->states_policies)
		return;
	if (!paths->count)
		fault_add(faults, "policies: nothing to load; name a policy file, or a folder of them");
	else
		fault_add(faults,
			generation->file_count ? "%s: holds no policy; add one, or name another file"
					       : "%s: holds no *.json file; put a policy there",
			text_escape(text_of(paths->at[0]), shown, sizeof shown));
}

static void load_policies(struct generation *generation, const struct site_options *options, struct faults *faults)
{
	size_t before = faults->count;

	load_resource(generation, &options->policies, faults);
	if (!principal_map_compile(&generation->arena, &options->principals, &generation->principals, faults) ||
		!principal_map_realms(&generation->arena, &options->login_realms, &generation->principals, faults))
		return;
	callers_load(generation, options, faults);
	if (options->iam)
		principal_directory_load(generation, options->iam, faults);
	if (faults->count == before && !options->iam)
		check_some(generation, &options->policies, faults);
	policy_set_seal(generation->set, faults);
}

static void compile_networks(struct generation *generation, const struct network_options *options, struct faults *faults)
{
	char place[48];

	generation->networks = arena_array(&generation->arena, options->count, sizeof *generation->networks);
	if (!generation->networks) {
		fault_memory(faults);
		return;
	}
	for (size_t i = 0; i < options->count; i++) {
		struct network_context *one = &generation->networks[generation->network_count++];
		const char *wrong;
		switch (ip_network_parse(text_of(options->at[i].network), &one->network, &wrong)) {
		case IP_NETWORK_GOOD:
			break;
		case IP_NETWORK_MEMORY:
			fault_memory(faults);
			break;
		case IP_NETWORK_INVALID:
			fault_add(faults, "networks[%zu].network: is %s", i, wrong);
		}
		snprintf(place, sizeof place, "networks[%zu].context", i);
		context_compile(&generation->arena, generation->set, &options->at[i].context, place, &one->context, faults);
	}
}

/* What the settings say of clients and messages; the policies are there. */
static void compile_site(struct generation *generation, const struct site_options *options, struct faults *faults)
{
	struct arena *arena = &generation->arena;
	size_t before = faults->count;

	generation->from_address = (enum from_address)options->from_address;
	generation->null_sender_reject = options->null_sender == NULL_SENDER_REJECT;
	generation->unknown_identity_reject = options->unknown_identity == UNKNOWN_REJECT ||
		(!options->unknown_identity_given && generation->account_state.has[PART_IDENTITIES]);
	generation->ses_headers_refuse = options->ses_headers == SES_HEADERS_REFUSE;
	generation->unqualified_headers_refuse = options->unqualified_headers == UNQUALIFIED_HEADERS_REFUSE;
	generation->form = (enum form_setting)options->form;
	/* Who is verified must be known, too. */
	generation->sandbox = options->sandbox ||
		(!options->sandbox_given && generation->account_state.sandbox && generation->account_state.has[PART_IDENTITIES]);
	site_find(generation, options, faults);
	/* Without account and region nothing else has a name. */
	if (faults->count != before)
		return;
	if (!configuration_sets_find(generation, &options->configuration_sets, faults))
		fault_memory(faults);
	account_state_settle(generation, options, faults);
	if (!connection_compile(arena, options, &generation->connection, faults))
		return;
	find_slots(generation);
	context_compile(arena, generation->set, &options->context, "context", &generation->context, faults);
	compile_networks(generation, &options->networks, faults);
	principal_map_contexts(arena, generation->set, &options->principals, &generation->principals, faults);
	if (!principal_map_fallback(arena, &generation->principals, generation->partition, generation->account))
		fault_memory(faults);
	principal_directory_link(generation, faults);
	callers_organize(generation);
	if (faults->count == before)
		callers_work_check(generation, faults);
}

struct generation *generation_load(const struct site_options *options, struct faults *faults)
{
	struct generation *generation = calloc(1, sizeof *generation);
	size_t before = faults->count;

	if (!generation || !(generation->set = policy_set_new())) {
		free(generation);
		fault_memory(faults);
		return NULL;
	}
	from_header_prepare();
	generation->address_case = (enum mailbox_case)options->address_case;
	generation->guard_files = options->guard_files;
	policy_set_fold(generation->set, mailbox_domain_fold(generation->address_case));
	load_policies(generation, options, faults);
	if (faults->count == before)
		account_state_load(generation, options, faults);
	/* What follows would only tell again what is wrong with a policy. */
	if (faults->count == before)
		compile_site(generation, options, faults);
	if (faults->count == before)
		quotas_compile(generation, options, faults);
	if (faults->count == before && (!needs_find(generation) || !plans_make(generation)))
		fault_memory(faults);
	if (faults->count == before)
		return generation;
	generation_free(generation);
	return NULL;
}

void generation_free(struct generation *generation)
{
	if (!generation)
		return;
	policy_set_free(generation->set);
	arena_free(&generation->arena);
	free(generation);
}

bool generation_counts(const struct generation *generation)
{
	for (enum quota_scope scope = 0; scope < QUOTA_SCOPES; scope++)
		if (generation->quotas.rules[scope].count)
			return true;
	return false;
}
