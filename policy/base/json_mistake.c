/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/json_mistake.h"

#include "base/json_mistake_file.h"
#include "base/json_stop.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* What the mistake may be, and the change to the text that would mend it: `drop` bytes at `edit` become `put`. */
struct mistake_reading {
	enum json_mistake_kind kind;
	size_t at, related;
	size_t edit, drop;
	const char *put;
};

/* A text whose scan stopped. `probe` is for mended copies. */
struct search {
	struct json_stop scan, probe;
	struct text text;
	size_t at; /* scan.at */
	struct json_mistake *out;
};

static char byte_at(const struct search *s, size_t at)
{
	return at < s->text.length ? s->text.at[at] : '\0';
}

static bool starts(const struct search *s, size_t at, const char *prefix)
{
	return text_starts_with(text_from(s->text, at), text_of(prefix));
}

static bool is_letter(char byte)
{
	return (text_lower(byte) >= 'a' && text_lower(byte) <= 'z') || byte == '_';
}

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

/* The end of the letters, digits and the like at `at`. */
static size_t word_end(const struct search *s, size_t at)
{
	while (is_letter(byte_at(s, at)) || is_digit(byte_at(s, at)) || (byte_at(s, at) && strchr(":-.*@/<>$", byte_at(s, at))))
		at++;
	return at;
}

static bool say_about(const struct search *s, enum json_mistake_kind kind, size_t at, size_t related)
{
	*s->out = (struct json_mistake){ kind, at, related };
	return true;
}

static bool say(const struct search *s, enum json_mistake_kind kind, size_t at)
{
	return say_about(s, kind, at, at);
}

/* How far, in bytes of the text as it is, the mended text is JSON; SIZE_MAX: all of it. 0 also if memory is short. */
static size_t reach(struct search *s, const struct mistake_reading *c)
{
	size_t put = strlen(c->put), behind = c->edit + c->drop, length = s->text.length - c->drop + put;
	char *copy = malloc(length + 1);

	if (!copy)
		return 0;
	memcpy(copy, s->text.at, c->edit);
	memcpy(copy + c->edit, c->put, put);
	memcpy(copy + c->edit + put, s->text.at + behind, s->text.length - behind);
	bool stops = json_stop_find(&s->probe, (struct text){ copy, length });
	size_t at = s->probe.at;
	free(copy);
	if (!stops)
		return SIZE_MAX;
	return at < c->edit + put ? (at < c->edit ? at : c->edit) : at - put + c->drop;
}

/* The candidate that reaches furthest, and the first of those that reach as far. */
static bool choose(struct search *s, const struct mistake_reading *list, size_t count)
{
	size_t best = 0, furthest = 0;

	for (size_t i = 0; i < count; i++) {
		size_t far = reach(s, &list[i]);
		if (far > furthest) {
			furthest = far;
			best = i;
		}
	}
	return say_about(s, list[best].kind, list[best].at, list[best].related);
}

#define CHOOSE(s, ...) \
	choose(s, (const struct mistake_reading[]){ __VA_ARGS__ }, \
		sizeof((const struct mistake_reading[]){ __VA_ARGS__ }) / sizeof(struct mistake_reading))

/* Characters that stand where nothing but a token of JSON may, and say what they are. */
static const struct mark {
	const char *bytes;
	enum json_mistake_kind kind;
} marks[] = {
	{ "//", MISTAKE_COMMENT }, { "/*", MISTAKE_COMMENT }, { "#", MISTAKE_COMMENT }, { "```", MISTAKE_FENCE },
	{ "`", MISTAKE_BACK_QUOTES }, { "'", MISTAKE_SINGLE_QUOTES }, { "...", MISTAKE_ELLIPSIS },
	{ "\xe2\x80\xa6", MISTAKE_ELLIPSIS }, { "\xe2\x80\x98", MISTAKE_CURLY_QUOTES }, /* U+2018 to U+201F */
	{ "\xe2\x80\x99", MISTAKE_CURLY_QUOTES }, { "\xe2\x80\x9a", MISTAKE_CURLY_QUOTES },
	{ "\xe2\x80\x9b", MISTAKE_CURLY_QUOTES }, { "\xe2\x80\x9c", MISTAKE_CURLY_QUOTES },
	{ "\xe2\x80\x9d", MISTAKE_CURLY_QUOTES }, { "\xe2\x80\x9e", MISTAKE_CURLY_QUOTES },
	{ "\xe2\x80\x9f", MISTAKE_CURLY_QUOTES }, { "\xc2\xab", MISTAKE_CURLY_QUOTES }, /* guillemets */
	{ "\xc2\xbb", MISTAKE_CURLY_QUOTES }, { "\xef\xbc\x82", MISTAKE_CURLY_QUOTES }, /* full width */
	{ "\x91", MISTAKE_CURLY_QUOTES },                                               /* those of Windows-1252 */
	{ "\x92", MISTAKE_CURLY_QUOTES }, { "\x93", MISTAKE_CURLY_QUOTES }, { "\x94", MISTAKE_CURLY_QUOTES },
	{ "&quot;", MISTAKE_ENTITY }, { "&#", MISTAKE_ENTITY }, { "&nbsp;", MISTAKE_ENTITY }, { "&lt;", MISTAKE_ENTITY },
	{ "&amp;", MISTAKE_ENTITY }, { "${", MISTAKE_TEMPLATE }, { "{%", MISTAKE_TEMPLATE }, { "<%", MISTAKE_TEMPLATE },
	{ "%{", MISTAKE_TEMPLATE }, { "\xef\xbb\xbf", MISTAKE_BYTE_ORDER_MARK }, { "\xc2\xa0", MISTAKE_SPACE },
	{ "\xc2\x85", MISTAKE_SPACE }, { "\xc2\xad", MISTAKE_SPACE }, { "\xe1\x9a\x80", MISTAKE_SPACE },
	{ "\xe3\x80\x80", MISTAKE_SPACE }, { "\xa0", MISTAKE_SPACE }, /* the no-break space of Latin-1 */
};

static bool say_mark(const struct search *s)
{
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (starts(s, s->at, marks[i].bytes))
			return say(s, marks[i].kind, s->at);
	unsigned char byte = (unsigned char)byte_at(s, s->at);
	if (s->at == s->text.length || byte < 0x20)
		return s->at < s->text.length && say(s, MISTAKE_CONTROL, s->at);
	size_t length = text_character(s->text, s->at);
	if (byte >= 0x80 && length == 1)
		return say(s, MISTAKE_UTF8, s->at);
	/* U+2000 to U+206F without what prints: the spaces, the zero-width ones, those that turn the direction. */
	if (starts(s, s->at, "\xe2\x80") || starts(s, s->at, "\xe2\x81")) {
		unsigned low = ((unsigned char)byte_at(s, s->at + 1) & 0x3u) << 6 | ((unsigned char)byte_at(s, s->at + 2) & 0x3fu);
		if (low <= 0x0f || (low >= 0x28 && low <= 0x2f) || low >= 0x5f)
			return say(s, MISTAKE_SPACE, s->at);
	}
	return false;
}

static char opener_of(const struct search *s, size_t up)
{
	return byte_at(s, s->scan.open[s->scan.depth - 1 - up]);
}

static const char *closer_for(char opener)
{
	return opener == '{' ? "}" : "]";
}

/* The innermost bracket is not closed; `before` is where that is seen at the latest. */
static struct mistake_reading unclosed(const struct search *s, size_t before)
{
	size_t opener = s->scan.open[s->scan.depth - 1];

	return (struct mistake_reading){ MISTAKE_UNCLOSED, opener, before, before, 0, closer_for(byte_at(s, opener)) };
}

/* The layout shows a closing bracket that belongs to another opening one than the next. */
static struct mistake_reading unclosed_by_layout(const struct search *s)
{
	size_t opener = s->scan.left_opener, closer = s->scan.left_closer;

	return (struct mistake_reading){ MISTAKE_UNCLOSED, opener, closer, closer, 0, closer_for(byte_at(s, opener)) };
}

static bool has_layout(const struct search *s)
{
	return s->scan.left_closer < s->text.length;
}

/* The text ended while brackets were open. */
static bool say_end(struct search *s)
{
	if (!s->scan.depth)
		return say(s, MISTAKE_CUT_OFF, s->at);
	char last = byte_at(s, s->scan.token);
	struct mistake_reading layout = has_layout(s) ? unclosed_by_layout(s) : unclosed(s, s->at), plain = unclosed(s, s->at);

	if (s->scan.expected == EXPECT_NEXT || last == '{' || last == '[') {
		if (reach(s, &layout) == SIZE_MAX)
			return say_about(s, layout.kind, layout.at, layout.related);
		if (reach(s, &plain) == SIZE_MAX)
			return say_about(s, plain.kind, plain.at, plain.related);
	}
	return say_about(s, MISTAKE_CUT_OFF, s->scan.token_end, plain.at);
}

/* The closing bracket that the layout shows as one too many; `otherwise` if it shows none. */
static struct mistake_reading extra_by_layout(const struct search *s, struct mistake_reading otherwise)
{
	size_t closer = s->scan.right_closer;

	return closer < s->text.length ? (struct mistake_reading){ MISTAKE_EXTRA_CLOSER, closer, closer, closer, 1, "" }
				       : otherwise;
}

/* A closing bracket that is not that of the innermost opening one. */
static bool say_closer(struct search *s)
{
	struct mistake_reading extra = { MISTAKE_EXTRA_CLOSER, s->at, s->at, s->at, 1, "" };
	struct mistake_reading wrong = { MISTAKE_WRONG_CLOSER, s->at, s->scan.open[s->scan.depth - 1], s->at, 1,
		closer_for(opener_of(s, 0)) };

	if (has_layout(s))
		return CHOOSE(s, unclosed_by_layout(s), unclosed(s, s->at), extra, wrong);
	return CHOOSE(s, extra_by_layout(s, unclosed(s, s->at)), unclosed(s, s->at), wrong, extra);
}

/* So many places where a string may have been meant to end are tried. */
#define ENDS_TRIED 16

/*
 * The places in the string at [from, end) where its quote may be missing: before a comma, colon or bracket, and at the end. They are
 * put in `list`; how many.
 */
static size_t missing_quotes(const struct search *s, size_t from, size_t end, struct mistake_reading *list)
{
	size_t count = 0;

	for (size_t i = from + 1; i <= end && count < ENDS_TRIED; i++) {
		bool ends = i == end || strchr(",:}]", s->text.at[i]);
		/* Behind a word, not behind other punctuation. */
		if (ends && !strchr(" \t\r,:{}[]", s->text.at[i - 1]))
			list[count++] = (struct mistake_reading){ MISTAKE_MISSING_QUOTE, i, s->scan.token, i, 0, "\"" };
	}
	return count;
}

/* The string at [from, end) was meant to end before, with a quote that is not a straight one: with this one, before punctuation. */
static struct mistake_reading other_quote(const struct search *s, size_t from, size_t end, struct mistake_reading otherwise)
{
	for (size_t i = from; i < end; i += text_character(s->text, i))
		for (size_t m = 0; m < sizeof marks / sizeof *marks; m++) {
			size_t length = strlen(marks[m].bytes), behind = json_stop_blank(s->text, i + length);
			if ((marks[m].kind == MISTAKE_CURLY_QUOTES || marks[m].kind == MISTAKE_SINGLE_QUOTES) &&
				starts(s, i, marks[m].bytes) && behind < s->text.length && strchr(",:}]", s->text.at[behind]))
				return (struct mistake_reading){ marks[m].kind, i, i, i, length, "\"" };
		}
	return otherwise;
}

/* The string that is the last token ends in a quote that was meant to be in it. */
static struct mistake_reading stray_quote(const struct search *s)
{
	size_t last = s->scan.token_end - 1;

	return (struct mistake_reading){ MISTAKE_STRAY_QUOTE, last, s->scan.token, last, 0, "\\" };
}

/* Text stands directly behind the string that is the last token; or what `missing` says is missing between them. */
static bool say_quote(struct search *s, struct mistake_reading missing)
{
	size_t first = s->scan.token + 1, last = s->scan.token_end - 1;
	struct mistake_reading list[ENDS_TRIED + 3], stray = stray_quote(s);

	list[0] = other_quote(s, first, last, missing);
	list[1] = missing;
	size_t count = 2 + missing_quotes(s, first, last, list + 2);
	/* At the end there is a quote. */
	if (count > 2 && list[count - 1].at == last)
		count--;
	list[count++] = stray;
	return choose(s, list, count);
}

/* Does what was not expected stand directly behind a string? */
static bool behind_quote(const struct search *s)
{
	return s->scan.token_end == s->at && byte_at(s, s->scan.token) == '"';
}

/* Might it go on in the string? */
static bool goes_on(const struct search *s)
{
	unsigned char byte = (unsigned char)byte_at(s, s->at);

	return behind_quote(s) &&
		(byte >= 0x80 || is_letter((char)byte) || is_digit((char)byte) || (byte && strchr("-.@*/$<>%!?\\", byte)));
}

static bool begins_value(const struct search *s)
{
	char byte = byte_at(s, s->at);

	return byte && (strchr("\"{[-", byte) || is_digit(byte) || is_letter(byte));
}

/* A string is a value, and a colon behind it makes it a name. */
static bool say_name_in_place_of_value(struct search *s, bool list)
{
	size_t opener = s->scan.open[s->scan.depth - 1], name = s->scan.token;
	struct mistake_reading missing = { MISTAKE_MISSING_OPENER, name, name, name, 0, "{" };
	struct mistake_reading stray = behind_quote(s) ? stray_quote(s)
						       : (struct mistake_reading){ MISTAKE_UNEXPECTED, s->at, s->at, s->at, 1, "" };

	if (!list)
		return CHOOSE(s, missing, stray);
	struct mistake_reading members = { MISTAKE_LIST_OF_MEMBERS, opener, name, opener, 1, "{" };
	if (s->scan.comma < opener)
		return CHOOSE(s, missing, stray, members);
	struct mistake_reading open = unclosed(s, s->scan.comma);
	open.related = name;
	return CHOOSE(s, has_layout(s) ? unclosed_by_layout(s) : extra_by_layout(s, open), open, missing, stray, members);
}

static bool say_next(struct search *s)
{
	char byte = byte_at(s, s->at), opener = opener_of(s, 0);
	bool list = opener == '[';

	if (byte == '}' || byte == ']')
		return say_closer(s);
	if (byte == ':' && byte_at(s, s->scan.token) == '"')
		return say_name_in_place_of_value(s, list);
	if (byte == '+' || byte == '(')
		return say(s, MISTAKE_EXPRESSION, s->at);
	struct mistake_reading comma = { MISTAKE_MISSING_COMMA, s->scan.token_end, s->at, s->scan.token_end, 0, "," };
	if (s->scan.token_end == s->at && byte == '"') {
		struct mistake_reading stray = { MISTAKE_STRAY_QUOTE, s->at, s->scan.token, s->at, 1, "" };
		struct mistake_reading opening = { MISTAKE_UNQUOTED_VALUE, s->scan.token, s->scan.token, s->scan.token, 0, "\"" };
		return CHOOSE(s, comma, behind_quote(s) || strchr("}]", byte_at(s, s->scan.token)) ? stray : opening);
	}
	if (goes_on(s))
		return say_quote(s, comma);
	if (byte == '.')
		return say(s, MISTAKE_EXPRESSION, s->at);
	if (begins_value(s) && (list || byte == '"' || is_letter(byte)))
		return say_about(s, comma.kind, comma.at, comma.related);
	return say(s, MISTAKE_UNEXPECTED, s->at);
}

static bool say_name(struct search *s)
{
	char byte = byte_at(s, s->at), last = byte_at(s, s->scan.token);

	if (byte == '}' || byte == ']') {
		if (last == ',')
			return say(s, MISTAKE_TRAILING_COMMA, s->scan.token);
		return say_closer(s);
	}
	if (byte == ',')
		return say(s, MISTAKE_DOUBLE_COMMA, s->at);
	if ((byte == '{' || byte == '%') && last == '{' && s->scan.token_end == s->at)
		return say(s, MISTAKE_TEMPLATE, s->scan.token);
	if (byte == '{' && last == ',' && s->scan.depth > 1 && opener_of(s, 1) == '[') {
		struct mistake_reading open = unclosed(s, s->scan.token);
		open.related = s->at;
		return CHOOSE(s, has_layout(s) ? unclosed_by_layout(s) : open, open,
			{ MISTAKE_MISSING_NAME, s->at, s->at, s->at, 0, "\"\":" });
	}
	if (byte == '{' || byte == '[' || byte == ':')
		return say(s, MISTAKE_MISSING_NAME, s->at);
	if (is_letter(byte) || is_digit(byte) || byte == '$' || byte == '@' || byte == '-')
		return say(s, MISTAKE_UNQUOTED_NAME, s->at);
	return say(s, MISTAKE_UNEXPECTED, s->at);
}

/* In other languages. */
static bool is_literal(struct text word)
{
	static const char *const words[] = { "true", "false", "null", "none", "nil", "undefined", "nan", "infinity" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (text_equals_fold(word, text_of(words[i])))
			return true;
	return false;
}

static bool is_digits(struct text word)
{
	size_t i = 0;

	while (i < word.length && is_digit(word.at[i]))
		i++;
	return i == word.length;
}

static bool say_value(struct search *s)
{
	char byte = byte_at(s, s->at), last = s->scan.token_end ? byte_at(s, s->scan.token) : '\0';
	struct text word = text_first(text_from(s->text, s->at), word_end(s, s->at) - s->at);

	if (byte == '}' || byte == ']' || byte == ',') {
		if (last == ':')
			return say(s, MISTAKE_MISSING_VALUE, s->scan.token_end);
		if (byte == ',')
			return say(s, MISTAKE_DOUBLE_COMMA, s->at);
		if (last == ',')
			return say(s, MISTAKE_TRAILING_COMMA, s->scan.token);
		if (last == '[')
			return say_closer(s);
		return say(s, MISTAKE_UNEXPECTED, s->at);
	}
	if (is_literal(word))
		return say(s, MISTAKE_LITERAL, s->at);
	if (byte == '0' && word.length > 1 && is_digits(word))
		return say(s, MISTAKE_LEADING_ZERO, s->at);
	if (!s->scan.depth)
		return say(s, MISTAKE_TEXT_BEFORE, s->at);
	/* A letter that says how a string of Python is to be read, and its quotes. */
	if (word.length == 1 && byte_at(s, s->at + 1) && strchr("\"'", byte_at(s, s->at + 1)))
		return CHOOSE(s, { MISTAKE_EXPRESSION, s->at, s->at, s->at, 1, "" },
			{ MISTAKE_UNQUOTED_VALUE, s->at, s->at, s->at, 0, "\"" });
	if (word.length && byte_at(s, s->at + word.length) == '(')
		return say(s, MISTAKE_EXPRESSION, s->at);
	if (word.length && byte != ':' && byte != '.')
		return say(s, MISTAKE_UNQUOTED_VALUE, s->at);
	return say(s, MISTAKE_UNEXPECTED, s->at);
}

static bool say_colon(struct search *s)
{
	char byte = byte_at(s, s->at);

	if (byte == '=')
		return say(s, MISTAKE_EQUALS, s->at);
	if (byte && strchr(",}]", byte))
		return say(s, MISTAKE_MEMBER_WITHOUT_VALUE, s->scan.token);
	if (byte == '+' || byte == '(')
		return say(s, MISTAKE_EXPRESSION, s->at);
	struct mistake_reading colon = { MISTAKE_MISSING_COLON, s->scan.token_end, s->at, s->scan.token_end, 0, ":" };
	if (behind_quote(s) && byte == '"')
		return CHOOSE(s, colon, { MISTAKE_STRAY_QUOTE, s->at, s->scan.token, s->at, 1, "" });
	if (goes_on(s))
		return say_quote(s, colon);
	if (begins_value(s))
		return say_about(s, colon.kind, colon.at, colon.related);
	return say(s, MISTAKE_UNEXPECTED, s->at);
}

/* Behind the whole. */
static bool say_behind(struct search *s)
{
	char byte = byte_at(s, s->at), root = byte_at(s, s->scan.root);
	size_t closer = s->scan.root_end - 1;
	bool closed = root == '{' || root == '[';
	struct mistake_reading several = { MISTAKE_SEVERAL, s->at, s->scan.root, s->scan.root, s->at - s->scan.root, "" };
	struct mistake_reading extra = { MISTAKE_EXTRA_CLOSER, closer, closer, closer, 1, "" };

	if (s->scan.right_closer < s->text.length)
		extra = (struct mistake_reading){ MISTAKE_EXTRA_CLOSER, s->scan.right_closer, s->scan.right_closer,
			s->scan.right_closer, 1, "" };
	if (closed && (byte == '}' || byte == ']')) {
		struct mistake_reading here = { MISTAKE_EXTRA_CLOSER, s->at, s->at, s->at, 1, "" };
		return s->scan.right_closer == s->text.length ? CHOOSE(s, here, extra) : CHOOSE(s, extra, here);
	}
	if (closed && (byte == '{' || byte == '['))
		return CHOOSE(s, several, extra);
	if (closed && byte == ',') {
		size_t next = json_stop_blank(s->text, s->at + 1);
		several.drop = next - s->scan.root;
		if (byte_at(s, next) == '{' || byte_at(s, next) == '[')
			return CHOOSE(s, several, extra);
		if (byte_at(s, next) == '"')
			return say_about(s, extra.kind, extra.at, extra.related);
	}
	if (root == '"' && byte == ':') {
		struct mistake_reading opener = { MISTAKE_MISSING_OPENER, s->scan.root, s->scan.root, s->scan.root, 0, "{" };
		return say(s, reach(s, &opener) == SIZE_MAX ? opener.kind : MISTAKE_MEMBER_ALONE, s->scan.root);
	}
	return say(s, closed ? MISTAKE_TEXT_BEHIND : MISTAKE_TEXT_BEFORE, closed ? s->at : s->scan.root);
}

/* A string ends with its line, or with the text. */
static bool say_open_string(struct search *s)
{
	size_t first = s->scan.token + 1;
	struct mistake_reading list[ENDS_TRIED + 2] = { { MISTAKE_MISSING_QUOTE, s->at, s->scan.token, s->at, 0, "\"" } };

	list[0] = other_quote(s, first, s->at, list[0]);
	size_t count = 1 + missing_quotes(s, first, s->at, list + 1);
	if (s->at < s->text.length)
		list[count++] = (struct mistake_reading){ MISTAKE_LINE_BREAK, s->at, s->scan.token, s->at, 1, "\\n" };
	choose(s, list, count);
	/* More is missing than a quote. */
	if (s->at == s->text.length && s->out->kind == MISTAKE_MISSING_QUOTE && s->scan.depth) {
		struct mistake_reading quote = { MISTAKE_MISSING_QUOTE, s->out->at, s->out->at, s->out->at, 0, "\"" };
		return reach(s, &quote) == SIZE_MAX || say_about(s, MISTAKE_CUT_OFF, s->at, s->scan.token);
	}
	return true;
}

/* \uD800 to \uDFFF: the halves of a pair. */
static bool is_surrogate(const struct search *s)
{
	static const char hex[] = "0123456789abcdefABCDEF";
	struct text digits = text_from(s->text, s->at + 2);

	return starts(s, s->at, "\\u") && digits.length >= 4 && text_lower(digits.at[0]) == 'd' &&
		memchr(hex + 8, digits.at[1], 14) && memchr(hex, digits.at[2], 22) && memchr(hex, digits.at[3], 22);
}

static bool say_string(struct search *s)
{
	unsigned char byte = (unsigned char)byte_at(s, s->at);

	if (s->at == s->text.length || byte == '\n' || (byte == '\r' && byte_at(s, s->at + 1) == '\n'))
		return say_open_string(s);
	if (starts(s, s->at, "\\u0000"))
		return say(s, MISTAKE_NUL, s->at);
	if (byte == '\\')
		return say(s, is_surrogate(s) ? MISTAKE_SURROGATE : MISTAKE_ESCAPE, s->at);
	return say(s, byte < 0x20 ? MISTAKE_CONTROL : MISTAKE_UTF8, s->at);
}

static bool explain(struct search *s)
{
	s->at = s->scan.at;
	if (s->scan.in_string)
		return say_string(s);
	if (say_mark(s))
		return true;
	if (s->at == s->text.length)
		return say_end(s);
	switch (s->scan.expected) {
	case EXPECT_VALUE:
		return say_value(s);
	case EXPECT_NAME:
		return say_name(s);
	case EXPECT_COLON:
		return say_colon(s);
	case EXPECT_NEXT:
		return say_next(s);
	case EXPECT_END:
		break;
	}
	return say_behind(s);
}

bool json_mistake_find(struct text text, struct json_mistake *out)
{
	if (json_mistake_file(text, out))
		return true;
	struct search *s = malloc(sizeof *s);
	if (!s)
		return false;
	s->text = text;
	s->out = out;
	bool found = json_stop_find(&s->scan, text) && explain(s);
	free(s);
	return found;
}
