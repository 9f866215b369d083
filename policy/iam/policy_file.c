/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/policy_file.h"

#include "iam/document.h"
#include "iam/policy_set_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A file on its way to whoever takes its documents. */
struct loading {
	const struct json_source *source;
	struct faults *faults;
	void (*take)(const struct policy_document *document, void *context);
	void *context;
};

static void hand_over(const struct loading *l, const struct json_source *source, const struct json_path *path, const char *member,
	struct text name, const json_t *json)
{
	struct policy_document document = { .source = source, .path = path, .member = member, .name = name, .json = json };
	l->take(&document, l->context);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = text_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* %7B... to {... in `out`, which has room for all of t. False: it is not URL-encoding. */
static bool url_decode(struct text t, char *out, size_t *length)
{
	size_t used = 0;

	for (size_t i = 0; i < t.length; i++) {
		char byte = t.at[i];
		if (byte == '%') {
			int high = i + 2 < t.length ? hex_digit(t.at[i + 1]) : -1;
			int low = i + 2 < t.length ? hex_digit(t.at[i + 2]) : -1;
			if (high < 0 || low < 0)
				return false;
			byte = (char)(high * 16 + low);
			i += 2;
		} else if (byte == '+') {
			/* A plus (RFC 3986) or a space (HTML forms)? IAM writes neither so. */
			return false;
		}
		out[used++] = byte;
	}
	*length = used;
	return true;
}

/* A document that stands in a member: an object, or its text. */
static void document_add(const struct loading *l, const struct json_path *path, const char *member, struct text name,
	const json_t *value)
{
	char shown[JSON_SHOW_SIZE], escaped[80];

	if (json_is_object(value)) {
		hand_over(l, l->source, path, member, name, value);
		return;
	}
	if (!json_is_string(value)) {
		json_fault(l->source, path, l->faults,
			"%s is not a policy; an object, or its JSON text in a string, would be right", json_show(value, shown));
		return;
	}
	struct text inner = { json_string_value(value), json_string_length(value) };
	char *decoded = NULL;
	if (text_starts_with_fold(inner, TEXT("%7B"))) {
		decoded = malloc(inner.length);
		if (!decoded) {
			fault_memory(l->faults);
			return;
		}
		if (!url_decode(inner, decoded, &inner.length)) {
			free(decoded);
			json_fault(l->source, path, l->faults,
				"bad URL-encoding; %%XX with two hexadecimal digits would be right, %%2B for a plus and %%20 for a space");
			return;
		}
		inner.at = decoded;
	}
	char file[512];
	snprintf(file, sizeof file, "%s[%s]", l->source->file, text_escape(name, escaped, sizeof escaped));
	struct json_source source = { .file = file, .text = inner };
	struct json_memory memory = { 0 };
	const json_t *document = json_source_read_into(&source, &memory, l->faults);
	if (document)
		hand_over(l, &source, NULL, member, name, document);
	json_memory_free(&memory);
	free(decoded);
}

static void map_add(const struct loading *l, const json_t *policies)
{
	struct json_path path = { .member = "Policies" };
	const char *name;
	json_t *value;
	char shown[JSON_SHOW_SIZE];

	if (!json_is_object(policies)) {
		json_fault(l->source, &path, l->faults, "%s is not a map of policies; {\"NAME\": \"POLICY\"} would be right",
			json_show(policies, shown));
		return;
	}
	json_object_foreach((json_t *)policies, name, value) {
		struct json_path step = { .parent = &path, .member = name };
		document_add(l, &step, path.member, text_of(name), value);
	}
}

/* The one of `members` that `object` has, or NULL. More than one is a fault, told at the second: which would count? */
static const char *member_find(const struct loading *l, const struct json_path *path, const json_t *object,
	const char *const *members, size_t count)
{
	const char *found = NULL;

	for (size_t i = 0; i < count; i++) {
		struct json_path step = { .parent = path, .member = members[i], .at_key = true };
		if (!json_object_get(object, members[i]))
			continue;
		if (found)
			json_fault(l->source, &step, l->faults, "stands beside %s; keep one of them, or make two files", found);
		else
			found = members[i];
	}
	return found;
}

/* Of whatever shape the file is. */
static void file_read(const struct loading *l, struct text name, const json_t *root)
{
	static const char *const members[] = { "PolicyDocument", "Document", "Policy", "PolicyVersion", "Policies" };
	const size_t count = sizeof members / sizeof *members, documents = 3;
	struct json_path version = { .member = "PolicyVersion" }, path = { 0 };
	const json_t *outer = root;
	if (!json_object_get(root, "Statement"))
		path.member = member_find(l, NULL, root, members, count);
	if (path.member && !strcmp(path.member, "PolicyVersion")) {
		outer = json_object_get(root, "PolicyVersion");
		path.parent = &version;
		path.member = member_find(l, &version, outer, members, documents);
	}
	const char *own = json_string_value(json_object_get(outer, "PolicyName"));
	if (!path.member)
		hand_over(l, l->source, NULL, NULL, name, root);
	else if (!strcmp(path.member, "Policies"))
		map_add(l, json_object_get(root, "Policies"));
	else
		document_add(l, &path, path.member, own ? text_of(own) : name, json_object_get(outer, path.member));
}

void policy_file_read(const char *file, struct text name, struct text json, struct faults *faults,
	void (*take)(const struct policy_document *document, void *context), void *context)
{
	struct json_source source = { .file = file, .text = json };
	struct loading l = { .source = &source, .faults = faults, .take = take, .context = context };
	struct json_memory memory = { 0 };
	const json_t *root = json_source_read_into(&source, &memory, faults);

	if (root)
		file_read(&l, name, root);
	json_memory_free(&memory);
}

/* What policy_set_add_text adds to. */
struct adding {
	struct policy_set *set;
	unsigned group;
	struct faults *faults;
};

static void add(const struct policy_document *document, void *context)
{
	const struct adding *adding = context;
	policy_set_add_document(adding->set, adding->group, document->source, document->path, document->name, document->json,
		adding->faults);
}

void policy_set_add_text(struct policy_set *set, unsigned group, const char *file, struct text name, struct text json,
	struct faults *faults)
{
	struct adding adding = { set, group, faults };
	policy_file_read(file, name, json, faults, add, &adding);
}
