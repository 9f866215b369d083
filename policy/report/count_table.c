/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/count_table.h"

#include "report/html.h"

/* So many stand there at once; the others are folded away. */
#define ROWS_SHOWN 10

/* Drawn by the program; what it shows stands beside it as a number. */
static void bar(const struct view *view, long long count, long long most)
{
	unsigned long long width = most > 0 ? (unsigned long long)(count * 1000 / most) : 0;

	html_put(view->out,
		"<svg class=\"bar\" viewBox=\"0 0 1000 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\">"
		"<rect class=\"track\" width=\"1000\" height=\"8\"/><rect class=\"fill\" width=\"%u\" height=\"8\"/></svg>",
		width ? width : 1);
}

static void row(const struct view *view, const json_t *one, long long most, bool statements)
{
	const char *name = view_text(one, "name");

	html_put(view->out, "<tr><th scope=\"row\">");
	if (statements)
		view_statement(view, name);
	else
		html_put(view->out, "<bdi>%w</bdi>", name);
	bar(view, view_number(one, "count"), most);
	html_put(view->out, "</th><td class=\"n\">%d</td></tr>\n", view_number(one, "count"));
}

/* From row `from` to one before `to`. */
static void rows(const struct view *view, const json_t *list, size_t from, size_t to, const struct count_table *table)
{
	html_put(view->out,
		"<table class=\"counts\"><thead><tr><th scope=\"col\">%t</th><th scope=\"col\" "
		"class=\"n\">Times</th></tr></thead><tbody>\n",
		table->column);
	for (size_t i = from; i < to && i < json_array_size(list); i++)
		row(view, json_array_get(list, i), view_number(json_array_get(list, 0), "count"), table->statements);
	html_put(view->out, "</tbody></table>\n");
}

void count_table(const struct view *view, const json_t *count, const struct count_table *table)
{
	const json_t *list = view_list(count, "list");

	html_put(view->out, "<div class=\"card\"><h3>%t</h3>\n", table->title);
	if (!json_array_size(list)) {
		html_put(view->out, "<p class=\"none\">%t</p></div>\n", table->none);
		return;
	}
	rows(view, list, 0, ROWS_SHOWN, table);
	if (json_array_size(list) > ROWS_SHOWN) {
		html_put(view->out, "<details><summary>%d more</summary>", (long long)(json_array_size(list) - ROWS_SHOWN));
		rows(view, list, ROWS_SHOWN, json_array_size(list), table);
		html_put(view->out, "</details>\n");
	}
	if (view_number(count, "others"))
		html_put(view->out, "<p class=\"note\">and %d times others, of %d in all</p>\n", view_number(count, "others"),
			view_number(count, "all"));
	html_put(view->out, "</div>\n");
}
