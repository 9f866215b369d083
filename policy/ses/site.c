/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/site.h"

#include "iam/arn.h"
#include "value/glob.h"
#include "iam/statement.h"
#include "ses/identity.h"

#include <string.h>

#define IDENTITY_PREFIX TEXT("identity/")
#define SHOWN_SIZE 96

static bool is_region(struct text t)
{
	for (size_t i = 0; i < t.length; i++)
		if (!(t.at[i] >= 'a' && t.at[i] <= 'z') && !(t.at[i] >= '0' && t.at[i] <= '9') && t.at[i] != '-')
			return false;
	return t.length;
}

static bool is_literal(struct text t)
{
	return t.length && !glob_has_wildcard(t);
}

/* The members that a site has to have, and where policies name them. */
static const struct member {
	enum arn_field field;
	const char *name;
	bool (*fits)(struct text);
	const char *example;
} account_member = { ARN_ACCOUNT, "account", arn_is_account, "123456789012" },
  region_member = { ARN_REGION, "region", is_region, "us-west-2" },
  partition_member = { ARN_PARTITION, "partition", is_literal, "aws" };

/* An entry of Resource or NotResource that names identities of SES, also with wildcards. */
static const struct arn *identity_pattern(const struct resource_pattern *pattern)
{
	if (pattern->any || !text_equals(pattern->arn.field[ARN_SERVICE], TEXT("ses")) ||
		!text_starts_with(pattern->arn.field[ARN_RESOURCE], IDENTITY_PREFIX))
		return NULL;
	return &pattern->arn;
}

/* The literal value that the policies agree on; else empty, and up to two that they name. */
static struct text agreed(const struct generation *generation, const struct member *member, struct text named[2])
{
	const struct directory *directory = generation->principals.directory;
	const struct policy_set *set = generation->set;

	named[0] = named[1] = TEXT("");
	for (size_t s = 0; s < policy_set_statement_count(set); s++) {
		const struct statement *statement = policy_set_statement(set, s);
		/* What limits others may speak of accounts and regions that are not this site's. */
		if (statement->policy->layer == LAYER_BOUNDARY || statement->policy->layer == LAYER_SCP)
			continue;
		/* IAM says itself of which account it speaks. */
		if (member->field == ARN_ACCOUNT && directory && directory_holds(directory, statement->policy->group))
			continue;
		for (size_t r = 0; r < statement->resource_count; r++) {
			const struct arn *arn = identity_pattern(&statement->resources[r]);
			if (!arn || !is_literal(arn->field[member->field]) || !member->fits(arn->field[member->field]))
				continue;
			if (!named[0].length)
				named[0] = arn->field[member->field];
			else if (!named[1].length && !text_equals(named[0], arn->field[member->field]))
				named[1] = arn->field[member->field];
		}
	}
	return named[1].length ? TEXT("") : named[0];
}

static struct text account_or_region(struct generation *generation, const struct member *member, const char *setting,
	const char *otherwise, struct faults *faults)
{
	char shown[SHOWN_SIZE];
	struct text named[2], value = text_of(setting);

	if (setting && !member->fits(value)) {
		fault_add(faults, "%s: \"%s\" is not valid; write for example \"%s\"", member->name,
			text_escape(value, shown, sizeof shown), member->example);
		return value;
	}
	if (!setting)
		value = agreed(generation, member, named);
	if (!setting && !named[0].length && member->field == ARN_ACCOUNT && generation->principals.directory) {
		value = generation->principals.directory->account;
	} else if (!setting && !named[0].length && otherwise) {
		value = text_of(otherwise);
		fault_note(faults, "%s: no policy names it; %s stands for it", member->name, otherwise);
	}
	if (!setting && named[1].length)
		fault_add(faults, "%s: policies name %.*s and %.*s; add \"%s\": \"%.*s\" to milter.json", member->name,
			TEXT_ARGS(named[0]), TEXT_ARGS(named[1]), member->name, TEXT_ARGS(named[0]));
	else if (!setting && !value.length)
		fault_add(faults, "%s: no policy names %s %s; add \"%s\": \"%s\" to milter.json", member->name,
			member->field == ARN_ACCOUNT ? "an" : "a", member->name, member->name, member->example);
	struct text copy = arena_text(&generation->arena, value);
	if (!copy.at)
		fault_memory(faults);
	return copy;
}

/* Where no policy names it, the region tells. (AWS General Reference, "Amazon resource names".) */
static struct text partition(struct generation *generation, struct faults *faults)
{
	static const struct {
		const char *region, *partition;
	} prefixes[] = {
		{ "cn-", "aws-cn" },
		{ "us-gov-", "aws-us-gov" },
		{ "us-isob-", "aws-iso-b" },
		{ "us-iso-", "aws-iso" },
		{ "", "aws" },
	};
	struct text named[2], value = agreed(generation, &partition_member, named);
	size_t i = 0;

	if (named[1].length)
		fault_add(faults, "partition: policies name %.*s and %.*s; load only those of the partition that sends",
			TEXT_ARGS(named[0]), TEXT_ARGS(named[1]));
	while (!text_starts_with(generation->region, text_of(prefixes[i].region)))
		i++;
	return value.length ? value : text_of(prefixes[i].partition);
}

struct text site_identity_name(const struct generation *generation, const struct resource_pattern *pattern)
{
	const struct arn *arn = identity_pattern(pattern);

	if (!arn || pattern->template || !glob_match(arn->field[ARN_ACCOUNT], generation->account) ||
		!glob_match(arn->field[ARN_REGION], generation->region))
		return TEXT("");
	return text_from(arn->field[ARN_RESOURCE], IDENTITY_PREFIX.length);
}

/* The same of one that names one identity. */
static struct text literal_identity(const struct generation *generation, const struct resource_pattern *pattern)
{
	struct text name = site_identity_name(generation, pattern);

	return is_literal(name) ? name : TEXT("");
}

static size_t resource_total(const struct policy_set *set)
{
	size_t total = 0;

	for (size_t s = 0; s < policy_set_statement_count(set); s++)
		total += policy_set_statement(set, s)->resource_count;
	return total;
}

static void add_identity(struct generation *generation, struct text name, bool setting, struct faults *faults)
{
	char shown[SHOWN_SIZE];
	struct text *next = &generation->identities[generation->identity_count];

	switch (identity_read(&generation->arena, name, generation->address_case, next)) {
	case MAILBOX_ADDRESS:
		generation->identity_count++;
		return;
	case MAILBOX_MEMORY:
		fault_memory(faults);
		return;
	default:
		/* A policy may name what is no identity: it then never applies, which is for lint to say. */
		if (setting)
			fault_add(faults, "identities: \"%s\" is neither a domain nor an address",
				text_escape(name, shown, sizeof shown));
	}
}

/* The identities that are verified, but for those that only policies name. */
struct vouched {
	struct text *at; /* sorted */
	size_t count;
};

static void find_identities(struct generation *generation, const struct site_options *options, struct vouched *vouched,
	struct faults *faults)
{
	const struct policy_set *set = generation->set;

	generation->identities = arena_array(&generation->arena,
		options->identities.count + generation->stated_count + generation->account_state.identity_count +
			resource_total(set),
		sizeof *generation->identities);
	if (!generation->identities) {
		fault_memory(faults);
		return;
	}
	for (size_t i = 0; i < options->identities.count; i++)
		add_identity(generation, text_of(options->identities.at[i]), true, faults);
	for (size_t i = 0; i < generation->stated_count; i++)
		add_identity(generation, generation->stated[i], false, faults);
	for (size_t i = 0; i < generation->account_state.identity_count; i++)
		if (generation->account_state.identities[i].verified)
			generation->identities[generation->identity_count++] = generation->account_state.identities[i].name;
	vouched->count = generation->identity_count;
	vouched->at = arena_array(&generation->arena, vouched->count, sizeof *vouched->at);
	if (!vouched->at) {
		fault_memory(faults);
		return;
	}
	if (vouched->count)
		memcpy(vouched->at, generation->identities, vouched->count * sizeof *vouched->at);
	vouched->count = identity_sort(vouched->at, vouched->count);
	for (size_t s = 0; s < policy_set_statement_count(set); s++) {
		const struct statement *statement = policy_set_statement(set, s);
		/* That a user's policy names an identity says what that user may use, not what there is. */
		if (statement->policy->layer != LAYER_RESOURCE || statement->not_resource)
			continue;
		for (size_t r = 0; r < statement->resource_count; r++) {
			struct text name = literal_identity(generation, &statement->resources[r]);
			if (name.length)
				add_identity(generation, name, false, faults);
		}
	}
	generation->identity_count = identity_sort(generation->identities, generation->identity_count);
}

static void find_resources(struct generation *generation, struct faults *faults)
{
	struct arena *arena = &generation->arena;

	generation->resources = arena_array(arena, generation->identity_count + 1, sizeof *generation->resources);
	for (size_t i = 0; generation->resources && i <= generation->identity_count; i++) {
		struct known_resource *one = &generation->resources[i];
		one->text = identity_arn(arena, generation->partition, generation->region, generation->account,
			i < generation->identity_count ? generation->identities[i] : TEXT(""));
		if (!one->text.at || !arn_split(one->text, &one->fields))
			generation->resources = NULL;
	}
	if (!generation->resources)
		fault_memory(faults);
}

/* What is verified SES itself has said: then that a policy names an identity is not enough. Its policies are asked all the same. */
static void find_unverified(struct generation *generation, const struct vouched *vouched, struct faults *faults)
{
	for (size_t i = 0; i < generation->identity_count; i++) {
		struct text name = generation->identities[i], covering;
		/* A domain stands for an address of its own. */
		struct mailbox mailbox = { .address = name, .local = TEXT(""), .domain = name };
		size_t index;
		if (text_find(name, '@', 0) < name.length)
			mailbox = mailbox_parse(&generation->arena, name, TEXT(""), generation->address_case);
		enum identity_found found = mailbox.kind == MAILBOX_MEMORY
			? IDENTITY_MEMORY
			: identity_of(&generation->arena, vouched->at, vouched->count, &mailbox, &covering, &index);
		if (found == IDENTITY_MEMORY)
			fault_memory(faults);
		generation->resources[i].unverified = found == IDENTITY_UNKNOWN;
	}
}

void site_find(struct generation *generation, const struct site_options *options, struct faults *faults)
{
	struct vouched vouched = { NULL, 0 };

	generation->account = account_or_region(generation, &account_member, options->account, options->account_else, faults);
	generation->region = account_or_region(generation, &region_member, options->region, options->region_else, faults);
	generation->partition = partition(generation, faults);
	find_identities(generation, options, &vouched, faults);
	find_resources(generation, faults);
	if (generation->account_state.has[PART_IDENTITIES] && vouched.at && generation->resources)
		find_unverified(generation, &vouched, faults);
}
