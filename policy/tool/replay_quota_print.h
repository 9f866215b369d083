/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay_quota_print: what limits would have done, for people and as JSON.
 */
#ifndef TOOL_REPLAY_QUOTA_PRINT_H
#define TOOL_REPLAY_QUOTA_PRINT_H

#include "tool/replay_quota_count.h"

#include <jansson.h>

/* False when memory is short. */
bool replay_quota_print(const struct replay_quota_total *total);

/* The totals, one object. NULL when memory is short. */
json_t *replay_quota_json(const struct replay_quota_total *total);

/* A line for each key. False when memory is short. */
bool replay_quota_print_json(const struct replay_quota_total *total);

#endif
