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
 * For this jansson's allocation functions are replaced, by ones that go on to
 * those that were set before. The first call in a process does it: make that
 * before other threads use jansson.
 */
#ifndef IAM_JSON_MEMORY_H
#define IAM_JSON_MEMORY_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* json_loadb; when memory runs short NULL, *memory_short is true and *error says nothing. */
json_t *json_memory_loadb(const char *text, size_t length, size_t flags, json_error_t *error, bool *memory_short);

#endif
