/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command: the commands of ses-policy and their exit status:
 * 0 yes, allowed, clean, all pass; 1 no, denied, findings, failures;
 * 2 it could not be done (usage, unreadable or invalid input).
 */
#ifndef TOOL_COMMAND_H
#define TOOL_COMMAND_H

enum status { STATUS_YES, STATUS_NO, STATUS_TROUBLE };

struct command {
	const char *name;
	const char *usage; /* what follows the name */
	const char *help;  /* one line */
	enum status (*run)(int argc, char **argv);
};

enum status command_eval(int argc, char **argv);
enum status command_lint(int argc, char **argv);

#endif
