/* SPDX-License-Identifier: BSD-2-Clause */
/* What a file is that is no JSON, by its beginning. */
#include "base/json_mistake_file.h"

#include "base/json_stop.h"

#include <string.h>

/* Bytes in which a file that is no text has a NUL. */
#define BINARY_LOOK 64

static char byte_at(struct text t, size_t at)
{
	return at < t.length ? t.at[at] : '\0';
}

static bool starts(struct text t, size_t at, const char *prefix)
{
	return text_starts_with(text_from(t, at), text_of(prefix));
}

static bool is_letter(char byte)
{
	return (text_lower(byte) >= 'a' && text_lower(byte) <= 'z') || byte == '_';
}

static bool is_name(char byte)
{
	return is_letter(byte) || (byte >= '0' && byte <= '9') || byte == '-';
}

static size_t line_end(struct text t, size_t at)
{
	return text_find(t, '\n', at);
}

/* Behind blanks, and comments of any kind that is written in such files. */
static size_t first_thing(struct text t)
{
	size_t at = json_stop_blank(t, 0);

	while (starts(t, at, "#") || starts(t, at, "//"))
		at = json_stop_blank(t, line_end(t, at));
	return at;
}

static bool is_utf16(struct text t)
{
	if (starts(t, 0, "\xff\xfe") || starts(t, 0, "\xfe\xff"))
		return true;
	return t.length >= 4 && ((!t.at[0] && t.at[1] && !t.at[2] && t.at[3]) || (t.at[0] && !t.at[1] && t.at[2] && !t.at[3]));
}

static bool is_compressed(struct text t)
{
	static const char *const magic[] = { "\x1f\x8b", "PK\x03\x04", "BZh",
		("\xfd"
		 "7zXZ"),
		"\x28\xb5\x2f\xfd" };

	for (size_t i = 0; i < sizeof magic / sizeof *magic; i++)
		if (starts(t, 0, magic[i]))
			return true;
	return false;
}

static bool is_binary(struct text t)
{
	return memchr(t.at, '\0', t.length < BINARY_LOOK ? t.length : BINARY_LOOK);
}

/* The beginning of `{` and a line break, a blank or a quote in base64, and nothing but base64 behind it. */
static bool is_base64(struct text t)
{
	size_t at = json_stop_blank(t, 0);

	if (t.length - at < 16 || (!starts(t, at, "ey") && !starts(t, at, "ew")))
		return false;
	for (; at < t.length; at++)
		if (!(is_name(t.at[at]) || strchr("+/=\r\n", t.at[at])) || t.at[at] == '\0')
			return false;
	return true;
}

static bool is_url_encoded(struct text t)
{
	size_t at = json_stop_blank(t, 0);

	return text_starts_with_fold(text_from(t, at), TEXT("%7b")) || starts(t, at, "%22") ||
		text_starts_with_fold(text_from(t, at), TEXT("%5b"));
}

static bool is_markup(struct text t)
{
	size_t at = json_stop_blank(t, starts(t, 0, "\xef\xbb\xbf") ? 3 : 0);

	return byte_at(t, at) == '<' && (is_letter(byte_at(t, at + 1)) || byte_at(t, at + 1) == '!' || byte_at(t, at + 1) == '?');
}

static bool is_command_error(struct text t)
{
	static const char *const beginnings[] = { "An error occurred (", "aws: error:", "usage: aws",
		"Unable to locate credentials", "Could not connect to the endpoint", "The config profile (",
		"Partial credentials found" };

	for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
		if (starts(t, json_stop_blank(t, 0), beginnings[i]))
			return true;
	return false;
}

static bool is_table(struct text t)
{
	return starts(t, 0, "----------") && memmem(t.at, t.length, "\n|", 2);
}

/* POLICIES and a tab. */
static bool is_text_output(struct text t)
{
	size_t at = 0;

	while (byte_at(t, at) >= 'A' && byte_at(t, at) <= 'Z')
		at++;
	return at > 1 && byte_at(t, at) == '\t';
}

static size_t name_end(struct text t, size_t at)
{
	while (is_name(byte_at(t, at)))
		at++;
	return at;
}

static bool is_hcl(struct text t)
{
	static const char *const blocks[] = { "resource", "data", "module", "variable", "locals", "output", "provider",
		"terraform" };
	size_t at = first_thing(t), end = name_end(t, at), next = json_stop_blank(t, end);
	struct text word = text_first(text_from(t, at), end - at);

	if (text_equals(word, TEXT("jsonencode")) && byte_at(t, next) == '(')
		return true;
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
		if (text_equals(word, text_of(blocks[i])) && (byte_at(t, next) == '"' || byte_at(t, next) == '{'))
			return true;
	if (!word.length || byte_at(t, next) != '=')
		return false;
	next = json_stop_blank(t, next + 1);
	return starts(t, next, "<<") || starts(t, next, "jsonencode(") || starts(t, next, "data.") || starts(t, next, "file(");
}

/* `NAME: value` or `NAME:` without quotes, perhaps in a list, or the mark of a document. */
static bool is_yaml(struct text t)
{
	size_t at = first_thing(t);

	if (starts(t, at, "---"))
		return byte_at(t, at + 3) == '\n' || byte_at(t, at + 3) == '\r' || byte_at(t, at + 3) == ' ';
	while (starts(t, at, "- "))
		at = json_stop_blank(t, at + 2);
	size_t end = name_end(t, at);
	if (end == at || !is_letter(byte_at(t, at)) || byte_at(t, end) != ':')
		return false;
	char behind = byte_at(t, end + 1), value = byte_at(t, json_stop_blank(t, end + 1));
	/* Braces and brackets of YAML look like an object whose name has no quotes. */
	return strchr(" \r\n", behind) && value != '{' && value != '[';
}

static bool is_blank(struct text t)
{
	return json_stop_blank(t, 0) == t.length;
}

bool json_mistake_file(struct text t, struct json_mistake *out)
{
	static const struct {
		enum json_mistake_kind kind;
		bool (*is)(struct text text);
	} forms[] = {
		{ MISTAKE_BLANK, is_blank },
		{ MISTAKE_UTF16, is_utf16 },
		{ MISTAKE_COMPRESSED, is_compressed },
		{ MISTAKE_BINARY, is_binary },
		{ MISTAKE_BASE64, is_base64 },
		{ MISTAKE_URL_ENCODED, is_url_encoded },
		{ MISTAKE_MARKUP, is_markup },
		{ MISTAKE_COMMAND_ERROR, is_command_error },
		{ MISTAKE_TABLE, is_table },
		{ MISTAKE_TEXT_OUTPUT, is_text_output },
		{ MISTAKE_HCL, is_hcl },
		{ MISTAKE_YAML, is_yaml },
	};
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (forms[i].is(t)) {
			size_t at = forms[i].kind == MISTAKE_HCL || forms[i].kind == MISTAKE_YAML ? first_thing(t) : 0;
			*out = (struct json_mistake){ forms[i].kind, at, at };
			return true;
		}
	return false;
}
