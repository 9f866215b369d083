/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options: the command line. One table gives names, arguments and help.
 */
#ifndef MILTER_OPTIONS_H
#define MILTER_OPTIONS_H

#include "log.h"
#include "settings/settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum task { TASK_SERVE, TASK_CHECK, TASK_PRINT_SETTINGS, TASK_STATUS, TASK_VERSION, TASK_HELP };

/* Strings are argv's. */
struct options {
	enum task task;
	struct settings_given given; /* its list of policies is allocated */
	bool foreground;
	enum log_to log; /* with `foreground` taken into it */
	bool json;       /* of TASK_STATUS: as the daemon says it */
	bool strict;     /* of TASK_CHECK: what is warned of is refused */
};

/* EX_OK, or the status to end with (EX_USAGE, EX_OSERR): standard error says what is wrong. */
int options_parse(struct options *options, int argc, char **argv);
void options_free(struct options *options);

/* What a shell completes (base/completion.h), on standard output. False: no such shell, which was told. */
bool options_complete(const char *shell);

/* Usage and the options, for --help. */
void options_help(FILE *out);

#endif
