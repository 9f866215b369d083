/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/command.h"

#include "base/system_error.h"
#include "ses/policy_folder.h"
#include "tool/test_report.h"
#include "tool/test_run.h"

#include <string.h>
#include <sys/stat.h>

struct test_options {
	struct word_list files;
	bool junit, coverage;
};

#define AT(member) offsetof(struct test_options, member)

static const struct option_row rows[] = {
	{ "junit", NULL, "JUnit XML instead of TAP", OPTION_FLAG, AT(junit), COMPLETE_NONE },
	{ "coverage", NULL, "name the statements and conditions that no test made true, or false", OPTION_FLAG, AT(coverage),
		COMPLETE_NONE },
};

const struct option_table test_options = {
	.command = "test",
	.summary =
		"Run tests of policies. They are JSON files; of a folder, the files *.test.json are run. ses-policy(1) describes the format.",
	.operands = "FILE|FOLDER...",
	.operands_offset = AT(files),
	.status = "0 all pass, 1 a test failed, 2 something does not load.",
	.rows = rows,
	.count = sizeof rows / sizeof *rows,
};

static void take_begin(void *with, const char *path)
{
	test_report_file(with, path);
}

static void take_result(void *with, const struct policy_test *test, const char *why)
{
	test_report_result(with, test->name, test->line, why);
}

static void take_end(void *with, const struct command_site *site, const struct coverage *coverage)
{
	(void)with;
	if (coverage)
		coverage_print(coverage, site->generation->set);
}

static enum status run_file(const char *path, const struct test_options *options, struct test_report *report)
{
	static const enum status statuses[] = { STATUS_YES, STATUS_NO, STATUS_TROUBLE };
	const struct test_run_taker taker = { report, options->coverage, take_begin, take_result, take_end };
	struct faults faults;

	faults_init(&faults);
	enum test_run run = test_run_file(path, &taker, &faults);
	/* What failed without a fault, failed for want of memory. */
	if (run == TEST_RUN_BROKEN && !faults.count)
		fault_memory(&faults);
	command_site_tell(&faults);
	if (run == TEST_RUN_BROKEN)
		test_report_broken(report, path, &faults);
	faults_free(&faults);
	return statuses[run];
}

/* Those of a folder, in the order of their names. */
static enum status run_folder(const char *folder, const struct test_options *options, struct test_report *report)
{
	enum status status = STATUS_YES;
	struct folder_listing listing;
	struct arena arena = { 0 };
	size_t found = 0;
	int error = policy_folder_list(folder, &arena, &listing);

	if (error)
		fprintf(stderr, "ses-policy test: %s: %s; %s\n", folder, strerror(error), system_error_read_remedy(error));
	for (size_t i = 0; !error && i < listing.count; i++) {
		if (listing.entries[i].kind != ENTRY_TEST)
			continue;
		const char *path = arena_printf(&arena, "%s/%s", folder, listing.entries[i].name);
		if (!path)
			fputs("ses-policy test: memory is short\n", stderr);
		enum status one = path ? run_file(path, options, report) : STATUS_TROUBLE;
		found++;
		if (one > status)
			status = one;
	}
	if (!error && !found)
		fprintf(stderr, "ses-policy test: %s: no tests; name the files that hold them *.test.json\n", folder);
	/* The report is past what it needs the names for. */
	test_report_close(report);
	arena_free(&arena);
	return error || !found ? STATUS_TROUBLE : status;
}

static enum status run_path(const char *path, const struct test_options *options, struct test_report *report)
{
	struct stat found;

	return stat(path, &found) == 0 && S_ISDIR(found.st_mode) ? run_folder(path, options, report)
								 : run_file(path, options, report);
}

static enum status run_files(const struct test_options *options)
{
	enum status status = STATUS_YES;
	struct test_report report;

	if (!options->files.count) {
		fputs("ses-policy test: no files; name those that hold the tests, or their folder\nTry `ses-policy test --help`.\n",
			stderr);
		return STATUS_TROUBLE;
	}
	if (options->junit && options->coverage) {
		fputs("ses-policy test: --coverage has no place in --junit; give one of them\n", stderr);
		return STATUS_TROUBLE;
	}
	test_report_begin(&report, options->junit);
	for (size_t i = 0; i < options->files.count; i++) {
		enum status one = run_path(options->files.at[i], options, &report);
		if (one > status)
			status = one;
	}
	if (test_report_end(&report))
		return status;
	fputs("ses-policy test: the report is not whole: memory is short\n", stderr);
	return STATUS_TROUBLE;
}

enum status command_test(int argc, char **argv)
{
	struct test_options options = { 0 };
	enum options_found found = options_read(&test_options, argc, argv, &options);
	enum status status = found == OPTIONS_HELP ? STATUS_YES : STATUS_TROUBLE;

	if (found == OPTIONS_READ)
		status = run_files(&options);
	options_free(&test_options, &options);
	return status;
}
