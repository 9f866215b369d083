/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/foreign_value.h"

/* Policies are not deeper; this keeps the recursion short. */
#define DEPTH_MOST 16

/* What a string has, and what must stand behind that in it (NULL: nothing). */
static const struct foreign_mark {
	const char *begin, *end, *words;
} marks[] = {
	{ "[email", "protected]", "is what a web page shows in place of an address; write the address" },
	{ "[email", "protected&#93;", "is what a web page shows in place of an address; write the address" },
	{ "{{", "}}", "has a place of a template that was not filled in; render the template" },
	{ "<%", "%>", "has a place of a template that was not filled in; render the template" },
	{ "&#64;", NULL, "is HTML; &#64; is @ in it: write that" },
	{ "&#x40;", NULL, "is HTML; &#x40; is @ in it: write that" },
	{ "&commat;", NULL, "is HTML; &commat; is @ in it: write that" },
	{ "&quot;", NULL, "is HTML; &quot; is a double quote in it: write \\\"" },
};

/* Files are long, and what these words begin with is rare: memmem takes many times as long as memchr. */
static const char *find(struct text t, const char *word)
{
	size_t length = strlen(word);

	for (size_t at = text_find(t, *word, 0); at < t.length && t.length - at >= length; at = text_find(t, *word, at + 1))
		if (!memcmp(t.at + at, word, length))
			return t.at + at;
	return NULL;
}

bool foreign_value_suspect(struct text file)
{
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (find(file, marks[i].begin))
			return true;
	return find(file, "Fn::") || find(file, "Ref");
}

static void string_tell(const struct json_source *source, const struct json_path *path, struct text t, struct faults *faults)
{
	char shown[100];

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		const char *begin = find(t, marks[i].begin);
		if (!begin || (marks[i].end && !find(text_from(t, (size_t)(begin - t.at)), marks[i].end)))
			continue;
		json_fault(source, path, faults, "\"%s\" %s", text_escape(t, shown, sizeof shown), marks[i].words);
		return;
	}
}

/* {"Ref": ...}, {"Fn::Sub": ...} and the like. (AWS CloudFormation User Guide, "Intrinsic function reference".) */
static bool is_function(const json_t *value)
{
	const char *name;
	json_t *argument;

	json_object_foreach((json_t *)value, name, argument)
		if (json_object_size(value) == 1 && (!strcmp(name, "Ref") || !strncmp(name, "Fn::", 4)))
			return true;
	return false;
}

static void walk(const struct json_source *source, const struct json_path *path, const json_t *value, unsigned depth,
	struct faults *faults)
{
	struct json_path step = { .parent = path };
	const char *name;
	json_t *inner;
	char shown[JSON_SHOW_SIZE];

	if (json_is_string(value)) {
		string_tell(source, path, (struct text){ json_string_value(value), json_string_length(value) }, faults);
		return;
	}
	if (is_function(value)) {
		json_fault(source, path, faults,
			"%s is a function of CloudFormation, and no value; deploy the template, and read the policy back",
			json_show(value, shown));
		return;
	}
	if (depth == DEPTH_MOST)
		return;
	for (; step.index < json_array_size(value); step.index++)
		walk(source, &step, json_array_get(value, step.index), depth + 1, faults);
	json_object_foreach((json_t *)value, name, inner) {
		step.member = name;
		walk(source, &step, inner, depth + 1, faults);
	}
}

void foreign_value_tell(const struct json_source *source, const struct json_path *path, const json_t *document,
	struct faults *faults)
{
	walk(source, path, document, 0, faults);
}
