/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint/lint_policies.h"

#include "ses/load_path.h"

#include <string.h>

static bool is_within(size_t *bytes, size_t length)
{
	if (!bytes)
		return true;
	bool within = length < *bytes;
	*bytes = within ? *bytes - length : 0;
	return within;
}

/* Is it the only path of a principal in the settings? */
static bool is_sole(const struct lint *lint, const char *path)
{
	const struct site_options *options = lint->options.site.options;

	for (size_t i = 0; options && i < options->principals.count; i++) {
		const struct string_list *policies = &options->principals.at[i].policies;
		if (policies->count == 1 && !strcmp(policies->at[0], path))
			return true;
	}
	return false;
}

static bool look(struct lint *lint, const char *path, enum lint_type type, size_t *bytes, struct faults *faults)
{
	bool sole = is_sole(lint, path);
	struct loaded_files files;

	if (!load_paths(&path, 1, &files, faults))
		return false;
	lint->options.type = type;
	lint->options.site.sole = sole && files.count == 1;
	lint->alone = lint->alone && files.count == 1;
	for (size_t i = 0; i < files.count && is_within(bytes, files.files[i].content.length); i++)
		lint_text(lint, files.files[i].shown, files.files[i].name, files.files[i].content);
	loaded_files_free(&files);
	return true;
}

bool lint_path(struct lint *lint, const char *path, enum lint_type type, struct faults *faults)
{
	return look(lint, path, type, NULL, faults);
}

static bool look_at_list(struct lint *lint, const struct string_list *paths, enum lint_type type, size_t *bytes,
	struct faults *faults)
{
	bool good = true;

	for (size_t i = 0; i < paths->count && (!bytes || *bytes) && !lint->stopped; i++)
		good &= look(lint, paths->at[i], type, bytes, faults);
	return good;
}

bool lint_policies(struct lint *lint, const struct site_options *options, size_t *bytes, struct faults *faults)
{
	bool good = look_at_list(lint, &options->policies, LINT_TYPE_RESOURCE, bytes, faults);

	for (size_t i = 0; i < options->principals.count; i++) {
		lint->alone = options->principals.at[i].policies.count == 1;
		good &= look_at_list(lint, &options->principals.at[i].policies, LINT_TYPE_IDENTITY, bytes, faults);
	}
	lint->alone = false;
	for (size_t i = 0; i < options->principals.count; i++) {
		const struct string_list boundary = { &options->principals.at[i].boundary,
			options->principals.at[i].boundary != NULL };
		good &= look_at_list(lint, &boundary, LINT_TYPE_LIMIT, bytes, faults);
	}
	for (size_t i = 0; i < options->organization.count; i++)
		good &= look_at_list(lint, &options->organization.at[i], LINT_TYPE_LIMIT, bytes, faults);
	const struct string_list iam = { &options->iam, options->iam != NULL };
	good &= look_at_list(lint, &iam, LINT_TYPE_IDENTITY, bytes, faults);
	return good;
}
