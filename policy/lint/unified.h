/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * unified: how a text differs from another, as diff -u prints it (POSIX, diff, "-u").
 */
#ifndef LINT_UNIFIED_H
#define LINT_UNIFIED_H

#include "base/arena.h"

/* Lines that do not differ, around those that do. */
#define UNIFIED_CONTEXT 3

/*
 * Lines of it, in the arena; NULL when memory is short. `name` is the file's, printable; so many lines of it stand before the
 * two texts. Of the text tabs stay, all else that is not printable is escaped: it is for people. `ends`: the file ends where
 * the texts do.
 */
const char *unified_diff(struct arena *arena, const char *name, struct text before, struct text after, size_t lines_before,
	bool ends);

#endif
