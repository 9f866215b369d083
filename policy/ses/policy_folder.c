/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/policy_folder.h"

#include "base/arena_grow.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_leftover(struct text name)
{
	size_t dot = name.length;

	while (dot && name.at[dot - 1] != '.')
		dot--;
	struct text end = text_from(name, dot);
	/* What stands behind the last dot; a name without one ends in nothing. */
	bool of_packages = dot && (text_starts_with(end, TEXT("dpkg-")) || text_starts_with(end, TEXT("rpm")));

	return name.at[0] == '.' || text_ends_with(name, TEXT("~")) || text_ends_with(name, TEXT(".swp")) || of_packages;
}

enum folder_entry_kind folder_entry_kind(struct text name)
{
	if (!name.length || is_leftover(name))
		return ENTRY_LEFTOVER;
	if (text_ends_with(name, TEXT(".test.json")))
		return ENTRY_TEST;
	return text_ends_with(name, TEXT(".json")) ? ENTRY_POLICY : ENTRY_OTHER;
}

/* False: memory is short. */
static bool add(struct folder_listing *listing, struct arena *arena, const struct dirent *entry)
{
	if (!arena_grow(arena, &listing->entries, listing->count, &listing->room, sizeof *listing->entries))
		return false;
	struct text name = arena_text(arena, text_of(entry->d_name));
	if (!name.at)
		return false;
	enum folder_entry_kind kind = folder_entry_kind(name);
	if (kind == ENTRY_OTHER && entry->d_type == DT_DIR)
		kind = ENTRY_FOLDER;
	listing->entries[listing->count++] = (struct folder_entry){ name.at, kind };
	return true;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(((const struct folder_entry *)a)->name, ((const struct folder_entry *)b)->name);
}

int policy_folder_list(const char *path, struct arena *arena, struct folder_listing *out)
{
	const struct dirent *entry;
	DIR *folder = opendir(path);
	int error = 0;

	*out = (struct folder_listing){ 0 };
	if (!folder)
		return errno;
	/* NULL is both the end and trouble: errno tells them apart. */
	while (errno = 0, (entry = readdir(folder)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..") && !add(out, arena, entry)) {
			error = ENOMEM;
			break;
		}
	if (!entry)
		error = errno;
	closedir(folder);
	if (!error && out->count)
		qsort(out->entries, out->count, sizeof *out->entries, by_bytes);
	return error;
}
