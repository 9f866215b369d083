/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_source: JSON text, read strictly, that can say where in it a value stands.
 *
 * jansson tells places only for faults of syntax. For faults of meaning the
 * text is walked once more along the path of the value; that costs time only
 * when something is wrong.
 */
#ifndef BASE_JSON_SOURCE_H
#define BASE_JSON_SOURCE_H

#include "base/fault.h"
#include "base/json_memory.h"
#include "base/json_mistake_words.h"
#include "base/text.h"

#include <jansson.h>

struct json_anchor;

struct json_source {
	const char *file; /* for messages */
	struct text text; /* the whole text; empty when there is none (then no places are told) */
	/*
	 * "WHAT; REMEDY" for a text that is not JSON, if the reader of the file knows better words than json_mistake_words().
	 * NULL if it does not. The member itself may be NULL.
	 */
	const char *(*words)(struct text text, const struct json_mistake *mistake);
	const struct json_anchor *anchor; /* or NULL */
};

/* One step down from `parent` (NULL: the root); lives on the stack of the function that walks the tree. */
struct json_path {
	const struct json_path *parent;
	const char *member; /* NULL: element `index` of a list */
	size_t index;
	bool at_key; /* the place is that of the member's name rather than of its value */
};

/* 1-based line and column (in characters) of a value. */
struct json_place {
	unsigned line, column;
};

/*
 * A value whose place is known, to go on from instead of walking to it from the root: what is looked for below its path
 * is then found in the time that the value's own text takes.
 */
struct json_anchor {
	const struct json_path *path; /* this very path: what has it as a parent is below it */
	size_t at;                    /* offset in the text */
	struct json_place place;
};

/*
 * jansson's tree (the caller owns it), or NULL and a fault: `FILE:LINE:COLUMN: not JSON: WHAT; REMEDY`, at the mistake. Duplicate members, a byte order mark and bytes that are not
 * UTF-8 are faults.
 */
json_t *json_source_read(const struct json_source *source, struct faults *faults);

/* The same for large files: the tree stands in `memory` (json_memory.h), which the caller gives back in any case, and is only for reading. */
const json_t *json_source_read_into(const struct json_source *source, struct json_memory *memory, struct faults *faults);

/* False if there is no such value or no text. A NULL path is the root. */
bool json_source_find(const struct json_source *source, const struct json_path *path, struct json_place *place);

/* The bytes of a value: `length` of them from `at` on. False as above. */
bool json_source_span(const struct json_source *source, const struct json_path *path, size_t *at, size_t *length);

/*
 * Anchors of the `count` elements of the list at `path`, in one walk; their paths are the caller's to set. Those of
 * elements that are not found are all zero.
 */
void json_source_anchors(const struct json_source *source, const struct json_path *path, size_t count, struct json_anchor *anchors);

/* Add `file:line:column: path: message` ; the message says what is wrong; what would be right. */
void json_fault(const struct json_source *source, const struct json_path *path, struct faults *faults, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* A JSON value for people: at most 60 bytes of it, escaped, in a buffer of JSON_SHOW_SIZE. */
#define JSON_SHOW_SIZE 96
const char *json_show(const json_t *value, char out[JSON_SHOW_SIZE]);

#endif
