/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load_path: the files that the settings name, read as one snapshot.
 *
 * A path is a file, or a folder, which gives its *.json files in the order of
 * their names (bytes); something called *.json that is no file is a fault. Files of
 * tests (*.test.json, test_name.h) and known leftovers (policy_folder.h) are passed over;
 * all else that stands in the folder is passed over with a note. If anything changes between the first look and the last
 * byte (a deployment under way), everything is read again, for up to a second.
 */
#ifndef SES_LOAD_PATH_H
#define SES_LOAD_PATH_H

#include "base/arena.h"
#include "base/fault.h"

struct loaded_file {
	const char *shown; /* the path, printable, for messages */
	struct text name;  /* the file's name without its folder and without .json */
	struct text content;
	bool test;     /* named *.test.json in a folder; load_paths() leaves none of them */
	unsigned mode; /* its permissions */
};

struct loaded_files {
	struct loaded_file *files;
	size_t count;
	struct arena arena; /* holds all of it */
};

/*
 * Read all paths. False: `faults` has grown, `out` is empty. Notes may come with either. Every path must
 * exist and be a readable file of at most POLICY_FILE_MAX bytes or a folder;
 * at least one file must be found. load_paths_if_any: there may be no path, and no file. What was read is freed by loaded_files_free.
 */
bool load_paths(const char *const *paths, size_t count, struct loaded_files *out, struct faults *faults);
bool load_paths_if_any(const char *const *paths, size_t count, struct loaded_files *out, struct faults *faults);
void loaded_files_free(struct loaded_files *files);

/* May everybody write one of them? A fault then: anybody on the machine could decide which mail passes. */
void loaded_files_guard(const struct loaded_files *files, struct faults *faults);

#endif
