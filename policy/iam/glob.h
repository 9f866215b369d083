/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * glob: the wildcards of IAM. `*` is any run of bytes, also an empty one and
 * also over `.`, `@`, `/` and newline; `?` is exactly one character (UTF-8).
 * No classes, no escapes; a pattern always covers the whole value.
 * (IAM User Guide, "String condition operators".)
 *
 * A pattern may be made of pieces: literal pieces stand for themselves byte by
 * byte (the text of a substituted policy variable, which is never a pattern).
 *
 * Nothing allocates or recurses. Time is at most pattern length times value
 * length, whatever the two contain.
 */
#ifndef IAM_GLOB_H
#define IAM_GLOB_H

#include "iam/text.h"

struct glob_piece {
	struct text text;
	bool literal;
};

/* Does the pattern hold a `*` or a `?`? */
bool glob_has_wildcard(struct text pattern);

bool glob_match(struct text pattern, struct text value);

/* The same without regard to the case of ASCII letters (action names). */
bool glob_match_fold(struct text pattern, struct text value);

/* The pieces joined are the pattern. With all pieces literal this is equality. */
bool glob_match_pieces(const struct glob_piece *pieces, size_t count, struct text value);

#endif
