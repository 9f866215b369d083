/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/source.h"

#include "report/html.h"

#include <string.h>

static const json_t *source_of(const struct view *view, const char *file)
{
	const json_t *source;
	size_t i;

	json_array_foreach(view_list(view->data, "sources"), i, source)
		if (!strcmp(view_text(source, "file"), file))
			return source;
	return NULL;
}

static void finding_write(const struct view *view, const json_t *finding)
{
	const char *severity = view_text(finding, "severity");
	bool bad = !strcmp(severity, "error") || !strcmp(severity, "security"), warning = !strcmp(severity, "warning");

	html_put(view->out,
		"<div class=\"finding %t\"><p><span class=\"badge %t\">%t</span> <b>%t</b> <code>%t</code></p><p><bdi>%t</bdi></p><p "
		"class=\"mail\"><bdi>%t</bdi></p></div>",
		bad               ? "bad"
			: warning ? "warn"
				  : "",
		bad               ? "bad"
			: warning ? "warn"
				  : "",
		severity, view_text(finding, "title"), view_text(finding, "kind"), view_text(finding, "message"),
		view_text(finding, "mail"));
}

/* Those of a line; `rest`: of no line that is shown. */
static size_t findings_at(const struct view *view, const char *file, size_t line, size_t lines, bool write)
{
	const json_t *finding;
	size_t i, found = 0;

	json_array_foreach(view_list(json_object_get(view->data, "findings"), "list"), i, finding) {
		size_t at = (size_t)view_number(finding, "line");
		if (at == 0 || at > lines)
			at = lines;
		if (at != line || strcmp(view_text(finding, "file"), file) != 0)
			continue;
		if (write)
			finding_write(view, finding);
		found++;
	}
	return found;
}

static size_t findings_of(const struct view *view, const char *file)
{
	const json_t *finding;
	size_t i, found = 0;

	json_array_foreach(view_list(json_object_get(view->data, "findings"), "list"), i, finding)
		found += !strcmp(view_text(finding, "file"), file);
	return found;
}

static void line_write(const struct view *view, const char *file, const json_t *line, size_t number, size_t lines, bool look)
{
	html_put(view->out, "<tr><td class=\"l\">%u</td><td><code>%t</code></td></tr>\n", (unsigned long long)number,
		json_string_value(line));
	if (!look || !findings_at(view, file, number, lines, false))
		return;
	html_put(view->out, "<tr class=\"found\"><td></td><td>");
	findings_at(view, file, number, lines, true);
	html_put(view->out, "</td></tr>\n");
}

void source_write(const struct view *view, const char *file)
{
	const json_t *source = source_of(view, file), *lines = view_list(source, "lines"), *line;
	size_t found = findings_of(view, file), i;

	if (!source)
		return;
	html_put(view->out, "<details class=\"source\"%t><summary>The text: ", found ? " open" : "");
	view_count(view, (long long)json_array_size(lines), "line", "lines");
	if (found) {
		html_put(view->out, ", ");
		view_count(view, (long long)found, "finding", "findings");
	}
	html_put(view->out, "</summary>\n<table class=\"text\" aria-label=\"Text of %t\"><tbody>\n", file);
	json_array_foreach(lines, i, line)
		line_write(view, file, line, i + 1, json_array_size(lines), found > 0);
	html_put(view->out, "</tbody></table>\n");
	if (view_number(source, "left_out"))
		html_put(view->out, "<p class=\"note\">%d lines are left out: the page would be too long.</p>\n",
			view_number(source, "left_out"));
	html_put(view->out, "</details>\n");
}

void source_other_findings(const struct view *view)
{
	const json_t *finding;
	bool begun = false;
	size_t i;

	json_array_foreach(view_list(json_object_get(view->data, "findings"), "list"), i, finding) {
		const char *file = view_text(finding, "file");
		if (json_array_size(view_list(source_of(view, file), "lines")))
			continue;
		if (!begun)
			html_put(view->out, "<div class=\"card\"><h3>Findings elsewhere</h3>\n");
		begun = true;
		html_put(view->out, "<p class=\"note\"><code><bdi>%t</bdi></code>, line %u</p>", file,
			(unsigned long long)view_number(finding, "line"));
		finding_write(view, finding);
	}
	if (begun)
		html_put(view->out, "</div>\n");
}
