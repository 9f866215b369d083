/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_policies: the policies in force, statement by statement, in words.
 */
#ifndef TOOL_REPORT_POLICIES_H
#define TOOL_REPORT_POLICIES_H

#include "ses/generation.h"

#include <jansson.h>

/*
 * [{"policy", "file", "layer", "holders", "statements": [{"statement", "line", "effect", "principals", "actions",
 * "resources", "conditions": [{"operator", "key", "words"}]}]}], in the order of the set: statement i is number i of it. `holders`:
 * the principals whose policy it is. NULL when memory is short.
 */
json_t *report_policies(const struct generation *generation);

#endif
