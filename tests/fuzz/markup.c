/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz/markup.h"

#include "fuzz/fuzz.h"

#include <stdio.h>
#include <string.h>

enum { DEPTH = 64, NAMES = 32 };

struct reader {
	const struct markup *markup;
	struct text text;
	size_t at;
	struct text open[DEPTH];
	size_t depth;
	bool had_root;
};

static bool is_listed(const char *words, struct text word)
{
	char wanted[80];

	return word.length && word.length < sizeof wanted - 3 && snprintf(wanted, sizeof wanted, " %.*s ", TEXT_ARGS(word)) > 0 &&
		strstr(words, wanted);
}

static bool is_name_byte(char byte)
{
	byte = text_lower(byte);
	return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-' || byte == '_';
}

static bool ahead(const struct reader *reader, const char *word)
{
	return text_starts_with(text_from(reader->text, reader->at), text_of(word));
}

static bool pass(struct reader *reader, const char *word)
{
	bool there = ahead(reader, word);

	reader->at += there ? strlen(word) : 0;
	return there;
}

static struct text name_read(struct reader *reader)
{
	size_t from = reader->at;

	while (reader->at < reader->text.length && is_name_byte(reader->text.at[reader->at]))
		reader->at++;
	return text_first(text_from(reader->text, from), reader->at - from);
}

/* Behind the ampersand. */
static const char *entity_read(struct reader *reader)
{
	static const char *const names[] = { "amp;", "lt;", "gt;", "quot;", "#39;", "middot;", "mdash;", "ndash;", "nbsp;",
		"hellip;" };
	/* XML has the first four, and numbers. */
	size_t count = reader->markup->html ? sizeof names / sizeof *names : 5;

	for (size_t i = 0; i < count; i++)
		if (pass(reader, names[i]))
			return NULL;
	return "an ampersand that is no entity";
}

/* XML 1.0, 2.2; HTML, "preprocessing the input stream". */
static bool is_forbidden(const struct reader *reader)
{
	unsigned char byte = (unsigned char)reader->text.at[reader->at];

	return (byte < ' ' && byte != '\n' && byte != '\t') || byte == 0x7f;
}

static const char *value_read(struct reader *reader, struct text *value)
{
	size_t from;

	if (!pass(reader, "=\""))
		return "an attribute without its value in quotes";
	for (from = reader->at; reader->at < reader->text.length && reader->text.at[reader->at] != '"';) {
		if (reader->text.at[reader->at] == '<')
			return "< in a value";
		if (is_forbidden(reader))
			return "a control character in a value";
		if (reader->text.at[reader->at++] != '&')
			continue;
		const char *wrong = entity_read(reader);
		if (wrong)
			return wrong;
	}
	*value = text_first(text_from(reader->text, from), reader->at - from);
	return pass(reader, "\"") ? NULL : "a value without end";
}

static const char *attributes_read(struct reader *reader, struct text element)
{
	struct text names[NAMES], value = TEXT("");
	size_t count = 0;

	while (pass(reader, " ")) {
		struct text name = name_read(reader);
		if (!is_listed(reader->markup->attributes, name))
			return "an attribute of another name";
		for (size_t i = 0; i < count; i++)
			if (text_equals(names[i], name))
				return "an attribute that is there twice";
		if (count == NAMES)
			return "too many attributes";
		names[count++] = name;
		/* HTML has some that need no value. */
		const char *wrong = reader->markup->html && !ahead(reader, "=") ? NULL : value_read(reader, &value);
		if (wrong)
			return wrong;
		if (reader->markup->attribute)
			reader->markup->attribute(element, name, value);
	}
	return NULL;
}

static const char *close_read(struct reader *reader)
{
	struct text name = name_read(reader);

	if (!reader->depth || !text_equals(reader->open[reader->depth - 1], name))
		return "the end of an element that is not the last one that began";
	reader->depth--;
	return pass(reader, ">") ? NULL : "an end that is no tag";
}

/* Behind the <. */
static const char *open_read(struct reader *reader)
{
	struct text name = name_read(reader);

	if (!is_listed(reader->markup->elements, name))
		return "an element of another name";
	if (!reader->depth && reader->had_root)
		return "an element behind the whole";
	const char *wrong = attributes_read(reader, name);
	if (wrong)
		return wrong;
	reader->had_root = true;
	if (pass(reader, "/>"))
		return NULL;
	if (!pass(reader, ">"))
		return "a tag without its end";
	if (reader->markup->html && is_listed(" meta br wbr hr ", name))
		return NULL;
	if (reader->depth == DEPTH)
		return "too deep";
	reader->open[reader->depth++] = name;
	if (reader->markup->html && text_equals(name, TEXT("style")))
		while (reader->at < reader->text.length && !ahead(reader, "</style>"))
			reader->at++;
	return NULL;
}

static const char *step(struct reader *reader)
{
	if (is_forbidden(reader))
		return "a control character";
	char byte = reader->text.at[reader->at++];
	if (byte == '<')
		return pass(reader, "/") ? close_read(reader) : open_read(reader);
	if (byte == '&')
		return reader->depth ? entity_read(reader) : "text outside";
	if (byte == '>')
		return "a > that ends nothing";
	return reader->depth || byte == '\n' ? NULL : "text outside";
}

const char *markup_wrong(const struct markup *markup, struct text text, size_t *at)
{
	struct reader reader = { .markup = markup, .text = text };
	const char *wrong = text_is_utf8(text) ? NULL : "no UTF-8";

	if (!wrong && !pass(&reader, markup->html ? "<!DOCTYPE html>\n" : "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"))
		wrong = "another beginning";
	while (!wrong && reader.at < text.length)
		wrong = step(&reader);
	if (!wrong && (reader.depth || !reader.had_root))
		wrong = "an element without its end";
	*at = reader.at;
	return wrong;
}

void markup_check(const struct markup *markup, struct text text)
{
	size_t at;
	const char *wrong = markup_wrong(markup, text, &at);

	if (wrong) {
		size_t from = at > 200 ? at - 200 : 0;
		fprintf(stderr, "%s, behind: %.*s\n", wrong, TEXT_ARGS(text_first(text_from(text, from), at - from)));
	}
	FUZZ_CHECK(!wrong);
}
