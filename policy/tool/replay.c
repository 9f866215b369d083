/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/command.h"

#include "tool/replay_print.h"
#include "tool/replay_worker.h"
#include "tool/command_site.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORKERS 2
#define CHUNKS 6

struct replay_options {
	struct word_list records;
	struct site_words site, old;
	bool json;
};

#define AT(member) offsetof(struct replay_options, member)

static const struct option_row rows[] = {
	{ "policy", "PATH", "the new policies, a file or folder", OPTION_LIST, AT(site.policies), COMPLETE_PATH },
	SITE_WORDS_CALLERS(struct replay_options, site),
	SITE_WORDS_STATE(struct replay_options, site),
	{ "old", "PATH", "compare with these policies (default: with the recorded decisions)", OPTION_LIST, AT(old.policies),
		COMPLETE_PATH },
	{ "old-user-policy", "PATH", "compare with these policies of the user", OPTION_LIST, AT(old.user_policies), COMPLETE_PATH },
	{ "old-boundary", "PATH", "compare with this boundary of the user", OPTION_TEXT, AT(old.boundary), COMPLETE_PATH },
	{ "old-organization", "PATH", "compare with these policies of one level of the organization", OPTION_LIST, AT(old.levels),
		COMPLETE_PATH },
	{ "settings", "FILE", "settings for both", OPTION_TEXT, AT(site.settings), COMPLETE_PATH },
	{ "json", NULL, "JSON: a line with the totals, then one for each group", OPTION_FLAG, AT(json), COMPLETE_NONE },
};

const struct option_table replay_options = {
	.command = "replay",
	.summary = "Evaluate the daemon's decision records, plain or gzip (`-` is standard input), with new policies,\n"
		   "and show what would change.",
	.operands = "RECORDS...",
	.operands_offset = AT(records),
	.status = "0 nothing changes, 1 something does or is unknown, 2 not all could be read.",
	.rows = rows,
	.count = sizeof rows / sizeof *rows,
};

/* The line of the file: those of its chunks before are counted now. */
static void tell_invalid(const struct replay_worker *workers, size_t count, const struct word_list *files)
{
	size_t told = 0;

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < workers[i].invalid_count && told < INVALID_KEPT; j++, told++) {
			const struct invalid_line *invalid = &workers[i].invalid[j];
			size_t line = invalid->line + 1;
			for (size_t k = 0; k < count; k++)
				for (size_t l = 0; l < workers[k].chunk_count; l++)
					if (workers[k].chunks[l].file == invalid->file &&
						workers[k].chunks[l].chunk < invalid->chunk)
						line += workers[k].chunks[l].lines;
			fprintf(stderr, "ses-policy replay: %s:%zu: no decision record; it was left out\n",
				files->at[invalid->file], line);
		}
}

/* Read the input in this thread while the workers take it. False: what went wrong was told. */
static bool work(const struct replay *replay, struct replay_worker *workers)
{
	pthread_t threads[WORKERS];
	size_t started = 0;
	bool good;

	int error = 0;
	while (started < WORKERS && (error = pthread_create(&threads[started], NULL, replay_worker_run, &workers[started])) == 0)
		started++;
	if (!started) {
		fprintf(stderr,
			"ses-policy replay: no thread can be started: %s; raise the limit of processes and threads, or run it again later\n",
			strerror(error));
		return false;
	}
	good = replay_input_read(replay->input);
	for (size_t i = 0; i < started; i++) {
		pthread_join(threads[i], NULL);
		if (workers[i].failed) {
			fputs("ses-policy replay: memory is short\n", stderr);
			good = false;
		}
	}
	return good;
}

static enum status run(const struct replay_options *options, const struct generation *policies, const struct generation *old)
{
	struct replay_worker workers[WORKERS] = { 0 };
	struct replay_input input;
	struct replay_tally all = { 0 };
	struct replay_quota_total quotas = { 0 };
	const struct replay replay = { policies, old, &input };
	enum status status = STATUS_TROUBLE;

	bool good = replay_input_init(&input, "replay", &options->records, CHUNKS, isatty(STDERR_FILENO));
	if (!good)
		fputs("ses-policy replay: memory is short\n", stderr);
	for (size_t i = 0; i < WORKERS; i++)
		workers[i].replay = &replay;
	good = good && work(&replay, workers);
	tell_invalid(workers, WORKERS, &options->records);
	bool merged = true;
	for (size_t i = 0; i < WORKERS; i++)
		merged = merged && replay_tally_merge(&all, &workers[i].tally) && replay_quota_merge(&quotas, &workers[i].quota);
	const struct replay_quota_total *limits = generation_counts(policies) ? &quotas : NULL;
	merged = merged && (!limits || replay_quota_count(&quotas));
	merged = merged && (options->json ? replay_print_json(&all, limits) : replay_print(&all, limits));
	if (!merged)
		fputs("ses-policy replay: memory is short\n", stderr);
	/* What is unknown may have changed. */
	bool same = !all.unknown && !quotas.all.unknown && !quotas.all.changed;
	if (good && merged && !all.invalid)
		status = same && all.changes[CHANGE_NONE] + all.skipped == all.records ? STATUS_YES : STATUS_NO;
	for (size_t i = 0; i < WORKERS; i++)
		replay_worker_free(&workers[i]);
	replay_tally_free(&all);
	replay_quota_total_free(&quotas);
	replay_input_free(&input);
	return status;
}

static enum status nothing_named(const char *what)
{
	fprintf(stderr, "ses-policy replay: no %s\nTry `ses-policy replay --help`.\n", what);
	return STATUS_TROUBLE;
}

static enum status run_given(const struct replay_options *options)
{
	static const char nothing_new[] = "new policies; name them with --policy or --user-policy, a new --account-state, or"
					  " --settings with quotas";
	bool named = site_words_name_policies(&options->site) || options->site.account_state;
	struct command_site policies, old;
	enum status status = STATUS_TROUBLE;

	if (!options->records.count)
		return nothing_named("records; name their files, or - for standard input");
	if (!named && !options->site.settings)
		return nothing_named(nothing_new);
	/* From several threads at once it could not be. */
	json_object_seed(0);
	bool good = command_site_load(&policies, &options->site, NULL);
	if (good && !named && !generation_counts(policies.generation)) {
		nothing_named(nothing_new);
	} else if (good) {
		bool two = site_words_name_policies(&options->old);
		bool loaded = !two || command_site_load(&old, &options->old, NULL);
		if (loaded)
			status = run(options, policies.generation, two ? old.generation : NULL);
		if (two)
			command_site_free(&old);
	}
	command_site_free(&policies);
	return status;
}

enum status command_replay(int argc, char **argv)
{
	struct replay_options options = { 0 };
	enum options_found found = options_read(&replay_options, argc, argv, &options);
	enum status status = found == OPTIONS_HELP ? STATUS_YES : STATUS_TROUBLE;

	options.old.settings = options.site.settings;
	if (found == OPTIONS_READ)
		status = run_given(&options);
	options_free(&replay_options, &options);
	return status;
}
