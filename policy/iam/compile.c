/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/compile.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>

const json_t *compile_element(const json_t *value, size_t i, const struct json_path **path, struct json_path *step)
{
	if (!json_is_array(value))
		return value;
	*step = (struct json_path){ .parent = *path, .index = i };
	*path = step;
	return json_array_get(value, i);
}

size_t compile_count(const json_t *value)
{
	return json_is_array(value) ? json_array_size(value) : 1;
}

struct text compile_text(struct compile *c, const struct json_path *path, const json_t *value)
{
	char buffer[64], shown[JSON_SHOW_SIZE];
	int digits = 14;
	struct text t = { 0 };

	switch (json_typeof(value)) {
	case JSON_STRING:
		t = (struct text){ json_string_value(value), json_string_length(value) };
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		t = json_is_true(value) ? TEXT("true") : TEXT("false");
		break;
	case JSON_INTEGER:
		snprintf(buffer, sizeof buffer, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		t = text_of(buffer);
		break;
	case JSON_REAL:
		/* The shortest text that reads back as the same number: what the author wrote, up to 17 digits. */
		do
			snprintf(buffer, sizeof buffer, "%.*g", ++digits, json_real_value(value));
		while (digits < DBL_DECIMAL_DIG && strtod(buffer, NULL) != json_real_value(value));
		t = text_of(buffer);
		break;
	default:
		compile_fault(c, path, "%s is not a text; write a string, or a list of strings", json_show(value, shown));
		return t;
	}
	t = arena_text(c->arena, t);
	if (!t.at)
		fault_memory(c->faults);
	return t;
}

bool compile_strings(struct compile *c, const struct json_path *path, const json_t *value, const char *empty, const char *wanted,
	bool (*take)(struct compile *c, const struct json_path *path, struct text t, void *out), void *out)
{
	size_t count = compile_count(value);
	bool good = count > 0;

	if (!count)
		compile_fault(c, path, "%s", empty);
	for (size_t i = 0; i < count; i++) {
		struct json_path step;
		const struct json_path *at = path;
		const json_t *element = compile_element(value, i, &at, &step);
		char shown[JSON_SHOW_SIZE];
		if (!json_is_string(element)) {
			compile_fault(c, at, "%s is not %s; write a string", json_show(element, shown), wanted);
			good = false;
			continue;
		}
		struct text t = compile_text(c, at, element);
		good &= t.at && take(c, at, t, out);
	}
	return good;
}
