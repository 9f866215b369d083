/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key: condition keys. A table of those that AWS documents for sending mail and
 * for every service, and the numbering of those that a policy set uses.
 *
 * Key names have no case. (Service Authorization Reference, "Amazon SES"; IAM
 * User Guide, "AWS global condition context keys".)
 */
#ifndef IAM_KEY_H
#define IAM_KEY_H

#include "iam/arena.h"
#include "iam/operator.h"

struct key_info {
	const char *name;   /* ends in `/` for a family such as aws:PrincipalTag/ */
	unsigned operators; /* enum value_type bits of the operators that make sense on it */
	bool plural;        /* holds a list: wants ForAllValues or ForAnyValue */
};

/* NULL: not in the table (keys of other services). */
const struct key_info *key_find(struct text name);

/* Does the key of this name, in any case of letters, hold addresses of mail? They have a domain. */
bool key_holds_addresses(struct text name);

struct key {
	struct text name;            /* as first written */
	const struct key_info *info; /* or NULL */
	unsigned types;              /* enum value_type bits of the operators that policies use on it */
	bool addresses;              /* key_holds_addresses() */
};

struct key_table {
	struct arena *arena;
	struct key *keys;
	size_t count, room;
};

/* The number of a key; a new one if `name` has none yet. Borrows name. -1 when memory is short. */
int key_table_add(struct key_table *table, struct text name);

/* The number of a key; -1 if it has none. */
int key_table_find(const struct key_table *table, struct text name);

#endif
