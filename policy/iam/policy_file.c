/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/policy_file.h"

#include "iam/account_details.h"
#include "iam/document.h"
#include "iam/policy_reader.h"
#include "iam/policy_shape.h"

#include <string.h>

static void map_add(const struct policy_reader *reader, const json_t *policies)
{
	struct json_path path = { .member = "Policies" };
	const char *name;
	json_t *value;
	char shown[JSON_SHOW_SIZE];

	if (!json_is_object(policies)) {
		json_fault(reader->source, &path, reader->faults,
			"%s is not a map of policies; {\"NAME\": \"POLICY\"} would be right", json_show(policies, shown));
		return;
	}
	json_object_foreach((json_t *)policies, name, value) {
		struct json_path step = { .parent = &path, .member = name };
		policy_reader_document(reader, &step, path.member, text_of(name), value);
	}
}

/* The one of `members` that `object` has, or NULL. More than one is a fault, told at the second: which would count? */
static const char *member_find(const struct policy_reader *reader, const struct json_path *path, const json_t *object,
	const char *const *members, size_t count)
{
	const char *found = NULL;

	for (size_t i = 0; i < count; i++) {
		struct json_path step = { .parent = path, .member = members[i], .at_key = true };
		if (!json_object_get(object, members[i]))
			continue;
		if (found)
			json_fault(reader->source, &step, reader->faults, "stands beside %s; keep one of them, or make two files",
				found);
		else
			found = members[i];
	}
	return found;
}

void policy_file_read_root(const struct policy_reader *reader, struct text name, const json_t *root)
{
	static const char *const members[] = { "PolicyDocument", "Document", "Policy", "PolicyVersion", "Policies" };
	const size_t count = sizeof members / sizeof *members, documents = 3;
	struct json_path version = { .member = "PolicyVersion" }, path = { 0 };
	const json_t *outer = root;

	if (policy_shape_read(reader, name, root))
		return;
	if (!json_object_get(root, "Statement"))
		path.member = member_find(reader, NULL, root, members, count);
	if (path.member && !strcmp(path.member, "PolicyVersion")) {
		outer = json_object_get(root, "PolicyVersion");
		path.parent = &version;
		path.member = member_find(reader, &version, outer, members, documents);
	}
	const char *own = json_string_value(json_object_get(outer, "PolicyName"));
	if (!path.member)
		policy_reader_hand_over(reader, NULL, NULL, name, root);
	else if (!strcmp(path.member, "Policies"))
		map_add(reader, json_object_get(root, "Policies"));
	else
		policy_reader_document(reader, &path, path.member, own ? text_of(own) : name, json_object_get(outer, path.member));
}

/* The values of a text that has several: pages of an account's details. */
static void pages_read(const struct policy_reader *reader, struct text json)
{
	struct account_pages pages;

	if (account_pages_read(reader->source->file, json, &pages, reader->faults))
		for (size_t i = 0; i < pages.count; i++) {
			struct policy_reader of_page = *reader;
			of_page.source = &pages.at[i].source;
			account_details_hand_over(&of_page, &pages.at[i]);
		}
	account_pages_free(&pages);
}

/* Does the text go on behind a first value that is a page? */
static bool is_pages(struct text json)
{
	struct text first = text_first(json, account_value_length(json));
	bool memory_short, pages = false;
	size_t at = first.length;

	while (at < json.length && strchr(" \t\r\n", json.at[at]))
		at++;
	if (at == json.length)
		return false;
	json_t *value = json_memory_loadb(first.at, first.length, 0, NULL, &memory_short);
	pages = account_details_is(value);
	json_decref(value);
	return pages;
}

static void text_read(struct policy_reader *reader, const char *file, struct text name, struct text json)
{
	struct json_source source = { .file = file, .text = json };
	struct json_memory memory = { 0 };

	reader->source = &source;
	if (reader->takes_accounts && is_pages(json)) {
		pages_read(reader, json);
		return;
	}
	const json_t *root = json_source_read_into(&source, &memory, reader->faults);
	if (root)
		policy_file_read_root(reader, name, root);
	json_memory_free(&memory);
}

void policy_file_read(const char *file, struct text name, struct text json, struct faults *faults, policy_take *take, void *context)
{
	struct policy_reader reader = { .faults = faults, .take = take, .context = context, .takes_accounts = true };

	text_read(&reader, file, name, json);
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
	struct policy_reader reader = { .faults = faults, .take = add, .context = &adding };

	text_read(&reader, file, name, json);
}
