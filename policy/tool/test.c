/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/command.h"

#include "tool/coverage.h"
#include "tool/command_site.h"
#include "tool/test_file.h"
#include "tool/test_report.h"

#include <string.h>
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
	.summary = "Run the tests of policies that stand in JSON files beside them (ses-policy(1) has the format).",
	.operands = "FILE...",
	.operands_offset = AT(files),
	.status = "0 all pass, 1 a test failed, 2 something does not load.",
	.rows = rows,
	.count = sizeof rows / sizeof *rows,
};

/* The statement of the outcome: is it the one that was expected? SID, POLICY/SID or POLICY/NUMBER. */
static bool statement_is(const struct outcome *outcome, const char *expected, struct arena *arena)
{
	if (outcome->statement < 0)
		return false;
	const char *by_sid = arena_printf(arena, "%.*s/%.*s", TEXT_ARGS(outcome->policy), TEXT_ARGS(outcome->sid));
	const char *by_number = arena_printf(arena, "%.*s/%d", TEXT_ARGS(outcome->policy), outcome->statement + 1);
	return (outcome->sid.length && text_equals(outcome->sid, text_of(expected))) || (by_sid && !strcmp(by_sid, expected)) ||
		(by_number && !strcmp(by_number, expected));
}

static bool decision_is(const struct outcome *outcome, enum expected expected)
{
	bool allowed = outcome->action == OUTCOME_CONTINUE;

	switch (expected) {
	case EXPECT_ALLOWED:
		return allowed;
	case EXPECT_DENIED:
		return !allowed;
	case EXPECT_EXPLICIT_DENY:
		return !allowed && outcome->decision == DECISION_EXPLICIT_DENY;
	case EXPECT_IMPLICIT_DENY:
		return !allowed && outcome->decision == DECISION_IMPLICIT_DENY;
	}
	return false;
}

static bool is_named(const struct string_list *names, struct text argument)
{
	for (size_t i = 0; i < names->count; i++)
		if (text_equals(mail_address(argument), mail_address(text_of(names->at[i]))))
			return true;
	return false;
}

/* The first recipient of whom something else became than was expected, in words; NULL: none. */
static const char *recipients_differ(struct arena *arena, const struct policy_test *test, const struct decided *decided)
{
	const struct string_list *refused = &test->expect.refused_recipients;
	char shown[200];

	/* Where the message goes down whole, who else was refused before need not be said. */
	if (!refused->at && decided->outcome.action == OUTCOME_REFUSE)
		return NULL;
	for (size_t i = 0; i < test->mail.recipient_count; i++) {
		bool is = decided->refused[i].action == OUTCOME_REFUSE, wanted = is_named(refused, test->mail.recipients[i]);
		text_escape(mail_address(test->mail.recipients[i]), shown, sizeof shown);
		if (is != wanted)
			return arena_printf(arena, "recipient %s: expected %s at RCPT, was %s: %s", shown,
				wanted ? "refused" : "taken", is ? "refused" : "taken",
				is ? decided->refused[i].text : "no refusal");
	}
	for (size_t i = 0; i < refused->count; i++) {
		bool found = false;
		for (size_t j = 0; j < test->mail.recipient_count; j++)
			found = found || text_equals(mail_address(test->mail.recipients[j]), mail_address(text_of(refused->at[i])));
		if (!found)
			return arena_printf(arena, "recipient %s: expected refused, is no recipient of the message",
				text_escape(text_of(refused->at[i]), shown, sizeof shown));
	}
	return NULL;
}

/* What is not as expected, in words; NULL: nothing. */
static const char *differs(struct arena *arena, const struct policy_test *test, const struct decided *decided)
{
	const struct outcome *outcome = &decided->outcome;
	const struct expect *expect = &test->expect;
	const char *was = outcome->action == OUTCOME_CONTINUE
		? "allowed"
		: arena_printf(arena, "%s at %s: %s", decision_name(outcome->decision), stage_name(outcome->stage), outcome->text);

	if (!was)
		return "memory is short";
	if (!decision_is(outcome, expect->decision))
		return arena_printf(arena, "expected %s, was %s", expected_words[expect->decision], was);
	if (expect->stage && (outcome->action == OUTCOME_CONTINUE || strcmp(expect->stage, stage_name(outcome->stage))))
		return arena_printf(arena, "expected at stage %s, was %s", expect->stage, was);
	if (expect->statement && !statement_is(outcome, expect->statement, arena))
		return arena_printf(arena, "expected by statement %s, was %s", expect->statement, was);
	return recipients_differ(arena, test, decided);
}

/* One site for all tests of a file but those that have a context of their own. */
struct test_run {
	struct arena *arena;
	struct message *message;
	const struct test_file *file;
	const struct command_site *site;
	struct coverage *coverage; /* NULL: not wanted */
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
	return *good ? differs(bench->arena, test, &decided) : "memory is short";
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

static bool load(const struct test_file *file, const struct word_list *context, struct command_site *site)
{
	/* Only read. */
	const struct site_words words = { .settings = file->settings,
		.boundary = file->boundary,
		.policies = { (const char **)file->policies.at, file->policies.count },
		.user_policies = { (const char **)file->user_policies.at, file->user_policies.count },
		.organization = file->organization };

	return command_site_load(site, &words, context);
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
	*good = load(bench->file, &context, &site);
	const char *why = *good ? run_with(bench, site.generation, test, good) : "does not load";
	/* The texts of an outcome that are told are copies already. */
	command_site_free(&site);
	return why;
}

static enum status run_tests(const struct test_run *bench, const char *path, struct test_report *report)
{
	enum status status = STATUS_YES;

	test_report_file(report, path, bench->file->tests.count);
	for (size_t i = 0; i < bench->file->tests.count; i++) {
		bool good;
		const struct policy_test *test = &bench->file->tests.at[i];
		const char *why = run_one(bench, test, &good);
		if (!good)
			return STATUS_TROUBLE;
		if (why)
			status = STATUS_NO;
		test_report_result(report, test->name, why);
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
		struct test_run bench = { &arena, message, &file, &site, options->coverage ? &coverage : NULL };
		bool loaded = load(&file, NULL, &site);
		if (loaded && (!options->coverage || coverage_init(&coverage, site.generation->set))) {
			status = run_tests(&bench, path, report);
			if (options->coverage)
				coverage_print(&coverage, site.generation->set);
		}
		command_site_free(&site);
	}
	command_site_tell(&faults);
	faults_free(&faults);
	coverage_free(&coverage);
	arena_free(&arena);
	message_free(message);
	return status;
}

static enum status run_files(const struct test_options *options)
{
	enum status status = STATUS_YES;
	struct test_report report;

	if (!options->files.count) {
		fputs("ses-policy test: no files; name those that hold the tests\nTry `ses-policy test --help`.\n", stderr);
		return STATUS_TROUBLE;
	}
	if (options->junit && options->coverage) {
		fputs("ses-policy test: --coverage has no place in --junit; give one of them\n", stderr);
		return STATUS_TROUBLE;
	}
	test_report_begin(&report, options->junit);
	for (size_t i = 0; i < options->files.count; i++) {
		enum status one = run_file(options->files.at[i], options, &report);
		if (one == STATUS_TROUBLE)
			test_report_broken(&report, options->files.at[i]);
		if (one > status)
			status = one;
	}
	test_report_end(&report);
	return status;
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
