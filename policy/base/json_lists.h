/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_lists: long lists of strings, read without jansson's scanner, which takes a hundred instructions for each byte.
 *
 * They are taken out of the text, jansson reads what is left, with an empty list in the place of each, and they are put
 * into its tree. That is done only with lists of nothing but strings, and these of nothing but printable ASCII without a
 * backslash: there JSON says nothing that could be read otherwise. Whatever is not so stays in the text.
 */
#ifndef BASE_JSON_LISTS_H
#define BASE_JSON_LISTS_H

#include "base/text.h"

#include <jansson.h>

/* From so many bytes on a list is long. */
#define JSON_LISTS_LONG ((size_t)16384)

/* More of them stay in the text. */
#define JSON_LISTS_MAX 32

/* One that was taken out. */
struct json_list {
	struct text text; /* as it is written, with its brackets */
	size_t number;    /* of all arrays of the text, in the order of their opening brackets */
};

struct json_lists {
	struct json_list at[JSON_LISTS_MAX];
	size_t count;
	struct text rest; /* the text without them */
};

/*
 * Take them out. False: there are none, or memory is short, and the text is to be read as it is. Else json_lists_free()
 * gives back what is left.
 */
bool json_lists_take(struct json_lists *lists, struct text text);
void json_lists_free(struct json_lists *lists);

/* Put them back into the tree of what was left. False: it is not the tree of that, or memory is short. */
bool json_lists_put(const struct json_lists *lists, json_t *root);

#endif
