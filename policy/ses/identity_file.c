/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/identity_file.h"

#include "base/arena_grow.h"
#include "base/json_memory.h"

#include <jansson.h>
#include <string.h>

#define MEMBER "IdentityType"

static bool add(struct generation *generation, struct text name)
{
	if (!arena_grow(&generation->arena, &generation->stated, generation->stated_count, &generation->stated_room,
		    sizeof *generation->stated))
		return false;
	struct text copy = arena_text(&generation->arena, name);
	if (copy.at)
		generation->stated[generation->stated_count++] = copy;
	return copy.at;
}

bool identity_file_note(struct generation *generation, struct text file_name, struct text content)
{
	/* Large lists of recipients are not read twice. */
	if (!memmem(content.at, content.length, MEMBER, strlen(MEMBER)))
		return true;
	bool memory_short = false;
	json_error_t error;
	json_t *root = json_memory_loadb(content.at, content.length, 0, &error, &memory_short);
	/* It has been read before: it is JSON, unless memory is short now. */
	bool good = root;
	if (json_is_string(json_object_get(root, MEMBER)) && json_is_object(json_object_get(root, "Policies"))) {
		generation->states_policies = true;
		if (json_is_true(json_object_get(root, "VerifiedForSendingStatus")))
			good = add(generation, file_name);
	}
	json_decref(root);
	return good;
}
