/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/directory.h"

#include "iam/arn.h"

int directory_name_compare(struct text a, struct text b)
{
	size_t length = a.length < b.length ? a.length : b.length;

	for (size_t i = 0; i < length; i++) {
		unsigned char left = (unsigned char)text_lower(a.at[i]), right = (unsigned char)text_lower(b.at[i]);
		if (left != right)
			return left < right ? -1 : 1;
	}
	return (a.length > b.length) - (a.length < b.length);
}

/* The first of a name in a list. */
static struct directory_entity *find(struct directory_entity *list, size_t count, struct text name)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (directory_name_compare(list[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && directory_name_compare(list[low].name, name) == 0 ? &list[low] : NULL;
}

struct directory_entity *directory_user(const struct directory *directory, struct text name)
{
	return find(directory->users, directory->user_count, name);
}

struct directory_entity *directory_role(const struct directory *directory, struct text name)
{
	return find(directory->roles, directory->role_count, name);
}

/* The last segment of a path. */
static struct text last_segment(struct text path)
{
	size_t at = path.length;

	while (at && path.at[at - 1] != '/')
		at--;
	return text_from(path, at);
}

/* Among those of the ARN's name the one that has it. */
static struct directory_entity *find_arn(struct directory_entity *list, size_t count, struct text arn)
{
	struct text name = last_segment(arn);
	struct directory_entity *found = find(list, count, name);

	for (; found && found < list + count && directory_name_compare(found->name, name) == 0; found++)
		if (text_equals(found->arn, arn))
			return found;
	return NULL;
}

/* The role of a session, whose ARN has the role's name without its path. */
static struct directory_entity *find_role(const struct directory *directory, struct text name)
{
	struct directory_entity *end = directory->roles + directory->role_count;

	for (struct directory_entity *role = directory_role(directory, name); role && role < end; role++)
		if (text_equals(role->name, name))
			return role;
	return NULL;
}

struct directory_entity *directory_of(const struct directory *directory, const struct caller *caller)
{
	struct arn arn;

	if (!text_equals(caller->account, directory->account) || !arn_split(caller->text, &arn))
		return NULL;
	if (caller->role.length)
		return find_role(directory, caller->role);
	if (text_starts_with(arn.field[ARN_RESOURCE], TEXT("role/")))
		return find_arn(directory->roles, directory->role_count, caller->text);
	return find_arn(directory->users, directory->user_count, caller->text);
}

bool directory_holds(const struct directory *directory, unsigned group)
{
	return group >= directory->first_group && group < directory->end_group;
}

static void slot_add(struct directory *directory, int slot)
{
	for (size_t i = 0; i < directory->slot_count; i++)
		if (directory->slots[i] == slot)
			return;
	directory->slots[directory->slot_count++] = slot;
}

static void seal(struct directory *directory, const struct policy_set *set, struct directory_entity *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t v = 0; v < list[i].value_count; v++) {
			struct directory_value *value = &list[i].values[v];
			value->slot = policy_set_key(set, value->key);
			if (value->slot >= 0)
				slot_add(directory, value->slot);
		}
}

bool directory_seal(struct directory *directory, const struct policy_set *set, struct arena *arena)
{
	directory->slots = arena_array(arena, policy_set_key_count(set), sizeof *directory->slots);
	if (!directory->slots)
		return false;
	seal(directory, set, directory->users, directory->user_count);
	seal(directory, set, directory->roles, directory->role_count);
	return true;
}
