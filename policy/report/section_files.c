/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/sections.h"

#include "report/html.h"

void section_files(const struct view *view)
{
	const json_t *site = json_object_get(view->data, "site"), *file;
	size_t i;

	html_put(view->out,
		"<section id=\"files\"><h2>Files</h2>\n<p class=\"note\">What was read for this page. The running filter tells the same sums "
		"with <code>ses-policy-milter --status</code>; where they differ, it has not been reloaded.</p>\n"
		"<div class=\"scroll\" role=\"region\" aria-label=\"Files\" tabindex=\"0\"><table class=\"counts files\"><thead><tr><th "
		"scope=\"col\">File</th><th scope=\"col\">Changed</th><th scope=\"col\">SHA-256</th></tr></thead><tbody>\n");
	json_array_foreach(view_list(site, "files"), i, file)
		html_put(view->out, "<tr><th scope=\"row\"><bdi>%w</bdi></th><td>%m</td><td><code>%t</code></td></tr>\n",
			view_text(file, "file"), view_text(file, "changed"), view_text(file, "sha256"));
	html_put(view->out, "</tbody></table></div>\n");
	if (*view_text(site, "settings"))
		html_put(view->out, "<p class=\"note\">Settings: <code><bdi>%w</bdi></code></p>\n", view_text(site, "settings"));
	html_put(view->out, "</section>\n");
}
