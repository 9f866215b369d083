/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One pass: survey (names, and for each file what tells a change), read, survey
 * again. The pass counts only if both surveys and what each opened file said of
 * itself agree. What may be the middle of a change (a link whose target is not
 * there: Kubernetes exchanges the folder behind all links of a ConfigMap, and mends
 * the links before or after that) is a fault only if it stays.
 */
#include "ses/load_path.h"

#include "iam/policy_set.h"
#include "ses/survey.h"
#include "ses/test_name.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* So long files may take to come to rest, in milliseconds; and so many passes there are at least. */
#define PATIENCE 1000
#define PASSES_LEAST 3
/* Milliseconds between two passes: doubled from the first to the last. */
#define PAUSE_FIRST 1
#define PAUSE_LAST 50

static enum progress no_memory(const struct surveying *s)
{
	fault_memory(s->faults);
	return PROGRESS_FAULT;
}

/* All `size` bytes and then the end. CHANGED: there were fewer or more. */
static enum progress read_all(const struct surveying *s, int file, const char *path, char *bytes, size_t size)
{
	size_t used = 0;

	for (;;) {
		/* One byte of room more than is expected shows that the file has grown. */
		ssize_t got = read(file, bytes + used, size + 1 - used);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return survey_fault(s, path, errno, NULL);
		if (!got)
			return used == size ? PROGRESS_DONE : PROGRESS_CHANGED;
		used += (size_t)got;
		if (used > size)
			return PROGRESS_CHANGED;
	}
}

/* Is the open file the one that was seen? */
static enum progress file_check(const struct surveying *s, int file, const char *path, const struct stat *seen)
{
	struct stat now;

	if (fstat(file, &now))
		return survey_fault(s, path, errno, NULL);
	return survey_same_file(&now, seen) ? PROGRESS_DONE : PROGRESS_CHANGED;
}

static enum progress read_file(const struct surveying *s, const struct seen_file *seen, struct text *content)
{
	size_t size = (size_t)seen->stat.st_size;
	/* Should the path be a FIFO by now, opening must not wait for its writer. */
	int file = open(seen->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (file < 0)
		return errno == ENOENT ? PROGRESS_CHANGED : survey_fault(s, seen->path, errno, NULL);
	enum progress result = file_check(s, file, seen->path, &seen->stat);
	if (result == PROGRESS_DONE) {
		char *bytes = arena_take(s->arena, size + 1);
		result = bytes ? read_all(s, file, seen->path, bytes, size) : no_memory(s);
		if (result == PROGRESS_DONE)
			result = file_check(s, file, seen->path, &seen->stat);
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

/* What is not read, and may have been meant to be in force. */
static void tell_others(const struct survey *survey, struct faults *faults)
{
	char shown[SURVEY_SHOWN_SIZE];

	for (size_t i = 0; i < survey->other_count; i++)
		fault_note(faults, "%s: is not read: of a folder only the files *.json are; %s",
			survey_show(survey->others[i].path, shown),
			survey->others[i].folder ? "name that folder too, or move it away" : "rename it, or move it away");
}

static enum progress pass(struct surveying *s, struct loaded_files *out)
{
	struct survey first = { 0 }, last = { 0 };
	enum progress result = survey_paths(s, &first);

	if (result != PROGRESS_DONE)
		return result;
	s->seen = true;
	out->files = arena_array(s->arena, first.count, sizeof *out->files);
	if (!out->files)
		return no_memory(s);
	for (size_t i = 0; i < first.count; i++) {
		struct loaded_file *file = &out->files[out->count++];
		char shown[SURVEY_SHOWN_SIZE];
		enum progress one = read_file(s, &first.files[i], &file->content);

		if (one > result)
			result = one;
		if (one != PROGRESS_DONE)
			continue;
		file->name = policy_name(first.files[i].path);
		file->test = first.files[i].test;
		file->mode = (unsigned)first.files[i].stat.st_mode & 07777;
		file->shown = arena_printf(s->arena, "%s", survey_show(first.files[i].path, shown));
		if (!file->shown)
			return no_memory(s);
	}
	if (result != PROGRESS_DONE)
		return result;
	result = survey_paths(s, &last);
	if (result == PROGRESS_DONE && !survey_same(&first, &last))
		result = PROGRESS_CHANGED;
	if (result == PROGRESS_DONE)
		tell_others(&first, s->faults);
	return result;
}

/* Those that are named like files of tests must be some, and are then no policies. What is none is told. */
static void take_tests_out(struct loaded_files *files, struct faults *faults)
{
	size_t kept = 0;

	for (size_t i = 0; i < files->count; i++) {
		const struct loaded_file *file = &files->files[i];
		if (file->test)
			test_name_check(file->shown, file->content, faults);
		else
			files->files[kept++] = *file;
	}
	files->count = kept;
}

static long milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Passes until one counts, or there is a fault, or the files have had their time. */
static enum progress passes(struct surveying *s, struct loaded_files *out)
{
	long end = milliseconds() + PATIENCE, pause = PAUSE_FIRST;

	for (int i = 1;; i++) {
		faults_free(&s->lasting);
		enum progress result = pass(s, out);
		if (result != PROGRESS_CHANGED || (i >= PASSES_LEAST && milliseconds() >= end))
			return result;
		loaded_files_free(out);
		nanosleep(&(struct timespec){ .tv_nsec = pause * 1000000 }, NULL);
		pause = 2 * pause < PAUSE_LAST ? 2 * pause : PAUSE_LAST;
	}
}

/* Files that have not come to rest: what was wrong with them last, or that they change. */
static void tell_restless(const struct surveying *s)
{
	char shown[SURVEY_SHOWN_SIZE];

	for (const struct fault *fault = s->lasting.first; fault; fault = fault->next)
		fault_add(s->faults, "%s", fault->text);
	if (s->lasting.out_of_memory)
		fault_memory(s->faults);
	if (!s->lasting.count)
		fault_add_as(s->faults, FAULT_PASSING, "%s: changes while it is read; try again when the files are at rest",
			survey_show(s->paths[0], shown));
}

bool load_paths_if_any(const char *const *paths, size_t count, struct loaded_files *out, struct faults *faults)
{
	struct surveying s = { .paths = paths, .count = count, .arena = &out->arena, .faults = faults };
	size_t before = faults->count;

	*out = (struct loaded_files){ 0 };
	if (!count)
		return true;
	enum progress result = passes(&s, out);
	if (result == PROGRESS_CHANGED)
		tell_restless(&s);
	faults_free(&s.lasting);
	if (result == PROGRESS_DONE)
		take_tests_out(out, faults);
	if (faults->count == before)
		return true;
	loaded_files_free(out);
	return false;
}

bool load_paths(const char *const *paths, size_t count, struct loaded_files *out, struct faults *faults)
{
	char shown[SURVEY_SHOWN_SIZE];

	if (!load_paths_if_any(paths, count, out, faults))
		return false;
	if (out->count)
		return true;
	if (!count)
		fault_add(faults, "policies: nothing to load; name a policy file, or a folder of them");
	else
		fault_add(faults, "%s: holds no *.json file; put a policy there", survey_show(paths[0], shown));
	loaded_files_free(out);
	return false;
}

void loaded_files_guard(const struct loaded_files *files, struct faults *faults)
{
	for (size_t i = 0; i < files->count; i++)
		if (files->files[i].mode & S_IWOTH)
			fault_add(faults,
				"%s: everybody may write it (mode %04o), and so decide which mail passes; run chmod o-w on it",
				files->files[i].shown, files->files[i].mode);
}

void loaded_files_free(struct loaded_files *files)
{
	arena_free(&files->arena);
	*files = (struct loaded_files){ 0 };
}
