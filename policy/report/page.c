/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/page.h"

#include "report/html.h"
#include "report/page_style.h"
#include "report/sections.h"

/* Numbers of statements, as they stand in the data. False when memory is short. */
static bool anchors_make(struct view *view)
{
	const json_t *policy, *statement;
	size_t i, j;
	json_int_t number = 0;

	view->anchors = json_object();
	json_array_foreach(json_object_get(view->data, "policies"), i, policy)
		json_array_foreach(json_object_get(policy, "statements"), j, statement) {
			const char *name = view_text(statement, "statement");
			bool twice = json_object_get(view->anchors, name);
			if (json_object_set_new(view->anchors, name, twice ? json_null() : json_integer(number)))
				return false;
			number++;
		}
	return view->anchors;
}

static void head(const struct view *view)
{
	const json_t *site = json_object_get(view->data, "site");

	html_put(view->out,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"robots\" content=\"noindex\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n"
		"<title>Sending policies of account %t, %t</title>\n<style>\n",
		view_text(site, "account"), view_text(site, "region"));
	fputs(page_style, view->out);
	fputs("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">To the content</a>\n", view->out);
}

static void header(const struct view *view)
{
	const json_t *site = json_object_get(view->data, "site");

	html_put(view->out,
		"<header class=\"top\"><div class=\"wrap\">\n<p class=\"eyebrow\">Amazon SES at the relay</p>\n<h1>Sending policies</h1>\n"
		"<p class=\"lead\">Account <b>%t</b> in <b>%t</b> &middot; made %m</p>\n</div></header>\n",
		view_text(site, "account"), view_text(site, "region"), view_text(view->data, "made"));
	fputs("<nav class=\"wrap\" aria-label=\"Parts of the page\"><ul>"
	      "<li><a href=\"#summary\">Summary</a></li><li><a href=\"#who\">Who may send</a></li>",
		view->out);
	if (json_is_object(json_object_get(view->data, "records")))
		fputs("<li><a href=\"#refusals\">Refusals</a></li><li><a href=\"#shadow\">Shadow policies</a></li>", view->out);
	fputs("<li><a href=\"#limits\">Quotas</a></li><li><a href=\"#policies\">Policies</a></li>"
	      "<li><a href=\"#tests\">Tests</a></li><li><a href=\"#files\">Files</a></li></ul></nav>\n",
		view->out);
}

bool page_write(FILE *out, const json_t *data)
{
	struct view view = { .out = out, .data = data };
	bool good = anchors_make(&view);

	if (good) {
		head(&view);
		header(&view);
		fputs("<main id=\"main\" class=\"wrap\">\n", out);
		section_summary(&view);
		section_matrix(&view);
		section_records(&view);
		section_shadow(&view);
		section_limits(&view);
		section_policies(&view);
		section_tests(&view);
		section_files(&view);
		html_put(out,
			"</main>\n<footer class=\"wrap\"><p>Made by ses-policy %t on %m. The page holds all that it shows: it loads nothing "
			"and runs no script. It names addresses and principals, so keep it as you keep the records.</p></footer>\n"
			"</body>\n</html>\n",
			view_text(data, "version"), view_text(data, "made"));
	}
	json_decref(view.anchors);
	return good;
}
