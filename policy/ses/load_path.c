/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One pass: survey (names, and for each file what tells a change), read, survey
 * again. The pass counts only if both surveys and what each opened file said of
 * itself agree.
 */
#include "ses/load_path.h"

#include "iam/policy_set.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Passes before we say that the files do not come to rest. */
#define PASSES 8

#define SHOWN_SIZE 512

struct seen_file {
	const char *path;
	struct stat stat;
};

struct survey {
	struct seen_file *files;
	size_t count, room;
	struct arena *arena;
};

enum progress { PROGRESS_DONE, PROGRESS_CHANGED, PROGRESS_FAULT };

static const char *show(const char *path, char shown[SHOWN_SIZE])
{
	return text_escape(text_of(path), shown, SHOWN_SIZE);
}

static enum progress fault_errno(struct faults *faults, const char *path, const char *remedy)
{
	char shown[SHOWN_SIZE];
	int error = errno;

	if (error == ENOMEM)
		fault_memory(faults);
	else
		fault_add(faults, "%s: %s; %s", show(path, shown), strerror(error), remedy);
	return PROGRESS_FAULT;
}

static enum progress fault_no_memory(struct faults *faults)
{
	fault_memory(faults);
	return PROGRESS_FAULT;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
		a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
		a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

static bool same_survey(const struct survey *a, const struct survey *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->files[i].path, b->files[i].path) || !same_file(&a->files[i].stat, &b->files[i].stat))
			return false;
	return true;
}

static enum progress survey_add(struct survey *survey, const char *path, const struct stat *status, struct faults *faults)
{
	char shown[SHOWN_SIZE];

	if (!S_ISREG(status->st_mode)) {
		fault_add(faults, "%s: not a regular file; name a policy file, or the folder that holds it", show(path, shown));
		return PROGRESS_FAULT;
	}
	if (status->st_size > (off_t)POLICY_FILE_MAX) {
		fault_add(faults, "%s: %lld bytes; at most %u are read, so split the file", show(path, shown),
			(long long)status->st_size, POLICY_FILE_MAX);
		return PROGRESS_FAULT;
	}
	if (survey->count == survey->room) {
		size_t room = survey->room ? 2 * survey->room : 16;
		struct seen_file *grown = arena_array(survey->arena, room, sizeof *grown);
		if (!grown)
			return fault_no_memory(faults);
		if (survey->count)
			memcpy(grown, survey->files, survey->count * sizeof *grown);
		survey->files = grown;
		survey->room = room;
	}
	struct text copy = arena_text(survey->arena, text_of(path));
	if (!copy.at)
		return fault_no_memory(faults);
	survey->files[survey->count++] = (struct seen_file){ copy.at, *status };
	return PROGRESS_DONE;
}

static int is_policy_name(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && text_ends_with(text_of(entry->d_name), TEXT(".json"));
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static enum progress survey_folder(struct survey *survey, const char *folder, struct faults *faults)
{
	struct dirent **entries;
	enum progress result = PROGRESS_DONE;
	size_t length = strlen(folder);
	const char *slash = length && folder[length - 1] == '/' ? "" : "/";
	int count = scandir(folder, &entries, is_policy_name, by_bytes);

	if (count < 0)
		return fault_errno(faults, folder, "let the filter's user read and search the folder");
	for (int i = 0; i < count; i++) {
		struct stat stat_now;
		const char *path = arena_printf(survey->arena, "%s%s%s", folder, slash, entries[i]->d_name);
		enum progress one;

		if (!path)
			one = fault_no_memory(faults);
		else if (!stat(path, &stat_now))
			one = survey_add(survey, path, &stat_now, faults);
		else if (errno == ENOENT && lstat(path, &stat_now))
			one = PROGRESS_CHANGED; /* removed since the folder was listed */
		else
			one = fault_errno(faults, path, "remove or mend this entry");
		if (one > result)
			result = one;
		free(entries[i]);
	}
	free(entries);
	return result;
}

static enum progress survey_paths(struct survey *survey, const char *const *paths, size_t count, struct faults *faults)
{
	enum progress result = PROGRESS_DONE;

	for (size_t i = 0; i < count; i++) {
		struct stat stat_now;
		enum progress one;

		if (stat(paths[i], &stat_now))
			one = fault_errno(faults, paths[i], "name a policy file, or a folder of them");
		else if (S_ISDIR(stat_now.st_mode))
			one = survey_folder(survey, paths[i], faults);
		else
			one = survey_add(survey, paths[i], &stat_now, faults);
		if (one > result)
			result = one;
	}
	return result;
}

/* All `size` bytes and then the end. CHANGED: there were fewer or more. */
static enum progress read_all(int file, const char *path, char *bytes, size_t size, struct faults *faults)
{
	size_t used = 0;

	for (;;) {
		/* One byte of room more than is expected shows that the file has grown. */
		ssize_t got = read(file, bytes + used, size + 1 - used);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fault_errno(faults, path, "it must be readable");
		if (!got)
			return used == size ? PROGRESS_DONE : PROGRESS_CHANGED;
		used += (size_t)got;
		if (used > size)
			return PROGRESS_CHANGED;
	}
}

static enum progress read_file(const struct seen_file *seen, struct arena *arena, struct text *content,
	struct faults *faults)
{
	struct stat before, after;
	size_t size = (size_t)seen->stat.st_size;
	/* Should the path be a FIFO by now, opening must not wait for its writer. */
	int file = open(seen->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (file < 0)
		return errno == ENOENT ? PROGRESS_CHANGED
			: fault_errno(faults, seen->path, "let the filter's user read the file");
	enum progress result = PROGRESS_CHANGED;
	if (!fstat(file, &before) && same_file(&before, &seen->stat)) {
		char *bytes = arena_take(arena, size + 1);
		result = bytes ? read_all(file, seen->path, bytes, size, faults) : fault_no_memory(faults);
		if (result == PROGRESS_DONE && (fstat(file, &after) || !same_file(&after, &before)))
			result = PROGRESS_CHANGED;
		*content = (struct text){ bytes, size };
	}
	close(file);
	return result;
}

static struct text policy_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct text name = text_of(slash ? slash + 1 : path);
	struct text suffix = TEXT(".json");

	if (name.length > suffix.length && text_ends_with(name, suffix))
		name.length -= suffix.length;
	return name;
}

static enum progress pass(const char *const *paths, size_t count, struct loaded_files *out, struct faults *faults)
{
	struct survey first = { .arena = &out->arena }, last = { .arena = &out->arena };
	enum progress result = survey_paths(&first, paths, count, faults);

	if (result != PROGRESS_DONE)
		return result;
	out->files = arena_array(&out->arena, first.count, sizeof *out->files);
	if (!out->files)
		return fault_no_memory(faults);
	for (size_t i = 0; i < first.count; i++) {
		struct loaded_file *file = &out->files[out->count++];
		char shown[SHOWN_SIZE];
		enum progress one = read_file(&first.files[i], &out->arena, &file->content, faults);

		if (one > result)
			result = one;
		if (one != PROGRESS_DONE)
			continue;
		file->name = policy_name(first.files[i].path);
		file->shown = arena_printf(&out->arena, "%s", show(first.files[i].path, shown));
		if (!file->shown)
			return fault_no_memory(faults);
	}
	if (result != PROGRESS_DONE)
		return result;
	result = survey_paths(&last, paths, count, faults);
	return result == PROGRESS_DONE && !same_survey(&first, &last) ? PROGRESS_CHANGED : result;
}

bool load_paths(const char *const *paths, size_t count, struct loaded_files *out, struct faults *faults)
{
	enum progress result = PROGRESS_CHANGED;
	char shown[SHOWN_SIZE];

	*out = (struct loaded_files){ 0 };
	if (!count) {
		fault_add(faults, "policies: nothing to load; name a policy file, or a folder of them");
		return false;
	}
	for (int i = 0; i < PASSES && result == PROGRESS_CHANGED; i++) {
		loaded_files_free(out);
		result = pass(paths, count, out, faults);
	}
	if (result == PROGRESS_CHANGED)
		fault_add(faults, "%s: changes while it is read; try again when the files are at rest", show(paths[0], shown));
	if (result == PROGRESS_DONE && !out->count) {
		fault_add(faults, "%s: holds no *.json file; put a policy there", show(paths[0], shown));
		result = PROGRESS_FAULT;
	}
	if (result != PROGRESS_DONE)
		loaded_files_free(out);
	return result == PROGRESS_DONE;
}

void loaded_files_free(struct loaded_files *files)
{
	arena_free(&files->arena);
	*files = (struct loaded_files){ 0 };
}
