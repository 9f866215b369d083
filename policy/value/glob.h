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
 * Nothing allocates or recurses. Time is linear in the value: whatever the two
 * contain, a byte of it is looked at a few times, and where parts of the pattern
 * between stars have more than 64 characters once more for each further 64 of them.
 * A part of more than GLOB_PART_MAX that needs more than a few looks is beyond that,
 * and so is given up where work is counted.
 */
#ifndef VALUE_GLOB_H
#define VALUE_GLOB_H

#include "base/text.h"
#include "value/work.h"

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

/* The same; what it takes is taken off `work`. */
bool glob_match_counted(struct text pattern, struct text value, struct work *work);

/* The longest part between stars, in characters, that is matched in linear time. */
#define GLOB_PART_MAX 1023

/* The same without regard to the case of ASCII letters (action names). */
bool glob_match_fold(struct text pattern, struct text value);

/* The same as glob_match, but capitals in the domain of the pattern (domain.h) also match their letters in lower case. */
bool glob_match_domain(struct text pattern, struct text value, struct work *work);

/* The pieces joined are the pattern. With all pieces literal this is equality. */
bool glob_match_pieces(const struct glob_piece *pieces, size_t count, struct text value, struct work *work);

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
