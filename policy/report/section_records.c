/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/sections.h"

#include "report/count_table.h"
#include "report/html.h"
#include "report/plot.h"

static const struct plot_part parts[] = {
	{ "refused", "refused", "refused" },
	{ "deferred", "deferred by a quota", "deferred" },
	{ "would_refuse", "would be refused (monitor mode)", "would" },
	{ "trouble", "trouble of the filter (451)", "trouble" },
};

static const struct {
	const char *member;
	struct count_table table;
} tables[] = {
	{ "reason", { "By reason", "Reason", "Nothing was refused.", false } },
	{ "statement", { "By statement", "Policy/statement", "No statement refused anything.", true } },
	{ "principal", { "By principal", "Principal", "Nothing was refused.", false } },
	{ "recipient_domain", { "By domain of the recipient", "Domain", "No refusal named a recipient.", false } },
	{ "sender_domain", { "By domain of the sender", "Domain", "Nothing was refused.", false } },
};

static void intro(const struct view *view, const json_t *records)
{
	const json_t *time = json_object_get(records, "time");

	html_put(view->out, "<p class=\"note\">%d records, from %m to %m. ", view_number(records, "records"),
		view_text(time, "first"), view_text(time, "last"));
	if (view_number(records, "allowed"))
		html_put(view->out, "%d of them are of messages that were let through. ", view_number(records, "allowed"));
	else
		html_put(view->out, "They hold no messages that were let through (setting <code>records_allowed</code>). ");
	html_put(view->out, "A refusal is of a message, or of one recipient of it.</p>\n");
	if (view_number(records, "invalid"))
		html_put(view->out, "<p class=\"warning\">%d lines are no records, and are left out.</p>\n",
			view_number(records, "invalid"));
	if (view_number(time, "timeless"))
		html_put(view->out,
			"<p class=\"warning\">%d records have no time between the years 2000 and 2100. They are counted, and stand "
			"at no place of the picture.</p>\n",
			view_number(time, "timeless"));
}

void section_records(const struct view *view)
{
	const json_t *records = json_object_get(view->data, "records");
	const struct plot over_time = { "plot-refused", "What was not let through, over time", parts,
		sizeof parts / sizeof *parts };

	if (!json_is_object(records))
		return;
	html_put(view->out, "<section id=\"refusals\"><h2>Refusals</h2>\n");
	intro(view, records);
	plot(view, json_object_get(records, "time"), &over_time);
	html_put(view->out, "<div class=\"cards wide\">\n");
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		count_table(view, json_object_get(json_object_get(records, "by"), tables[i].member), &tables[i].table);
	html_put(view->out, "</div>\n</section>\n");
}
