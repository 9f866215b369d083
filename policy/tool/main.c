/* SPDX-License-Identifier: BSD-2-Clause */
/* ses-policy: the command-line tool. */
#include "tool/command.h"

#include "config.h"

#include <stdio.h>
#include <string.h>

static const struct command commands[] = {
	{ "eval", "--json < REQUESTS", "decide raw requests, one JSON object a line", command_eval },
	{ "lint", "[OPTION]... PATH...", "say what is wrong, dangerous or useless in policies", command_lint },
};

static void help(FILE *out)
{
	fprintf(out, "usage: ses-policy COMMAND [OPTION]...\n\nCommands:\n");
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		fprintf(out, "  %s %-20s %s\n", commands[i].name, commands[i].usage, commands[i].help);
	fprintf(out, "\n  --help     this text\n  --version  the version\n\n"
		"Exit status: 0 yes, 1 no, 2 it could not be done.\n");
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "--version")) {
		puts("ses-policy " PACKAGE_VERSION);
		return STATUS_YES;
	}
	if (argc > 1 && !strcmp(argv[1], "--help")) {
		help(stdout);
		return STATUS_YES;
	}
	for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++)
		if (!strcmp(argv[1], commands[i].name))
			return (int)commands[i].run(argc - 1, argv + 1);
	if (argc > 1)
		fprintf(stderr, "ses-policy: no such command: %s\n", argv[1]);
	help(stderr);
	return STATUS_TROUBLE;
}
