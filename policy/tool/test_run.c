/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/test_run.h"

#include "tool/test_expect.h"

#include <time.h>

/* One site for all tests of a file but those that have a context of their own. */
struct test_bench {
	struct arena *arena;
	struct message *message;
	const struct test_file *file;
	const struct command_site *site;
	struct coverage *coverage; /* NULL: not wanted */
	struct faults *faults;     /* why something could not be run */
};

/* False when memory is short. */
static bool note_coverage(const struct test_bench *bench, const struct generation *generation, const struct mail *mail,
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
static const char *run_with(const struct test_bench *bench, const struct generation *generation, const struct policy_test *test,
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

static const char *run_one(const struct test_bench *bench, const struct policy_test *test, bool *good)
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

static enum test_run run_tests(const struct test_bench *bench, const struct test_run_taker *taker)
{
	enum test_run run = TEST_RUN_PASSED;

	for (size_t i = 0; i < bench->file->tests.count; i++) {
		bool good;
		const struct policy_test *test = &bench->file->tests.at[i];
		const char *why = run_one(bench, test, &good);
		if (!good)
			return TEST_RUN_BROKEN;
		if (why)
			run = TEST_RUN_FAILED;
		taker->result(taker->with, test, why);
	}
	return run;
}

enum test_run test_run_file(const char *path, const struct test_run_taker *taker, struct faults *faults)
{
	struct message *message = message_new();
	struct coverage coverage = { NULL, 0 };
	struct arena arena = { 0 };
	struct test_file file;
	struct timespec now;
	struct command_site site;
	enum test_run run = TEST_RUN_BROKEN;

	clock_gettime(CLOCK_REALTIME, &now);
	if (message && test_file_read(&arena, path, &(struct instant){ now.tv_sec, 0 }, &file, faults)) {
		const struct test_bench bench = { &arena, message, &file, &site, taker->coverage ? &coverage : NULL, faults };
		bool loaded = load(&file, NULL, &site, faults);
		if (loaded && (!taker->coverage || coverage_init(&coverage, site.generation->set))) {
			if (taker->begin)
				taker->begin(taker->with, path);
			run = run_tests(&bench, taker);
			taker->end(taker->with, &site, bench.coverage);
		}
		command_site_free(&site);
	}
	coverage_free(&coverage);
	arena_free(&arena);
	message_free(message);
	return run;
}
