/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command: the commands of ses-policy and their exit status:
 * 0 yes, allowed, clean, all pass; 1 no, denied, findings, failures;
 * 2 it could not be done (usage, unreadable or invalid input).
 *
 * Answers go to standard output, errors to standard error.
 */
#ifndef TOOL_COMMAND_H
#define TOOL_COMMAND_H

#include "tool/option.h"

enum status { STATUS_YES, STATUS_NO, STATUS_TROUBLE };

struct command {
	const char *name;
	const char *usage; /* what follows the name */
	const char *help;  /* one line */
	enum status (*run)(int argc, char **argv);
	const struct option_table *options; /* for completion */
};

enum status command_eval(int argc, char **argv);
enum status command_test(int argc, char **argv);
enum status command_replay(int argc, char **argv);
enum status command_keys(int argc, char **argv);
enum status command_diff(int argc, char **argv);
enum status command_lint(int argc, char **argv);
enum status command_quota(int argc, char **argv);
enum status command_report(int argc, char **argv);

extern const struct option_table eval_options, test_options, replay_options, keys_options, diff_options, quota_options,
	report_options;

#endif
