/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/header.h"

static const char *const names[HEADER_FIELDS] = {
	[HEADER_FROM] = "From",
	[HEADER_SENDER] = "Sender",
	[HEADER_RETURN_PATH] = "Return-Path",
	[HEADER_SOURCE_ARN] = "X-SES-SOURCE-ARN",
	[HEADER_FROM_ARN] = "X-SES-FROM-ARN",
	[HEADER_RETURN_PATH_ARN] = "X-SES-RETURN-PATH-ARN",
	[HEADER_CONFIGURATION_SET] = "X-SES-CONFIGURATION-SET",
};

const char *header_name(enum header_field field)
{
	return names[field];
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
	while (field < HEADER_FIELDS && !text_equals_fold(name, text_of(names[field])))
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
