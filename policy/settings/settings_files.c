/* SPDX-License-Identifier: BSD-2-Clause */
#include "settings/settings_files.h"

#include "base/system_error.h"
#include "iam/foreign.h"
#include "settings/read_file.h"
#include "settings/setting_comments.h"
#include "settings/setting_read.h"
#include "settings/setting_table.h"
#include "ses/policy_folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SUFFIX ".json"

struct seeing {
	struct settings *settings;
	const struct json_source *source;
};

static void note_origin(const struct setting *row, const struct json_path *path, void *argument)
{
	const struct seeing *seeing = argument;
	struct json_place place = { 0, 0 };

	json_source_find(seeing->source, path, &place);
	const char *origin = arena_printf(&seeing->settings->arena, "%s:%u:%u", seeing->source->file, place.line, place.column);
	/* Without memory for it only the place is not told. */
	seeing->settings->origins[row - setting_table] = origin ? origin : seeing->source->file;
}

static void tell_unread(const char *file, bool fragment, int error, struct faults *faults)
{
	if (error == EFBIG)
		fault_add(faults, "%s: cannot be read: larger than 1 MiB; write less%s", file,
			fragment ? "" : ", or name another with --settings");
	else if (error == ENOENT)
		fault_system(faults, error,
			fragment ? "correct the link, or remove it" : "create it, or name another with --settings",
			"%s: cannot be read", file);
	else
		fault_system(faults, error, system_error_read_remedy(error), "%s: cannot be read", file);
}

static void read_root(struct settings *settings, const struct json_source *source, const json_t *root, struct faults *faults)
{
	const struct setting_reader reader = { .arena = &settings->arena, .source = source, .faults = faults };
	struct seeing seeing = { settings, source };
	const char *policy = root ? foreign_policy_member(root) : NULL;

	if (policy)
		json_fault(source, NULL, faults,
			"this is a policy (\"%s\"), and not settings; write { \"policies\": [\"...\"] } into a file of settings, with this file's name",
			policy);
	else if (json_object_get(root, "tests"))
		json_fault(source, NULL, faults, "this is a file of tests, and not settings; run it: ses-policy test");
	else if (root && !json_is_object(root))
		json_fault(source, NULL, faults, "not an object; write { \"policies\": [\"...\"] }");
	else if (root)
		setting_read_object(&reader, NULL, root, setting_table, setting_count, settings, note_origin, &seeing);
}

static void read_one(struct settings *settings, const char *file, bool fragment, struct faults *faults)
{
	size_t size;
	char *bytes = read_file(file, SETTINGS_FILE_MAX, &size);

	if (!bytes) {
		tell_unread(file, fragment, errno, faults);
		return;
	}
	size = setting_comments_blank(bytes, size);
	const struct json_source source = { .file = file, .text = { bytes, size }, .words = setting_comments_words };
	json_t *root = json_source_read(&source, faults);
	read_root(settings, &source, root, faults);
	json_decref(root);
	free(bytes);
}

/* milter.d of milter.json. NULL: memory is short. */
static const char *folder_of(struct settings *settings, const char *file)
{
	size_t length = strlen(file), suffix = strlen(SUFFIX);

	if (length > suffix && strcmp(file + length - suffix, SUFFIX) == 0)
		length -= suffix;
	return arena_printf(&settings->arena, "%.*s.d", (int)length, file);
}

static void read_fragment(struct settings *settings, const char *folder, const struct folder_entry *entry, struct faults *faults)
{
	const char *path = arena_printf(&settings->arena, "%s/%s", folder, entry->name);

	if (!path)
		fault_memory(faults);
	else if (entry->kind == ENTRY_OTHER)
		fault_note(faults, "%s: is not read: of a folder of settings only the files *.json are; rename it, or move it away",
			path);
	else if (entry->kind != ENTRY_LEFTOVER)
		read_one(settings, path, true, faults);
}

static void read_folder(struct settings *settings, const char *folder, struct faults *faults)
{
	struct folder_listing listing;
	int error = policy_folder_list(folder, &settings->arena, &listing);

	if (error == ENOENT)
		return;
	if (error == ENOTDIR)
		fault_add(faults, "%s: is not a folder, and stands where that of the settings' fragments belongs; move it away",
			folder);
	else if (error)
		fault_system(faults, error, system_error_read_remedy(error), "%s: cannot be read", folder);
	for (size_t i = 0; !error && i < listing.count; i++)
		read_fragment(settings, folder, &listing.entries[i], faults);
}

void settings_files_read(struct settings *settings, const char *file, struct faults *faults)
{
	settings->file = setting_copy(&settings->arena, file, faults);
	if (!settings->file)
		return;
	read_one(settings, settings->file, false, faults);
	const char *folder = folder_of(settings, settings->file);
	if (folder)
		read_folder(settings, folder, faults);
	else
		fault_memory(faults);
}
