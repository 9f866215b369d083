/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy_folder: what stands in a folder of policies, by name: what is read, what is known not to be meant for
 * reading, and what nobody can tell, which somebody ought to hear of.
 */
#ifndef SES_POLICY_FOLDER_H
#define SES_POLICY_FOLDER_H

#include "base/arena.h"

enum folder_entry_kind {
	ENTRY_POLICY,   /* *.json */
	ENTRY_TEST,     /* *.test.json: by its name a file of tests (ses-policy test); its content tells */
	ENTRY_LEFTOVER, /* of editors and package managers, and dot files: *~, *.swp, *.dpkg-*, *.rpm* */
	ENTRY_FOLDER,   /* another folder; only where the listing says so */
	ENTRY_OTHER,    /* deny.JSON, deny.json.txt, deny: perhaps meant to be in force, and not read */
};

struct folder_entry {
	const char *name; /* in the arena */
	enum folder_entry_kind kind;
};

struct folder_listing {
	struct folder_entry *entries; /* by their names' bytes; without `.` and `..` */
	size_t count, room;
};

/* What a name says. (ENTRY_FOLDER is not told by names.) */
enum folder_entry_kind folder_entry_kind(struct text name);

/* List the folder into the arena. 0, or errno: the listing is then not whole, and not to be used. */
int policy_folder_list(const char *path, struct arena *arena, struct folder_listing *out);

#endif
