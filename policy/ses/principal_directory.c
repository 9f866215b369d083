/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/principal_directory.h"

#include "iam/arn.h"
#include "iam/directory_read.h"
#include "ses/load_path.h"

#define SHOWN_SIZE 160
#define USER_PREFIX TEXT("user/")

/* The account and what follows the fifth colon, of a rule's ARN. */
static struct text rule_field(const struct principal_rule *rule, enum arn_field field)
{
	struct arn arn;

	return arn_split(rule->arn, &arn) ? arn.field[field] : TEXT("");
}

/* Whose policies IAM is asked for, if it is of the account. */
static bool asks(const struct principal_rule *rule)
{
	return !rule->refuse && rule->group == POLICY_GROUP_RESOURCE && rule->caller.kind != PRINCIPAL_ROOT;
}

/* The last segment of an ARN. */
static size_t name_at(struct text arn)
{
	size_t at = arn.length;

	while (at && arn.at[at - 1] != '/')
		at--;
	return at;
}

/* May the rule come to be this entity? */
static bool rule_wants(const struct principal_rule *rule, const struct directory_entity *entity)
{
	struct text resource = rule_field(rule, ARN_RESOURCE);

	if (!asks(rule) || !text_equals(rule_field(rule, ARN_ACCOUNT), entity->caller.account))
		return false;
	if (rule->has_login)
		return text_starts_with(resource, USER_PREFIX) == !entity->is_role;
	if (entity->is_role && text_equals(rule->caller.role, entity->name))
		return true;
	return text_equals(rule->caller.text, entity->arn);
}

static bool wants(const struct directory_entity *entity, const void *with)
{
	const struct principal_map *map = with;

	for (size_t i = 0; i < map->count; i++)
		if (rule_wants(&map->rules[i], entity))
			return true;
	/* The last rule, for all whom no other fits, is not there yet. */
	return !entity->is_role && text_equals(entity->name, PRINCIPAL_FALLBACK_NAME);
}

void principal_directory_load(struct generation *generation, const char *path, struct faults *faults)
{
	struct loaded_files loaded;

	if (!load_paths(&path, 1, &loaded, faults))
		return;
	if (generation->guard_files)
		loaded_files_guard(&loaded, faults);
	struct directory_file *files = arena_array(&loaded.arena, loaded.count, sizeof *files);
	for (size_t i = 0; files && i < loaded.count; i++)
		files[i] = (struct directory_file){ loaded.files[i].shown, loaded.files[i].content };
	if (files)
		generation->principals.directory = directory_read(files, loaded.count, generation->set, &generation->arena, wants,
			&generation->principals, faults);
	else
		fault_memory(faults);
	loaded_files_free(&loaded);
}

static void tell_unknown(const struct principal_map *map, size_t index, struct faults *faults)
{
	const struct principal_rule *rule = &map->rules[index];
	const struct directory_entity *near = directory_user(map->directory, text_from(rule->arn, name_at(rule->arn)));
	char shown[SHOWN_SIZE], other[SHOWN_SIZE];

	text_escape(rule->arn, shown, sizeof shown);
	if (near)
		fault_note(faults,
			"principals[%zu].arn: \"%s\" is not in the file of \"iam\", which has \"%s\": clients that the entry fits are "
			"refused (principal-unknown); write the ARN as it is there",
			index, shown, text_escape(near->arn, other, sizeof other));
	else
		fault_note(faults,
			"principals[%zu].arn: \"%s\" is not in the file of \"iam\": clients that the entry fits are refused "
			"(principal-unknown); fetch the file again, or give the entry \"policies\"",
			index, shown);
}

static void rule_link(struct principal_map *map, size_t index, struct faults *faults)
{
	struct principal_rule *rule = &map->rules[index];

	if (rule->policies.boundary != POLICY_GROUP_RESOURCE) {
		fault_add(faults,
			"principals[%zu].boundary: the file of \"iam\" tells the boundary of a principal that names no policies; "
			"remove it, or name \"policies\", too",
			index);
		return;
	}
	rule->policies.allows_all = false;
	rule->looks_up = rule->has_login;
	if (rule->has_login)
		return;
	rule->caller.entity = directory_of(map->directory, &rule->caller);
	rule->unknown = !rule->caller.entity;
	if (rule->caller.entity) {
		struct caller_policies own = rule->caller.entity->policies;
		rule->policies.own = own.own;
		rule->policies.own_count = own.own_count;
		rule->policies.boundary = own.boundary;
	} else if (index + 1 < map->count) {
		tell_unknown(map, index, faults);
	}
	/* Of a session the role's ARN has its path. */
	if (rule->caller.entity && rule->caller.role.length)
		rule->facts.arn = rule->caller.entity->arn;
}

void principal_directory_link(struct generation *generation, struct faults *faults)
{
	struct principal_map *map = &generation->principals;
	struct directory *directory = map->directory;
	char account[SHOWN_SIZE];
	/* Nobody is the last one where an entry before it takes everybody. */
	size_t entries = map->count - 1;
	bool closed = entries && !map->rules[entries - 1].login.length && !map->rules[entries - 1].any_login &&
		!map->rules[entries - 1].has_network;
	bool used = false, strangers = false;

	if (!directory)
		return;
	if (!directory_seal(directory, generation->set, &generation->arena)) {
		fault_memory(faults);
		return;
	}
	for (size_t i = 0; i < map->count; i++) {
		bool counts = asks(&map->rules[i]) && (i < entries || !closed);
		bool of_account = text_equals(rule_field(&map->rules[i], ARN_ACCOUNT), directory->account);
		used = used || (counts && of_account);
		strangers = strangers || (counts && !of_account);
		if (asks(&map->rules[i]) && of_account)
			rule_link(map, i, faults);
	}
	/* Those who were meant to have their policies from it would be taken for such as nobody has told. */
	if (!used && strangers)
		fault_add(faults,
			"iam: the file is of account %s, and of that account no principal is; name the file of the principals' account, or remove it",
			text_escape(directory->account, account, sizeof account));
}

/* Are the two ARNs of one path? */
static bool same_path(struct text a, struct text b)
{
	return text_equals(text_first(a, name_at(a)), text_first(b, name_at(b)));
}

enum principal_found principal_directory_find(const struct principal_map *map, const struct principal_rule *rule,
	struct caller *caller)
{
	struct text resource = rule_field(rule, ARN_RESOURCE), arn = caller->text;
	const struct directory_entity *entity;

	if (!text_starts_with(resource, USER_PREFIX)) {
		caller->entity = entity = directory_of(map->directory, caller);
		return entity ? PRINCIPAL_FOUND : PRINCIPAL_UNKNOWN;
	}
	entity = directory_user(map->directory, text_from(arn, name_at(arn)));
	/* user/NAME is of whatever path. */
	bool has_path = name_at(arn) > text_find(arn, '/', 0) + 1;
	if (!entity || (has_path && !entity->twin && !same_path(entity->arn, arn)))
		return PRINCIPAL_UNKNOWN;
	if (entity->twin)
		return PRINCIPAL_TWINS;
	*caller = entity->caller;
	return PRINCIPAL_FOUND;
}
