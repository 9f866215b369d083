/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/sections.h"

#include "report/html.h"

static void number_cell(const struct view *view, const json_t *object, const char *member)
{
	const json_t *value = json_object_get(object, member);
	char shown[32] = "";

	if (json_is_integer(value)) {
		html_put(view->out, "<td class=\"n\">%d</td>", (long long)json_integer_value(value));
		return;
	}
	if (json_is_real(value))
		snprintf(shown, sizeof shown, "%.10g", json_real_value(value));
	html_put(view->out, "<td class=\"n\">%t</td>", *shown ? shown : "none");
}

static void limits(const struct view *view, const json_t *list)
{
	const json_t *one;
	size_t i;

	html_put(view->out,
		"<div class=\"scroll\" role=\"region\" aria-label=\"Limits\" tabindex=\"0\"><table class=\"counts\"><caption>Limits of "
		"the settings, in recipients</caption><thead><tr><th scope=\"col\">Of</th><th scope=\"col\">Name</th><th "
		"scope=\"col\" class=\"n\">In 24 hours</th><th scope=\"col\" class=\"n\">A second</th><th scope=\"col\" "
		"class=\"n\">At once</th></tr></thead><tbody>\n");
	json_array_foreach(list, i, one) {
		html_put(view->out, "<tr><td>%t</td><td><bdi>%w</bdi>%t%t</td>", view_text(one, "scope"), view_text(one, "name"),
			json_is_true(json_object_get(one, "each")) ? " (each)" : "",
			json_is_true(json_object_get(one, "monitor")) ? " (only watched)" : "");
		number_cell(view, one, "per_day");
		number_cell(view, one, "per_second");
		number_cell(view, one, "burst");
		html_put(view->out, "</tr>\n");
	}
	html_put(view->out, "</tbody></table></div>\n");
}

static void used_up(const struct view *view, const json_t *list)
{
	const json_t *one;
	size_t i;

	html_put(view->out,
		"<div class=\"scroll\" role=\"region\" aria-label=\"Limits that were used up\" tabindex=\"0\"><table "
		"class=\"counts\"><caption>Used up, by the records</caption><thead><tr><th scope=\"col\">Limit</th><th "
		"scope=\"col\">Kind</th><th scope=\"col\" class=\"n\">Times</th><th scope=\"col\" class=\"n\">Most "
		"used</th><th scope=\"col\" class=\"n\">Limit then</th><th scope=\"col\">Last</th></tr></thead><tbody>\n");
	json_array_foreach(list, i, one) {
		html_put(view->out, "<tr><td><bdi>%w</bdi></td><td>%t</td><td class=\"n\">%d</td><td class=\"n\">%d</td>",
			view_text(one, "name"), view_text(one, "kind"), view_number(one, "count"), view_number(one, "used"));
		number_cell(view, one, "limit");
		html_put(view->out, "<td><bdi>%w</bdi></td></tr>\n", view_text(one, "last"));
	}
	html_put(view->out, "</tbody></table></div>\n");
}

void section_limits(const struct view *view)
{
	const json_t *list = view_list(view->data, "limits"), *records = json_object_get(view->data, "records");
	const json_t *reached = view_list(records, "limits");

	html_put(view->out, "<section id=\"limits\"><h2>Quotas</h2>\n");
	if (json_array_size(list))
		limits(view, list);
	else
		html_put(view->out, "<p class=\"none\">The settings have no limits.</p>\n");
	if (json_array_size(reached))
		used_up(view, reached);
	else if (json_is_object(records) && json_array_size(list))
		html_put(view->out, "<p class=\"none\">By the records, no limit was used up.</p>\n");
	html_put(view->out, "</section>\n");
}
