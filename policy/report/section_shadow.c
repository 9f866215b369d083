/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/sections.h"

#include "report/count_table.h"
#include "report/html.h"
#include "report/plot.h"

static void paths(const struct view *view)
{
	const json_t *list = view_list(json_object_get(view->data, "site"), "shadow"), *path;
	size_t i;

	if (!json_array_size(list)) {
		html_put(view->out, "<p class=\"note\">The settings name no shadow policies.</p>\n");
		return;
	}
	html_put(view->out, "<p class=\"note\">The settings name:");
	json_array_foreach(list, i, path)
		html_put(view->out, " <code><bdi>%w</bdi></code>", json_string_value(path));
	html_put(view->out, "</p>\n");
}

void section_shadow(const struct view *view)
{
	static const struct plot_part parts[] = { { "shadow", "shadow policies would refuse", "shadowed" } };
	static const struct plot over_time = { "plot-shadow", "What shadow policies would refuse, over time", parts, 1 };
	const json_t *records = json_object_get(view->data, "records"), *by = json_object_get(records, "by");

	if (!json_is_object(records))
		return;
	html_put(view->out, "<section id=\"shadow\"><h2>What shadow policies would refuse</h2>\n");
	paths(view);
	if (view_number(records, "shadow")) {
		html_put(view->out, "<p>%d messages or recipients that were let through would be refused.</p>\n",
			view_number(records, "shadow"));
		plot(view, json_object_get(records, "time"), &over_time);
		html_put(view->out, "<div class=\"cards wide\">\n");
		count_table(view, json_object_get(by, "shadow_statement"),
			&(struct count_table){ "By statement", "Policy/statement", "No statement would refuse anything.", true });
		count_table(view, json_object_get(by, "shadow_reason"),
			&(struct count_table){ "By reason", "Reason", "Nothing would be refused.", false });
		html_put(view->out, "</div>\n");
	} else {
		html_put(view->out, "<p class=\"none\">The records tell of nothing that they would refuse.</p>\n");
	}
	html_put(view->out, "</section>\n");
}
