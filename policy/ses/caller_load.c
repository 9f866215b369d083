/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/caller_load.h"

#include "iam/arn.h"
#include "iam/policy_file.h"
#include "ses/generation_file.h"
#include "ses/load_path.h"
#include "ses/message_work.h"

#include <stdio.h>

#define SHOWN_SIZE 160

/* A group of its own for what the paths hold; `loaded`, how many policies. False: `faults` has grown. */
static bool group_load(struct generation *generation, enum policy_layer layer, const struct string_list *paths, unsigned *group,
	size_t *loaded, struct faults *faults)
{
	struct policy_set *set = generation->set;
	size_t before = faults->count, policies = policy_set_count(set);
	struct loaded_files files;

	*group = policy_set_group(set, layer);
	if (*group == POLICY_GROUP_RESOURCE) {
		fault_memory(faults);
		return false;
	}
	/* An empty list says that there are no policies; a place that should hold some and does not is a fault. */
	if (paths->count) {
		if (!load_paths(paths->at, paths->count, &files, faults))
			return false;
		if (generation->guard_files)
			loaded_files_guard(&files, faults);
		for (size_t i = 0; i < files.count; i++)
			policy_set_add_text(set, *group, files.files[i].shown, files.files[i].name, files.files[i].content, faults);
		generation->file_count += files.count;
		if (!generation_files_add(generation, &files))
			fault_memory(faults);
		loaded_files_free(&files);
	}
	*loaded = policy_set_count(set) - policies;
	return faults->count == before;
}

static void boundary_load(struct generation *generation, struct principal_rule *rule, const char *place, const char *path,
	struct faults *faults)
{
	const struct string_list paths = { &path, 1 };
	char shown[SHOWN_SIZE];
	size_t loaded;

	if (rule->caller.kind == PRINCIPAL_ROOT) {
		fault_add(faults, "%s.boundary: the root user has none; remove it", place);
		return;
	}
	if (group_load(generation, LAYER_BOUNDARY, &paths, &rule->policies.boundary, &loaded, faults) && loaded != 1)
		fault_add(faults, "%s.boundary: %s holds %zu policies; a principal has one boundary, so name its file", place,
			text_escape(text_of(path), shown, sizeof shown), loaded);
}

static void principal_load(struct generation *generation, size_t index, const struct principal_option *option,
	struct faults *faults)
{
	struct principal_rule *rule = &generation->principals.rules[index];
	char place[48] = "user smtp-relay";
	size_t loaded;

	if (index < generation->principals.count)
		snprintf(place, sizeof place, "principals[%zu]", index);
	rule->policies.allows_all = !option->policies.at && !option->boundary;
	if (option->policies.at && group_load(generation, LAYER_IDENTITY, &option->policies, &rule->group, &loaded, faults)) {
		rule->policies.own = &rule->group;
		rule->policies.own_count = 1;
	}
	if (option->boundary)
		boundary_load(generation, rule, place, option->boundary, faults);
	if (option->boundary && !option->policies.at)
		fault_note(faults,
			"%s: a boundary without \"policies\" allows nothing by itself; add the policies of the principal", place);
}

static void organization_load(struct generation *generation, const struct level_list *organization, struct faults *faults)
{
	unsigned *levels = arena_array(&generation->arena, organization->count, sizeof *levels);
	char shown[SHOWN_SIZE];
	size_t loaded;

	if (!levels) {
		fault_memory(faults);
		return;
	}
	for (size_t i = 0; i < organization->count; i++)
		if (group_load(generation, LAYER_SCP, &organization->at[i], &levels[i], &loaded, faults) && !loaded)
			fault_add(faults,
				"organization[%zu]: %s holds no policy; each level must allow, and one without policies allows nothing: "
				"add its policies, or take the level out",
				i, text_escape(text_of(organization->at[i].at[0]), shown, sizeof shown));
	generation->levels = levels;
	generation->level_count = organization->count;
}

void callers_load(struct generation *generation, const struct site_options *options, struct faults *faults)
{
	for (size_t i = 0; i < options->principals.count; i++)
		if (!generation->principals.rules[i].refuse)
			principal_load(generation, i, &options->principals.at[i], faults);
	/* The rule for all others, which principal_map_fallback() completes. */
	principal_load(generation, options->principals.count, &options->everyone, faults);
	organization_load(generation, &options->organization, faults);
}

static void entities_organize(const struct generation *generation, struct directory_entity *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		list[i].policies.levels = generation->levels;
		list[i].policies.level_count = generation->level_count;
	}
}

void callers_organize(struct generation *generation)
{
	struct directory *directory = generation->principals.directory;

	for (size_t i = 0; i < generation->principals.count; i++) {
		struct principal_rule *rule = &generation->principals.rules[i];
		struct arn arn;
		if (rule->refuse || !arn_split(rule->arn, &arn) || !text_equals(arn.field[ARN_ACCOUNT], generation->account))
			continue;
		rule->policies.levels = generation->levels;
		rule->policies.level_count = generation->level_count;
	}
	if (directory && text_equals(directory->account, generation->account)) {
		entities_organize(generation, directory->users, directory->user_count);
		entities_organize(generation, directory->roles, directory->role_count);
	}
}

void callers_work_check(const struct generation *generation, struct faults *faults)
{
	const struct directory *directory = generation->principals.directory;
	size_t before = faults->count;

	for (size_t i = 0; i < generation->principals.count && faults->count == before; i++)
		message_work_check(generation->set, &generation->principals.rules[i].policies, faults);
	for (size_t i = 0; directory && i < directory->user_count && faults->count == before; i++)
		message_work_check(generation->set, &directory->users[i].policies, faults);
	for (size_t i = 0; directory && i < directory->role_count && faults->count == before; i++)
		message_work_check(generation->set, &directory->roles[i].policies, faults);
}
