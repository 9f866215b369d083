/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_mistake: what is told of a text that is no JSON is right, and nothing is told of one that is. Documents are made at
 * random, written in several layouts, and spoiled by one mistake at a random place.
 */
#include "unit/check.h"

#include "base/json_mistake.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FLAGS (JSON_REJECT_DUPLICATES | JSON_DECODE_ANY)
#define TEXT_ROOM 16384
#define TOKENS 2048
#define ROUNDS 6000

/* Which of the kinds, and at which line and column. */
static const struct {
	const char *name, *text, *want;
} rows[] = {
	{ "trailing comma, list", "{\n  \"a\": [\"x\",\n        \"y\",\n  ]\n}", "3:12 trailing-comma" },
	{ "trailing comma, object", "{\"a\": 1, }", "1:8 trailing-comma" },
	{ "missing comma, and the line before is meant", "{\n  \"a\": 1\n  \"b\": 2\n}", "2:9 missing-comma" },
	{ "missing comma, objects", "[{\"a\":1}{\"b\":2}]", "1:9 missing-comma" },
	{ "comma with nothing before", "[1,,2]", "1:4 double-comma" },
	{ "comma first", "{,\"a\":1}", "1:2 double-comma" },
	{ "line comment", "{ // all of it\n}", "1:3 comment" },
	{ "block comment", "{\"a\": /* one */ 1}", "1:7 comment" },
	{ "comment of shells", "# policy\n{}", "1:1 comment" },
	{ "slashes in a string are none", "{\"a\": \"http://x\" # no\n}", "1:18 comment" },
	{ "single quotes", "{'a': 1}", "1:2 single-quotes" },
	{ "single quote at the end", "{\"a\": \"x', \"b\": 1}", "1:9 single-quotes" },
	{ "curly quotes",
		"{\xe2\x80\x9c"
		"a\xe2\x80\x9d: 1}",
		"1:2 curly-quotes" },
	{ "curly quote at the end", "{\"a\": \"x\xe2\x80\x9d, \"b\": 1}", "1:9 curly-quotes" },
	{ "Windows-1252",
		"{\x93"
		"a\x94: 1}",
		"1:2 curly-quotes" },
	{ "back quotes", "{`a`: 1}", "1:2 back-quotes" },
	{ "no-break space", "{\n\xc2\xa0\"a\": 1}", "2:1 space" },
	{ "no-break space behind a number", "[1\xc2\xa0]", "1:3 space" },
	{ "zero-width space", "{\"a\":\xe2\x80\x8b 1}", "1:6 space" },
	{ "byte order mark in the middle", "{\"a\":1}\n\xef\xbb\xbf{\"b\":2}", "2:1 byte-order-mark" },
	{ "HTML", "{&quot;a&quot;: 1}", "1:2 entity" },
	{ "code fence", "```json\n{}\n```\n", "1:1 fence" },
	{ "code fence at the end", "{}\n```\n", "2:1 fence" },
	{ "template", "{\"a\": {{ x }}}", "1:7 template" },
	{ "template of Terraform", "{\"a\": ${x.y}}", "1:7 template" },
	{ "template of Jinja", "[\n{% for x in y %}\n]", "2:1 template" },
	{ "left out", "{\"a\": [1, ...]}", "1:11 ellipsis" },
	{ "left out, one character", "{\"a\": 1, \xe2\x80\xa6}", "1:10 ellipsis" },
	{ "name without quotes", "{a: 1}", "1:2 unquoted-name" },
	{ "name without its first quote", "{a\": 1}", "1:2 unquoted-name" },
	{ "value without quotes", "{\"a\": Allow}", "1:7 unquoted-value" },
	{ "value without its first quote", "{\"a\": Allow\", \"b\": 1}", "1:7 unquoted-value" },
	{ "literal without its first quote", "{\"a\": true\", \"b\": 1}", "1:7 unquoted-value" },
	{ "a date", "{\"Version\": 2012-10-17}", "1:13 unquoted-value" },
	{ "an account", "{\"a\": 012345678901}", "1:7 leading-zero" },
	{ "Python's", "{\"a\": True, \"b\": None}", "1:7 literal" },
	{ "a placeholder", "{\"a\": <account>}", "1:7 unquoted-value" },
	{ "brace not closed", "{\n  \"a\": {\n    \"b\": 1\n  ,\n  \"c\": 2\n}\n", "2:8 unclosed" },
	{ "brace not closed, by the layout", "{\n  \"a\": {\n    \"b\": {\n      \"c\": 1\n  },\n  \"d\": 2\n}\n",
		"3:10 unclosed" },
	{ "bracket not closed before a brace", "{\"a\": [1, 2}", "1:7 unclosed" },
	{ "bracket not closed before a name", "{\"a\": [\"x\", \"y\", \"b\": 1}", "1:7 unclosed" },
	{ "brace not closed before the next in the list", "[{\"a\": 1, {\"b\": 2}]", "1:2 unclosed" },
	{ "cut off", "{\"a\": [{\"b\": 1}, {\"c\"", "1:22 cut-off" },
	{ "cut off behind a comma", "{\"a\": 1,", "1:9 cut-off" },
	{ "brace too many", "{\"a\": {\"b\": 1}}, \"c\": 2}", "1:15 extra-closer" },
	{ "brace too many at the end", "{\"a\": 1}}", "1:9 extra-closer" },
	{ "bracket too many", "{\"a\": [1]], \"b\": 2}", "1:10 extra-closer" },
	{ "wrong bracket", "{\"a\": [1, 2}, \"b\": 3}", "1:12 wrong-closer" },
	{ "wrong bracket, nothing else missing", "{\"a\": {\"b\": 1], \"c\": [2]}", "1:14 wrong-closer" },
	{ "brackets around members", "{\"a\": [\"b\": 1}}", "1:7 list-of-members" },
	{ "opening brace missing", "{\"a\": \"b\": 1}}", "1:7 missing-opener" },
	{ "first brace missing", "\n\"a\": 1}", "2:1 missing-opener" },
	{ "two documents", "{\"a\": 1}\n{\"b\": 2}", "2:1 several" },
	{ "two documents and a comma", "{\"a\": 1},\n{\"b\": 2}", "1:9 several" },
	{ "a member alone", "\"Condition\": {\"a\": 1}", "1:1 member-alone" },
	{ "an object without a name", "{\"a\": 1, {\"b\": 2}}", "1:10 missing-name" },
	{ "no colon", "{\"a\" 1}", "1:5 missing-colon" },
	{ "no colon, nothing between", "{\"a\"\"b\"}", "1:5 missing-colon" },
	{ "equals", "{\"a\" = 1}", "1:6 equals" },
	{ "arrow", "{\"a\" => 1}", "1:6 equals" },
	{ "no value", "{\"a\": , \"b\": 1}", "1:6 missing-value" },
	{ "no value at the end", "{\"a\":}", "1:6 missing-value" },
	{ "name alone", "{\"a\", \"b\"}", "1:2 member-without-value" },
	{ "opening bracket missing", "{\"a\": \"x\", \"y\"], \"b\": 1}", "1:12 member-without-value" },
	{ "escape", "{\"a\": \"x\\.y\"}", "1:9 escape" },
	{ "escape of a single quote", "{\"a\": \"it\\'s\"}", "1:10 escape" },
	{ "escape too short", "{\"a\": \"\\u00e\"}", "1:8 escape" },
	{ "half a pair", "{\"a\": \"\\ud83d\"}", "1:8 surrogate" },
	{ "NUL", "{\"a\": \"x\\u0000\"}", "1:9 nul" },
	{ "line break", "{\"a\": \"x\ny\", \"b\": 1}", "1:9 line-break" },
	{ "tab", "{\"a\": \"x\ty\"}", "1:9 control" },
	{ "Latin-1", "{\"a\": \"J\xf6rg\"}", "1:9 utf8" },
	{ "no quote at the end of the line", "{\"a\": \"x,\n \"b\": 1}", "1:9 missing-quote" },
	{ "no quote behind a name", "{\"a: 1,\n \"b\": 1}", "1:4 missing-quote" },
	{ "no quote at the end of the text", "{\"a\": \"x}", "1:9 missing-quote" },
	{ "quote inside", "{\"a\": \"say \"hello\" now\"}", "1:12 stray-quote" },
	{ "quotes doubled", "{\"a\": \"\"x\"\"}", "1:8 stray-quote" },
	{ "program", "{\"a\": \"x\" + y}", "1:11 expression" },
	{ "prefix of Python", "{\"a\": u\"x\"}", "1:7 expression" },
	{ "call", "{\"a\": join(\"x\")}", "1:7 expression" },
	{ "text before", "policy = {\"a\": 1}", "1:1 text-before" },
	{ "text behind", "{\"a\": 1};", "1:9 text-behind" },
	{ "bar", "{ | |", "1:3 unexpected" },
	{ "blank", " \n\t", "1:1 blank" },
	{ "base64", "eyJWZXJzaW9uIjogIjIwMTItMTAtMTcifQo=\n", "1:1 base64" },
	{ "URL-encoding", "%7B%22Version%22%3A1%7D", "1:1 url-encoded" },
	{ "a page", "\n<!DOCTYPE html><html>", "1:1 markup" },
	{ "YAML", "# sending\nVersion: '2012-10-17'\nStatement:\n- Effect: Allow\n", "2:1 yaml" },
	{ "YAML, a list", "- Effect: Allow\n", "1:1 yaml" },
	{ "YAML, a mark", "---\nVersion: 1\n", "1:1 yaml" },
	{ "no YAML", "Version: {\"a\": 1}", "1:1 text-before" },
	{ "HCL", "resource \"aws_ses_identity_policy\" \"x\" {\n}\n", "1:1 hcl" },
	{ "HCL, a call", "jsonencode({\n  a = 1\n})\n", "1:1 hcl" },
	{ "HCL, an assignment", "// mine\npolicy = <<EOF\n{}\nEOF\n", "2:1 hcl" },
	{ "table", "--------------------\n|  GetPolicies     |\n", "1:1 table" },
	{ "text of aws", "POLICIES\t{\"a\": 1}\n", "1:1 text-output" },
	{ "error of aws", "\nAn error occurred (AccessDenied) when calling X\n", "1:1 command-error" },
};

static void describe(struct text text, char *out, size_t room)
{
	struct json_mistake mistake;
	unsigned line, column;

	if (!json_mistake_find(text, &mistake)) {
		snprintf(out, room, "none");
		return;
	}
	assert_in_range(mistake.at, 0, text.length);
	assert_in_range(mistake.related, 0, text.length);
	text_place(text, mistake.at, &line, &column);
	snprintf(out, room, "%u:%u %s", line, column, json_mistake_name(mistake.kind));
}

static void kinds_and_places(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct text text = text_of(rows[i].text);
		json_t *read = json_loadb(text.at, text.length, FLAGS, NULL);
		char got[80];

		CHECK_CASE(failures, rows[i].name, !read);
		json_decref(read);
		describe(text, got, sizeof got);
		CHECK_CASE(failures, rows[i].name, !strcmp(got, rows[i].want));
		if (strcmp(got, rows[i].want))
			print_error("  got %s, want %s\n", got, rows[i].want);
	}
	assert_int_equal(failures, 0);
}

static void binary_files(void **state)
{
	static const struct {
		struct text text;
		const char *want;
	} files[] = {
		{ TEXT("\xff\xfe{\0}\0"), "1:1 utf16" },
		{ TEXT("{\0\"\0a\0"), "1:1 utf16" },
		{ TEXT("\0{\0\"\0a"), "1:1 utf16" },
		{ TEXT("\x1f\x8b\x08\0\0\0"), "1:1 compressed" },
		{ TEXT("PK\x03\x04 x"), "1:1 compressed" },
		{ TEXT("\0\0\0\0\0\0\0\0"), "1:1 binary" },
		{ TEXT("{\"a\": 1}\0"), "1:1 binary" },
	};
	char got[80];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		describe(files[i].text, got, sizeof got);
		assert_string_equal(got, files[i].want);
	}
}

static const char *word(uint64_t *seed)
{
	static const char *const words[] = { "Version", "Statement", "ses:SendRawEmail", "Allow", "Resource", "ann@example.com",
		"Sid", "Principal", "x", "StringLike", "identity", "Effect" };

	return words[check_below(seed, COUNT_OF(words))];
}

/* Lists hold one type, as those of policies do; objects and lists are never empty. */
static json_t *value_make(uint64_t *seed, unsigned depth)
{
	size_t kind = check_below(seed, depth ? 6 : 4);
	char name[40];

	if (kind == 0)
		return json_integer((json_int_t)check_below(seed, 1000));
	if (kind == 1)
		return check_below(seed, 2) ? json_true() : json_null();
	if (kind < 4)
		return json_string(word(seed));
	json_t *value = kind == 4 ? json_array() : json_object();
	size_t count = 1 + check_below(seed, 4), sort = check_below(seed, depth > 1 ? 3 : 2);
	for (size_t i = 0; i < count; i++) {
		if (kind == 5) {
			snprintf(name, sizeof name, "%s%zu", word(seed), i);
			json_object_set_new(value, name, value_make(seed, depth - 1));
			continue;
		}
		json_t *inner = sort == 0 ? json_string(word(seed)) : sort == 1 ? json_integer((json_int_t)i) : json_object();
		if (sort == 2)
			json_object_set_new(inner, word(seed), value_make(seed, depth - 2));
		json_array_append_new(value, inner);
	}
	return value;
}

struct sheet_token {
	size_t at, length;
	char sign;    /* its first byte; `k` for the name of a member */
	size_t match; /* of a closing bracket: its opening one */
};

/* A document as text, and its tokens. */
struct sheet {
	char text[TEXT_ROOM];
	size_t length;
	bool layout;
	struct sheet_token tokens[TOKENS];
	size_t count;
};

static void tokens_find(struct sheet *s)
{
	size_t open[64], depth = 0;

	s->count = 0;
	for (size_t i = 0; i < s->length;) {
		char byte = s->text[i];
		size_t length = 1;
		if (strchr(" \n", byte)) {
			i++;
			continue;
		}
		if (byte == '"')
			length = 2 + strcspn(s->text + i + 1, "\"");
		else if (!strchr("{}[],:", byte))
			length = strcspn(s->text + i, " \n{}[],:");
		assert_true(s->count < TOKENS);
		struct sheet_token *token = &s->tokens[s->count];
		*token = (struct sheet_token){ .at = i, .length = length, .sign = byte };
		if (byte == '{' || byte == '[')
			open[depth++] = s->count;
		else if (byte == '}' || byte == ']')
			token->match = open[--depth];
		else if (byte == ':')
			s->tokens[s->count - 1].sign = 'k';
		s->count++;
		i += length;
	}
}

static void sheet_make(struct sheet *s, uint64_t *seed)
{
	static const size_t layouts[] = { JSON_COMPACT, 0, JSON_INDENT(2), JSON_INDENT(4) };
	json_t *root = json_object();
	size_t layout = check_below(seed, COUNT_OF(layouts));
	char name[8];

	for (size_t i = 0; i < 2 + check_below(seed, 3); i++) {
		snprintf(name, sizeof name, "m%zu", i);
		json_object_set_new(root, name, value_make(seed, 4));
	}
	char *text = json_dumps(root, layouts[layout]);
	s->length = strlen(text);
	assert_true(s->length + 64 < TEXT_ROOM);
	memcpy(s->text, text, s->length + 1);
	s->layout = layout >= 2;
	free(text);
	json_decref(root);
	tokens_find(s);
}

/* Put `put` in place of `drop` bytes. */
static void edit(struct sheet *s, size_t at, size_t drop, const char *put)
{
	size_t length = strlen(put);

	memmove(s->text + at + length, s->text + at + drop, s->length - at - drop + 1);
	memcpy(s->text + at, put, length);
	s->length += length - drop;
}

/* A token at random with one of these signs; NULL: there is none. */
static const struct sheet_token *pick(const struct sheet *s, uint64_t *seed, const char *signs)
{
	size_t start = check_below(seed, s->count);

	for (size_t i = 0; i < s->count; i++) {
		const struct sheet_token *token = &s->tokens[(start + i) % s->count];
		if (strchr(signs, token->sign))
			return token;
	}
	return NULL;
}

#define ANY_TOKEN "{}[],:k\"tn0123456789"

/* Spoil the sheet by one mistake. The kind that it is and its place; -1: this sheet has nothing of that. */
static int spoil(struct sheet *s, uint64_t *seed, int kind, size_t *place)
{
	static const char *const comments[] = { "// no\n", "/* no */", "# no\n" };
	static const char *const spaces[] = { "\xc2\xa0", "\xe2\x80\x8b", "\xe3\x80\x80" };
	const struct sheet_token *t;

	switch (kind) {
	case MISTAKE_TRAILING_COMMA:
		t = pick(s, seed, "}]");
		*place = t[-1].at + t[-1].length;
		edit(s, *place, 0, ",");
		return kind;
	case MISTAKE_MISSING_COMMA:
		if (!(t = pick(s, seed, ",")))
			return -1;
		*place = t->at;
		edit(s, t->at, 1, "");
		/* Two numbers or words would be one. */
		return strchr("\"k{[", t[1].sign) || strchr("}]\"", t[-1].sign) || s->text[*place] == ' ' || s->text[*place] == '\n'
			? kind
			: -1;
	case MISTAKE_DOUBLE_COMMA:
		if (!(t = pick(s, seed, ",")))
			return -1;
		*place = t->at + 1;
		edit(s, *place, 0, ",");
		return kind;
	case MISTAKE_COMMENT:
	case MISTAKE_SPACE:
	case MISTAKE_BYTE_ORDER_MARK:
	case MISTAKE_ELLIPSIS:
		t = pick(s, seed, ANY_TOKEN);
		*place = t->at;
		edit(s, t->at, 0,
			kind == MISTAKE_COMMENT            ? comments[check_below(seed, 3)]
				: kind == MISTAKE_SPACE    ? spaces[check_below(seed, 3)]
				: kind == MISTAKE_ELLIPSIS ? " ..."
							   : "\xef\xbb\xbf");
		*place += kind == MISTAKE_ELLIPSIS;
		return kind;
	case MISTAKE_SINGLE_QUOTES:
	case MISTAKE_CURLY_QUOTES:
		t = pick(s, seed, "k\"");
		*place = t->at;
		edit(s, t->at + t->length - 1, 1, kind == MISTAKE_SINGLE_QUOTES ? "'" : "\xe2\x80\x9d");
		edit(s, t->at, 1, kind == MISTAKE_SINGLE_QUOTES ? "'" : "\xe2\x80\x9c");
		return kind;
	case MISTAKE_UNQUOTED_NAME:
	case MISTAKE_UNQUOTED_VALUE:
		if (!(t = pick(s, seed, kind == MISTAKE_UNQUOTED_NAME ? "k" : "\"")))
			return -1;
		*place = t->at;
		if (check_below(seed, 2))
			edit(s, t->at + t->length - 1, 1, "");
		edit(s, t->at, 1, "");
		return kind;
	case MISTAKE_LITERAL:
		if (!(t = pick(s, seed, "tn")))
			return -1;
		*place = t->at;
		edit(s, t->at, t->length, t->sign == 't' ? "True" : "None");
		return kind;
	case MISTAKE_UNCLOSED:
		t = pick(s, seed, "}]");
		*place = s->tokens[t->match].at;
		edit(s, t->at, 1, "");
		return kind;
	case MISTAKE_EXTRA_CLOSER:
		t = pick(s, seed, "}]");
		*place = t->at;
		edit(s, t->at, 0, t->sign == '}' ? "}" : "]");
		return kind;
	case MISTAKE_SEVERAL:
		*place = s->length + 1;
		edit(s, s->length, 0, check_below(seed, 2) ? "\n{\"a\": 1}" : " {\"a\": [1, 2]}\n");
		return kind;
	case MISTAKE_MISSING_COLON:
		t = pick(s, seed, ":");
		*place = t->at;
		edit(s, t->at, 1, "");
		return kind;
	case MISTAKE_EQUALS:
		t = pick(s, seed, ":");
		*place = t->at;
		edit(s, t->at, 1, check_below(seed, 2) ? "=" : "=>");
		return kind;
	case MISTAKE_MISSING_VALUE:
		t = pick(s, seed, ":");
		if (!strchr("\"tn0123456789", t[1].sign))
			return -1;
		*place = t->at + 1;
		edit(s, t[1].at, t[1].length, "");
		return kind;
	case MISTAKE_ESCAPE:
	case MISTAKE_CONTROL:
	case MISTAKE_UTF8:
	case MISTAKE_LINE_BREAK:
	case MISTAKE_STRAY_QUOTE:
		t = pick(s, seed, "k\"");
		if (t->length < 4)
			return -1;
		*place = t->at + 2 + check_below(seed, t->length - 3);
		/* Of a quote before punctuation nobody can say whether it ends the string. */
		if (kind == MISTAKE_STRAY_QUOTE && strchr(":@.", s->text[*place]))
			return -1;
		edit(s, *place, 0,
			kind == MISTAKE_ESCAPE               ? "\\d"
				: kind == MISTAKE_CONTROL    ? "\t"
				: kind == MISTAKE_UTF8       ? "\xf6"
				: kind == MISTAKE_LINE_BREAK ? "\n"
							     : "\"");
		return kind;
	case MISTAKE_MISSING_QUOTE:
		t = pick(s, seed, "k\"");
		*place = t->at + t->length - 1;
		edit(s, *place, 1, "");
		return kind;
	default:
		return -1;
	}
}

/* Is the text JSON when the closing bracket at `at` goes, or one comes before some token? As jansson sees it. */
static bool mends(const struct sheet *s, enum json_mistake_kind kind, size_t at)
{
	static struct sheet copy;
	bool mended = false;

	for (size_t i = kind == MISTAKE_UNCLOSED ? at + 1 : at; i <= (kind == MISTAKE_UNCLOSED ? s->length : at) && !mended; i++) {
		memcpy(copy.text, s->text, s->length + 1);
		copy.length = s->length;
		edit(&copy, i, kind != MISTAKE_UNCLOSED, kind != MISTAKE_UNCLOSED ? "" : s->text[at] == '{' ? "}" : "]");
		json_t *read = json_loadb(copy.text, copy.length, JSON_DECODE_ANY, NULL);
		mended = read;
		json_decref(read);
	}
	return mended;
}

static void mistakes_at_random_places(void **state)
{
	static struct sheet sheet;
	static size_t seen[MISTAKES];
	size_t failures = 0;

	(void)state;
	for (int round = 0; round < ROUNDS && failures < 10; round++) {
		uint64_t seed = (uint64_t)round * 977 + 1;
		size_t place = 0;
		struct json_mistake got = { MISTAKES, 0, 0 };

		sheet_make(&sheet, &seed);
		int kind = spoil(&sheet, &seed, (int)check_below(&seed, MISTAKES), &place);
		if (kind < 0)
			continue;
		bool found = json_mistake_find((struct text){ sheet.text, sheet.length }, &got);
		bool right = found && (int)got.kind == kind && got.at == place;
		seen[kind]++;
		/* Of two brackets side by side either is too many. */
		if (!right && found && sheet.layout && kind == MISTAKE_EXTRA_CLOSER)
			right = (int)got.kind == kind && got.at == place + 1;
		/* Without a layout nobody can tell where a bracket is missing or too many: what is told has to mend the text. */
		if (!right && found && !sheet.layout && (kind == MISTAKE_UNCLOSED || kind == MISTAKE_EXTRA_CLOSER))
			right = (int)got.kind == kind && mends(&sheet, got.kind, got.at);
		if (!right) {
			print_error("round %d: want %s at %zu, got %s at %zu:\n%s\n", round,
				json_mistake_name((enum json_mistake_kind)kind), place,
				found ? json_mistake_name(got.kind) : "nothing", got.at, sheet.text);
			failures++;
		}
	}
	assert_int_equal(failures, 0);
	static const enum json_mistake_kind wanted[] = { MISTAKE_TRAILING_COMMA, MISTAKE_MISSING_COMMA, MISTAKE_COMMENT,
		MISTAKE_SPACE, MISTAKE_UNCLOSED, MISTAKE_EXTRA_CLOSER, MISTAKE_MISSING_QUOTE, MISTAKE_STRAY_QUOTE,
		MISTAKE_LITERAL };
	for (size_t i = 0; i < COUNT_OF(wanted); i++)
		assert_true(seen[wanted[i]] > 20);
}

/* jansson and the scan agree on what is JSON, whatever happens to a text. */
static void nothing_is_told_of_json(void **state)
{
	static struct sheet sheet;
	static const char *const puts[] = { "", ",", "\"", "{", "}", "[", "]", ":", "1", "0", "-", ".", "e", "t", "true", "\\",
		"\\u00", "\\ud83d", "\\udca7", "\\n", "\n", "\x80", "\xc3\xb6", "\xed\xa0\x80", " ", "null", "\x01", "/",
		"\xef\xbf\xbf" };
	size_t taken = 0, refused = 0;

	(void)state;
	for (int round = 0; round < 60000; round++) {
		uint64_t seed = (uint64_t)round * 31 + 7;
		struct json_mistake mistake;
		json_error_t error;

		if (round % 8 == 0)
			sheet_make(&sheet, &seed);
		size_t at = check_below(&seed, sheet.length + 1);
		edit(&sheet, at, at < sheet.length && check_below(&seed, 2), puts[check_below(&seed, COUNT_OF(puts))]);
		json_t *read = json_loadb(sheet.text, sheet.length, FLAGS, &error);
		bool told = json_mistake_find((struct text){ sheet.text, sheet.length }, &mistake);
		enum json_error_code code = read ? json_error_unknown : json_error_code(&error);
		bool other = !read && (code == json_error_duplicate_key || code == json_error_numeric_overflow);
		if (told == (read != NULL) && !other)
			print_error("round %d: %s: %s\n", round, read ? "taken" : error.text, sheet.text);
		assert_true(other || told != (read != NULL));
		if (told) {
			char words[JSON_MISTAKE_SIZE];
			assert_true(mistake.at <= sheet.length && mistake.related <= sheet.length);
			assert_true(strstr(json_mistake_words((struct text){ sheet.text, sheet.length }, &mistake, words), "; "));
		}
		taken += read != NULL;
		refused += !read;
		json_decref(read);
	}
	assert_true(taken > 1000);
	assert_true(refused > 1000);
}

static void deep_texts_are_left_to_jansson(void **state)
{
	static char text[3000];
	struct json_mistake mistake;

	(void)state;
	memset(text, '[', sizeof text);
	assert_false(json_mistake_find((struct text){ text, sizeof text }, &mistake));
	assert_true(json_mistake_find((struct text){ text, 2000 }, &mistake));
	assert_int_equal(mistake.kind, MISTAKE_CUT_OFF);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_and_places),
		cmocka_unit_test(binary_files),
		cmocka_unit_test(mistakes_at_random_places),
		cmocka_unit_test(nothing_is_told_of_json),
		cmocka_unit_test(deep_texts_are_left_to_jansson),
	};

	return cmocka_run_group_tests_name("json_mistake", tests, NULL, NULL);
}
