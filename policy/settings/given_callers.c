/* SPDX-License-Identifier: BSD-2-Clause */
#include "settings/given_callers.h"

#include "settings/setting_read.h"

bool given_callers_are_there(const struct settings_given *given)
{
	return given->user_policy_count || given->boundary || given->organization_count;
}

/* Copies of the paths; `option` is for faults. */
static struct string_list paths_copy(struct settings *settings, const char *option, const char *const *paths, size_t count,
	struct faults *faults)
{
	const char **copies = arena_array(&settings->arena, count, sizeof *copies);
	struct string_list list = { copies, 0 };

	if (!copies) {
		fault_memory(faults);
		return list;
	}
	for (size_t i = 0; i < count; i++) {
		if (!*paths[i])
			fault_add(faults, "--%s: is empty; name a file or a folder", option);
		else if ((copies[list.count] = setting_copy(&settings->arena, paths[i], faults)))
			list.count++;
	}
	return list;
}

static void principal_apply(struct principal_option *principal, const struct string_list *policies,
	const struct string_list *boundary)
{
	if (principal->refuse)
		return;
	if (policies->count)
		principal->policies = *policies;
	if (boundary->count)
		principal->boundary = boundary->at[0];
}

static void organization_apply(struct settings *settings, const struct settings_given *given, struct faults *faults)
{
	struct string_list *levels = arena_array(&settings->arena, given->organization_count, sizeof *levels);

	if (!levels) {
		fault_memory(faults);
		return;
	}
	for (size_t i = 0; i < given->organization_count; i++)
		levels[i] = paths_copy(settings, "organization", &given->organization[i], 1, faults);
	settings->site.organization = (struct level_list){ levels, given->organization_count };
}

void given_callers_apply(struct settings *settings, const struct settings_given *given, struct faults *faults)
{
	struct site_options *site = &settings->site;
	struct string_list policies = paths_copy(settings, "user-policy", given->user_policies, given->user_policy_count, faults);
	struct string_list boundary = paths_copy(settings, "boundary", &given->boundary, given->boundary != NULL, faults);

	for (size_t i = 0; i < site->principals.count; i++)
		principal_apply(&site->principals.at[i], &policies, &boundary);
	principal_apply(&site->others, &policies, &boundary);
	if (given->organization_count)
		organization_apply(settings, given, faults);
}
