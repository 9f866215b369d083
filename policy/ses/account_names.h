/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account_names: what the files in a folder of the account's state are named after: identities, configuration sets,
 * tenants.
 */
#ifndef SES_ACCOUNT_NAMES_H
#define SES_ACCOUNT_NAMES_H

#include "ses/account_files.h"

struct account_entry {
	const char *file;
	struct text name; /* what it is named after */
};

struct account_listing {
	struct account_entry *at; /* by their names */
	size_t count, room;
};

/*
 * The files *.json of the folder, into `arena`, which need not be that of the folder. In a file's name, all bytes but
 * letters, digits and `@._+-` stand as %XX, and so does a leading dot. Dot files are passed over. False and a fault: what
 * is called otherwise, a name twice.
 */
bool account_folder_list(const struct account_folder *folder, struct arena *arena, struct account_listing *out);

struct generation;

/* Read a folder of the account's state by `load`, which gets what is in it. Faults say what is wrong. */
void account_names_load(struct generation *generation, const struct account_folder *folder, const char *name,
	void (*load)(struct generation *generation, const struct account_folder *inner, const struct account_listing *list));

#endif
