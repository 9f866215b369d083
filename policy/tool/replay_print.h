/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay_print: what changes, for people and as JSON lines.
 */
#ifndef TOOL_REPLAY_PRINT_H
#define TOOL_REPLAY_PRINT_H

#include "tool/replay_quota_count.h"
#include "tool/replay_tally.h"

/* `quotas` is NULL where there are no limits. False when memory is short. */
bool replay_print(const struct replay_tally *tally, const struct replay_quota_total *quotas);
bool replay_print_json(const struct replay_tally *tally, const struct replay_quota_total *quotas);

#endif
