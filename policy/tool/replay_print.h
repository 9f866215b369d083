/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay_print: what changes, for people and as JSON lines.
 */
#ifndef TOOL_REPLAY_PRINT_H
#define TOOL_REPLAY_PRINT_H

#include "tool/replay_tally.h"

/* False when memory is short. */
bool replay_print(const struct replay_tally *tally);
bool replay_print_json(const struct replay_tally *tally);

#endif
