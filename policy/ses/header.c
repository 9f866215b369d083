/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/header.h"

#include "base/line_break.h"

#include <string.h>

/* Of a field's name so much is kept: it is there to be shown. */
#define NAME_MAX_BYTES 78

#define SES_PREFIX TEXT("X-SES-")

#define NAME(literal) \
	{ \
		literal, sizeof literal - 1 \
	}

/* (SES developer guide: "Delegate sender tasks", "Using configuration sets", "Tenants", "Message tags", "Subscription management".) */
static const struct {
	struct text name;
	enum header_field field;
} rows[] = {
	{ NAME("From"), HEADER_FROM },
	{ NAME("Sender"), HEADER_SENDER },
	{ NAME("Return-Path"), HEADER_RETURN_PATH },
	{ NAME("Full-Name"), HEADER_FULL_NAME },
	/* From here on each begins with SES_PREFIX. */
	{ NAME("X-SES-SOURCE-ARN"), HEADER_SOURCE_ARN },
	{ NAME("X-SES-FROM-ARN"), HEADER_FROM_ARN },
	{ NAME("X-SES-RETURN-PATH-ARN"), HEADER_RETURN_PATH_ARN },
	{ NAME("X-SES-CONFIGURATION-SET"), HEADER_CONFIGURATION_SET },
	{ NAME("X-SES-TENANT"), HEADER_TENANT },
	{ NAME("X-SES-MESSAGE-TAGS"), HEADER_SES_PLAIN },
	{ NAME("X-SES-LIST-MANAGEMENT-OPTIONS"), HEADER_SES_PLAIN },
};

#define ROWS (sizeof rows / sizeof *rows)
#define ROWS_PLAIN 4

const char *header_name(enum header_field field)
{
	for (size_t i = 0; field < HEADER_SES_PLAIN && i < ROWS; i++)
		if (rows[i].field == field)
			return rows[i].name.at;
	return "X-SES-";
}

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static struct text trim(struct text t)
{
	while (t.length && is_blank(t.at[t.length - 1]))
		t.length--;
	while (t.length && is_blank(t.at[0]))
		t = text_from(t, 1);
	return t;
}

/* Without what Java's trim() takes off a field's name, and so SES: blanks, and other control bytes. */
__attribute__((noinline)) static struct text trim_name(struct text t)
{
	while (t.length && (unsigned char)t.at[t.length - 1] <= ' ')
		t.length--;
	while (t.length && (unsigned char)t.at[0] <= ' ')
		t = text_from(t, 1);
	return t;
}

/* Of these rows; few names have the length of one. */
__attribute__((noinline)) static enum header_field find(struct text name, size_t from, size_t to, enum header_field none)
{
	for (size_t i = from; i < to; i++)
		if (name.length == rows[i].name.length && text_equals_fold(name, rows[i].name))
			return rows[i].field;
	return none;
}

enum header_field header_find(struct text name)
{
	if (name.length && ((unsigned char)name.at[0] <= ' ' || (unsigned char)name.at[name.length - 1] <= ' '))
		name = trim_name(name);
	/* Most begin with none of their letters. */
	switch (name.length ? text_lower(name.at[0]) : '\0') {
	case 'f':
	case 'r':
	case 's':
		return find(name, 0, ROWS_PLAIN, HEADER_OTHER);
	case 'x':
		return text_starts_with_fold(name, SES_PREFIX) ? find(name, ROWS_PLAIN, ROWS, HEADER_SES_UNKNOWN) : HEADER_OTHER;
	default:
		return HEADER_OTHER;
	}
}

bool header_is_cut(const struct headers *headers, enum header_field field)
{
	const struct header_values *values = &headers->of[field];

	return field == HEADER_FROM ? values->kept < values->count : values->count && !values->kept;
}

struct text headers_first(const struct headers *headers, enum header_field field)
{
	const struct header_values *values = &headers->of[field];

	return values->kept ? values->values[0] : TEXT("");
}

/* One of ours. */
__attribute__((noinline)) static bool keep(struct headers *headers, struct arena *arena, enum header_field field, struct text name,
	struct text value)
{
	struct header_values *values = &headers->of[field];
	/* Of most there is one: the room for many is taken with the second. */
	size_t most = field == HEADER_FROM ? HEADER_INSTANCES : 1, room = values->kept ? most : 1;
	value = field < HEADER_SES_PLAIN ? trim(value) : text_first(trim(name), NAME_MAX_BYTES);
	values->count++;
	headers->seen |= 1u << field;
	if (values->kept == most || value.length > HEADERS_MAX - headers->bytes)
		return true;
	if (values->kept < 2) {
		struct text *grown = arena_array(arena, room, sizeof *grown);
		if (!grown)
			return false;
		if (values->kept)
			grown[0] = values->values[0];
		values->values = grown;
	}
	struct text copy = arena_text(arena, value);
	if (!copy.at)
		return false;
	values->values[values->kept++] = copy;
	headers->bytes += value.length;
	return true;
}

/* A line break in one of them is no fold: remember the first such field. False when memory is short. */
__attribute__((noinline)) static bool note_break(struct headers *headers, struct arena *arena, struct text name)
{
	if (!headers->broken.at)
		headers->broken = arena_text(arena, text_first(name, NAME_MAX_BYTES));
	return headers->broken.at;
}

bool headers_add(struct headers *headers, struct arena *arena, struct text name, struct text value)
{
	enum header_field field = header_find(name);

	if ((!line_break_folds_all(value) || !line_break_folds_all(name)) && !note_break(headers, arena, name))
		return false;
	return field == HEADER_OTHER || keep(headers, arena, field, name, value);
}
