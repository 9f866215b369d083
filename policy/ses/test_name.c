/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/test_name.h"

#include "base/json_source.h"
#include "iam/foreign.h"

bool test_name_check(const char *shown, struct text content, struct faults *faults)
{
	const struct json_source source = { .file = shown, .text = content };
	struct json_memory memory = { 0 };
	size_t before = faults->count;
	const json_t *root = json_source_read_into(&source, &memory, faults);
	const char *member = root ? foreign_policy_member(root) : NULL;

	if (member)
		fault_add(faults,
			"%s: holds a policy (\"%s\") and is named like a file of tests (*.test.json), which is never in force; rename it",
			shown, member);
	else if (root && !json_object_get(root, "tests"))
		fault_add(faults, "%s: is named like a file of tests (*.test.json) and has no \"tests\"; add them, or rename it",
			shown);
	json_memory_free(&memory);
	return faults->count == before;
}
