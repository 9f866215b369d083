/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay_tally: what changes, counted by kind of change, statement, domain of the
 * sender and domain of the recipient, with the first few examples of each.
 */
#ifndef TOOL_REPLAY_TALLY_H
#define TOOL_REPLAY_TALLY_H

#include "base/arena.h"

#include <stdint.h>

/* In the order in which they are shown. */
enum change { CHANGE_REFUSED, CHANGE_ALLOWED, CHANGE_STATEMENT, CHANGE_NONE, CHANGES };

/* "newly refused", "newly allowed", "refused by another statement", "as before" */
const char *change_name(enum change change);

#define EXAMPLES 3

struct example {
	uint64_t order; /* of the record in the input */
	struct text id, queue_id, sender, recipient;
	const char *stage;
};

struct replay_group {
	enum change change;
	struct text policy, sid; /* sid: or the number of the statement, or the reason where no statement decided */
	struct text sender_domain, recipient_domain;
	uint64_t hash;
	size_t count;
	struct example examples[EXAMPLES]; /* the first in the input */
	size_t example_count;
};

struct replay_tally {
	struct arena arena;
	struct replay_group **table; /* open addressing; NULL: free */
	size_t room, group_count;
	size_t changes[CHANGES];
	size_t records, skipped, invalid;
	size_t unknown; /* neither: a record lacks what the policies look at */
};

void replay_tally_free(struct replay_tally *tally);

/* Count one change; `group` has everything but the counts. Texts are copied. False when memory is short. */
bool replay_tally_add(struct replay_tally *tally, const struct replay_group *group, const struct example *example);

/* Add all of `from`. False when memory is short. */
bool replay_tally_merge(struct replay_tally *tally, const struct replay_tally *from);

/* The groups in order: change, greater counts first, then by name. To be freed; NULL when memory is short. */
struct replay_group **replay_tally_sorted(const struct replay_tally *tally);

#endif
