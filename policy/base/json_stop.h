/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_stop: where a text stops being JSON (RFC 8259, as jansson reads it).
 *
 * Only for texts that jansson has refused, to say why: json_mistake.h. It makes
 * nothing of the text, allocates nothing and does not recurse.
 */
#ifndef BASE_JSON_STOP_H
#define BASE_JSON_STOP_H

#include "base/text.h"

/* What may stand where the scan stopped. */
enum json_expected {
	EXPECT_VALUE, /* at the beginning, behind a colon, or in a list */
	EXPECT_NAME,  /* of a member of an object */
	EXPECT_COLON, /* behind the name */
	EXPECT_NEXT,  /* a comma or the closing bracket, behind a value */
	EXPECT_END,   /* nothing, behind the whole */
};

/* jansson reads no deeper (JSON_PARSER_MAX_DEPTH). */
#define JSON_STOP_DEPTH 2048

struct json_stop {
	struct text text;
	size_t at; /* what does not belong there; text.length: the text ends too early */
	enum json_expected expected;
	bool in_string;          /* `at` is inside the string that begins at `token` */
	size_t token, token_end; /* the last one before `at`; both 0: none */
	size_t comma;            /* the last comma before `at` */
	size_t depth;            /* brackets that are open, and where */
	size_t open[JSON_STOP_DEPTH];
	size_t root, root_end; /* the whole, once it has ended */
	/*
	 * By the layout: the first closing bracket that begins a line further left than the line on which its opening one
	 * stands, with that; or one that begins a line further right, or stands behind another where each has a line of its
	 * own. All are text.length if there is none.
	 */
	size_t left_closer, left_opener, right_closer;
	bool lined;         /* some closing bracket begins a line */
	size_t last_opener; /* of the last closing bracket */
};

/* False: the text is JSON, or is nested too deeply to be told. */
bool json_stop_find(struct json_stop *scan, struct text text);

/* The byte behind the blanks at `at`; text.length at the end. */
size_t json_stop_blank(struct text text, size_t at);

/* Bytes of the value (a string, number, true, false or null) at `at`; 0: there is none. Not for strings that do not end. */
size_t json_stop_scalar(struct text text, size_t at);

#endif
