/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command_completion: what the shells complete behind ses-policy (base/completion.h), from the tables of the commands.
 */
#ifndef TOOL_COMMAND_COMPLETION_H
#define TOOL_COMMAND_COMPLETION_H

#include "tool/command.h"

/* The script of a shell on standard output. False: no such shell, which was told. */
bool command_completion_print(const char *shell, const struct command *commands, size_t count);

#endif
