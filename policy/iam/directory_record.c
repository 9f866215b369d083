/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/directory_record.h"

#include "iam/arn.h"
#include "iam/directory.h"

#include <stdlib.h>
#include <string.h>

#define FETCH "aws iam get-account-authorization-details --output json"

/* What follows the fifth colon of an ARN of each kind. */
static const char *const prefixes[ACCOUNT_KINDS] = { "user/", "group/", "role/", "policy/" };

#define record_fault(record, below, faults, ...) json_fault(&(record)->source, (below), (faults), __VA_ARGS__)

/* A member that must be a text; an empty one: it was told. */
static struct text member_text(const struct directory_record *record, const char *member, struct faults *faults)
{
	const struct json_path path = { .parent = &record->path, .member = member };
	const json_t *value = json_object_get(record->json, member);
	char shown[JSON_SHOW_SIZE];

	if (json_string_length(value))
		return (struct text){ json_string_value(value), json_string_length(value) };
	if (value)
		record_fault(record, &path, faults, "%s is no text; write here what " FETCH " prints", json_show(value, shown));
	else
		record_fault(record, &record->path, faults, "has no %s; write here what " FETCH " prints", member);
	return TEXT("");
}

/* A list that is something else would hold nothing, and what it denies be lost. None at all is an empty one. */
static void list_check(const struct directory_record *record, const char *member, struct faults *faults)
{
	const struct json_path path = { .parent = &record->path, .member = member };
	const json_t *value = json_object_get(record->json, member);
	char shown[JSON_SHOW_SIZE];

	if (value && !json_is_null(value) && !json_is_array(value))
		record_fault(record, &path, faults, "%s is not a list; write here what " FETCH " prints", json_show(value, shown));
}

static void lists_check(const struct directory_record *record, struct faults *faults)
{
	static const char *const members[] = { "GroupList", "AttachedManagedPolicies", "PolicyVersionList", "Tags" };

	if (account_kinds[record->kind].own)
		list_check(record, account_kinds[record->kind].own, faults);
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		list_check(record, members[i], faults);
}

/* A member of what stands at `at` must be a text, and may be an empty one. */
static void text_check(const struct directory_record *record, const struct json_path *at, const json_t *json, const char *member,
	struct faults *faults)
{
	const struct json_path path = { .parent = at, .member = member };
	const json_t *value = json_object_get(json, member);
	char shown[JSON_SHOW_SIZE];

	if (!value)
		record_fault(record, at, faults, "has no %s; write here what " FETCH " prints", member);
	else if (!json_is_string(value))
		record_fault(record, &path, faults, "%s is no text; write here what " FETCH " prints", json_show(value, shown));
}

/* Its id and tags: policies would take one that is passed over for absent. */
static void values_check(const struct directory_record *record, struct faults *faults)
{
	const struct json_path list = { .parent = &record->path, .member = "Tags" };
	const json_t *tags = json_object_get(record->json, "Tags"), *tag;
	size_t i;

	if (json_object_get(record->json, "UserId"))
		text_check(record, &record->path, record->json, "UserId", faults);
	json_array_foreach(tags, i, tag) {
		const struct json_path step = { .parent = &list, .index = i };
		text_check(record, &step, tag, "Key", faults);
		text_check(record, &step, tag, "Value", faults);
	}
}

/* Does the ARN name this, with or without a path? */
static bool arn_fits(const struct directory_record *record, struct arn *arn)
{
	struct text prefix = text_of(prefixes[record->kind]);

	if (!arn_split(record->arn, arn) || !text_equals(arn->field[ARN_SERVICE], TEXT("iam")) ||
		!text_starts_with(arn->field[ARN_RESOURCE], prefix) || !text_ends_with(arn->field[ARN_RESOURCE], record->name))
		return false;
	size_t before = arn->field[ARN_RESOURCE].length - record->name.length;
	return before >= prefix.length && arn->field[ARN_RESOURCE].at[before - 1] == '/' &&
		text_find(record->name, '/', 0) == record->name.length;
}

static void record_check(struct directory_records *records, struct directory_record *record, struct faults *faults)
{
	const struct json_path at_arn = { .parent = &record->path, .member = "Arn" };
	char shown[96], account[32];
	struct arn arn;

	record->name = member_text(record, account_kinds[record->kind].name, faults);
	record->arn = member_text(record, "Arn", faults);
	lists_check(record, faults);
	values_check(record, faults);
	if (!record->name.length || !record->arn.length)
		return;
	if (!arn_fits(record, &arn)) {
		record_fault(record, &at_arn, faults, "\"%s\" is not the ARN of this %s; write here what " FETCH " prints",
			text_escape(record->arn, shown, sizeof shown), account_kinds[record->kind].noun);
		return;
	}
	/* Managed policies may be those of AWS. */
	if (record->kind == ACCOUNT_POLICY)
		return;
	if (!arn_is_account(arn.field[ARN_ACCOUNT]))
		record_fault(record, &at_arn, faults, "\"%s\" is of no account; write 12 digits",
			text_escape(record->arn, shown, sizeof shown));
	else if (!records->account.length)
		records->account = arn.field[ARN_ACCOUNT];
	else if (!text_equals(records->account, arn.field[ARN_ACCOUNT]))
		record_fault(record, &at_arn, faults,
			"\"%s\" is of another account than those before it, which are of %s; the file is about one account",
			text_escape(record->arn, shown, sizeof shown), text_escape(records->account, account, sizeof account));
}

/* The entries of one kind in a page, behind those that are there. */
static void page_collect(struct directory_records *records, const struct account_page *page, enum account_kind kind,
	struct json_anchor *anchors, struct faults *faults)
{
	const struct json_path list = { .parent = page->path, .member = account_kinds[kind].list };
	const json_t *entries = json_object_get(page->root, list.member);
	size_t count = json_array_size(entries);

	json_source_anchors(&page->source, &list, count, anchors);
	for (size_t i = 0; i < count; i++) {
		struct directory_record *record = &records->of[kind][records->count[kind]];
		*record = (struct directory_record){ .kind = kind, .source = page->source, .list = list, .anchor = anchors[i] };
		record->path = (struct json_path){ .parent = &record->list, .index = i };
		record->anchor.path = &record->path;
		if (record->anchor.place.line)
			record->source.anchor = &record->anchor;
		record->json = json_array_get(entries, i);
		records->sorted[kind][records->count[kind]++] = record;
		record_check(records, record, faults);
	}
}

/* All entries of one kind, page by page. False: memory is short. */
static bool kind_collect(struct directory_records *records, enum account_kind kind, struct faults *faults)
{
	size_t room = 0;

	for (size_t f = 0; f < records->file_count; f++)
		for (size_t p = 0; p < records->files[f].count; p++)
			room += json_array_size(account_list(&records->files[f].at[p], kind, faults));
	struct json_anchor *anchors = arena_array(&records->arena, room, sizeof *anchors);
	records->of[kind] = arena_array(&records->arena, room, sizeof *records->of[kind]);
	records->sorted[kind] = arena_array(&records->arena, room, sizeof *records->sorted[kind]);
	if (!anchors || !records->of[kind] || !records->sorted[kind])
		return false;
	for (size_t f = 0; f < records->file_count; f++)
		for (size_t p = 0; p < records->files[f].count; p++)
			page_collect(records, &records->files[f].at[p], kind, anchors, faults);
	return true;
}

/* What others call it. */
static struct text record_key(const struct directory_record *record)
{
	return record->kind == ACCOUNT_GROUP ? record->name : record->arn;
}

static int by_key(const void *a, const void *b)
{
	const struct directory_record *left = *(struct directory_record *const *)a, *right = *(struct directory_record *const *)b;
	bool named = left->kind == ACCOUNT_USER || left->kind == ACCOUNT_ROLE;
	int order = named ? directory_name_compare(left->name, right->name) : 0;

	return order ? order : text_compare(record_key(left), record_key(right));
}

static void records_sort(struct directory_records *records, enum account_kind kind, struct faults *faults)
{
	struct directory_record **sorted = records->sorted[kind];
	char shown[96];

	if (records->count[kind])
		qsort(sorted, records->count[kind], sizeof *sorted, by_key);
	for (size_t i = 1; i < records->count[kind]; i++)
		if (text_equals(record_key(sorted[i - 1]), record_key(sorted[i])))
			record_fault(sorted[i], &sorted[i]->path, faults,
				"the %s \"%s\" occurs twice; keep the pages of one answer alone", account_kinds[kind].noun,
				text_escape(sorted[i]->name, shown, sizeof shown));
}

/* The member of a page that says that the answer goes on (IAM API Reference, GetAccountAuthorizationDetails; NextToken is the command's own). */
static const char *more_member(const struct account_page *page)
{
	static const char *const members[] = { "IsTruncated", "NextToken", "Marker" };

	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		const json_t *value = json_object_get(page->root, members[i]);
		if (json_is_true(value) || json_is_string(value))
			return members[i];
	}
	return NULL;
}

/* One page is the last of the answer: whichever, since names of files need not be in the order of the pages. */
static void last_check(const struct directory_records *records, struct faults *faults)
{
	const struct account_page *page = NULL;
	struct json_path path = { 0 };

	for (size_t f = 0; f < records->file_count; f++)
		for (size_t p = 0; p < records->files[f].count; p++) {
			page = &records->files[f].at[p];
			path = (struct json_path){ .parent = page->path, .member = more_member(page) };
			if (!path.member)
				return;
		}
	if (page)
		json_fault(&page->source, &path, faults,
			"the answer of IAM continues after this page: users, groups and policies are missing; fetch all of it, without "
			"--max-items and --no-paginate: " FETCH);
}

bool directory_records_read(const struct directory_file *files, size_t count, struct directory_records *out, struct faults *faults)
{
	size_t before = faults->count;

	*out = (struct directory_records){ .files = calloc(count + 1, sizeof *out->files) };
	if (!out->files)
		fault_memory(faults);
	for (size_t i = 0; out->files && i < count; i++) {
		out->file_count++;
		account_pages_read(files[i].shown, files[i].text, &out->files[i], faults);
	}
	if (faults->count != before)
		return false;
	last_check(out, faults);
	for (enum account_kind kind = 0; kind < ACCOUNT_KINDS; kind++)
		if (!kind_collect(out, kind, faults))
			fault_memory(faults);
	if (faults->count != before)
		return false;
	for (enum account_kind kind = 0; kind < ACCOUNT_KINDS; kind++)
		records_sort(out, kind, faults);
	if (!out->count[ACCOUNT_USER] && !out->count[ACCOUNT_ROLE])
		fault_add(faults, "%s: holds neither a user nor a role; fetch them without --filter: " FETCH, files[0].shown);
	return faults->count == before;
}

void directory_records_free(struct directory_records *records)
{
	for (size_t i = 0; i < records->file_count; i++)
		account_pages_free(&records->files[i]);
	free(records->files);
	arena_free(&records->arena);
	*records = (struct directory_records){ 0 };
}

static int key_against(const void *key, const void *element)
{
	return text_compare(*(const struct text *)key, record_key(*(struct directory_record *const *)element));
}

struct directory_record *directory_record_find(const struct directory_records *records, enum account_kind kind, struct text key)
{
	struct directory_record **found = NULL;

	if (records->count[kind])
		found = bsearch(&key, records->sorted[kind], records->count[kind], sizeof *records->sorted[kind], key_against);
	return found ? *found : NULL;
}
