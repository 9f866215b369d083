/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * filled: a text of a policy with its variables filled in, for people.
 */
#ifndef TOOL_FILLED_H
#define TOOL_FILLED_H

#include "iam/template.h"
#include "iam/request.h"

/*
 * `before` and the template, filled in from the request, in quotes, then in parentheses what the policy says:
 * "ann@example.com" (${aws:username}@example.com). Where a value is not there, or not yet, that is said, and the text stays.
 * NULL when memory is short.
 */
const char *filled_text(struct arena *arena, struct text before, const struct template *template, const struct request *request);

#endif
