/* SPDX-License-Identifier: BSD-2-Clause */
#include "json_line.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put(struct json_line *line, const char *bytes, size_t length)
{
	if (line->failed)
		return;
	if (length >= line->room - line->used) {
		size_t room = 2 * (line->room + length) + 512;
		char *grown = line->fixed ? NULL : realloc(line->at, room);
		if (!grown) {
			line->failed = true;
			return;
		}
		line->at = grown;
		line->room = room;
	}
	memcpy(line->at + line->used, bytes, length);
	line->used += length;
	line->at[line->used] = '\0';
}

static void put_escaped(struct json_line *line, struct text value)
{
	put(line, "\"", 1);
	for (size_t i = 0; i < value.length;) {
		/* What needs no escape goes in one run. */
		size_t run = i;
		while (run < value.length && (unsigned char)value.at[run] >= 0x20 && (unsigned char)value.at[run] < 0x7f &&
			value.at[run] != '"' && value.at[run] != '\\')
			run++;
		put(line, value.at + i, run - i);
		i = run;
		if (i == value.length)
			break;
		unsigned char byte = (unsigned char)value.at[i];
		size_t n = text_character(value, i);
		char escape[8];
		if (byte == '"' || byte == '\\') {
			put(line, (char[]){ '\\', (char)byte }, 2);
		} else if (byte < 0x20 || byte == 0x7f || (n == 2 && byte == 0xc2 && (unsigned char)value.at[i + 1] < 0xa0)) {
			snprintf(escape, sizeof escape, "\\u%04x", n == 2 ? (unsigned char)value.at[i + 1] : byte);
			put(line, escape, 6);
		} else if (n == 1) {
			put(line, "\\ufffd", 6);
		} else {
			put(line, value.at + i, n);
		}
		i += n;
	}
	put(line, "\"", 1);
}

static void begin(struct json_line *line, const char *key)
{
	if (line->separate)
		put(line, ",", 1);
	line->separate = true;
	if (key) {
		put_escaped(line, text_of(key));
		put(line, ":", 1);
	}
}

void json_line_open(struct json_line *line, const char *key, char bracket)
{
	begin(line, key);
	put(line, &bracket, 1);
	line->separate = false;
}

void json_line_close(struct json_line *line, char bracket)
{
	put(line, &bracket, 1);
	line->separate = true;
}

void json_line_text(struct json_line *line, const char *key, struct text value)
{
	begin(line, key);
	put_escaped(line, value);
}

void json_line_text_or_null(struct json_line *line, const char *key, struct text value)
{
	if (value.length)
		json_line_text(line, key, value);
	else
		json_line_word(line, key, "null");
}

void json_line_number(struct json_line *line, const char *key, int64_t number)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%" PRId64, number);
	json_line_word(line, key, number < 0 ? "null" : digits);
}

void json_line_word(struct json_line *line, const char *key, const char *word)
{
	begin(line, key);
	put(line, word, strlen(word));
}

void json_line_end(struct json_line *line)
{
	put(line, "\n", 1);
}
