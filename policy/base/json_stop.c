/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/json_stop.h"

static char byte_at(struct text t, size_t at)
{
	return at < t.length ? t.at[at] : '\0';
}

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

static bool is_letter(char byte)
{
	return text_lower(byte) >= 'a' && text_lower(byte) <= 'z';
}

/* Goes on in a word: what stands directly behind a number or `true` must not. */
static bool is_word(char byte)
{
	return is_digit(byte) || is_letter(byte) || (byte && strchr("_.+-", byte));
}

size_t json_stop_blank(struct text t, size_t at)
{
	while (at < t.length && (t.at[at] == ' ' || t.at[at] == '\t' || t.at[at] == '\r' || t.at[at] == '\n'))
		at++;
	return at;
}

/* Four hexadecimal digits; -1: other ones stand there. */
static long hex_four(struct text t, size_t at)
{
	long code = 0;

	for (size_t i = at; i < at + 4; i++) {
		char byte = text_lower(byte_at(t, i));
		if (is_digit(byte))
			code = code * 16 + (byte - '0');
		else if (byte >= 'a' && byte <= 'f')
			code = code * 16 + (byte - 'a' + 10);
		else
			return -1;
	}
	return code;
}

/* The length of the escape at `at`; 0: it is none that jansson takes. */
static size_t escape_length(struct text t, size_t at)
{
	char byte = byte_at(t, at + 1);

	if (byte != 'u')
		return byte && strchr("\"\\/bfnrt", byte) ? 2 : 0;
	long code = hex_four(t, at + 2);
	if (code <= 0 || (code >= 0xdc00 && code <= 0xdfff))
		return 0;
	if (code < 0xd800 || code > 0xdbff)
		return 6;
	long low = byte_at(t, at + 6) == '\\' && byte_at(t, at + 7) == 'u' ? hex_four(t, at + 8) : -1;
	return low >= 0xdc00 && low <= 0xdfff ? 12 : 0;
}

/* To the end of the string at `at`. False: *at is what it cannot hold, or the end of the text. */
static bool string_scan(struct text t, size_t *at)
{
	size_t i = *at + 1;

	while (i < t.length && t.at[i] != '"') {
		unsigned char byte = (unsigned char)t.at[i];
		size_t length = byte == '\\' ? escape_length(t, i) : byte < 0x20 ? 0 : text_character(t, i);
		if (!length || (byte >= 0x80 && length == 1)) {
			*at = i;
			return false;
		}
		i += length;
	}
	*at = i < t.length ? i + 1 : i;
	return i < t.length;
}

static size_t digits(struct text t, size_t at)
{
	size_t i = at;

	while (is_digit(byte_at(t, i)))
		i++;
	return i - at;
}

static size_t number_length(struct text t, size_t at)
{
	size_t i = at + (byte_at(t, at) == '-'), some = digits(t, i);

	if (!some || (some > 1 && t.at[i] == '0'))
		return 0;
	i += some;
	if (byte_at(t, i) == '.') {
		some = digits(t, i + 1);
		if (!some)
			return 0;
		i += 1 + some;
	}
	if (text_lower(byte_at(t, i)) == 'e') {
		i++;
		if (byte_at(t, i) == '+' || byte_at(t, i) == '-')
			i++;
		some = digits(t, i);
		if (!some)
			return 0;
		i += some;
	}
	return i - at;
}

static size_t literal_length(struct text t, size_t at)
{
	static const char *const literals[] = { "true", "false", "null" };

	for (size_t i = 0; i < sizeof literals / sizeof *literals; i++)
		if (text_starts_with(text_from(t, at), text_of(literals[i])))
			return strlen(literals[i]);
	return 0;
}

size_t json_stop_scalar(struct text t, size_t at)
{
	size_t end = at;

	if (byte_at(t, at) == '"')
		return string_scan(t, &end) ? end - at : 0;
	size_t length = is_letter(byte_at(t, at)) ? literal_length(t, at) : number_length(t, at);
	return is_word(byte_at(t, at + length)) ? 0 : length;
}

/* The blanks before what stands at `at`, if it is the first in its line; else -1. */
static long indent_of(struct text t, size_t at)
{
	size_t i = at;

	while (i && (t.at[i - 1] == ' ' || t.at[i - 1] == '\t'))
		i--;
	return i && t.at[i - 1] != '\n' ? -1 : (long)(at - i);
}

/* The blanks at the beginning of the line of `at`. */
static long line_indent(struct text t, size_t at)
{
	while (at && t.at[at - 1] != '\n')
		at--;
	size_t first = at;
	while (byte_at(t, first) == ' ' || byte_at(t, first) == '\t')
		first++;
	return (long)(first - at);
}

static bool same_line(struct text t, size_t a, size_t b)
{
	return text_find(t, '\n', a < b ? a : b) >= (a < b ? b : a);
}

/*
 * Directly behind another closing bracket, where each opening one has a line of its own: in a layout whose closing brackets
 * have lines of their own, too, it is one too many.
 */
static bool is_doubled(const struct json_stop *s, size_t closer, size_t opener)
{
	char last = byte_at(s->text, s->token);

	return (last == '}' || last == ']') && s->lined && same_line(s->text, s->token, closer) &&
		indent_of(s->text, s->token) >= 0 && !same_line(s->text, opener, s->last_opener) &&
		!same_line(s->text, opener, closer);
}

static void layout_look(struct json_stop *s, size_t closer, size_t opener)
{
	long indent = indent_of(s->text, closer);

	if (s->left_closer < s->text.length || s->right_closer < s->text.length)
		return;
	if (indent < 0 && is_doubled(s, closer, opener))
		s->right_closer = closer;
	if (indent < 0)
		return;
	s->lined = true;
	long line = line_indent(s->text, opener);
	if (indent < line) {
		s->left_closer = closer;
		s->left_opener = opener;
	} else if (indent > line) {
		s->right_closer = closer;
	}
}

static bool is_in_list(const struct json_stop *s)
{
	return s->depth && s->text.at[s->open[s->depth - 1]] == '[';
}

static void value_ended(struct json_stop *s)
{
	s->expected = s->depth ? EXPECT_NEXT : EXPECT_END;
	if (!s->depth)
		s->root_end = s->token_end;
}

/* One token of `length` bytes at `at`. */
static void take(struct json_stop *s, size_t length)
{
	s->token = s->at;
	s->at = s->token_end = s->at + length;
}

enum step { STEP_ON, STEP_MISTAKE, STEP_TOO_DEEP };

static enum step open_bracket(struct json_stop *s, char byte)
{
	if (s->depth == JSON_STOP_DEPTH)
		return STEP_TOO_DEEP;
	s->open[s->depth++] = s->at;
	take(s, 1);
	s->expected = byte == '{' ? EXPECT_NAME : EXPECT_VALUE;
	return STEP_ON;
}

/* A closing bracket, where one may stand. */
static enum step close_bracket(struct json_stop *s, char byte)
{
	if (!s->depth || byte != (is_in_list(s) ? ']' : '}'))
		return STEP_MISTAKE;
	size_t opener = s->open[--s->depth];
	layout_look(s, s->at, opener);
	s->last_opener = opener;
	take(s, 1);
	value_ended(s);
	return STEP_ON;
}

/* A name or a value that is no object and no list. */
static enum step scalar(struct json_stop *s, bool name)
{
	size_t end = s->at;

	if (byte_at(s->text, s->at) == '"' && !string_scan(s->text, &end)) {
		s->token = s->at;
		s->at = s->token_end = end;
		s->in_string = true;
		return STEP_MISTAKE;
	}
	size_t length = name && end == s->at ? 0 : json_stop_scalar(s->text, s->at);
	if (!length)
		return STEP_MISTAKE;
	take(s, length);
	if (name)
		s->expected = EXPECT_COLON;
	else
		value_ended(s);
	return STEP_ON;
}

static enum step step(struct json_stop *s)
{
	char byte = byte_at(s->text, s->at), last = s->token_end ? s->text.at[s->token] : '\0';

	switch (s->expected) {
	case EXPECT_VALUE:
		if (byte == '{' || byte == '[')
			return open_bracket(s, byte);
		/* An empty list. Behind a comma no bracket may close. */
		return byte == ']' && last == '[' ? close_bracket(s, byte) : scalar(s, false);
	case EXPECT_NAME:
		return byte == '}' && last == '{' ? close_bracket(s, byte) : scalar(s, true);
	case EXPECT_COLON:
		if (byte != ':')
			return STEP_MISTAKE;
		take(s, 1);
		s->expected = EXPECT_VALUE;
		return STEP_ON;
	case EXPECT_NEXT:
		if (byte != ',')
			return close_bracket(s, byte);
		s->comma = s->at;
		take(s, 1);
		s->expected = is_in_list(s) ? EXPECT_VALUE : EXPECT_NAME;
		return STEP_ON;
	case EXPECT_END:
		break;
	}
	return STEP_MISTAKE;
}

bool json_stop_find(struct json_stop *s, struct text text)
{
	enum step result = STEP_ON;

	/* Not the whole: `open` is large, and only its first `depth` say anything. */
	s->text = text;
	s->at = s->token = s->token_end = s->comma = s->depth = s->root_end = s->last_opener = 0;
	s->left_closer = s->left_opener = s->right_closer = text.length;
	s->expected = EXPECT_VALUE;
	s->in_string = s->lined = false;
	s->root = json_stop_blank(text, 0);
	while (result == STEP_ON) {
		s->at = json_stop_blank(text, s->at);
		if (s->at == text.length)
			return s->expected != EXPECT_END;
		result = step(s);
	}
	return result == STEP_MISTAKE;
}
