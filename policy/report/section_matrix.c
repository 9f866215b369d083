/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/sections.h"

#include "report/html.h"

#include <string.h>

/* So many names of a row or a column stand there at once; the others are folded away. */
#define NAMES_SHOWN 4

static void column(const struct view *view, const json_t *identity)
{
	const json_t *names = view_list(identity, "names"), *name;
	size_t i;

	html_put(view->out, "<th scope=\"col\" role=\"columnheader\">");
	json_array_foreach(names, i, name) {
		if (i == NAMES_SHOWN)
			html_put(view->out, "<details><summary>and %d more</summary>", (long long)(json_array_size(names) - i));
		html_put(view->out, "<bdi class=\"name\">%w</bdi>", json_string_value(name));
	}
	html_put(view->out, i > NAMES_SHOWN ? "</details></th>" : "</th>");
}

static void client(const struct view *view, const json_t *one)
{
	html_put(view->out, "<p class=\"who\"><bdi>%w</bdi></p>", view_text(one, "who"));
	if (*view_text(one, "arn"))
		html_put(view->out, "<p class=\"arn\"><bdi>%w</bdi></p>", view_text(one, "arn"));
}

static void row_head(const struct view *view, const json_t *principal)
{
	const json_t *clients = view_list(principal, "clients"), *one;
	size_t i;

	html_put(view->out, "<th scope=\"row\" role=\"rowheader\">");
	json_array_foreach(clients, i, one) {
		if (i == NAMES_SHOWN)
			html_put(view->out, "<details><summary>and %d more</summary>", (long long)(json_array_size(clients) - i));
		client(view, one);
	}
	html_put(view->out, i > NAMES_SHOWN ? "</details></th>" : "</th>");
}

static void line(const struct view *view, const json_t *one)
{
	const json_t *name;
	size_t i;

	html_put(view->out, "<div><dt>%t</dt><dd>%t", view_text(one, "about"), view_text(one, "words"));
	json_array_foreach(view_list(one, "statements"), i, name) {
		html_put(view->out, " ");
		view_statement(view, json_string_value(name));
	}
	html_put(view->out, "</dd></div>");
}

static void cell(const struct view *view, const json_t *one, const json_t *identity)
{
	const char *answer = view_text(one, "answer");
	const json_t *lines = view_list(one, "lines"), *entry;
	bool some = !strcmp(answer, "some messages"), none = !strcmp(answer, "no message");
	const json_t *names = view_list(identity, "names");
	size_t i;

	html_put(view->out, "<td role=\"cell\"><p class=\"as\">as <bdi>%t</bdi>", json_string_value(json_array_get(names, 0)));
	if (json_array_size(names) > 1)
		html_put(view->out, " and %d more", (long long)json_array_size(names) - 1);
	html_put(view->out, "</p><p class=\"badge %t\">%t</p>",
		none           ? "bad"
			: some ? "warn"
			       : "good",
		none           ? "No message"
			: some ? "With conditions"
			       : "Every message");
	if (json_array_size(lines)) {
		html_put(view->out, "<dl>");
		json_array_foreach(lines, i, entry)
			line(view, entry);
		html_put(view->out, "</dl>");
	}
	html_put(view->out, "</td>");
}

static void table(const struct view *view, const json_t *matrix)
{
	const json_t *identities = view_list(matrix, "identities"), *one, *row;
	size_t i, j;

	html_put(view->out,
		"<div class=\"scroll\" role=\"region\" aria-labelledby=\"who-title\" tabindex=\"0\">\n"
		"<table class=\"matrix\" role=\"table\"><caption>Principals and identities</caption>\n"
		"<thead role=\"rowgroup\"><tr role=\"row\"><th scope=\"col\" role=\"columnheader\">Client, principal</th>");
	json_array_foreach(identities, i, one)
		column(view, one);
	html_put(view->out, "</tr></thead>\n<tbody role=\"rowgroup\">\n");
	json_array_foreach(view_list(matrix, "cells"), i, row) {
		html_put(view->out, "<tr role=\"row\">");
		row_head(view, json_array_get(view_list(matrix, "principals"), i));
		json_array_foreach(row, j, one)
			cell(view, one, json_array_get(identities, j));
		html_put(view->out, "</tr>\n");
	}
	html_put(view->out, "</tbody></table></div>\n");
}

void section_matrix(const struct view *view)
{
	const json_t *matrix = json_object_get(view->data, "matrix");
	long long rows = view_number(matrix, "principals_left_out"), columns = view_number(matrix, "identities_left_out");

	html_put(view->out,
		"<section id=\"who\"><h2 id=\"who-title\">Who may send as whom</h2>\n"
		"<p class=\"note\">A row for each client that the settings know, a column for each identity of the sender. A cell says "
		"what a message must be to pass all policies that speak of it, and which statement asks for it. All lines of a cell "
		"count together; of several that begin with the same \"allowed\" or \"within\", one is enough.</p>\n");
	table(view, matrix);
	if (rows || columns)
		html_put(view->out, "<p class=\"note\">The page is full: %d principals and %d identities are left out.</p>\n", rows,
			columns);
	html_put(view->out, "</section>\n");
}
