/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/sections.h"

#include "report/html.h"

#include <string.h>

static void in_force(const struct view *view, const json_t *site)
{
	bool monitor = !strcmp(view_text(site, "mode"), "monitor");

	html_put(view->out, "<div class=\"card\"><h3>In force</h3><p class=\"big\">");
	view_count(view, view_number(site, "policies"), "policy", "policies");
	html_put(view->out, "</p><p>%d statements, %d identities. ", view_number(site, "statements"),
		view_number(site, "identities"));
	if (*view_text(site, "changed"))
		html_put(view->out, "Last changed %m.", view_text(site, "changed"));
	html_put(view->out, "</p><p>%t</p></div>\n",
		monitor ? "Monitor mode: refusals are recorded, and not told to clients." : "Enforced: clients are refused.");
}

/* What is not there is not told. */
static void some(const struct view *view, long long count, const char *one, const char *many, bool *begun)
{
	if (!count)
		return;
	html_put(view->out, *begun ? ", " : "");
	view_count(view, count, one, many);
	*begun = true;
}

static void findings(const struct view *view, const json_t *found)
{
	long long errors = view_number(found, "error"), security = view_number(found, "security"),
		  warnings = view_number(found, "warning"), suggestions = view_number(found, "suggestion");
	const char *class = errors + security ? "bad" : warnings ? "warn" : "good";

	long long all = errors + security + warnings + suggestions;
	bool begun = false;

	html_put(view->out, "<div class=\"card %t\"><h3>Findings of lint</h3><p class=\"big\">", class);
	if (all)
		view_count(view, all, "finding", "findings");
	else
		html_put(view->out, "None");
	html_put(view->out, "</p><p>");
	some(view, errors, "error", "errors", &begun);
	some(view, security, "about security", "about security", &begun);
	some(view, warnings, "warning", "warnings", &begun);
	some(view, suggestions, "suggestion", "suggestions", &begun);
	html_put(view->out, all ? ".</p></div>\n" : "Nothing is wrong, dangerous or useless.</p></div>\n");
}

static void tests(const struct view *view, const json_t *run)
{
	long long passed = 0, failed = 0, broken = 0, covered = 0;
	const json_t *file, *word;
	size_t i;

	json_array_foreach(view_list(run, "files"), i, file) {
		passed += view_number(file, "passed");
		failed += view_number(file, "failed");
		broken += json_array_size(view_list(file, "broken")) > 0;
	}
	json_array_foreach(view_list(run, "statements"), i, word)
		covered += !strcmp(json_string_value(word), "both");
	const char *class = failed + broken ? "bad" : passed ? "good" : "warn";
	html_put(view->out, "<div class=\"card %t\"><h3>Tests beside the policies</h3><p class=\"big\">", class);
	if (!json_array_size(view_list(run, "files"))) {
		html_put(view->out, "None</p><p>No test says what the policies shall do.</p></div>\n");
		return;
	}
	if (failed + broken)
		html_put(view->out, "%d failed</p><p>%d passed", failed, passed);
	else
		html_put(view->out, "%d passed</p><p>None failed", passed);
	if (broken)
		html_put(view->out, ", %d files could not be run", broken);
	html_put(view->out, ". They decide %d of %d statements both ways.</p></div>\n", covered,
		(long long)json_array_size(view_list(run, "statements")));
}

static void refused(const struct view *view, const json_t *records)
{
	const json_t *by = json_object_get(records, "by");
	const json_t *reason = json_array_get(view_list(json_object_get(by, "reason"), "list"), 0);
	const json_t *statement = json_array_get(view_list(json_object_get(by, "statement"), "list"), 0);

	html_put(view->out, "<div class=\"card\"><h3>Refused</h3><p class=\"big\">%d</p><p>", view_number(records, "refused"));
	if (view_number(records, "would_refuse"))
		html_put(view->out, "%d more would be refused (monitor mode). ", view_number(records, "would_refuse"));
	if (view_number(records, "deferred"))
		html_put(view->out, "%d deferred by quotas. ", view_number(records, "deferred"));
	if (view_number(records, "trouble"))
		html_put(view->out, "%d answered with 451, for trouble of the filter. ", view_number(records, "trouble"));
	if (reason)
		html_put(view->out, "Most often: %t (%d).", view_text(reason, "name"), view_number(reason, "count"));
	html_put(view->out, "</p>");
	if (statement) {
		html_put(view->out, "<p>Most by ");
		view_statement(view, view_text(statement, "name"));
		html_put(view->out, " (%d).</p>", view_number(statement, "count"));
	}
	html_put(view->out, "</div>\n");
}

/* Where they are, as far as the settings tell. */
static void no_records(const struct view *view, const char *where)
{
	html_put(view->out, "<p class=\"note\">No records were read, so nothing is said of what was refused. ");
	if (!strcmp(where, "-"))
		html_put(view->out,
			"The settings send them to standard output (<code>records</code> is <code>-</code>): whatever runs the "
			"filter keeps them. Save them in a file, and name it with <code>--records FILE</code>.</p>\n");
	else if (*where)
		html_put(view->out, "The settings write them to <code>%w</code>: name this file with <code>--records</code>.</p>\n",
			where);
	else
		html_put(view->out,
			"The settings name no file for them (<code>records</code>). Those of elsewhere are named with "
			"<code>--records FILE</code>.</p>\n");
}

void section_summary(const struct view *view)
{
	const json_t *records = json_object_get(view->data, "records");

	html_put(view->out, "<section id=\"summary\"><h2>Summary</h2>\n<div class=\"cards\">\n");
	in_force(view, json_object_get(view->data, "site"));
	if (json_is_object(records))
		refused(view, records);
	findings(view, json_object_get(view->data, "findings"));
	tests(view, json_object_get(view->data, "tests"));
	html_put(view->out, "</div>\n");
	if (!json_is_object(records))
		no_records(view, view_text(json_object_get(view->data, "site"), "records"));
	html_put(view->out, "</section>\n");
}
