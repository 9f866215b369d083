/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/sections.h"

#include "report/html.h"
#include "report/source.h"

#include <string.h>

static const char *layer_words(const char *layer)
{
	static const char *const words[][2] = {
		{ "resource", "policy of a sending identity" },
		{ "identity", "policy of a principal" },
		{ "boundary", "permissions boundary" },
		{ "scp", "service control policy" },
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(words[i][0], layer))
			return words[i][1];
	return "";
}

static void part(const struct view *view, const char *name, const char *words)
{
	if (*words)
		html_put(view->out, "<div><dt>%t</dt><dd><bdi>%w</bdi></dd></div>", name, words);
}

static void chips(const struct view *view, const json_t *statement)
{
	const char *tested = view_text(statement, "tested");
	static const char *const words[][2] = {
		{ "both", "tested both ways" },
		{ "matches", "tests: only where it matches" },
		{ "does not match", "tests: only where it does not match" },
		{ "never", "not tested" },
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(words[i][0], tested))
			html_put(view->out, "<span class=\"chip %t\">%t</span>", i ? "" : "good", words[i][1]);
	/* An Allow refuses nothing. */
	if (json_is_integer(json_object_get(statement, "recorded")) && !strcmp(view_text(statement, "effect"), "Deny"))
		html_put(view->out, "<span class=\"chip\">refused %d times</span>", view_number(statement, "recorded"));
	if (view_number(statement, "shadowed"))
		html_put(view->out, "<span class=\"chip\">in the shadow %d times</span>", view_number(statement, "shadowed"));
}

static void statement_write(const struct view *view, const json_t *statement, unsigned long long number)
{
	bool deny = !strcmp(view_text(statement, "effect"), "Deny");
	const json_t *condition;
	size_t i;

	html_put(view->out,
		"<article class=\"statement\" id=\"s%u\"><h4><span class=\"badge %t\">%t</span> <bdi>%w</bdi></h4>\n<p class=\"chips\"><span "
		"class=\"chip\">line %u</span>",
		number, deny ? "bad" : "good", view_text(statement, "effect"), view_text(statement, "statement"),
		(unsigned long long)view_number(statement, "line"));
	chips(view, statement);
	html_put(view->out, "</p>\n<dl>");
	part(view, "Principals", view_text(statement, "principals"));
	part(view, "Actions", view_text(statement, "actions"));
	part(view, "Resources", view_text(statement, "resources"));
	json_array_foreach(view_list(statement, "conditions"), i, condition) {
		html_put(view->out, "<div><dt>%t</dt><dd><bdi>%w</bdi> %t</dd></div>", i ? "and" : "Where",
			view_text(condition, "key"), view_text(condition, "words"));
	}
	html_put(view->out, "</dl></article>\n");
}

static void policy_head(const struct view *view, const json_t *policy)
{
	const json_t *holder;
	size_t i;

	html_put(view->out, "<h3><bdi>%w</bdi></h3>\n<p class=\"note\">%t in <code><bdi>%w</bdi></code>",
		view_text(policy, "policy"), layer_words(view_text(policy, "layer")), view_text(policy, "file"));
	json_array_foreach(view_list(policy, "holders"), i, holder)
		html_put(view->out, "%t <bdi>%w</bdi>", i ? "," : ", of", json_string_value(holder));
	html_put(view->out, "</p>\n");
}

/* Is it the first policy of its file? The text stands there. */
static bool is_first(const json_t *policies, size_t index)
{
	const char *file = view_text(json_array_get(policies, index), "file");

	for (size_t i = 0; i < index; i++)
		if (!strcmp(view_text(json_array_get(policies, i), "file"), file))
			return false;
	return true;
}

void section_policies(const struct view *view)
{
	const json_t *policies = view_list(view->data, "policies"), *policy, *statement;
	unsigned long long number = 0;
	size_t i, j;

	html_put(view->out, "<section id=\"policies\"><h2>Policies</h2>\n");
	json_array_foreach(policies, i, policy) {
		html_put(view->out, "<div class=\"card policy\">\n");
		policy_head(view, policy);
		json_array_foreach(view_list(policy, "statements"), j, statement)
			statement_write(view, statement, number++);
		if (is_first(policies, i))
			source_write(view, view_text(policy, "file"));
		html_put(view->out, "</div>\n");
	}
	source_other_findings(view);
	html_put(view->out, "</section>\n");
}
