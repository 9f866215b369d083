/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/generation_of.h"

#include "unit/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct generation *generation_of(const char *const *policies, size_t count, struct site_options *options, struct faults *faults)
{
	char folder[] = "/tmp/test_generation.XXXXXX", path[64];
	const char *paths[] = { folder };

	assert_non_null(mkdtemp(folder));
	for (size_t i = 0; i < count; i++) {
		snprintf(path, sizeof path, "%s/p%zu.json", folder, i);
		FILE *file = fopen(path, "w");
		assert_non_null(file);
		fputs(policies[i], file);
		assert_int_equal(fclose(file), 0);
	}
	options->policies = (struct string_list){ paths, 1 };
	struct generation *generation = generation_load(options, faults);
	for (size_t i = 0; i < count; i++) {
		snprintf(path, sizeof path, "%s/p%zu.json", folder, i);
		unlink(path);
	}
	assert_int_equal(rmdir(folder), 0);
	return generation;
}

struct generation *generation_of_site(const char *policy, struct site_options *options)
{
	struct faults faults;

	faults_init(&faults);
	struct generation *generation = generation_of(&policy, 1, options, &faults);
	if (!generation)
		fail_msg("%s", faults.first ? faults.first->text : "no memory");
	faults_free(&faults); /* notes, if any */
	return generation;
}

struct generation *generation_of_one(const char *policy)
{
	struct site_options options = { .from_address = FROM_ENVELOPE };

	return generation_of_site(policy, &options);
}

struct generation *generation_of_allows(const char *policy)
{
	static const char *const none[] = { NULL };
	struct principal_option caller = {
		.arn = "arn:aws:iam::123456789012:user/smtp-relay",
		.policies = { none, 0 },
	};
	struct site_options options = { .from_address = FROM_ENVELOPE, .principals = { &caller, 1 } };

	return generation_of_site(policy, &options);
}
