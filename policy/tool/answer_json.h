/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * answer_json: what became of a message, as JSON. It has the names of IAM's
 * policy simulator where it says the same ("SimulateCustomPolicy", EvaluationResult),
 * and names in lower case for what only mail has.
 */
#ifndef TOOL_ANSWER_JSON_H
#define TOOL_ANSWER_JSON_H

#include "tool/explain.h"

#include <jansson.h>

/* One object, new; with the explanation of each statement if `statements`. NULL when memory is short. */
json_t *answer_json(struct arena *arena, const struct mail *mail, const struct decided *decided, const struct explained *why,
	const struct explained *whys, bool statements);

#endif
