/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * completion: what the shells complete, from the tables of the commands.
 */
#ifndef TOOL_COMPLETION_H
#define TOOL_COMPLETION_H

#include "tool/command.h"

/* The script of a shell, "bash" or "zsh", on standard output. False: no such shell, which was told. */
bool completion_print(const char *shell, const struct command *commands, size_t count);

#endif
