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

/* What the ASCII letters of a piece match. */
enum glob_letters {
	GLOB_LETTERS_EXACT,    /* themselves */
	GLOB_LETTERS_CAPITALS, /* capitals also the letter in lower case, others themselves */
	GLOB_LETTERS_FOLD,     /* either case */
};

struct glob_piece {
	struct text text;
	bool literal;
	enum glob_letters letters;
};

/* Does the pattern hold a `*` or a `?`? */
bool glob_has_wildcard(struct text pattern);

bool glob_match(struct text pattern, struct text value);

/* The same without regard to the case of ASCII letters (action names). */
bool glob_match_fold(struct text pattern, struct text value);

/* The same as glob_match, but capitals in the domain of the pattern (domain.h) also match their letters in lower case. */
bool glob_match_domain(struct text pattern, struct text value);

/* The pieces joined are the pattern. With all pieces literal this is equality. */
bool glob_match_pieces(const struct glob_piece *pieces, size_t count, struct text value);

/*
 * Give letters in the domain of the pieces that meaning. There must be room for one more; returns how many there are
 * then. *address: is there an at sign?
 */
size_t glob_fold_domain(struct glob_piece *pieces, size_t count, enum glob_letters letters, bool *address);

/* Does the byte of a piece match that of a value? */
static inline bool glob_byte_matches(char byte, char value, enum glob_letters letters)
{
	if (byte == value || letters == GLOB_LETTERS_EXACT)
		return byte == value;
	return text_lower(byte) == (letters == GLOB_LETTERS_FOLD ? text_lower(value) : value);
}

#endif
