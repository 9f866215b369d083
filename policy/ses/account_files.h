/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account_files: the files of the account's state, read as strictly as policies. What others than its owner may write is
 * not believed: neither a file nor its folder may be writable for group or others.
 */
#ifndef SES_ACCOUNT_FILES_H
#define SES_ACCOUNT_FILES_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/json_source.h"

#include <sys/stat.h>

/* Largest file in bytes: of one answer, and of the suppression list (about 150 bytes an address). */
#define ACCOUNT_FILE_MAX (1024u * 1024)
#define ACCOUNT_LIST_MAX (2047u * 1024 * 1024)

struct account_folder {
	int descriptor;
	const char *path;    /* as the settings name it */
	struct arena *arena; /* keeps the names that faults show */
	struct faults *faults;
	struct stat state; /* of state.json when it was read */
};

/* False and a fault: it is not there, or others may write into it. */
bool account_folder_open(struct account_folder *folder, const char *path);
void account_folder_close(struct account_folder *folder);

/* A folder in it, to be closed as well. False and a fault, as account_folder_open. */
bool account_folder_enter(const struct account_folder *folder, const char *name, struct account_folder *inner);

/* Has state.json been written since it was read? A fault then: what was read may not go together. */
void account_folder_check(const struct account_folder *folder);

/*
 * The bytes of a file in the folder, to be freed by the caller, as `source->text`; `seen`, if not NULL, becomes its
 * status. False and a fault: it is not there, too large, writable by others, or could not be read.
 */
bool account_file_read(const struct account_folder *folder, const char *name, size_t limit, struct json_source *source,
	struct stat *seen);

/* The same, read as JSON, the root an object: the caller's to json_decref. NULL and a fault. The source is the caller's to free. */
json_t *account_json_read(const struct account_folder *folder, const char *name, struct json_source *source, struct stat *seen);
void account_source_free(struct json_source *source);

#endif
