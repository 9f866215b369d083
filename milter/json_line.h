/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_line: one JSON object on one line, written member by member. Texts may be
 * of any bytes: quotes, backslashes and control characters (also U+007F to
 * U+009F) are escaped, each byte that belongs to no well-formed UTF-8
 * character becomes \ufffd, so the line is always valid JSON and valid UTF-8.
 */
#ifndef MILTER_JSON_LINE_H
#define MILTER_JSON_LINE_H

#include "base/text.h"

#include <stdint.h>

struct json_line {
	char *at; /* NUL-terminated; to be freed */
	size_t used, room;
	bool failed;   /* memory was short: `at` is of no use */
	bool separate; /* a comma is due */
	bool fixed;    /* set by the caller, with `at` and `room`: what finds no room has `failed` */
};

/* A zeroed struct is an empty line. `key` NULL: an element of a list, or the line's own object. */
void json_line_open(struct json_line *line, const char *key, char bracket);
void json_line_close(struct json_line *line, char bracket);
void json_line_text(struct json_line *line, const char *key, struct text value);
/* null when empty. */
void json_line_text_or_null(struct json_line *line, const char *key, struct text value);
/* null when negative. */
void json_line_number(struct json_line *line, const char *key, int64_t number);
/* A number, true, false, null: as it stands. */
void json_line_word(struct json_line *line, const char *key, const char *word);
/* The line break. */
void json_line_end(struct json_line *line);

#endif
