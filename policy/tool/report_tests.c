/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/report_tests.h"

#include "base/system_error.h"
#include "ses/policy_folder.h"
#include "tool/report_json.h"
#include "tool/test_run.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { WAS_TRUE = 1, WAS_FALSE = 2 };

struct tests {
	const struct generation *generation;
	json_t *files;
	unsigned char *seen; /* of each statement of the site: WAS_ bits */
	json_t *file;        /* the one that is run */
	bool memory_short;
	struct faults *faults; /* what could not be looked at: told, not taken for what is not there */
};

static void take_result(void *with, const struct policy_test *test, const char *why)
{
	struct tests *tests = with;
	json_t *count = json_object_get(tests->file, why ? "failed" : "passed");

	json_integer_set(count, json_integer_value(count) + 1);
	if (why &&
		!report_push(json_object_get(tests->file, "failures"),
			json_pack("{s:o, s:i, s:o}", "test", report_string(test->name), "line", (int)test->line, "why",
				report_string(why))))
		tests->memory_short = true;
}

/* FILE of FILE[NAME]: a document inside a string. */
static struct text outer(struct text file)
{
	const char *bracket = file.length && file.at[file.length - 1] == ']' ? memrchr(file.at, '[', file.length) : NULL;

	return bracket ? text_first(file, (size_t)(bracket - file.at)) : file;
}

/* False: nothing is there, or a fault says why it cannot be told. */
static bool looked_at(struct tests *tests, const char *path, struct stat *found)
{
	char shown[REPORT_TEXT_SIZE];

	if (!stat(path, found))
		return true;
	if (errno != ENOENT && errno != ENOTDIR)
		fault_system(tests->faults, errno, system_error_read_remedy(errno), "%s",
			text_escape(text_of(path), shown, sizeof shown));
	return false;
}

static bool same_file(struct tests *tests, struct text a, struct text b)
{
	char path_a[4096], path_b[4096];
	struct stat at_a, at_b;

	if (text_equals(a, b))
		return true;
	a = outer(a);
	b = outer(b);
	if (a.length >= sizeof path_a || b.length >= sizeof path_b)
		return false;
	memcpy(path_a, a.at, a.length);
	memcpy(path_b, b.at, b.length);
	path_a[a.length] = path_b[b.length] = '\0';
	return looked_at(tests, path_a, &at_a) && looked_at(tests, path_b, &at_b) && at_a.st_dev == at_b.st_dev &&
		at_a.st_ino == at_b.st_ino;
}

/* What the tests made of the statements of one policy of theirs, for each policy of the site that it is. */
static void take_policy(struct tests *tests, const struct policy_set *set, const struct policy *policy,
	const struct coverage *coverage)
{
	const struct policy_set *ours = tests->generation->set;

	for (size_t i = 0; i < policy_set_count(ours); i++) {
		const struct policy *mine = policy_set_policy(ours, i);
		if (mine->count != policy->count || !text_equals(mine->name, policy->name) ||
			!same_file(tests, mine->file, policy->file))
			continue;
		for (size_t j = 0; j < policy->count; j++) {
			bool was_true, was_false;
			coverage_statement(coverage, set, policy->first + j, &was_true, &was_false);
			tests->seen[mine->first + j] |= (was_true ? WAS_TRUE : 0) | (was_false ? WAS_FALSE : 0);
		}
	}
}

static void take_end(void *with, const struct command_site *site, const struct coverage *coverage)
{
	const struct policy_set *set = site->generation->set;

	for (size_t i = 0; i < policy_set_count(set); i++)
		take_policy(with, set, policy_set_policy(set, i), coverage);
}

/* One folder may be there for several principals. */
static bool has_run(const json_t *files, const char *path)
{
	char shown[REPORT_TEXT_SIZE];
	const json_t *file;
	size_t i;

	text_escape(text_of(path), shown, sizeof shown);
	json_array_foreach(files, i, file)
		if (!strcmp(json_string_value(json_object_get(file, "file")), shown))
			return true;
	return false;
}

/* Is that no matter of the file, but of the system's now? Then it has been told. */
static bool trouble_told(struct tests *tests, const struct faults *faults)
{
	if (faults->out_of_memory || !faults->count)
		fault_memory(tests->faults);
	else if (!faults->of[FAULT_SYSTEM] && !faults->of[FAULT_PASSING])
		return false;
	for (const struct fault *fault = faults->first; fault; fault = fault->next)
		fault_add_as(tests->faults, FAULT_SYSTEM, "%s", fault->text);
	return true;
}

static bool take_file(struct tests *tests, const char *path)
{
	const struct test_run_taker taker = { tests, true, NULL, take_result, take_end };
	struct faults faults;

	if (has_run(tests->files, path))
		return true;
	tests->file = json_pack("{s:o, s:i, s:i, s:[], s:[]}", "file", report_string(path), "passed", 0, "failed", 0, "failures",
		"broken");
	if (!report_push(tests->files, tests->file))
		return false;
	faults_init(&faults);
	bool good = true;
	if (test_run_file(path, &taker, &faults) == TEST_RUN_BROKEN) {
		json_t *broken = json_object_get(tests->file, "broken");
		bool trouble = trouble_told(tests, &faults);
		for (const struct fault *fault = faults.first; good && !trouble && fault; fault = fault->next)
			good = report_push(broken, report_string(fault->text));
		good = good && !trouble;
	}
	faults_free(&faults);
	return good && !tests->memory_short;
}

/* A path that is no folder has no tests beside it that anybody could tell. */
static bool take_folder(struct tests *tests, const char *folder)
{
	struct folder_listing listing;
	struct arena arena = { 0 };
	char shown[REPORT_TEXT_SIZE];
	struct stat found;
	bool good = true;

	if (!looked_at(tests, folder, &found) || !S_ISDIR(found.st_mode))
		return true;
	int error = policy_folder_list(folder, &arena, &listing);
	if (error) {
		fault_system(tests->faults, error, system_error_read_remedy(error), "%s",
			text_escape(text_of(folder), shown, sizeof shown));
		arena_free(&arena);
		return false;
	}
	for (size_t i = 0; good && i < listing.count; i++) {
		if (listing.entries[i].kind != ENTRY_TEST)
			continue;
		const char *path = arena_printf(&arena, "%s/%s", folder, listing.entries[i].name);
		good = path && take_file(tests, path);
	}
	arena_free(&arena);
	return good;
}

static bool take_folders(struct tests *tests, const struct string_list *paths)
{
	bool good = true;

	for (size_t i = 0; good && i < paths->count; i++)
		good = take_folder(tests, paths->at[i]);
	return good;
}

static bool take_all(struct tests *tests, const struct site_options *options)
{
	bool good = take_folders(tests, &options->policies) && take_folders(tests, &options->everyone.policies);

	for (size_t i = 0; good && i < options->principals.count; i++)
		good = take_folders(tests, &options->principals.at[i].policies);
	for (size_t i = 0; good && i < options->organization.count; i++)
		good = take_folders(tests, &options->organization.at[i]);
	return good;
}

static json_t *statements(const struct tests *tests)
{
	static const char *const words[] = { "never", "matches", "does not match", "both" };
	json_t *list = json_array();
	bool good = list;

	for (size_t i = 0; good && i < policy_set_statement_count(tests->generation->set); i++)
		good = report_push(list, json_string(words[tests->seen[i]]));
	if (good)
		return list;
	json_decref(list);
	return NULL;
}

json_t *report_tests(const struct generation *generation, const struct site_options *options, struct faults *faults)
{
	size_t before = faults->count;
	struct tests tests = { .generation = generation,
		.faults = faults,
		.files = json_array(),
		.seen = calloc(policy_set_statement_count(generation->set) + 1, 1) };
	json_t *made = NULL;

	if (tests.files && tests.seen && take_all(&tests, options) && faults->count == before)
		made = json_pack("{s:O, s:o}", "files", tests.files, "statements", statements(&tests));
	json_decref(tests.files);
	free(tests.seen);
	return made;
}
