/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/report_count.h"

#include "base/fault.h"

#include <stdlib.h>
#include <string.h>

struct counted_name {
	const char *name;
	json_int_t count;
};

bool report_count_init(struct report_count *count)
{
	*count = (struct report_count){ .by = json_object() };
	return count->by;
}

void report_count_free(struct report_count *count)
{
	json_decref(count->by);
}

bool report_count_add_shown(struct report_count *count, const char *shown)
{
	count->all++;
	json_t *number = json_object_get(count->by, shown);
	if (number) {
		json_integer_set(number, json_integer_value(number) + 1);
		return true;
	}
	if (json_object_size(count->by) == COUNT_NAMES_MAX) {
		count->beyond++;
		return true;
	}
	return json_object_set_new(count->by, shown, json_integer(1)) == 0;
}

bool report_count_add(struct report_count *count, struct text name)
{
	char shown[COUNT_NAME_SIZE];

	return report_count_add_shown(count, text_escape(name, shown, sizeof shown));
}

uint64_t report_count_of(const struct report_count *count, const char *shown)
{
	return (uint64_t)json_integer_value(json_object_get(count->by, shown));
}

static int order(const void *a, const void *b)
{
	const struct counted_name *one = a, *other = b;

	if (one->count != other->count)
		return one->count > other->count ? -1 : 1;
	return strcmp(one->name, other->name);
}

json_t *report_count_json(const struct report_count *count)
{
	size_t names = json_object_size(count->by), used = 0;
	struct counted_name *all = calloc(names + 1, sizeof *all);
	json_t *list = json_array(), *value;
	uint64_t listed = 0;
	bool good = all && list;
	const char *name;

	if (good) {
		json_object_foreach(count->by, name, value)
			all[used++] = (struct counted_name){ name, json_integer_value(value) };
		qsort(all, used, sizeof *all, order);
	}
	for (size_t i = 0; good && i < used && i < COUNT_LISTED; i++) {
		listed += (uint64_t)all[i].count;
		good = json_array_append_new(list, json_pack("{s:s, s:I}", "name", all[i].name, "count", all[i].count)) == 0;
	}
	free(all);
	if (good)
		return json_pack("{s:I, s:I, s:o, s:I}", "all", (json_int_t)count->all, "names", (json_int_t)names, "list", list,
			"others", (json_int_t)(count->all - listed));
	json_decref(list);
	return NULL;
}
