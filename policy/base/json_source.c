/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/json_source.h"

#include "base/json_mistake.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What would be right, by jansson's error code; NULL: it is a mistake that json_mistake_find() finds. */
static const char *json_remedy(enum json_error_code code)
{
	static const struct {
		enum json_error_code code;
		const char *remedy;
	} remedies[] = {
		{ json_error_duplicate_key, "a member may occur only once: merge the two into one list" },
		{ json_error_stack_overflow, "brackets are nested too deeply for a policy" },
		{ json_error_numeric_overflow, "write the number as a string in quotes" },
	};
	for (size_t i = 0; i < sizeof remedies / sizeof *remedies; i++)
		if (remedies[i].code == code)
			return remedies[i].remedy;
	return NULL;
}

/* Why jansson refused the text. */
static void tell_refused(const struct json_source *source, const json_error_t *error, struct faults *faults)
{
	const char *remedy = json_remedy(json_error_code(error)), *words = NULL;
	struct json_mistake mistake;
	char what[JSON_MISTAKE_SIZE];
	unsigned line = error->line > 0 ? (unsigned)error->line : 1, column = error->column > 0 ? (unsigned)error->column : 1;

	if (remedy || !json_mistake_find(source->text, &mistake)) {
		fault_add(faults, "%s:%u:%u: %s%s; %s", source->file, line, column,
			remedy ? "" : "not JSON: ", text_escape(text_of(error->text), what, sizeof what),
			remedy ? remedy : "correct it there, or before it");
		return;
	}
	text_place(source->text, mistake.at, &line, &column);
	if (source->words)
		words = source->words(source->text, &mistake);
	fault_add(faults, "%s:%u:%u: not JSON: %s", source->file, line, column,
		words ? words : json_mistake_words(source->text, &mistake, what));
}

/* `memory` may be NULL. */
static json_t *source_read(const struct json_source *source, struct json_memory *memory, struct faults *faults)
{
	const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY;
	struct text t = source->text;

	if (text_starts_with(t, TEXT("\xef\xbb\xbf"))) {
		fault_add(faults, "%s:1:1: not JSON: a byte order mark before it; save the file as UTF-8 without one",
			source->file);
		return NULL;
	}
	if (!t.length) {
		fault_add(faults, "%s:1:1: the file is empty; it must hold a JSON object", source->file);
		return NULL;
	}
	json_error_t error;
	bool memory_short;
	json_t *root = memory ? json_memory_load_into(memory, t.at, t.length, flags, &error, &memory_short)
			      : json_memory_loadb(t.at, t.length, flags, &error, &memory_short);
	if (root)
		return root;
	if (memory_short) {
		fault_memory(faults);
		return NULL;
	}
	tell_refused(source, &error, faults);
	return NULL;
}

json_t *json_source_read(const struct json_source *source, struct faults *faults)
{
	return source_read(source, NULL, faults);
}

const json_t *json_source_read_into(const struct json_source *source, struct json_memory *memory, struct faults *faults)
{
	return source_read(source, memory, faults);
}

/* A cursor over text that jansson has found well-formed; it still never runs past the end. */
struct json_scan {
	struct text text;
	size_t at;
};

static char cursor_peek(const struct json_scan *c)
{
	return c->at < c->text.length ? c->text.at[c->at] : '\0';
}

static inline bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static void cursor_blank(struct json_scan *c)
{
	while (c->at < c->text.length && is_blank(c->text.at[c->at]))
		c->at++;
}

static bool cursor_take(struct json_scan *c, char byte)
{
	cursor_blank(c);
	if (cursor_peek(c) != byte || c->at >= c->text.length)
		return false;
	c->at++;
	return true;
}

/* Over a string; its raw text with both quotes. */
static struct text cursor_string(struct json_scan *c)
{
	cursor_blank(c);
	size_t start = c->at;
	if (!cursor_take(c, '"'))
		return (struct text){ 0 };
	while (c->at < c->text.length && c->text.at[c->at] != '"')
		c->at += c->text.at[c->at] == '\\' ? 2 : 1;
	if (c->at >= c->text.length)
		return (struct text){ 0 };
	c->at++;
	return text_first(text_from(c->text, start), c->at - start);
}

/* Over one value of any kind, without recursion. */
static void cursor_skip(struct json_scan *c)
{
	size_t depth = 0;
	do {
		cursor_blank(c);
		char byte = cursor_peek(c);
		if (c->at >= c->text.length)
			return;
		if (byte == '"') {
			if (!cursor_string(c).at)
				return;
			continue;
		}
		c->at++;
		if (byte == '{' || byte == '[')
			depth++;
		else if (byte == '}' || byte == ']')
			depth--;
		else if (!strchr(",:", byte))
			while (c->at < c->text.length && !strchr(" \t\r\n,:]}[{\"", c->text.at[c->at]))
				c->at++;
	} while (depth);
}

static bool string_is(struct text raw, const char *name)
{
	struct text inside = text_first(text_from(raw, 1), raw.length - 2);
	if (!memchr(inside.at, '\\', inside.length))
		return text_equals(inside, text_of(name));
	/* An escaped member name: jansson undoes the escapes. */
	bool memory_short;
	json_t *string = json_memory_loadb(raw.at, raw.length, JSON_DECODE_ANY, NULL, &memory_short);
	bool same = string && json_is_string(string) && !strcmp(json_string_value(string), name);
	json_decref(string);
	return same;
}

/* To the value of one step. False: not there. */
static bool cursor_step(struct json_scan *c, const struct json_path *step, size_t *key_at)
{
	if (!step->member) {
		if (!cursor_take(c, '['))
			return false;
		for (size_t i = 0; i < step->index; i++) {
			cursor_skip(c);
			if (!cursor_take(c, ','))
				return false;
		}
		cursor_blank(c);
		*key_at = c->at;
		return cursor_peek(c) != ']';
	}
	if (!cursor_take(c, '{'))
		return false;
	do {
		cursor_blank(c);
		*key_at = c->at;
		struct text name = cursor_string(c);
		if (!name.at || !cursor_take(c, ':'))
			return false;
		if (string_is(name, step->member)) {
			cursor_blank(c);
			return true;
		}
		cursor_skip(c);
	} while (cursor_take(c, ','));
	return false;
}

/* The nearest place that is known: of the anchor, if the path is at or below it; else of the root. */
static struct json_anchor start_of(const struct json_source *source, const struct json_path *path)
{
	while (source->anchor && path && path != source->anchor->path)
		path = path->parent;
	if (source->anchor && path)
		return *source->anchor;
	return (struct json_anchor){ .place = { .line = 1, .column = 1 } };
}

static bool cursor_follow(struct json_scan *c, const struct json_anchor *start, const struct json_path *path, size_t *at)
{
	cursor_blank(c);
	*at = c->at;
	if (path == start->path)
		return true;
	size_t key_at;
	if (!cursor_follow(c, start, path->parent, at) || !cursor_step(c, path, &key_at))
		return false;
	*at = path->at_key ? key_at : c->at;
	return true;
}

/* Move a place on over the text from `from` to `to`. */
static void place_advance(struct json_place *place, struct text t, size_t from, size_t to)
{
	for (size_t i = from; i < to; i += text_character(t, i)) {
		if (t.at[i] == '\n') {
			place->line++;
			place->column = 1;
		} else {
			place->column++;
		}
	}
}

bool json_source_find(const struct json_source *source, const struct json_path *path, struct json_place *place)
{
	struct json_anchor start = start_of(source, path);
	struct json_scan c = { .text = source->text, .at = start.at };
	size_t at;

	if (!source->text.length || !cursor_follow(&c, &start, path, &at))
		return false;
	*place = start.place;
	place_advance(place, source->text, start.at, at);
	return true;
}

bool json_source_span(const struct json_source *source, const struct json_path *path, size_t *at, size_t *length)
{
	struct json_anchor start = start_of(source, path);
	struct json_scan c = { .text = source->text, .at = start.at };

	if (!source->text.length || !cursor_follow(&c, &start, path, at))
		return false;
	cursor_blank(&c);
	*at = c.at;
	cursor_skip(&c);
	*length = c.at - *at;
	return true;
}

void json_source_anchors(const struct json_source *source, const struct json_path *path, size_t count, struct json_anchor *anchors)
{
	struct json_anchor start = start_of(source, path);
	struct json_scan c = { .text = source->text, .at = start.at };
	struct json_place place = start.place;
	size_t at, done = start.at;

	memset(anchors, 0, count * sizeof *anchors);
	if (!source->text.length || !cursor_follow(&c, &start, path, &at) || !cursor_take(&c, '['))
		return;
	for (size_t i = 0; i < count; i++) {
		cursor_blank(&c);
		place_advance(&place, source->text, done, c.at);
		done = c.at;
		anchors[i] = (struct json_anchor){ .at = c.at, .place = place };
		/* Nobody asks where the last one ends. */
		if (i + 1 == count)
			return;
		cursor_skip(&c);
		if (!cursor_take(&c, ','))
			return;
	}
}

/* "Statement[0].Condition.StringLike.ses:FromAddress[1]" */
static void path_print(const struct json_path *path, char *out, size_t room)
{
	if (!path)
		return;
	path_print(path->parent, out, room);
	size_t used = strlen(out);
	char name[80];
	if (path->member)
		snprintf(out + used, room - used, "%s%s", used ? "." : "", text_escape(text_of(path->member), name, sizeof name));
	else
		snprintf(out + used, room - used, "[%zu]", path->index);
}

void json_fault(const struct json_source *source, const struct json_path *path, struct faults *faults, const char *format, ...)
{
	char where[400] = "", message[600];
	struct json_place place;
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	path_print(path, where, sizeof where);
	const char *colon = *where ? ": " : "";
	/* Past the faults that are kept nobody reads the place: do not search for it. */
	if (faults->count < FAULTS_KEPT && json_source_find(source, path, &place))
		fault_add(faults, "%s:%u:%u: %s%s%s", source->file, place.line, place.column, where, colon, message);
	else
		fault_add(faults, "%s: %s%s%s", source->file, where, colon, message);
}

const char *json_show(const json_t *value, char out[JSON_SHOW_SIZE])
{
	char *dump = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
	text_escape(dump ? text_of(dump) : TEXT("?"), out, 60);
	free(dump);
	return out;
}
