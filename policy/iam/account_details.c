/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/account_details.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct account_kind_info account_kinds[ACCOUNT_KINDS] = {
	[ACCOUNT_USER] = { "UserDetailList", "UserName", "UserPolicyList", "user" },
	[ACCOUNT_GROUP] = { "GroupDetailList", "GroupName", "GroupPolicyList", "group" },
	[ACCOUNT_ROLE] = { "RoleDetailList", "RoleName", "RolePolicyList", "role" },
	[ACCOUNT_POLICY] = { "Policies", "PolicyName", NULL, "managed policy" },
};

static bool is_page(const json_t *value)
{
	/* A list of policies alone is not one: other commands print that, too. */
	for (enum account_kind kind = ACCOUNT_USER; kind <= ACCOUNT_ROLE; kind++)
		if (json_is_array(json_object_get(value, account_kinds[kind].list)))
			return true;
	return false;
}

bool account_details_is(const json_t *root)
{
	return is_page(json_is_array(root) ? json_array_get(root, 0) : root);
}

size_t account_value_length(struct text text)
{
	size_t depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < text.length; i++) {
		char byte = text.at[i];
		if (quoted) {
			i += byte == '\\';
			quoted = byte != '"';
		} else if (byte == '"') {
			quoted = true;
		} else if (byte == '{' || byte == '[') {
			depth++;
		} else if (byte == '}' || byte == ']') {
			if (depth < 2)
				return i + 1;
			depth--;
		} else if (!depth && !strchr(" \t\r\n", byte)) {
			break;
		}
	}
	return text.length;
}

static bool is_blank(struct text text)
{
	for (size_t i = 0; i < text.length; i++)
		if (!strchr(" \t\r\n", text.at[i]))
			return false;
	return true;
}

/* Blanks that bring what follows to its line and column, and then the value; NULL: memory is short. */
static char *padded(struct text before, struct text value, size_t *length)
{
	size_t lines = 0, columns = 0;

	for (size_t i = 0; i < before.length; i += text_character(before, i)) {
		bool line = before.at[i] == '\n';
		lines += line;
		columns = line ? 0 : columns + 1;
	}
	*length = lines + columns + value.length;
	char *out = malloc(*length + 1);
	if (out) {
		memset(out, '\n', lines);
		memset(out + lines, ' ', columns);
		memcpy(out + lines + columns, value.at, value.length);
	}
	return out;
}

/* Room for one more page. */
static struct account_page *page_add(struct account_pages *pages, struct faults *faults)
{
	struct account_page *grown = realloc(pages->at, (pages->count + 1) * sizeof *grown);

	if (!grown) {
		fault_memory(faults);
		return NULL;
	}
	pages->at = grown;
	return &grown[pages->count++];
}

static struct json_memory *memory_add(struct account_pages *pages, char *text, struct faults *faults)
{
	struct json_memory *memories = realloc(pages->memories, (pages->memory_count + 1) * sizeof *memories);
	if (memories)
		pages->memories = memories;
	char **texts = realloc(pages->texts, (pages->memory_count + 1) * sizeof *texts);
	if (texts)
		pages->texts = texts;
	if (!memories || !texts) {
		free(text);
		fault_memory(faults);
		return NULL;
	}
	pages->texts[pages->memory_count] = text;
	pages->memories[pages->memory_count] = (struct json_memory){ 0 };
	return &pages->memories[pages->memory_count++];
}

/* The pages of one JSON value. */
static void value_take(struct account_pages *pages, const struct json_source *source, const json_t *root, struct faults *faults)
{
	bool list = json_is_array(root);

	for (size_t i = 0; i < (list ? json_array_size(root) : 1); i++) {
		struct json_path step = { .index = i };
		const json_t *value = list ? json_array_get(root, i) : root;
		if (!is_page(value)) {
			json_fault(source, list ? &step : NULL, faults,
				"has no UserDetailList, GroupDetailList or RoleDetailList; write here what "
				"aws iam get-account-authorization-details --output json prints");
			continue;
		}
		struct account_page *page = page_add(pages, faults);
		if (!page)
			return;
		*page = (struct account_page){ .source = *source, .step = step, .root = value };
		/* Pages move until all are read: NULL or not is what counts till then. */
		page->path = list ? &page->step : NULL;
	}
}

bool account_pages_read(const char *file, struct text text, struct account_pages *out, struct faults *faults)
{
	size_t before = faults->count, at = 0;

	*out = (struct account_pages){ 0 };
	do {
		struct text value = text_first(text_from(text, at), account_value_length(text_from(text, at)));
		struct json_source source = { .file = file, .text = value };
		char *copy = NULL;
		if (at && !(copy = padded(text_first(text, at), value, &source.text.length)))
			fault_memory(faults);
		if (copy)
			source.text.at = copy;
		struct json_memory *memory = faults->count == before ? memory_add(out, copy, faults) : NULL;
		const json_t *root = memory ? json_source_read_into(&source, memory, faults) : NULL;
		if (root)
			value_take(out, &source, root, faults);
		at += value.length;
	} while (faults->count == before && !is_blank(text_from(text, at)));
	for (size_t i = 0; i < out->count; i++)
		if (out->at[i].path)
			out->at[i].path = &out->at[i].step;
	return faults->count == before;
}

void account_pages_free(struct account_pages *pages)
{
	for (size_t i = 0; i < pages->memory_count; i++) {
		json_memory_free(&pages->memories[i]);
		free(pages->texts[i]);
	}
	free(pages->at);
	free(pages->memories);
	free(pages->texts);
	*pages = (struct account_pages){ 0 };
}

const json_t *account_list(const struct account_page *page, enum account_kind kind, struct faults *faults)
{
	const json_t *list = json_object_get(page->root, account_kinds[kind].list);
	struct json_path path = { .parent = page->path, .member = account_kinds[kind].list };
	char shown[JSON_SHOW_SIZE];

	if (!list || json_is_array(list))
		return list;
	json_fault(&page->source, &path, faults,
		"%s is not a list; write here what aws iam get-account-authorization-details prints", json_show(list, shown));
	return NULL;
}

const json_t *account_default_version(const json_t *policy, size_t *index)
{
	const json_t *list = json_object_get(policy, "PolicyVersionList"), *version;
	size_t i;

	json_array_foreach(list, i, version) {
		*index = i;
		if (json_is_true(json_object_get(version, "IsDefaultVersion")))
			return version;
	}
	return NULL;
}

struct text account_policy_name(enum account_kind kind, const json_t *owner, const json_t *policy, char out[ACCOUNT_NAME_SIZE])
{
	const char *name = json_string_value(json_object_get(policy, "PolicyName"));
	const char *of = json_string_value(json_object_get(owner, account_kinds[kind].name));

	snprintf(out, ACCOUNT_NAME_SIZE, "%s of %s %s", name ? name : "", account_kinds[kind].noun, of ? of : "");
	return text_of(out);
}

static void hand_over_own(const struct policy_reader *reader, enum account_kind kind, const struct json_path *path,
	const json_t *owner)
{
	const struct json_path list = { .parent = path, .member = account_kinds[kind].own };
	const json_t *policies = json_object_get(owner, account_kinds[kind].own), *policy;
	char name[ACCOUNT_NAME_SIZE];
	size_t i;

	json_array_foreach(policies, i, policy) {
		const struct json_path step = { .parent = &list, .index = i };
		const struct json_path document = { .parent = &step, .member = "PolicyDocument" };
		policy_reader_document(reader, &document, document.member, account_policy_name(kind, owner, policy, name),
			json_object_get(policy, "PolicyDocument"));
	}
}

static void hand_over_default(const struct policy_reader *reader, const struct json_path *path, const json_t *policy)
{
	const char *name = json_string_value(json_object_get(policy, "PolicyName"));
	size_t index;
	const json_t *version = account_default_version(policy, &index);

	if (!version)
		return;
	const struct json_path list = { .parent = path, .member = "PolicyVersionList" };
	const struct json_path step = { .parent = &list, .index = index };
	const struct json_path document = { .parent = &step, .member = "Document" };
	policy_reader_document(reader, &document, document.member, text_of(name), json_object_get(version, "Document"));
}

void account_entry_hand_over(const struct policy_reader *reader, enum account_kind kind, const struct json_path *path,
	const json_t *entry)
{
	if (account_kinds[kind].own)
		hand_over_own(reader, kind, path, entry);
	else
		hand_over_default(reader, path, entry);
}

/* One of a list; what is looked for in it is looked for from there. */
static void list_entry_hand_over(const struct policy_reader *reader, enum account_kind kind, const struct json_path *path,
	const struct json_anchor *anchor, const json_t *entry)
{
	struct json_anchor own = { path, anchor->at, anchor->place };
	struct json_source source = *reader->source;
	struct policy_reader of_entry = *reader;

	if (anchor->place.line)
		source.anchor = &own;
	of_entry.source = &source;
	account_entry_hand_over(&of_entry, kind, path, entry);
}

static void list_hand_over(const struct policy_reader *reader, const struct account_page *page, enum account_kind kind)
{
	const struct json_path list = { .parent = page->path, .member = account_kinds[kind].list };
	const json_t *entries = account_list(page, kind, reader->faults);
	size_t count = json_array_size(entries);
	struct json_anchor *anchors = calloc(count + 1, sizeof *anchors);

	if (!anchors) {
		fault_memory(reader->faults);
		return;
	}
	json_source_anchors(reader->source, &list, count, anchors);
	for (size_t i = 0; i < count; i++) {
		const struct json_path path = { .parent = &list, .index = i };
		list_entry_hand_over(reader, kind, &path, &anchors[i], json_array_get(entries, i));
	}
	free(anchors);
}

void account_details_hand_over(const struct policy_reader *reader, const struct account_page *page)
{
	for (enum account_kind kind = 0; kind < ACCOUNT_KINDS; kind++)
		list_hand_over(reader, page, kind);
}
