/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view: what the sections of a page share: the stream, the data, and how they look at them.
 */
#ifndef REPORT_VIEW_H
#define REPORT_VIEW_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

struct view {
	FILE *out;
	const json_t *data;
	json_t *anchors; /* name of a statement to its number on the page; null for a name that several have */
};

/* Of a member: "" where there is none, or it is no text; 0 where it is no number; an empty list. */
const char *view_text(const json_t *object, const char *member);
long long view_number(const json_t *object, const char *member);
const json_t *view_list(const json_t *object, const char *member);

/* A link to a statement, by its name; the name alone where it is not on the page, or is that of several. */
void view_statement(const struct view *view, const char *name);

/* "1 policy", "2 policies". */
void view_count(const struct view *view, long long count, const char *one, const char *many);

#endif
