/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lint_options: the command line of ses-policy lint, from one table that is also its help.
 */
#ifndef TOOL_LINT_OPTIONS_H
#define TOOL_LINT_OPTIONS_H

#include "base/completion.h"
#include "lint/lint.h"

#include <stdio.h>

/* More on one command line are not taken. */
#define IDENTITIES_MAX 256
#define TYPED_PATHS_MAX 256

/* A path of which the command line says what its policies are. */
struct typed_path {
	enum lint_type type;
	const char *path;
};

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_SARIF, FORMAT_MDOC };

/* Strings are argv's. Must not move once read: the options point into it. */
struct arguments {
	struct lint_options options;
	const char *identities[IDENTITIES_MAX];
	const char *configuration_set;
	const char *settings;
	enum format format;
	struct typed_path paths[TYPED_PATHS_MAX]; /* in this order: those of identities, of users, what limits them */
	size_t path_count;
	bool list, help, fix;
};

/* False: told on standard error. Further paths are argv[optind] and on. */
bool lint_arguments_read(struct arguments *arguments, int argc, char **argv);

/* Option number `index`, for completion. False: no more. */
bool lint_option_at(size_t index, struct completed_option *out);

/* usage, options, exit status */
void lint_help(FILE *out);

#endif
