/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/report_json.h"

#include "base/fault.h"
#include "value/instant.h"

json_t *report_text(struct text text)
{
	char shown[REPORT_TEXT_SIZE];

	return json_string(text_escape(text, shown, sizeof shown));
}

json_t *report_string(const char *string)
{
	return string ? report_text(text_of(string)) : json_null();
}

json_t *report_time(int64_t seconds)
{
	char shown[INSTANT_TEXT_SIZE];

	return json_string(instant_print(&(struct instant){ seconds, 0 }, shown));
}

bool report_push(json_t *list, json_t *one)
{
	return json_array_append_new(list, one) == 0;
}

bool report_set(json_t *object, const char *member, json_t *value)
{
	return json_object_set_new(object, member, value) == 0;
}
