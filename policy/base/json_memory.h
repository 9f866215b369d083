/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_memory: reading JSON when memory is short.
 *
 * jansson's scanner (up to 2.14 at least) does not look whether the buffer of a
 * long token could grow. When it could not, a byte is missing from the text, so
 * that a policy says something else; or the closing quote is, and it reads and
 * writes past its buffers; or an assertion ends the process. So the first
 * allocation that fails ends the whole reading here.
 *
 * Why it is worth a longjmp: of the 55 allocations that jansson 2.14 makes for an example policy of this project, let
 * one after the other fail, 53 end in NULL, one in a tree with another text and one in a crash.
 *
 * For this jansson's allocation functions are replaced, by ones that go on to
 * those that were set before, and note what they did not get (memory_short.h). The
 * first call in a process does it: make that before other threads use jansson.
 */
#ifndef BASE_JSON_MEMORY_H
#define BASE_JSON_MEMORY_H

#include "base/arena.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * A tree of a million strings costs half as much memory, and less time, in one
 * piece than in two million blocks of malloc's, and is gone at once.
 */
struct json_memory {
	struct arena arena;
	struct json_large *large; /* blocks that are freed one by one */
};

/*
 * json_loadb into `memory` (zeroed), which json_memory_free() gives back, tree and all. The tree is only for
 * reading: nothing of it may be changed, kept or counted down. NULL as json_memory_loadb().
 */
json_t *json_memory_load_into(struct json_memory *memory, const char *text, size_t length, size_t flags, json_error_t *error,
	bool *memory_short);
void json_memory_free(struct json_memory *memory);

/* json_loadb; when memory runs short NULL, *memory_short is true and *error says nothing. */
json_t *json_memory_loadb(const char *text, size_t length, size_t flags, json_error_t *error, bool *memory_short);

#endif
