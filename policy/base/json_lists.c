/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/json_lists.h"

#include <stdlib.h>

/* What stands for one that was taken out. */
#define EMPTY TEXT("[]")

static size_t skip_blanks(struct text t, size_t at)
{
	while (at < t.length && (t.at[at] == ' ' || t.at[at] == '\n' || t.at[at] == '\r' || t.at[at] == '\t'))
		at++;
	return at;
}

/* Behind the string that begins with this quote, whatever is in it; 0: it does not end. */
static size_t skip_string(struct text t, size_t at)
{
	for (at++; at < t.length && t.at[at] != '"'; at++)
		at += t.at[at] == '\\';
	return at < t.length ? at + 1 : 0;
}

typedef unsigned char sixteen __attribute__((vector_size(16)));

/* Has it no control byte, none from 0x7f on, and no backslash? */
static inline bool is_plain(struct text t)
{
	sixteen odd = { 0 };
	uint64_t halves[2];
	size_t i = 0;

	for (; t.length - i >= sizeof odd; i += sizeof odd) {
		sixteen bytes;
		memcpy(&bytes, t.at + i, sizeof bytes);
		/* Those below a blank come out at the top. */
		odd |= (sixteen)(bytes - ' ' > 0x7e - ' ') | (sixteen)(bytes == '\\');
	}
	memcpy(halves, &odd, sizeof halves);
	bool plain = !(halves[0] | halves[1]);
	for (; i < t.length; i++)
		plain &= (unsigned char)t.at[i] >= ' ' && (unsigned char)t.at[i] <= 0x7e && t.at[i] != '\\';
	return plain;
}

/* Behind the plain string that begins here; 0: there is none. */
static size_t skip_plain(struct text t, size_t at)
{
	if (at == t.length || t.at[at] != '"')
		return 0;
	struct text inside = text_from(t, at + 1);
	size_t length = text_find(inside, '"', 0);
	return length < inside.length && is_plain(text_first(inside, length)) ? at + length + 2 : 0;
}

/* Behind the list of plain strings that begins with this bracket; 0: it is none. */
static size_t skip_list(struct text t, size_t at)
{
	do {
		at = skip_plain(t, skip_blanks(t, at + 1));
		if (!at)
			return 0;
		at = skip_blanks(t, at);
	} while (at < t.length && t.at[at] == ',');
	return at < t.length && t.at[at] == ']' ? at + 1 : 0;
}

/* All that are long; no byte is looked at more than twice. */
static void find(struct json_lists *lists, struct text t)
{
	size_t arrays = 0;

	for (size_t at = 0; at < t.length && lists->count < JSON_LISTS_MAX;) {
		size_t behind = t.at[at] == '[' ? skip_list(t, at) : 0;
		if (behind && behind - at >= JSON_LISTS_LONG) {
			lists->at[lists->count++] = (struct json_list){ { t.at + at, behind - at }, arrays++ };
			at = behind;
		} else if (t.at[at] == '"') {
			at = skip_string(t, at);
			/* No JSON: what is found so far is as good as nothing. */
			if (!at)
				return;
		} else {
			arrays += t.at[at++] == '[';
		}
	}
}

bool json_lists_take(struct json_lists *lists, struct text text)
{
	size_t taken = 0, used = 0;
	const char *from = text.at;

	lists->count = 0;
	lists->rest = TEXT("");
	if (text.length >= JSON_LISTS_LONG)
		find(lists, text);
	for (size_t i = 0; i < lists->count; i++)
		taken += lists->at[i].text.length - EMPTY.length;
	char *rest = lists->count ? malloc(text.length - taken) : NULL;
	if (!rest) {
		lists->count = 0;
		return false;
	}
	for (size_t i = 0; i < lists->count; i++) {
		struct text list = lists->at[i].text;
		size_t before = (size_t)(list.at - from);
		memcpy(rest + used, from, before);
		memcpy(rest + used + before, EMPTY.at, EMPTY.length);
		used += before + EMPTY.length;
		from = list.at + list.length;
	}
	memcpy(rest + used, from, (size_t)(text.at + text.length - from));
	lists->rest = (struct text){ rest, text.length - taken };
	return true;
}

void json_lists_free(struct json_lists *lists)
{
	if (lists->count)
		free((char *)lists->rest.at);
	lists->count = 0;
}

/* While they are put back. */
struct putting {
	const struct json_lists *lists;
	size_t next;   /* of them */
	size_t arrays; /* of the tree, so far */
};

static bool fill(json_t *array, struct text list)
{
	for (size_t at = text_find(list, '"', 0); at < list.length; at = text_find(list, '"', at)) {
		size_t end = text_find(list, '"', at + 1);
		if (json_array_append_new(array, json_stringn_nocheck(list.at + at + 1, end - at - 1)) != 0)
			return false;
		at = end + 1;
	}
	return true;
}

/* jansson keeps the members of an object in the order of the text (since 2.8). */
static bool put(struct putting *putting, json_t *json)
{
	if (json_is_object(json)) {
		for (void *at = json_object_iter(json); at; at = json_object_iter_next(json, at))
			if (!put(putting, json_object_iter_value(at)))
				return false;
		return true;
	}
	if (!json_is_array(json))
		return true;
	const struct json_lists *lists = putting->lists;
	if (putting->next < lists->count && lists->at[putting->next].number == putting->arrays++)
		return json_array_size(json) == 0 && fill(json, lists->at[putting->next++].text);
	for (size_t i = 0; i < json_array_size(json); i++)
		if (!put(putting, json_array_get(json, i)))
			return false;
	return true;
}

bool json_lists_put(const struct json_lists *lists, json_t *root)
{
	struct putting putting = { .lists = lists };

	return put(&putting, root) && putting.next == lists->count;
}
