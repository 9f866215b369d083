/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * survey: one look at the files and folders that are to be loaded (load_path.h): which files there are, with what tells
 * a change of each, and what else stands in the folders.
 */
#ifndef SES_SURVEY_H
#define SES_SURVEY_H

#include "base/arena.h"
#include "base/fault.h"

#include <sys/stat.h>

struct seen_file {
	const char *path;
	struct stat stat;
	bool test; /* by its name a file of tests */
};

/* What is not read, and is no known leftover. */
struct seen_other {
	const char *path;
	bool folder;
};

struct survey {
	struct seen_file *files;
	size_t count, room;
	struct seen_other *others;
	size_t other_count, other_room;
};

enum progress {
	PROGRESS_DONE,
	PROGRESS_CHANGED, /* something was changed meanwhile: look again */
	PROGRESS_FAULT    /* told */
};

struct surveying {
	const char *const *paths;
	size_t count;
	struct arena *arena; /* of what is found */
	struct faults *faults;
	struct faults lasting; /* what is a fault only if it stays so: the caller's to empty before each look */
	bool seen;             /* all paths were there once: one that is missing is on its way */
};

enum progress survey_paths(struct surveying *s, struct survey *survey);

/* Is it the same file with the same content? Do both surveys say the same of the files that are read? */
bool survey_same_file(const struct stat *a, const struct stat *b);
bool survey_same(const struct survey *a, const struct survey *b);

/* Tell what the system answered about a path; `remedy` NULL: the usual ones. Always PROGRESS_FAULT. */
enum progress survey_fault(const struct surveying *s, const char *path, int error, const char *remedy);

/* The path, printable, in a buffer of SURVEY_SHOWN_SIZE bytes. */
#define SURVEY_SHOWN_SIZE 512
const char *survey_show(const char *path, char shown[SURVEY_SHOWN_SIZE]);

#endif
