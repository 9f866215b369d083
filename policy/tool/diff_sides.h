/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * diff_sides: which two sets of policies a diff compares, by its command line: two operands are policies of identities.
 * Without two, the paths of the one option that makes them two are compared, and of the operands the second one may be
 * left: `--user-policy OLD NEW`, or `--user-policy OLD --user-policy NEW`. All other options are for both.
 */
#ifndef TOOL_DIFF_SIDES_H
#define TOOL_DIFF_SIDES_H

#include "tool/command_site.h"

enum diff_layer { DIFF_POLICY, DIFF_USER_POLICY, DIFF_BOUNDARY, DIFF_ORGANIZATION, DIFF_LAYERS };

struct diff_words {
	const char *settings, *account_state;
	struct word_list paths; /* operands */
	struct word_list of[DIFF_LAYERS];
};

/* Points into itself and into the words: must not move. */
struct diff_sides {
	struct site_words of[2]; /* old, new */
	const char *paths[2];
};

/* False: what is wrong was told. */
bool diff_sides_find(const struct diff_words *words, struct diff_sides *out);

#endif
