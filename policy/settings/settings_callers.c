/* SPDX-License-Identifier: BSD-2-Clause */
#include "settings/settings_callers.h"

#include "settings/setting_read.h"

/* Where neither a policy nor settings name them. (IAM User Guide: the account of its examples.) */
#define ACCOUNT_ELSE "123456789012"
#define REGION_ELSE "us-east-1"

bool settings_callers_given(const struct given_callers *given)
{
	return given->user_policies.at || given->boundary || given->organization.at;
}

static const char *path_copy(struct settings *settings, const char *option, const char *path, struct faults *faults)
{
	if (!*path)
		fault_add(faults, "--%s: is empty; name a file or a folder", option);
	return setting_copy(&settings->arena, path, faults);
}

static struct string_list list_copy(struct settings *settings, const char *option, const struct string_list *list,
	struct faults *faults)
{
	const char **paths = arena_array(&settings->arena, list->count, sizeof *paths);

	if (!paths) {
		fault_memory(faults);
		return (struct string_list){ NULL, 0 };
	}
	for (size_t i = 0; i < list->count; i++)
		paths[i] = path_copy(settings, option, list->at[i], faults);
	return (struct string_list){ paths, list->count };
}

static struct level_list levels_copy(struct settings *settings, const struct level_list *levels, struct faults *faults)
{
	struct string_list *copy = arena_array(&settings->arena, levels->count, sizeof *copy);

	if (!copy) {
		fault_memory(faults);
		return (struct level_list){ NULL, 0 };
	}
	for (size_t i = 0; i < levels->count; i++)
		copy[i] = list_copy(settings, "organization", &levels->at[i], faults);
	return (struct level_list){ copy, levels->count };
}

void settings_callers_apply(struct settings *settings, const struct given_callers *given, struct faults *faults)
{
	struct site_options *site = &settings->site;
	size_t before = faults->count;

	if (given->user_policies.at)
		site->everyone.policies = list_copy(settings, "user-policy", &given->user_policies, faults);
	if (given->boundary)
		site->everyone.boundary = path_copy(settings, "boundary", given->boundary, faults);
	if (given->organization.at)
		site->organization = levels_copy(settings, &given->organization, faults);
	for (size_t i = 0; i < site->principals.count && faults->count == before; i++) {
		struct principal_option *principal = &site->principals.at[i];
		if (principal->refuse)
			continue;
		if (given->user_policies.at)
			principal->policies = site->everyone.policies;
		if (given->boundary)
			principal->boundary = site->everyone.boundary;
	}
	if (settings_callers_given(given) && !settings->file) {
		site->account_else = ACCOUNT_ELSE;
		site->region_else = REGION_ELSE;
	}
}
