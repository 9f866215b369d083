/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * completion_fish: completion.h for fish.
 */
#ifndef BASE_COMPLETION_FISH_H
#define BASE_COMPLETION_FISH_H

#include "base/completion.h"

/* The script, on standard output. */
void completion_fish(const struct completed_program *program);

#endif
