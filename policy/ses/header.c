/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/header.h"

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
	{ NAME("X-SES-SOURCE-ARN"), HEADER_SOURCE_ARN },
	{ NAME("X-SES-FROM-ARN"), HEADER_FROM_ARN },
	{ NAME("X-SES-RETURN-PATH-ARN"), HEADER_RETURN_PATH_ARN },
	{ NAME("X-SES-CONFIGURATION-SET"), HEADER_CONFIGURATION_SET },
	{ NAME("X-SES-TENANT"), HEADER_TENANT },
	{ NAME("X-SES-MESSAGE-TAGS"), HEADER_SES_PLAIN },
	{ NAME("X-SES-LIST-MANAGEMENT-OPTIONS"), HEADER_SES_PLAIN },
};

#define ROWS (sizeof rows / sizeof *rows)

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
static struct text trim_name(struct text t)
{
	while (t.length && (unsigned char)t.at[t.length - 1] <= ' ')
		t.length--;
	while (t.length && (unsigned char)t.at[0] <= ' ')
		t = text_from(t, 1);
	return t;
}

/* Could it be one of them? Most headers begin with none of their letters. */
static bool begins_like_one(struct text name)
{
	switch (name.length ? text_lower(name.at[0]) : '\0') {
	case 'f':
	case 'r':
	case 's':
	case 'x':
		return true;
	default:
		return false;
	}
}

enum header_field header_find(struct text name)
{
	name = trim_name(name);
	if (!begins_like_one(name))
		return HEADER_OTHER;
	/* Few have the length of one. */
	for (size_t i = 0; i < ROWS; i++)
		if (name.length == rows[i].name.length && text_equals_fold(name, rows[i].name))
			return rows[i].field;
	return text_starts_with_fold(name, SES_PREFIX) ? HEADER_SES_UNKNOWN : HEADER_OTHER;
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

/* Is each line break in it a fold: LF, or CR LF, with a blank behind it? */
static bool is_folded_well(struct text t)
{
	const char *end = t.at + t.length;

	for (const char *at = t.at; at != end && (at = memchr(at, '\n', (size_t)(end - at))); at++)
		if (at + 1 == end || (at[1] != ' ' && at[1] != '\t'))
			return false;
	for (const char *at = t.at; at != end && (at = memchr(at, '\r', (size_t)(end - at))); at++)
		if (at + 1 == end || at[1] != '\n')
			return false;
	return true;
}

/* Remember the first field that is not. False when memory is short. */
static bool note_breaks(struct headers *headers, struct arena *arena, struct text name, struct text value)
{
	/* Most stand on one line. */
	bool lines = text_has_controls(value) || text_has_controls(name);
	if (headers->broken.at || !lines || (is_folded_well(value) && is_folded_well(name)))
		return true;
	headers->broken = arena_text(arena, text_first(name, NAME_MAX_BYTES));
	return headers->broken.at;
}

bool headers_add(struct headers *headers, struct arena *arena, struct text name, struct text value)
{
	enum header_field field = header_find(name);

	if (!note_breaks(headers, arena, name, value))
		return false;
	if (field == HEADER_OTHER)
		return true;
	struct header_values *values = &headers->of[field];
	/* Of most there is one: the room for many is taken with the second. */
	size_t most = field == HEADER_FROM ? HEADER_INSTANCES : 1, room = values->kept ? most : 1;
	value = field < HEADER_SES_PLAIN ? trim(value) : text_first(trim(name), NAME_MAX_BYTES);
	values->count++;
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
