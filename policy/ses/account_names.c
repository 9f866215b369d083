/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/account_names.h"

#include "base/arena_grow.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define SHOWN_SIZE 160
#define SUFFIX TEXT(".json")

static int hex(char byte)
{
	byte = text_lower(byte);
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

static bool stands_for_itself(char byte)
{
	char small = text_lower(byte);

	return (small >= 'a' && small <= 'z') || (byte >= '0' && byte <= '9') || (byte && strchr("@._+-", byte));
}

/* False: it is no such name. `out` has room for as much as `file` is long. */
static bool decode(struct text file, char *out, size_t *length)
{
	*length = 0;
	for (size_t i = 0; i < file.length; i++) {
		bool escaped = file.at[i] == '%';
		int high = escaped && i + 2 < file.length ? hex(file.at[i + 1]) : -1;
		int low = high >= 0 ? hex(file.at[i + 2]) : -1;
		if (escaped ? low < 0 || high + low == 0 : !stands_for_itself(file.at[i]))
			return false;
		out[(*length)++] = escaped ? (char)(high * 16 + low) : file.at[i];
		i += escaped ? 2 : 0;
	}
	return *length;
}

static bool wrong_name(const struct account_folder *folder, const char *file)
{
	char path[SHOWN_SIZE], shown[SHOWN_SIZE];

	fault_add(folder->faults,
		"account_state: %s/%s: is not called NAME.json, each byte of NAME but letters, digits and @._+- written as %%XX; "
		"move it away, or fetch the account's state again",
		text_escape(text_of(folder->path), path, sizeof path), text_escape(text_of(file), shown, sizeof shown));
	return false;
}

static bool entry_add(const struct account_folder *folder, struct arena *arena, struct account_listing *out, const char *file)
{
	struct text stem = text_of(file);

	/* Leftovers of who writes them; a name that begins with a dot begins with %2E. */
	if (*file == '.')
		return true;
	if (stem.length <= SUFFIX.length || !text_ends_with(stem, SUFFIX))
		return wrong_name(folder, file);
	stem.length -= SUFFIX.length;
	struct account_entry entry = { .file = arena_text(arena, text_of(file)).at };
	char *name = arena_take(arena, stem.length);
	if (!entry.file || !name || !arena_grow(arena, &out->at, out->count, &out->room, sizeof *out->at)) {
		fault_memory(folder->faults);
		return false;
	}
	entry.name.at = name;
	if (!decode(stem, name, &entry.name.length))
		return wrong_name(folder, file);
	out->at[out->count++] = entry;
	return true;
}

static int order(const void *a, const void *b)
{
	return text_compare(((const struct account_entry *)a)->name, ((const struct account_entry *)b)->name);
}

static bool each_once(const struct account_folder *folder, const struct account_listing *list)
{
	char path[SHOWN_SIZE], shown[SHOWN_SIZE];
	bool once = true;

	for (size_t i = 1; i < list->count; i++)
		if (text_equals(list->at[i - 1].name, list->at[i].name)) {
			once = false;
			fault_add(folder->faults,
				"account_state: %s: two files are named after %s; fetch the account's state again",
				text_escape(text_of(folder->path), path, sizeof path),
				text_escape(list->at[i].name, shown, sizeof shown));
		}
	return once;
}

static bool unreadable(const struct account_folder *folder)
{
	char path[SHOWN_SIZE];

	if (errno == ENOMEM)
		fault_memory(folder->faults);
	else
		fault_system(folder->faults, errno, "let the user of the daemon read it", "account_state: %s",
			text_escape(text_of(folder->path), path, sizeof path));
	return false;
}

static bool entries_read(const struct account_folder *folder, DIR *stream, struct arena *arena, struct account_listing *out)
{
	const struct dirent *entry;

	errno = 0;
	while ((entry = readdir(stream))) {
		if (!entry_add(folder, arena, out, entry->d_name))
			return false;
		errno = 0;
	}
	return !errno || unreadable(folder);
}

bool account_folder_list(const struct account_folder *folder, struct arena *arena, struct account_listing *out)
{
	int copy = fcntl(folder->descriptor, F_DUPFD_CLOEXEC, 0);
	DIR *stream = copy < 0 ? NULL : fdopendir(copy);

	*out = (struct account_listing){ 0 };
	if (!stream) {
		unreadable(folder);
		if (copy >= 0)
			close(copy);
		return false;
	}
	bool good = entries_read(folder, stream, arena, out);
	closedir(stream);
	if (good && out->count)
		qsort(out->at, out->count, sizeof *out->at, order);
	return good && each_once(folder, out);
}

void account_names_load(struct generation *generation, const struct account_folder *folder, const char *name,
	void (*load)(struct generation *generation, const struct account_folder *inner, const struct account_listing *list))
{
	struct account_folder inner;
	struct account_listing list;
	struct arena arena = { 0 };

	if (account_folder_enter(folder, name, &inner) && account_folder_list(&inner, &arena, &list))
		load(generation, &inner, &list);
	account_folder_close(&inner);
	arena_free(&arena);
}
