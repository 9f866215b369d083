/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/sections.h"

#include "report/html.h"

#include <string.h>

static void file_write(const struct view *view, const json_t *file)
{
	const json_t *one;
	size_t i;

	html_put(view->out, "<div class=\"card %t\"><h3><bdi>%t</bdi></h3><p>%d passed, %d failed</p>\n",
		view_number(file, "failed") || json_array_size(view_list(file, "broken")) ? "bad" : "good", view_text(file, "file"),
		view_number(file, "passed"), view_number(file, "failed"));
	if (json_array_size(view_list(file, "failures")) || json_array_size(view_list(file, "broken"))) {
		html_put(view->out, "<ul>");
		json_array_foreach(view_list(file, "failures"), i, one)
			html_put(view->out, "<li>line %u, <b><bdi>%t</bdi></b>: <bdi>%t</bdi></li>",
				(unsigned long long)view_number(one, "line"), view_text(one, "test"), view_text(one, "why"));
		json_array_foreach(view_list(file, "broken"), i, one)
			html_put(view->out, "<li><bdi>%t</bdi></li>", json_string_value(one));
		html_put(view->out, "</ul>");
	}
	html_put(view->out, "</div>\n");
}

/* Statements that no test decides: what a change of them does, no test would tell. */
static void untested(const struct view *view, const json_t *words)
{
	const json_t *policy, *statement;
	size_t i, j, number = 0;
	bool begun = false;

	json_array_foreach(view_list(view->data, "policies"), i, policy)
		json_array_foreach(view_list(policy, "statements"), j, statement) {
			if (strcmp(json_string_value(json_array_get(words, number++)), "never") != 0)
				continue;
			html_put(view->out, begun ? ", " : "<p>No test decides ");
			begun = true;
			view_statement(view, view_text(statement, "statement"));
		}
	html_put(view->out, begun ? ".</p>\n" : "");
}

void section_tests(const struct view *view)
{
	const json_t *tests = json_object_get(view->data, "tests"), *files = view_list(tests, "files"), *file;
	size_t i;

	html_put(view->out, "<section id=\"tests\"><h2>Tests beside the policies</h2>\n");
	if (!json_array_size(files)) {
		html_put(view->out,
			"<p class=\"none\">No <code>*.test.json</code> stands in the folders of the policies.</p>\n</section>\n");
		return;
	}
	html_put(view->out, "<div class=\"cards wide\">\n");
	json_array_foreach(files, i, file)
		file_write(view, file);
	html_put(view->out, "</div>\n");
	untested(view, view_list(tests, "statements"));
	html_put(view->out, "</section>\n");
}
