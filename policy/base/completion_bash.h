/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * completion_bash: completion.h for bash.
 */
#ifndef BASE_COMPLETION_BASH_H
#define BASE_COMPLETION_BASH_H

#include "base/completion.h"

/* The script, on standard output. */
void completion_bash(const struct completed_program *program);

#endif
