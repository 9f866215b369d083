/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint/json_patch.h"

#include "base/text_stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where the text does not tell. */
#define INDENT_USUAL 2
/* jansson indents by no more. */
#define INDENT_MAX 31

/* What is made: the old text up to `copied`, and what was put in its place. */
struct patch {
	struct arena *arena;
	struct text text;
	FILE *out;
	size_t copied;
	bool failed;
};

/* A member of an object, or an element of a list, in the text. */
struct item {
	size_t at;    /* its name, or itself */
	size_t value; /* of a member: where its value begins */
	size_t end;
};

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static size_t skip_blank(struct text t, size_t at)
{
	while (at < t.length && is_blank(t.at[at]))
		at++;
	return at;
}

static size_t skip_string(struct text t, size_t at)
{
	for (at++; at < t.length && t.at[at] != '"'; at++)
		at += t.at[at] == '\\';
	return at < t.length ? at + 1 : t.length;
}

/* Behind one value of any kind that begins at `at`. */
static size_t skip_value(struct text t, size_t at)
{
	size_t depth = 0;

	do {
		char byte = at < t.length ? t.at[at] : '\0';
		if (byte == '"') {
			at = skip_string(t, at);
		} else if (byte == '{' || byte == '[') {
			depth++;
			at++;
		} else if (byte == '}' || byte == ']') {
			depth--;
			at++;
		} else {
			/* A word or a number; inside brackets also what stands between values. */
			at++;
			while (at < t.length && !strchr(" \t\r\n,:]}[{\"", t.at[at]))
				at++;
		}
		if (depth)
			at = skip_blank(t, at);
	} while (depth && at < t.length);
	return at;
}

/* The items of the object or list that begins at `at`. NULL when memory is short. */
static struct item *items_find(struct arena *arena, struct text t, size_t at, bool object, size_t count)
{
	struct item *items = arena_array(arena, count, sizeof *items);

	at++;
	for (size_t i = 0; items && i < count; i++) {
		at = skip_blank(t, at);
		items[i].at = items[i].value = at;
		if (object) {
			at = skip_blank(t, skip_string(t, at)) + 1;
			items[i].value = at = skip_blank(t, at);
		}
		items[i].end = at = skip_value(t, at);
		/* The comma. */
		at = skip_blank(t, at) + 1;
	}
	return items;
}

static void write_bytes(struct patch *patch, const char *bytes, size_t length)
{
	if (length && fwrite(bytes, 1, length, patch->out) != length)
		patch->failed = true;
}

/* The old text up to `to`. */
static void keep(struct patch *patch, size_t to)
{
	write_bytes(patch, patch->text.at + patch->copied, to - patch->copied);
	patch->copied = to;
}

/* Leave out the old text up to `to`. */
static void drop(struct patch *patch, size_t to)
{
	patch->copied = to;
}

/* How new text is written in a container: what stands before its items, or no line of its own. */
struct style {
	struct text lead; /* blanks in front of the first item; with a newline in it each item has its line */
	size_t indent;    /* of the lines */
	size_t unit;      /* how much deeper than the container's own line */
	bool tabs;
	bool lines, compact;
};

/* Of the line on which a container ends whose last item ends there. */
static size_t closing_indent(struct text t, size_t end)
{
	size_t close = skip_blank(t, end), at = close;

	while (at > end && t.at[at - 1] != '\n')
		at--;
	return close - at;
}

/* `compact`: of the container around it; for one that does not tell. */
static struct style style_find(struct text t, size_t container, const struct item *items, size_t count, bool compact)
{
	size_t first = count ? items[0].at : container + 1;
	struct style style = { .compact = compact, .lead = text_first(text_from(t, container + 1), first - container - 1) };
	const char *newline = memrchr(style.lead.at, '\n', style.lead.length);

	style.lines = newline;
	style.tabs = style.lead.length && style.lead.at[style.lead.length - 1] == '\t';
	style.indent = newline ? (size_t)(style.lead.at + style.lead.length - newline - 1) : 0;
	size_t outer = count ? closing_indent(t, items[count - 1].end) : 0;
	style.unit = style.indent > outer && style.indent - outer <= INDENT_MAX ? style.indent - outer : INDENT_USUAL;
	/* "a":1 rather than "a": 1, or [1,2] rather than [1, 2]. */
	if (count && items[0].value != items[0].at)
		style.compact = t.at[items[0].value - 1] == ':';
	else if (count > 1)
		style.compact = t.at[items[1].at - 1] == ',';
	return style;
}

static void write_value(struct patch *patch, const struct style *style, const json_t *value)
{
	size_t flags = JSON_ENCODE_ANY;
	const char *lead = style->lead.at + style->lead.length - style->indent;

	if (style->lines)
		flags |= JSON_INDENT(style->unit);
	else if (style->compact)
		flags |= JSON_COMPACT;
	char *dump = json_dumps(value, flags);
	if (!dump) {
		patch->failed = true;
		return;
	}
	/* Lines behind the first stand as deep as the item. */
	for (const char *at = dump; *at;) {
		size_t length = strcspn(at, "\n");
		write_bytes(patch, at, length);
		at += length;
		if (!*at)
			break;
		write_bytes(patch, at++, 1);
		write_bytes(patch, lead, style->indent);
		for (; style->tabs && *at == ' '; at++)
			write_bytes(patch, "\t", 1);
	}
	free(dump);
}

static void write_name(struct patch *patch, const char *name)
{
	json_t *string = json_string(name);
	char *dump = string ? json_dumps(string, JSON_ENCODE_ANY) : NULL;

	if (dump)
		write_bytes(patch, dump, strlen(dump));
	else
		patch->failed = true;
	free(dump);
	json_decref(string);
}

static void write_item(struct patch *patch, const struct style *style, const char *name, const json_t *value)
{
	if (name) {
		write_name(patch, name);
		write_bytes(patch, ": ", style->compact ? 1 : 2);
	}
	write_value(patch, style, value);
}

static void write_comma(struct patch *patch, const struct style *style)
{
	write_bytes(patch, ", ", style->lines || style->compact ? 1 : 2);
	if (style->lines)
		write_bytes(patch, style->lead.at, style->lead.length);
}

/* Both sides of a container. */
struct side {
	const char **names; /* of members; NULL: a list */
	const json_t **values;
	size_t count;
};

static bool side_read(struct arena *arena, const json_t *container, struct side *out)
{
	const char *name;
	json_t *value;
	size_t i = 0;

	*out = (struct side){ .count = json_is_object(container) ? json_object_size(container) : json_array_size(container) };
	out->values = arena_array(arena, out->count, sizeof *out->values);
	if (!out->values)
		return false;
	if (!json_is_object(container)) {
		for (; i < out->count; i++)
			out->values[i] = json_array_get(container, i);
		return true;
	}
	out->names = arena_array(arena, out->count, sizeof *out->names);
	if (!out->names)
		return false;
	json_object_foreach((json_t *)container, name, value) {
		out->names[i] = name;
		out->values[i++] = value;
	}
	return true;
}

static bool item_same(const struct side *before, size_t i, const struct side *after, size_t j)
{
	return before->names ? !strcmp(before->names[i], after->names[j]) : json_equal(before->values[i], after->values[j]);
}

static void value_patch(struct patch *patch, const struct style *style, size_t at, const json_t *before, const json_t *after);

/* One item into another, the name too. */
static void item_patch(struct patch *patch, const struct style *style, const struct item *item, const struct side *before, size_t i,
	const struct side *after, size_t j)
{
	if (before->names && strcmp(before->names[i], after->names[j])) {
		keep(patch, item->at);
		write_name(patch, after->names[j]);
		drop(patch, skip_string(patch->text, item->at));
	}
	value_patch(patch, style, item->value, before->values[i], after->values[j]);
}

/* Take the items first .. last - 1 out, with a comma. */
static void items_drop(struct patch *patch, size_t container, const struct item *items, size_t count, size_t first, size_t last)
{
	if (first) {
		keep(patch, items[first - 1].end);
		drop(patch, items[last - 1].end);
	} else if (last < count) {
		keep(patch, items[0].at);
		drop(patch, items[last].at);
	} else {
		keep(patch, container + 1);
		drop(patch, skip_blank(patch->text, items[last - 1].end));
	}
}

/* Put items first .. last - 1 of `after` behind the `behind` first old ones. */
static void items_add(struct patch *patch, const struct style *style, size_t container, const struct item *items, size_t count,
	size_t behind, const struct side *after, size_t first, size_t last)
{
	keep(patch, behind ? items[behind - 1].end : count ? items[0].at : container + 1);
	for (size_t i = first; i < last; i++) {
		if (behind || i > first)
			write_comma(patch, style);
		write_item(patch, style, after->names ? after->names[i] : NULL, after->values[i]);
	}
	if (!behind && count)
		write_comma(patch, style);
}

static void container_patch(struct patch *patch, const struct style *around, size_t at, const json_t *old, const json_t *new)
{
	struct side before, after;
	size_t head = 0, tail = 0;

	if (!side_read(patch->arena, old, &before) || !side_read(patch->arena, new, &after)) {
		patch->failed = true;
		return;
	}
	struct item *items = items_find(patch->arena, patch->text, at, before.names, before.count);
	if (!items) {
		patch->failed = true;
		return;
	}
	const struct style style = style_find(patch->text, at, items, before.count, around->compact);
	size_t least = before.count < after.count ? before.count : after.count;
	while (head < least && item_same(&before, head, &after, head))
		head++;
	while (tail < least - head && item_same(&before, before.count - 1 - tail, &after, after.count - 1 - tail))
		tail++;
	for (size_t i = 0; i < least - tail; i++)
		item_patch(patch, &style, &items[i], &before, i, &after, i);
	if (before.count > least)
		items_drop(patch, at, items, before.count, least - tail, before.count - tail);
	if (after.count > least)
		items_add(patch, &style, at, items, before.count, least - tail, &after, least - tail, after.count - tail);
	for (size_t i = tail; i > 0; i--)
		item_patch(patch, &style, &items[before.count - i], &before, before.count - i, &after, after.count - i);
}

/* `style` is that of the container around it. */
static void value_patch(struct patch *patch, const struct style *style, size_t at, const json_t *before, const json_t *after)
{
	if (json_equal(before, after))
		return;
	if ((json_is_object(before) && json_is_object(after)) || (json_is_array(before) && json_is_array(after))) {
		container_patch(patch, style, at, before, after);
		return;
	}
	keep(patch, at);
	/* A list of texts in place of a text stays on its line. */
	struct style inner = *style;
	inner.lines = style->lines && json_is_object(after);
	write_value(patch, &inner, after);
	drop(patch, skip_value(patch->text, at));
}

struct text json_patch(struct arena *arena, struct text text, const json_t *before, const json_t *after)
{
	const struct style style = { .lead = TEXT("") };
	struct text_stream stream;
	struct text made = { NULL, 0 };

	if (!text_stream_open(&stream))
		return made;
	struct patch patch = { .arena = arena, .text = text, .out = stream.out };
	value_patch(&patch, &style, 0, before, after);
	keep(&patch, text.length);
	if (text_stream_close(&stream) && !patch.failed)
		made = arena_text(arena, (struct text){ stream.at, stream.length });
	free(stream.at);
	return made;
}
