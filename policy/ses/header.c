/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/header.h"

#define NAME(literal) { literal, sizeof literal - 1 }
static const struct text names[HEADER_FIELDS] = {
	[HEADER_FROM] = NAME("From"),
	[HEADER_SENDER] = NAME("Sender"),
	[HEADER_RETURN_PATH] = NAME("Return-Path"),
	[HEADER_SOURCE_ARN] = NAME("X-SES-SOURCE-ARN"),
	[HEADER_FROM_ARN] = NAME("X-SES-FROM-ARN"),
	[HEADER_RETURN_PATH_ARN] = NAME("X-SES-RETURN-PATH-ARN"),
	[HEADER_CONFIGURATION_SET] = NAME("X-SES-CONFIGURATION-SET"),
};

const char *header_name(enum header_field field)
{
	return names[field].at;
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

enum header_field header_find(struct text name)
{
	enum header_field field = 0;

	name = trim(name);
	/* Most headers are none of these, and few of those have the length of one. */
	while (field < HEADER_FIELDS && (name.length != names[field].length || !text_equals_fold(name, names[field])))
		field++;
	return field;
}

bool headers_add(struct headers *headers, struct arena *arena, struct text name, struct text value)
{
	enum header_field field = header_find(name);

	if (field == HEADER_OTHER)
		return true;
	struct header_values *values = &headers->of[field];
	/* Of most there is one: the room for many is taken with the second. */
	size_t room = values->count == 0 ? 1 : HEADER_INSTANCES;
	if (values->count < 2) {
		struct text *grown = arena_array(arena, room, sizeof *grown);
		if (!grown)
			return false;
		if (values->kept)
			grown[0] = values->values[0];
		values->values = grown;
	}
	values->count++;
	if (values->kept == HEADER_INSTANCES)
		return true;
	struct text copy = arena_text(arena, trim(value));
	if (!copy.at)
		return false;
	values->values[values->kept++] = copy;
	return true;
}
