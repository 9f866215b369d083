/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_mistake_words: the mistakes that make a text no JSON, and what is said of each.
 */
#ifndef BASE_JSON_MISTAKE_WORDS_H
#define BASE_JSON_MISTAKE_WORDS_H

#include "base/text.h"

enum json_mistake_kind {
	/* Of the whole file. */
	MISTAKE_BLANK,
	MISTAKE_UTF16,
	MISTAKE_COMPRESSED,
	MISTAKE_BINARY,
	MISTAKE_BASE64,
	MISTAKE_URL_ENCODED,
	MISTAKE_MARKUP, /* HTML, XML */
	MISTAKE_HCL,
	MISTAKE_YAML,
	MISTAKE_TABLE,         /* what aws prints with --output table */
	MISTAKE_TEXT_OUTPUT,   /* and with --output text */
	MISTAKE_COMMAND_ERROR, /* the error message of aws */
	MISTAKE_MEMBER_ALONE,  /* "Condition": {...}, without an object around it */
	MISTAKE_TEXT_BEFORE,
	MISTAKE_TEXT_BEHIND,
	MISTAKE_SEVERAL,
	MISTAKE_CUT_OFF,
	/* Of a place. */
	MISTAKE_TRAILING_COMMA,
	MISTAKE_MISSING_COMMA,
	MISTAKE_DOUBLE_COMMA,
	MISTAKE_COMMENT,
	MISTAKE_SINGLE_QUOTES,
	MISTAKE_CURLY_QUOTES,
	MISTAKE_BACK_QUOTES,
	MISTAKE_FENCE,
	MISTAKE_ENTITY,
	MISTAKE_TEMPLATE,
	MISTAKE_ELLIPSIS,
	MISTAKE_SPACE,
	MISTAKE_BYTE_ORDER_MARK,
	MISTAKE_UNQUOTED_NAME,
	MISTAKE_UNQUOTED_VALUE,
	MISTAKE_LITERAL, /* True, None */
	MISTAKE_LEADING_ZERO,
	MISTAKE_UNCLOSED,
	MISTAKE_MISSING_OPENER,
	MISTAKE_EXTRA_CLOSER,
	MISTAKE_WRONG_CLOSER,
	MISTAKE_LIST_OF_MEMBERS, /* ["a": "b"] */
	MISTAKE_MISSING_NAME,
	MISTAKE_MISSING_COLON,
	MISTAKE_EQUALS,
	MISTAKE_MISSING_VALUE,
	MISTAKE_MEMBER_WITHOUT_VALUE,
	MISTAKE_ESCAPE,
	MISTAKE_SURROGATE,
	MISTAKE_NUL,
	MISTAKE_LINE_BREAK,
	MISTAKE_CONTROL,
	MISTAKE_UTF8,
	MISTAKE_MISSING_QUOTE,
	MISTAKE_STRAY_QUOTE,
	MISTAKE_EXPRESSION, /* "a" + b */
	MISTAKE_UNEXPECTED,
	MISTAKES
};

struct json_mistake {
	enum json_mistake_kind kind;
	size_t at;      /* of the mistake, in the text; its length: the end */
	size_t related; /* another place that its words speak of; `at` if none */
};

/* "WHAT; REMEDY", in `out`. */
#define JSON_MISTAKE_SIZE 400
const char *json_mistake_words(struct text text, const struct json_mistake *mistake, char out[JSON_MISTAKE_SIZE]);

/* The name of a kind, for tests. */
const char *json_mistake_name(enum json_mistake_kind kind);

#endif
