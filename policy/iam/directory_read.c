/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/directory_read.h"

#include "iam/arn.h"
#include "iam/document.h"
#include "iam/principal.h"

#include <string.h>

#define REFETCH "fetch all of it, without --filter: aws iam get-account-authorization-details --output json"

struct directory_reader {
	struct directory_records records;
	struct policy_set *set;
	struct arena *arena;
	struct faults *faults;
	/* Of the entity at hand: those whose policies it has, each once. */
	struct directory_record **parts;
	size_t part_count, part_room;
	struct directory *directory;
};

static void part_add(struct directory_reader *reader, struct directory_record *part)
{
	for (size_t i = 0; i < reader->part_count; i++)
		if (reader->parts[i] == part)
			return;
	if (reader->part_count == reader->part_room) {
		size_t room = reader->part_room ? 2 * reader->part_room : 16;
		struct directory_record **grown = arena_array(&reader->records.arena, room, sizeof *grown);
		if (!grown) {
			fault_memory(reader->faults);
			return;
		}
		if (reader->part_count)
			memcpy(grown, reader->parts, reader->part_count * sizeof *grown);
		reader->parts = grown;
		reader->part_room = room;
	}
	reader->parts[reader->part_count++] = part;
}

/* The group or managed policy that a text at `path` names; NULL: told. */
static struct directory_record *named(const struct directory_reader *reader, const struct directory_record *by,
	const struct json_path *path, enum account_kind kind, const json_t *value)
{
	struct text key = { json_string_value(value), json_string_length(value) };
	struct directory_record *found = key.length ? directory_record_find(&reader->records, kind, key) : NULL;
	char shown[JSON_SHOW_SIZE];

	if (!found)
		json_fault(&by->source, path, reader->faults, "%s is a %s that is not in the file; " REFETCH,
			value ? json_show(value, shown) : "what has no ARN", account_kinds[kind].noun);
	return found;
}

/* The policies that an entry has by itself: those written into it, and the managed ones attached to it. */
static void parts_of(struct directory_reader *reader, struct directory_record *record)
{
	const struct json_path list = { .parent = &record->path, .member = "AttachedManagedPolicies" };
	const json_t *attached = json_object_get(record->json, "AttachedManagedPolicies"), *policy;
	size_t i;

	if (json_array_size(json_object_get(record->json, account_kinds[record->kind].own)))
		part_add(reader, record);
	json_array_foreach(attached, i, policy) {
		const struct json_path step = { .parent = &list, .index = i };
		const struct json_path path = { .parent = &step, .member = "PolicyArn" };
		struct directory_record *found = named(reader, record, &path, ACCOUNT_POLICY, json_object_get(policy, "PolicyArn"));
		if (found)
			part_add(reader, found);
	}
}

/* All that a user or role may use: into `parts`. */
static void parts_find(struct directory_reader *reader, struct directory_record *record)
{
	const struct json_path list = { .parent = &record->path, .member = "GroupList" };
	const json_t *groups = json_object_get(record->json, "GroupList"), *group;
	size_t i;

	reader->part_count = 0;
	parts_of(reader, record);
	json_array_foreach(groups, i, group) {
		const struct json_path step = { .parent = &list, .index = i };
		struct directory_record *found = named(reader, record, &step, ACCOUNT_GROUP, group);
		if (found)
			parts_of(reader, found);
	}
}

/* What limits it; NULL: nothing does, or it was told. */
static struct directory_record *boundary_find(const struct directory_reader *reader, const struct directory_record *record)
{
	const struct json_path outer = { .parent = &record->path, .member = "PermissionsBoundary" };
	const struct json_path path = { .parent = &outer, .member = "PermissionsBoundaryArn" };
	const json_t *boundary = json_object_get(record->json, "PermissionsBoundary");

	if (!boundary || json_is_null(boundary))
		return NULL;
	return named(reader, record, &path, ACCOUNT_POLICY, json_object_get(boundary, "PermissionsBoundaryArn"));
}

/* Where documents are compiled to. */
struct directory_filling {
	const struct directory_reader *reader;
	unsigned group;
};

static void take(const struct policy_document *document, void *context)
{
	const struct directory_filling *filling = context;

	policy_set_add_document(filling->reader->set, filling->group, document->source, document->path, document->name,
		document->json, filling->reader->faults);
}

/* Why it is not certain which version of a managed policy counts; NULL: it is. */
static const char *version_flaw(const json_t *policy)
{
	const json_t *versions = json_object_get(policy, "PolicyVersionList"), *version;
	const char *named = json_string_value(json_object_get(policy, "DefaultVersionId")), *found = NULL;
	size_t i, count = 0;

	json_array_foreach(versions, i, version) {
		if (!json_is_true(json_object_get(version, "IsDefaultVersion")))
			continue;
		found = json_string_value(json_object_get(version, "VersionId"));
		count++;
	}
	if (!count)
		return "no version of this policy is the default one (IsDefaultVersion), so none would count";
	if (count > 1)
		return "several versions of this policy are the default one (IsDefaultVersion), and IAM has only one";
	if (named && found && strcmp(named, found))
		return "one version of this policy is the default one (IsDefaultVersion), and DefaultVersionId names another";
	return NULL;
}

/* The group of an entry's policies, which are compiled once, for all that have them. */
static unsigned part_compile(const struct directory_reader *reader, struct directory_record *part, enum policy_layer layer)
{
	struct directory_filling filling = { .reader = reader };
	const struct policy_reader documents = { .source = &part->source,
		.faults = reader->faults,
		.take = take,
		.context = &filling };
	const char *flaw = part->kind == ACCOUNT_POLICY ? version_flaw(part->json) : NULL;

	if (part->compiled)
		return part->group;
	part->compiled = true;
	part->group = filling.group = policy_set_group(reader->set, layer);
	if (part->group == POLICY_GROUP_RESOURCE) {
		fault_memory(reader->faults);
		return part->group;
	}
	if (!reader->directory->first_group)
		reader->directory->first_group = part->group;
	reader->directory->end_group = part->group + 1;
	if (flaw)
		json_fault(&part->source, &part->path, reader->faults, "%s; " REFETCH, flaw);
	account_entry_hand_over(&documents, part->kind, &part->path, part->json);
	return part->group;
}

static void policies_compile(struct directory_reader *reader, struct directory_entity *entity)
{
	unsigned *own = arena_array(reader->arena, reader->part_count, sizeof *own);

	if (!own) {
		fault_memory(reader->faults);
		return;
	}
	for (size_t i = 0; i < reader->part_count; i++)
		own[i] = part_compile(reader, reader->parts[i], LAYER_IDENTITY);
	entity->policies.own = own;
	entity->policies.own_count = reader->part_count;
}

static void value_add(struct directory_reader *reader, struct directory_entity *entity, struct text key, const json_t *text)
{
	struct directory_value value = {
		.key = key,
		.text = arena_text(reader->arena, (struct text){ json_string_value(text), json_string_length(text) }),
		.slot = -1,
	};

	if (!value.key.at || !value.text.at)
		fault_memory(reader->faults);
	else
		entity->values[entity->value_count++] = value;
}

/* Its id, of users alone since that of a session is longer, and its tags. An empty value is one, too. */
static void values_read(struct directory_reader *reader, const struct directory_record *record, struct directory_entity *entity)
{
	const json_t *tags = json_object_get(record->json, "Tags"), *id = json_object_get(record->json, "UserId"), *tag;
	size_t i;

	entity->values = arena_array(reader->arena, json_array_size(tags) + 1, sizeof *entity->values);
	if (!entity->values) {
		fault_memory(reader->faults);
		return;
	}
	if (!entity->is_role && json_is_string(id))
		value_add(reader, entity, TEXT("aws:userid"), id);
	json_array_foreach(tags, i, tag) {
		const json_t *key = json_object_get(tag, "Key"), *value = json_object_get(tag, "Value");
		if (json_is_string(key) && json_is_string(value))
			value_add(reader, entity,
				text_of(arena_printf(reader->arena, "aws:PrincipalTag/%s", json_string_value(key))), value);
	}
}

static void entity_read(struct directory_reader *reader, struct directory_record *record, struct directory_entity *entity)
{
	*entity = (struct directory_entity){
		.name = arena_text(reader->arena, record->name),
		.arn = arena_text(reader->arena, record->arn),
		.is_role = record->kind == ACCOUNT_ROLE,
	};
	if (!entity->name.at || !entity->arn.at) {
		fault_memory(reader->faults);
		return;
	}
	/* The ARN was checked; one that no caller could have is of nobody. */
	if (!caller_parse(entity->arn, &entity->caller))
		entity->caller = (struct caller){ 0 };
	entity->caller.entity = entity;
	values_read(reader, record, entity);
}

/* Users, or roles; their policies are not read yet. */
static struct directory_entity *entities_read(struct directory_reader *reader, enum account_kind kind, size_t *count)
{
	struct directory_entity *list = arena_array(reader->arena, reader->records.count[kind], sizeof *list);

	*count = list ? reader->records.count[kind] : 0;
	if (!list)
		fault_memory(reader->faults);
	for (size_t i = 0; i < *count; i++) {
		entity_read(reader, reader->records.sorted[kind][i], &list[i]);
		if (i && directory_name_compare(list[i - 1].name, list[i].name) == 0)
			list[i - 1].twin = list[i].twin = true;
	}
	return list;
}

static void entities_compile(struct directory_reader *reader, enum account_kind kind, struct directory_entity *list,
	bool (*wants)(const struct directory_entity *entity, const void *with), const void *with)
{
	for (size_t i = 0; list && i < reader->records.count[kind]; i++) {
		parts_find(reader, reader->records.sorted[kind][i]);
		if (wants(&list[i], with))
			policies_compile(reader, &list[i]);
	}
}

/* Behind those of all: a policy that is both is called what it is to most. */
static void boundaries_compile(struct directory_reader *reader, enum account_kind kind, struct directory_entity *list,
	bool (*wants)(const struct directory_entity *entity, const void *with), const void *with)
{
	for (size_t i = 0; list && i < reader->records.count[kind]; i++) {
		struct directory_record *boundary = boundary_find(reader, reader->records.sorted[kind][i]);
		if (boundary && wants(&list[i], with))
			list[i].policies.boundary = part_compile(reader, boundary, LAYER_BOUNDARY);
	}
}

struct directory *directory_read(const struct directory_file *files, size_t count, struct policy_set *set, struct arena *arena,
	bool (*wants)(const struct directory_entity *entity, const void *with), const void *with, struct faults *faults)
{
	struct directory *directory = arena_array(arena, 1, sizeof *directory);
	struct directory_reader reader = { .set = set, .arena = arena, .faults = faults, .directory = directory };
	size_t before = faults->count;

	if (!directory) {
		fault_memory(faults);
		return NULL;
	}
	if (directory_records_read(files, count, &reader.records, faults)) {
		directory->account = arena_text(arena, reader.records.account);
		directory->users = entities_read(&reader, ACCOUNT_USER, &directory->user_count);
		directory->roles = entities_read(&reader, ACCOUNT_ROLE, &directory->role_count);
		entities_compile(&reader, ACCOUNT_USER, directory->users, wants, with);
		entities_compile(&reader, ACCOUNT_ROLE, directory->roles, wants, with);
		boundaries_compile(&reader, ACCOUNT_USER, directory->users, wants, with);
		boundaries_compile(&reader, ACCOUNT_ROLE, directory->roles, wants, with);
		if (!directory->account.at)
			fault_memory(faults);
	}
	directory_records_free(&reader.records);
	return faults->count == before ? directory : NULL;
}
