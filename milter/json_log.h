/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_log: a line of the log as one JSON object: `time`, `severity` (error, warning, notice, info), `process`, `message`, and behind
 * them the pairs of a record's line as members with the same names and values.
 */
#ifndef MILTER_JSON_LOG_H
#define MILTER_JSON_LOG_H

#include <stdbool.h>
#include <stddef.h>

/* What the longest line can become. */
#define JSON_LOG_MAX 32768

/* `text` is the line, at most 2000 bytes; `record`: it is that of a record. With the line break and a NUL. The length. */
size_t json_log_print(int priority, const char *text, bool record, char out[JSON_LOG_MAX]);

#endif
