/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval_raw: decide raw requests (raw.h) from standard input, one a line. The
 * status is that of the worst answer: allowed, denied, invalid; of no input it
 * is allowed.
 */
#ifndef TOOL_EVAL_RAW_H
#define TOOL_EVAL_RAW_H

#include "tool/command.h"

enum status eval_raw(void);

#endif
