/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * completion_zsh: completion.h for zsh.
 */
#ifndef BASE_COMPLETION_ZSH_H
#define BASE_COMPLETION_ZSH_H

#include "base/completion.h"

/* The script, on standard output. */
void completion_zsh(const struct completed_program *program);

#endif
