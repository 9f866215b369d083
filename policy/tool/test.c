/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/command.h"

#include "base/system_error.h"
#include "ses/policy_folder.h"
#include "tool/coverage.h"
#include "tool/command_site.h"
#include "tool/test_expect.h"
#include "tool/test_file.h"
#include "tool/test_report.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>

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

/* One site for all tests of a file but those that have a context of their own. */
struct test_run {
	struct arena *arena;
	struct message *message;
	const struct test_file *file;
	const struct command_site *site;
	struct coverage *coverage; /* NULL: not wanted */
	struct faults *faults;     /* why something could not be run */
};

/* False when memory is short. */
static bool note_coverage(const struct test_run *bench, const struct generation *generation, const struct mail *mail,
	const struct decided *decided)
{
	if (!bench->coverage)
		return true;
	for (size_t i = 0; i <= mail->recipient_count; i++) {
		enum stage stage = i < mail->recipient_count ? STAGE_RCPT : decided->outcome.stage;
		if (i < mail->recipient_count && decided->refused[i].action == OUTCOME_CONTINUE)
			continue;
		if (!mail_reach(bench->message, generation, mail, decided, stage, i) ||
			!coverage_note(bench->coverage, generation->set, bench->message))
			return false;
	}
	return true;
}

/* NULL: as expected; else why not. False in *good: it could not be run. */
static const char *run_with(const struct test_run *bench, const struct generation *generation, const struct policy_test *test,
	bool *good)
{
	struct decided decided;

	*good = mail_decide(bench->message, generation, &test->mail, bench->arena, &decided) &&
		note_coverage(bench, generation, &test->mail, &decided);
	return *good ? test_expect_differs(bench->arena, test, &decided) : "memory is short";
}

static bool context_words(struct arena *arena, const struct map *map, struct word_list *words)
{
	size_t count = 0;

	for (size_t i = 0; i < map->count; i++)
		count += map->at[i].values.count;
	words->at = arena_array(arena, count, sizeof *words->at);
	for (size_t i = 0; words->at && i < map->count; i++)
		for (size_t j = 0; j < map->at[i].values.count; j++) {
			words->at[words->count] = arena_printf(arena, "%s=%s", map->at[i].name, map->at[i].values.at[j]);
			if (!words->at[words->count++])
				return false;
		}
	return words->at;
}

static bool load(const struct test_file *file, const struct word_list *context, struct command_site *site, struct faults *faults)
{
	/* Only read. */
	const struct site_words words = { .settings = file->settings,
		.boundary = file->boundary,
		.account_state = file->account_state,
		.policies = { (const char **)file->policies.at, file->policies.count },
		.user_policies = { (const char **)file->user_policies.at, file->user_policies.count },
		.organization = file->organization };

	return command_site_try(site, &words, context, faults);
}

static const char *run_one(const struct test_run *bench, const struct policy_test *test, bool *good)
{
	struct word_list context = { NULL, 0 };
	struct command_site site;

	if (!test->context.count)
		return run_with(bench, bench->site->generation, test, good);
	*good = context_words(bench->arena, &test->context, &context);
	if (!*good)
		return "memory is short";
	*good = load(bench->file, &context, &site, bench->faults);
	const char *why = *good ? run_with(bench, site.generation, test, good) : "does not load";
	/* The texts of an outcome that are told are copies already. */
	command_site_free(&site);
	return why;
}

static enum status run_tests(const struct test_run *bench, const char *path, struct test_report *report)
{
	enum status status = STATUS_YES;

	test_report_file(report, path);
	for (size_t i = 0; i < bench->file->tests.count; i++) {
		bool good;
		const struct policy_test *test = &bench->file->tests.at[i];
		const char *why = run_one(bench, test, &good);
		if (!good)
			return STATUS_TROUBLE;
		if (why)
			status = STATUS_NO;
		test_report_result(report, test->name, test->line, why);
	}
	return status;
}

static enum status run_file(const char *path, const struct test_options *options, struct test_report *report)
{
	struct message *message = message_new();
	struct coverage coverage = { NULL, 0 };
	struct arena arena = { 0 };
	struct faults faults;
	struct test_file file;
	struct timespec now;
	struct command_site site;
	enum status status = STATUS_TROUBLE;

	clock_gettime(CLOCK_REALTIME, &now);
	faults_init(&faults);
	if (message && test_file_read(&arena, path, &(struct instant){ now.tv_sec, 0 }, &file, &faults)) {
		struct test_run bench = { &arena, message, &file, &site, options->coverage ? &coverage : NULL, &faults };
		bool loaded = load(&file, NULL, &site, &faults);
		if (loaded && (!options->coverage || coverage_init(&coverage, site.generation->set))) {
			status = run_tests(&bench, path, report);
			if (options->coverage)
				coverage_print(&coverage, site.generation->set);
		}
		command_site_free(&site);
	}
	/* What failed without a fault, failed for want of memory. */
	if (status == STATUS_TROUBLE && !faults.count)
		fault_memory(&faults);
	command_site_tell(&faults);
	if (status == STATUS_TROUBLE)
		test_report_broken(report, path, &faults);
	faults_free(&faults);
	coverage_free(&coverage);
	arena_free(&arena);
	message_free(message);
	return status;
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
