/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: a text that is JSON, or is not.
 *
 * Promises: a mistake is told of what jansson refuses, and of nothing that it takes; its place and the place that its words
 * speak of are in the text, the words are one printable line with a remedy; where the mistake is one character, that
 * character stands there; the reader of JSON tells it at that place.
 */
#include "fuzz/fuzz.h"
#include "base/json_mistake.h"
#include "base/json_source.h"

#include <stdio.h>
#include <string.h>

#define FILE_NAME "f.json"

/* What stands at the place, by kind. */
static const struct sign {
	enum json_mistake_kind kind;
	const char *bytes;
} signs[] = {
	{ MISTAKE_TRAILING_COMMA, "," },
	{ MISTAKE_DOUBLE_COMMA, "," },
	{ MISTAKE_COMMENT, "/#" },
	{ MISTAKE_SINGLE_QUOTES, "'" },
	{ MISTAKE_BACK_QUOTES, "`" },
	{ MISTAKE_FENCE, "`" },
	{ MISTAKE_ENTITY, "&" },
	{ MISTAKE_UNCLOSED, "{[" },
	{ MISTAKE_EXTRA_CLOSER, "}]" },
	{ MISTAKE_WRONG_CLOSER, "}]" },
	{ MISTAKE_LIST_OF_MEMBERS, "[" },
	{ MISTAKE_EQUALS, "=" },
	{ MISTAKE_ESCAPE, "\\" },
	{ MISTAKE_SURROGATE, "\\" },
	{ MISTAKE_NUL, "\\" },
	{ MISTAKE_STRAY_QUOTE, "\"" },
	{ MISTAKE_MEMBER_WITHOUT_VALUE, "\"" },
	{ MISTAKE_LEADING_ZERO, "0" },
};

static void told_check(struct text text, const struct json_mistake *mistake)
{
	char words[JSON_MISTAKE_SIZE];

	FUZZ_CHECK(mistake->at <= text.length && mistake->related <= text.length && mistake->kind < MISTAKES);
	json_mistake_words(text, mistake, words);
	FUZZ_CHECK(fuzz_printable(text_of(words)) && strstr(words, "; "));
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (signs[i].kind == mistake->kind)
			FUZZ_CHECK(
				mistake->at < text.length && text.at[mistake->at] && strchr(signs[i].bytes, text.at[mistake->at]));
}

/* The first fault of the reader, with the place before it. */
static void reader_check(struct text text, const struct json_mistake *mistake)
{
	const struct json_source source = { .file = FILE_NAME, .text = text };
	struct faults faults;
	char place[64];
	unsigned line, column;

	faults_init(&faults);
	json_t *root = json_source_read(&source, &faults);
	FUZZ_CHECK(!root && faults.count == 1);
	fuzz_faults(&faults, FILE_NAME);
	text_place(text, mistake->at, &line, &column);
	snprintf(place, sizeof place, FILE_NAME ":%u:%u: not JSON: ", line, column);
	/* A byte order mark before all is told before jansson sees the text. */
	FUZZ_CHECK(text_starts_with(text, TEXT("\xef\xbb\xbf")) || text_starts_with(text_of(faults.first->text), text_of(place)));
	faults_free(&faults);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text text = fuzz_text(data, size);
	struct json_mistake mistake;
	json_error_t error;

	if (!size)
		return 0;
	json_t *root = json_loadb(text.at, text.length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	bool told = json_mistake_find(text, &mistake);
	enum json_error_code code = root ? json_error_unknown : json_error_code(&error);
	/* These jansson tells by itself, and at the first: the text may hold a mistake behind that. */
	bool other = code == json_error_duplicate_key || code == json_error_numeric_overflow || code == json_error_stack_overflow;

	/* jansson passes over a NUL byte behind a number; the mistake is there all the same. */
	bool passed_over = root && memchr(text.at, '\0', text.length);
	FUZZ_CHECK(root ? !told || passed_over : told || other);
	if (told)
		told_check(text, &mistake);
	if (told && !root && !other)
		reader_check(text, &mistake);
	json_decref(root);
	return 0;
}
