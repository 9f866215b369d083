/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/account_member.h"

#include "ses/account_state.h"

#include <string.h>

bool account_switch(const struct json_source *source, const struct json_path *path, const json_t *object, const char *name,
	struct faults *faults)
{
	const json_t *value = json_object_get(object, name);
	const struct json_path here = { .parent = path, .member = name };

	if (!value)
		json_fault(source, path, faults, "%s is missing; " ACCOUNT_AGAIN, name);
	else if (!json_is_boolean(value))
		json_fault(source, &here, faults, "is neither true nor false; " ACCOUNT_AGAIN);
	return json_is_true(value);
}

struct text account_string(const struct json_source *source, const struct json_path *path, const json_t *object, const char *name,
	struct faults *faults)
{
	const json_t *value = json_object_get(object, name);
	const struct json_path here = { .parent = path, .member = name };

	if (json_is_string(value) && json_string_length(value))
		return (struct text){ json_string_value(value), json_string_length(value) };
	if (!value)
		json_fault(source, path, faults, "%s is missing; " ACCOUNT_AGAIN, name);
	else
		json_fault(source, &here, faults, "is no text, or an empty one; " ACCOUNT_AGAIN);
	return TEXT("");
}

const json_t *account_object(const struct json_source *source, const json_t *root, const char *name, struct faults *faults)
{
	const json_t *value = json_object_get(root, name);
	const struct json_path here = { .member = name };

	if (!value || json_is_object(value))
		return value;
	json_fault(source, &here, faults, "%s is no object; " ACCOUNT_AGAIN, name);
	return NULL;
}

unsigned account_reasons(const struct json_source *source, const json_t *options, struct faults *faults)
{
	const json_t *list = json_object_get(options, "SuppressedReasons"), *element;
	unsigned reasons = 0;
	size_t i;

	if (list && !json_is_array(list))
		json_fault(source, NULL, faults, "SuppressedReasons is no list; " ACCOUNT_AGAIN);
	json_array_foreach(list, i, element) {
		const char *word = json_string_value(element);
		if (word && strcmp(word, "BOUNCE") == 0)
			reasons |= 1u << SUPPRESSION_BOUNCE;
		else if (word && strcmp(word, "COMPLAINT") == 0)
			reasons |= 1u << SUPPRESSION_COMPLAINT;
		else
			json_fault(source, NULL, faults,
				"SuppressedReasons holds what is neither BOUNCE nor COMPLAINT; " ACCOUNT_AGAIN);
	}
	return reasons;
}

void account_name_check(const struct json_source *source, struct text name, const json_t *object, const char *member,
	struct faults *faults)
{
	const json_t *value = json_object_get(object, member);
	char shown[JSON_SHOW_SIZE], file[160];

	if (!value || text_equals((struct text){ json_string_value(value), json_string_length(value) }, name))
		return;
	json_fault(source, NULL, faults, "%s is %s, and the file is named after %s; " ACCOUNT_AGAIN, member,
		json_show(value, shown), text_escape(name, file, sizeof file));
}
