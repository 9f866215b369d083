/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/generation.h"

#include "ses/load_path.h"
#include "ses/needs.h"
#include "ses/site.h"

#include <stddef.h>
#include <stdlib.h>

const char *stage_name(enum stage stage)
{
	static const char *const names[STAGES] = { "MAIL", "RCPT", "DATA", "EOH", "EOM" };

	return names[stage];
}

static const struct {
	const char *key;
	size_t slot; /* offset in struct generation */
} keys[] = {
	{ "ses:FromAddress", offsetof(struct generation, slot_from) },
	{ "ses:FeedbackAddress", offsetof(struct generation, slot_feedback) },
	{ "ses:Recipients", offsetof(struct generation, slot_recipients) },
	{ "ses:ApiVersion", offsetof(struct generation, slot_api_version) },
	{ "aws:SourceIp", offsetof(struct generation, slot_source_ip) },
	{ "aws:CurrentTime", offsetof(struct generation, slot_current_time) },
	{ "aws:EpochTime", offsetof(struct generation, slot_epoch_time) },
	{ "aws:SecureTransport", offsetof(struct generation, slot_secure_transport) },
	{ "aws:PrincipalArn", offsetof(struct generation, slot_principal_arn) },
	{ "aws:PrincipalAccount", offsetof(struct generation, slot_principal_account) },
	{ "aws:PrincipalType", offsetof(struct generation, slot_principal_type) },
	{ "aws:username", offsetof(struct generation, slot_username) },
	{ "aws:RequestedRegion", offsetof(struct generation, slot_region) },
	{ "aws:ResourceAccount", offsetof(struct generation, slot_resource_account) },
};

static void find_slots(struct generation *generation)
{
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		*(int *)((char *)generation + keys[i].slot) = policy_set_key(generation->set, text_of(keys[i].key));
}

static void load_policies(struct generation *generation, const struct generation_options *options,
	struct faults *faults)
{
	struct loaded_files files;
	size_t before = faults->count;

	if (!load_paths(options->policies, options->policy_count, &files, faults))
		return;
	for (size_t i = 0; i < files.count; i++)
		policy_set_add_text(generation->set, POLICY_GROUP_RESOURCE, files.files[i].shown, files.files[i].name,
			files.files[i].content, faults);
	generation->file_count = files.count;
	policy_set_seal(generation->set, faults);
	if (faults->count == before && !policy_set_count(generation->set))
		fault_add(faults, "%s: holds no policy; add one, or name another file", files.files[0].shown);
	loaded_files_free(&files);
}

static void find_principal(struct generation *generation, struct faults *faults)
{
	generation->principal = text_of(arena_printf(&generation->arena, "arn:%.*s:iam::%.*s:user/smtp-relay",
		TEXT_ARGS(generation->partition), TEXT_ARGS(generation->account)));
	if (!generation->principal.length)
		fault_memory(faults);
}

struct generation *generation_load(const struct generation_options *options, struct faults *faults)
{
	struct generation *generation = calloc(1, sizeof *generation);
	size_t before = faults->count;

	if (!generation || !(generation->set = policy_set_new())) {
		free(generation);
		fault_memory(faults);
		return NULL;
	}
	generation->address_case = options->address_case;
	generation->null_sender_reject = options->null_sender_reject;
	generation->identity_allows_all = true;
	load_policies(generation, options, faults);
	/* What follows would only tell again what is wrong with a policy. */
	if (faults->count == before)
		site_find(generation, options, faults);
	if (faults->count == before)
		find_principal(generation, faults);
	if (faults->count == before) {
		find_slots(generation);
		if (!needs_find(generation))
			fault_memory(faults);
	}
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
