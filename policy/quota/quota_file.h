/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_file: counts in a file of SQLite's. One thread at a time.
 *
 *     quota   key ("SCOPE NAME"), used (recipients, for people), changed (seconds since 1970, for people), row (quota_blob.h)
 *     clock   the moment of the table's clock and the wall clock, when the file was last written
 *
 * The file is written to by one process at a time, which holds a lock on PATH.lock. Others may read it. It is made under another name and
 * then given its own: an empty file is damage, not a beginning. A file that somebody else made, or that is damaged, is left as it is.
 */
#ifndef QUOTA_QUOTA_FILE_H
#define QUOTA_QUOTA_FILE_H

#include "quota/quota_table.h"

#define QUOTA_FILE_WORDS 600

struct quota_file_trouble {
	enum quota_error error;
	enum fault_class class;
	bool starts; /* the daemon may start all the same: it may pass, or mail is to obey `unavailable` until it is mended */
	bool broken; /* the file has to be opened again */
	char words[QUOTA_FILE_WORDS]; /* "PATH: WHAT; REMEDY" */
};

struct quota_file;

/* NULL and *trouble. `lock` is a descriptor that holds the lock already, or -1; it is the caller's afterwards, also on failure. */
struct quota_file *quota_file_open(const char *path, int *lock, struct quota_file_trouble *trouble);
/* The same for a look at it, also while a daemon counts in it: no lock, and nothing of it is changed. */
struct quota_file *quota_file_open_to_read(const char *path, struct quota_file_trouble *trouble);
void quota_file_close(struct quota_file *file);

/* What can be told of the file and its folder without opening the database or changing anything. */
bool quota_file_look(const char *path, struct quota_file_trouble *trouble);

/* When it was written last. QUOTA_ABSENT: never. QUOTA_FAILED: that cannot be read. */
enum quota_found quota_file_clock(struct quota_file *file, int64_t *moment, int64_t *wall);

/*
 * All keys. `count` is NULL for a row that cannot be read. False: not all; *trouble says why (a row of which even the key cannot be told
 * is damage of the file), unless `each` answered false: then its words are empty.
 */
typedef bool quota_file_each(void *context, enum quota_scope scope, struct text name, const struct quota_count *count);
bool quota_file_load(struct quota_file *file, quota_file_each *each, void *context, struct quota_file_trouble *trouble);

/* A transaction. After a false nothing of it is in the file, and it has ended. `synced`: it is on the disk when the function returns. */
bool quota_file_begin(struct quota_file *file, bool synced, struct quota_file_trouble *trouble);
bool quota_file_put(struct quota_file *file, const struct quota_change *change, int64_t wall, struct quota_file_trouble *trouble);
bool quota_file_remove(struct quota_file *file, enum quota_scope scope, struct text name, struct quota_file_trouble *trouble);
bool quota_file_commit(struct quota_file *file, int64_t moment, int64_t wall, struct quota_file_trouble *trouble);

/* Is the file still the one of that name? */
bool quota_file_is_there(const struct quota_file *file);

#endif
