/* SPDX-License-Identifier: BSD-2-Clause */
/* ses-policy: the command-line tool. */
#include "base/memory_short.h"
#include "tool/command.h"
#include "tool/command_completion.h"

#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static const struct command commands[] = {
	{ "eval", "[OPTION]...", "decide one message just as the daemon would, and say why", command_eval, &eval_options },
	{ "lint", "PATH...", "say what is wrong, dangerous or useless in policies", command_lint, NULL },
	{ "test", "FILE...", "run the tests of policies", command_test, &test_options },
	{ "replay", "RECORDS...", "show what new policies would change in yesterday's mail", command_replay, &replay_options },
	{ "keys", "[OPTION]...", "list the condition keys that policies use, and what they hold", command_keys, &keys_options },
	{ "diff", "OLD NEW", "show how two sets of policies differ, by example", command_diff, &diff_options },
	{ "quota", "show|reset|set ...", "show or change what has been counted for quotas", command_quota, &quota_options },
	{ "report", "-o FILE", "make a page to look at: who may send, and what was refused", command_report, &report_options },
};

#define COMMANDS (sizeof commands / sizeof *commands)

static void help(FILE *out)
{
	fprintf(out,
		"Usage: ses-policy COMMAND [OPTION]...\nAmazon SES policies at the relay: what they decide, and why.\n\nCommands:\n");
	for (size_t i = 0; i < COMMANDS; i++) {
		char left[40];
		snprintf(left, sizeof left, "%s %s", commands[i].name, commands[i].usage);
		fprintf(out, "  %-28s %s\n", left, commands[i].help);
	}
	fprintf(out, "\n  %-28s %s\n  %-28s %s\n  %-28s %s\n\nExit status: 0 yes, 1 no, 2 it could not be done.\n",
		"COMMAND --help", "the options of a command", "--help", "this text", "--version", "the version");
}

static enum status run(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	if (!strcmp(name, "--version")) {
		puts("ses-policy " PACKAGE_VERSION);
		return STATUS_YES;
	}
	if (!strcmp(name, "--help")) {
		help(stdout);
		return STATUS_YES;
	}
	/* For the files in contrib/completion; no option that people need. */
	if (!strcmp(name, "--completion") && argc == 3)
		return command_completion_print(argv[2], commands, COMMANDS) ? STATUS_YES : STATUS_TROUBLE;
	for (size_t i = 0; i < COMMANDS; i++)
		if (!strcmp(name, commands[i].name))
			return commands[i].run(argc - 1, argv + 1);
	if (*name)
		fprintf(stderr, "ses-policy: no such command: %s\n", name);
	help(stderr);
	return STATUS_TROUBLE;
}

int main(int argc, char **argv)
{
	/* A reader that closes the pipe ends us quietly, also if our parent ignores the signal. */
	signal(SIGPIPE, SIG_DFL);
	enum status status = run(argc, argv);
	bool lost = ferror(stdout);
	errno = 0;
	if (fflush(stdout)) {
		if (errno != EPIPE)
			perror("ses-policy: cannot write the answer");
		return STATUS_TROUBLE;
	}
	if (lost) {
		fputs("ses-policy: cannot write the answer\n", stderr);
		return STATUS_TROUBLE;
	}
	/* What was not found, or not made, may be for want of memory. */
	if (memory_short_count() && status != STATUS_TROUBLE) {
		fputs("ses-policy: memory is short; the answer may not be whole\n", stderr);
		return STATUS_TROUBLE;
	}
	return (int)status;
}
