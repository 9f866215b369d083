/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/view.h"

#include "report/html.h"

const char *view_text(const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));

	return text ? text : "";
}

long long view_number(const json_t *object, const char *member)
{
	return (long long)json_integer_value(json_object_get(object, member));
}

const json_t *view_list(const json_t *object, const char *member)
{
	return json_object_get(object, member);
}

void view_statement(const struct view *view, const char *name)
{
	const json_t *number = json_object_get(view->anchors, name);

	if (json_is_integer(number))
		html_put(view->out, "<a class=\"ref\" href=\"#s%u\"><bdi>%w</bdi></a>",
			(unsigned long long)json_integer_value(number), name);
	else
		html_put(view->out, "<span class=\"ref\"><bdi>%w</bdi></span>", name);
}

void view_count(const struct view *view, long long count, const char *one, const char *many)
{
	html_put(view->out, "%d %t", count, count == 1 ? one : many);
}
