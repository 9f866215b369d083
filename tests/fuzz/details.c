/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: what `aws iam get-account-authorization-details` prints.
 *
 * Promises: faults are printable lines with a remedy; each user and role that is read is found by its name in any case,
 * is of the account, and has no policies but those of the directory; the policies are sealed without a fault.
 */
#include "fuzz/fuzz.h"
#include "iam/directory_read.h"

#include <ctype.h>
#include <string.h>

#define FILE_NAME "iam.json"

static bool everyone(const struct directory_entity *entity, const void *with)
{
	(void)with;
	FUZZ_CHECK(entity->name.length);
	return true;
}

static void groups_check(const struct directory *directory, const struct caller_policies *policies)
{
	for (size_t i = 0; i < policies->own_count; i++)
		FUZZ_CHECK(directory_holds(directory, policies->own[i]));
}

static void entity_check(const struct directory *directory, struct directory_entity *entity, struct arena *arena)
{
	char *name = (char *)arena_text(arena, entity->name).at;

	FUZZ_CHECK(name);
	for (size_t i = 0; i < entity->name.length; i++)
		if (isascii(name[i]))
			name[i] = (char)(islower((unsigned char)name[i]) ? toupper(name[i]) : tolower(name[i]));
	struct text other = { name, entity->name.length };
	const struct directory_entity *found = entity->is_role ? directory_role(directory, other)
							       : directory_user(directory, other);
	FUZZ_CHECK(found && (found == entity || (found->twin && entity->twin)));
	FUZZ_CHECK(text_find(entity->arn, ':', 0) < entity->arn.length);
	groups_check(directory, &entity->policies);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct directory_file file = { .shown = FILE_NAME, .text = fuzz_text(data, size) };
	struct policy_set *set = policy_set_new();
	struct arena arena = { 0 };
	struct faults faults;

	faults_init(&faults);
	FUZZ_CHECK(set);
	struct directory *directory = directory_read(&file, 1, set, &arena, everyone, NULL, &faults);
	FUZZ_CHECK(!directory == (faults.count > 0));
	if (directory) {
		policy_set_seal(set, &faults);
		FUZZ_CHECK(!faults.count && directory_seal(directory, set, &arena));
		FUZZ_CHECK(directory->user_count + directory->role_count == 0 || directory->account.length == 12);
		for (size_t i = 0; i < directory->user_count; i++)
			entity_check(directory, &directory->users[i], &arena);
		for (size_t i = 0; i < directory->role_count; i++)
			entity_check(directory, &directory->roles[i], &arena);
	}
	fuzz_faults(&faults, FILE_NAME);
	faults_free(&faults);
	policy_set_free(set);
	arena_free(&arena);
	return 0;
}
