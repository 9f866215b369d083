/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/generation.h"

#include "iam/arn.h"
#include "iam/glob.h"
#include "iam/statement.h"
#include "ses/identity.h"
#include "ses/load_path.h"
#include "ses/needs.h"

#include <stdio.h>
#include <stdlib.h>

const char *stage_name(enum stage stage)
{
	static const char *const names[STAGES] = { "MAIL", "RCPT", "DATA", "EOH", "EOM" };
	return names[stage];
}

/* What the literal fields of the policies' identity ARNs say of one field: nothing, one value, or two that differ. */
struct vote {
	struct text first, second;
};

static void vote_cast(struct vote *vote, struct text value)
{
	if (!value.length || glob_has_wildcard(value))
		return;
	if (!vote->first.length)
		vote->first = value;
	else if (!vote->second.length && !text_equals(vote->first, value))
		vote->second = value;
}

static struct vote vote_take(const struct policy_set *set, enum arn_field field)
{
	struct vote vote = { 0 };
	for (size_t i = 0; i < policy_set_statement_count(set); i++) {
		const struct statement *statement = policy_set_statement(set, i);
		for (size_t j = 0; j < statement->resource_count; j++)
			if (!statement->resources[j].any &&
			    text_equals(statement->resources[j].arn.field[ARN_SERVICE], TEXT("ses")))
				vote_cast(&vote, statement->resources[j].arn.field[field]);
	}
	return vote;
}

/* The setting if there is one, else what the policies agree on. False: a fault says which line to add. */
static bool site_field(struct generation *g, const char *setting, const char *name, const char *example,
	enum arn_field field, struct text *out, struct faults *faults)
{
	struct vote vote = vote_take(g->set, field);

	if (!setting && vote.second.length) {
		fault_add(faults, "%s: the policies name both %.*s and %.*s; add \"%s\": \"%.*s\" to milter.json, or the other",
			name, TEXT_ARGS(vote.first), TEXT_ARGS(vote.second), name, TEXT_ARGS(vote.first));
		return false;
	}
	if (!setting && !vote.first.length) {
		fault_add(faults, "%s: no policy names one; add \"%s\": \"%s\" to milter.json", name, name, example);
		return false;
	}
	*out = arena_text(&g->arena, setting ? text_of(setting) : vote.first);
	if (!out->at)
		fault_memory(faults);
	return out->at;
}

/* The partition that a region lies in. (AWS General Reference, "AWS Regions and partitions".) */
static struct text partition_of(struct text region)
{
	if (text_starts_with(region, TEXT("cn-")))
		return TEXT("aws-cn");
	if (text_starts_with(region, TEXT("us-gov-")))
		return TEXT("aws-us-gov");
	return TEXT("aws");
}

/* The name in a Resource that names one identity of this account and region; empty if it does not. */
static struct text resource_identity(const struct generation *g, const struct resource_pattern *pattern)
{
	struct text prefix = TEXT("identity/"), resource = pattern->arn.field[ARN_RESOURCE];

	if (pattern->any || pattern->template || !text_equals(pattern->arn.field[ARN_SERVICE], TEXT("ses")) ||
	    !glob_match(pattern->arn.field[ARN_ACCOUNT], g->account) ||
	    !glob_match(pattern->arn.field[ARN_REGION], g->region) ||
	    !text_starts_with(resource, prefix) || glob_has_wildcard(resource))
		return (struct text){ 0 };
	return text_from(resource, prefix.length);
}

static void identity_add(struct generation *g, struct text name, bool setting, struct faults *faults)
{
	char shown[80];
	struct text *identity = &g->identities[g->identity_count];

	switch (identity_read(&g->arena, name, g->address_case, identity)) {
	case MAILBOX_ADDRESS:
		g->identity_count++;
		break;
	case MAILBOX_MEMORY:
		fault_memory(faults);
		break;
	default:
		if (setting)
			fault_add(faults, "identities: \"%s\" is neither a domain nor an address; example.net or a@example.net would be right",
				text_escape(name, shown, sizeof shown));
	}
}

static void identities_gather(struct generation *g, const struct generation_options *options, struct faults *faults)
{
	size_t room = options->identity_count;

	for (size_t i = 0; i < policy_set_statement_count(g->set); i++)
		room += policy_set_statement(g->set, i)->resource_count;
	g->identities = arena_array(&g->arena, room, sizeof *g->identities);
	if (!g->identities) {
		fault_memory(faults);
		return;
	}
	for (size_t i = 0; i < options->identity_count; i++)
		identity_add(g, text_of(options->identities[i]), true, faults);
	for (size_t i = 0; i < policy_set_statement_count(g->set); i++) {
		const struct statement *statement = policy_set_statement(g->set, i);
		for (size_t j = 0; j < statement->resource_count; j++) {
			struct text name = resource_identity(g, &statement->resources[j]);
			if (name.length)
				identity_add(g, name, false, faults);
		}
	}
	g->identity_count = identity_sort(g->identities, g->identity_count);
}

static void slots_find(struct generation *g)
{
	const struct {
		int *slot;
		const char *key;
	} slots[] = {
		{ &g->slot_from, "ses:FromAddress" },
		{ &g->slot_feedback, "ses:FeedbackAddress" },
		{ &g->slot_recipients, "ses:Recipients" },
		{ &g->slot_api_version, "ses:ApiVersion" },
		{ &g->slot_source_ip, "aws:SourceIp" },
		{ &g->slot_current_time, "aws:CurrentTime" },
		{ &g->slot_epoch_time, "aws:EpochTime" },
		{ &g->slot_secure_transport, "aws:SecureTransport" },
		{ &g->slot_principal_arn, "aws:PrincipalArn" },
		{ &g->slot_principal_account, "aws:PrincipalAccount" },
		{ &g->slot_principal_type, "aws:PrincipalType" },
		{ &g->slot_username, "aws:username" },
		{ &g->slot_region, "aws:RequestedRegion" },
		{ &g->slot_resource_account, "aws:ResourceAccount" },
	};
	for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
		*slots[i].slot = policy_set_key(g->set, text_of(slots[i].key));
}

/* Account, region, principal and what follows from them. */
static void site_settle(struct generation *g, const struct generation_options *options, struct faults *faults)
{
	bool known = site_field(g, options->account, "account", "123456789012", ARN_ACCOUNT, &g->account, faults);
	known &= site_field(g, options->region, "region", "us-east-1", ARN_REGION, &g->region, faults);
	if (!known)
		return;
	g->partition = partition_of(g->region);
	const char *principal = arena_printf(&g->arena, "arn:%.*s:iam::%.*s:user/smtp-relay", TEXT_ARGS(g->partition),
		TEXT_ARGS(g->account));
	g->principal = text_of(principal);
	if (!principal)
		fault_memory(faults);
	g->identity_allows_all = true;
	identities_gather(g, options, faults);
	slots_find(g);
	needs_find(g);
}

struct generation *generation_load(const struct generation_options *options, struct faults *faults)
{
	struct loaded_files files;
	struct generation *g = calloc(1, sizeof *g);

	if (!g || !(g->set = policy_set_new())) {
		fault_memory(faults);
		free(g);
		return NULL;
	}
	arena_init(&g->arena);
	g->address_case = options->address_case;
	g->null_sender_reject = options->null_sender_reject;
	if (load_paths(options->policies, options->policy_count, &files, faults)) {
		g->file_count = files.count;
		for (size_t i = 0; i < files.count; i++)
			policy_set_add_text(g->set, POLICY_GROUP_RESOURCE, files.files[i].shown, files.files[i].name,
				files.files[i].content, faults);
		loaded_files_free(&files);
		policy_set_seal(g->set, faults);
		if (!faults->count)
			site_settle(g, options, faults);
	}
	if (!faults->count)
		return g;
	generation_free(g);
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
