/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * directory_record: the entries of what IAM says of an account (account_details.h), checked, and found by what others
 * call them: for directory_read.c. They point into the files' JSON, which lives until they are freed.
 */
#ifndef IAM_DIRECTORY_RECORD_H
#define IAM_DIRECTORY_RECORD_H

#include "iam/account_details.h"

/* A file, its text borrowed. */
struct directory_file {
	const char *shown; /* for messages */
	struct text text;
};

struct directory_record {
	enum account_kind kind;
	struct json_source source;   /* its page's, and how its places are found quickly */
	struct json_path list, path; /* where it stands */
	struct json_anchor anchor;
	const json_t *json;
	struct text name, arn;
	unsigned group; /* of its policies, when they are compiled; 0: they are not, or there are none */
	bool compiled;
};

struct directory_records {
	struct account_pages *files;
	size_t file_count;
	struct directory_record *of[ACCOUNT_KINDS];
	/* Users and roles by name without regard to case; groups by name, managed policies by ARN. */
	struct directory_record **sorted[ACCOUNT_KINDS];
	size_t count[ACCOUNT_KINDS];
	struct text account;
	struct arena arena;
};

/*
 * Read all files as the pages of one answer. False: `faults` has grown. Freeing is due in either case. An answer that
 * goes on behind its last page is a fault, and so are entries of several accounts, doubles, and no entry at all.
 */
bool directory_records_read(const struct directory_file *files, size_t count, struct directory_records *out, struct faults *faults);
void directory_records_free(struct directory_records *records);

/* A group by its name, a managed policy by its ARN; NULL: there is none. */
struct directory_record *directory_record_find(const struct directory_records *records, enum account_kind kind, struct text key);

#endif
