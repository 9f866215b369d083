/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text: a borrowed run of bytes with a length, not NUL-terminated.
 *
 * Policies and mail both bring text of any content; nothing here copies,
 * allocates or looks at the locale. "Fold" means: without regard to the case
 * of ASCII letters, which is what action names, key names and domains need.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct text {
	const char *at;
	size_t length;
};

/* For printf("%.*s", TEXT_ARGS(t)). */
#define TEXT_ARGS(t) (int)(t).length, (t).at

/* A string literal as a text. */
#define TEXT(literal) ((struct text){ "" literal, sizeof(literal) - 1 })

/* A NUL-terminated string as a text; NULL gives the empty text. */
static inline struct text text_of(const char *string)
{
	return (struct text){ string ? string : "", string ? strlen(string) : 0 };
}

static inline bool text_equals(struct text a, struct text b)
{
	/* memcmp may not be given NULL, which an empty text may hold. */
	return a.length == b.length && (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}

bool text_equals_fold(struct text a, struct text b);
bool text_starts_with(struct text t, struct text prefix);
bool text_starts_with_fold(struct text t, struct text prefix);
bool text_ends_with(struct text t, struct text suffix);

/* The part of t from byte `from` on, and its first `length` bytes. Both clip. */
static inline struct text text_from(struct text t, size_t from)
{
	if (from == 0)
		return t;
	if (from > t.length)
		from = t.length;
	return (struct text){ t.at ? t.at + from : NULL, t.length - from };
}

static inline struct text text_first(struct text t, size_t length)
{
	return (struct text){ t.at, length < t.length ? length : t.length };
}

/* Offset of the first `byte` at or after `from`, or t.length if there is none. */
size_t text_find(struct text t, char byte, size_t from);

/* Order for qsort and bsearch: bytes, shorter first among equals. */
int text_compare(struct text a, struct text b);

/*
 * Length in bytes of the UTF-8 character at offset `at` (at < t.length). A byte
 * that starts no well-formed character (RFC 3629) counts as one character.
 */
size_t text_character(struct text t, size_t at);

/* The code point of that character; of a byte that starts none, the byte. */
uint32_t text_code_point(struct text t, size_t at);

/* Is all of t well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates)? */
bool text_is_utf8(struct text t);

/* The line and the column, in characters and from 1, of the byte at `at` (t.length: behind the last). */
void text_place(struct text t, size_t at, unsigned *line, unsigned *column);

/* Has it an ASCII capital, a control byte of ASCII (0x7f too)? Quicker than a look at each byte. */
bool text_has_capitals(struct text t);
bool text_has_controls(struct text t);

/* c in lower case if it is an ASCII capital. */
static inline char text_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

#endif
