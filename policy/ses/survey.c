/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/survey.h"

#include "base/arena_grow.h"
#include "iam/policy_set.h"
#include "base/system_error.h"
#include "ses/policy_folder.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

const char *survey_show(const char *path, char shown[SURVEY_SHOWN_SIZE])
{
	return text_escape(text_of(path), shown, SURVEY_SHOWN_SIZE);
}

enum progress survey_fault(const struct surveying *s, const char *path, int error, const char *remedy)
{
	char shown[SURVEY_SHOWN_SIZE];

	fault_system(s->faults, error, remedy ? remedy : system_error_read_remedy(error), "%s", survey_show(path, shown));
	return PROGRESS_FAULT;
}

static enum progress fault_no_memory(const struct surveying *s)
{
	fault_memory(s->faults);
	return PROGRESS_FAULT;
}

/* Somebody has looked for the path and not found it. */
static enum progress missing(struct surveying *s, const char *path, bool listed, const char *remedy)
{
	char shown[SURVEY_SHOWN_SIZE];
	struct stat link;

	if (!lstat(path, &link)) {
		fault_system(&s->lasting, ENOENT, remedy ? remedy : system_error_read_remedy(ENOENT), "%s",
			survey_show(path, shown));
		return PROGRESS_CHANGED;
	}
	if (errno == ENOENT && (listed || s->seen))
		return PROGRESS_CHANGED; /* removed since it was seen */
	return survey_fault(s, path, errno, remedy);
}

bool survey_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
		a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
		a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

bool survey_same(const struct survey *a, const struct survey *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->files[i].path, b->files[i].path) || !survey_same_file(&a->files[i].stat, &b->files[i].stat))
			return false;
	return true;
}

static enum progress survey_add(struct surveying *s, struct survey *survey, const char *path, const struct stat *status, bool test)
{
	char shown[SURVEY_SHOWN_SIZE];

	if (!S_ISREG(status->st_mode)) {
		fault_add(s->faults, "%s: not a regular file; name a policy file, or the folder that holds it",
			survey_show(path, shown));
		return PROGRESS_FAULT;
	}
	if (status->st_size > (off_t)POLICY_FILE_MAX) {
		fault_add(s->faults, "%s: %lld bytes; at most %u are read, so split the file", survey_show(path, shown),
			(long long)status->st_size, POLICY_FILE_MAX);
		return PROGRESS_FAULT;
	}
	struct text copy = arena_text(s->arena, text_of(path));
	if (!copy.at || !arena_grow(s->arena, &survey->files, survey->count, &survey->room, sizeof *survey->files))
		return fault_no_memory(s);
	survey->files[survey->count++] = (struct seen_file){ copy.at, *status, test };
	return PROGRESS_DONE;
}

static enum progress other_add(const struct surveying *s, struct survey *survey, const char *path, bool folder)
{
	if (!arena_grow(s->arena, &survey->others, survey->other_count, &survey->other_room, sizeof *survey->others))
		return fault_no_memory(s);
	survey->others[survey->other_count++] = (struct seen_other){ path, folder };
	return PROGRESS_DONE;
}

static const char *entry_path(const struct surveying *s, const char *folder, const char *name)
{
	size_t length = strlen(folder);

	return arena_printf(s->arena, "%s%s%s", folder, length && folder[length - 1] == '/' ? "" : "/", name);
}

static enum progress survey_entry(struct surveying *s, struct survey *survey, const char *folder, const struct folder_entry *entry)
{
	struct stat stat_now;
	const char *path;

	if (entry->kind == ENTRY_LEFTOVER)
		return PROGRESS_DONE;
	path = entry_path(s, folder, entry->name);
	if (!path)
		return fault_no_memory(s);
	if (entry->kind == ENTRY_OTHER || entry->kind == ENTRY_FOLDER)
		return other_add(s, survey, path, entry->kind == ENTRY_FOLDER);
	if (!stat(path, &stat_now))
		return survey_add(s, survey, path, &stat_now, entry->kind == ENTRY_TEST);
	return errno == ENOENT ? missing(s, path, true, "remove or mend this entry")
			       : survey_fault(s, path, errno, "remove or mend this entry");
}

static enum progress survey_folder(struct surveying *s, struct survey *survey, const char *folder)
{
	struct folder_listing listing;
	enum progress result = PROGRESS_DONE;
	int error = policy_folder_list(folder, s->arena, &listing);

	if (error == ENOENT)
		return missing(s, folder, false, NULL);
	if (error)
		return survey_fault(s, folder, error, "let the filter's user read and search the folder");
	for (size_t i = 0; i < listing.count; i++) {
		enum progress one = survey_entry(s, survey, folder, &listing.entries[i]);
		if (one > result)
			result = one;
	}
	return result;
}

enum progress survey_paths(struct surveying *s, struct survey *survey)
{
	enum progress result = PROGRESS_DONE;

	for (size_t i = 0; i < s->count; i++) {
		const char *path = s->paths[i];
		struct stat stat_now;
		enum progress one;

		if (stat(path, &stat_now))
			one = errno == ENOENT ? missing(s, path, false, "name a policy file, or a folder of them")
					      : survey_fault(s, path, errno, NULL);
		else if (S_ISDIR(stat_now.st_mode))
			one = survey_folder(s, survey, path);
		else
			one = survey_add(s, survey, path, &stat_now, false);
		if (one > result)
			result = one;
	}
	return result;
}
