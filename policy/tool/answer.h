/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * answer: what became of a message, for people and as JSON. The JSON has the
 * names of IAM's policy simulator where it says the same ("SimulateCustomPolicy",
 * EvaluationResult), and names in small letters for what only mail has.
 */
#ifndef TOOL_ANSWER_H
#define TOOL_ANSWER_H

#include "tool/explain.h"

#include <jansson.h>

/* "550 5.7.1 TEXT id=..." as the daemon says it; "" if nothing was refused. In the arena; NULL when memory is short. */
const char *answer_reply(struct arena *arena, const struct outcome *outcome);

/* The word for the message: that of the outcome; what was refused without a policy is an implicitDeny. */
const char *answer_decision(const struct outcome *outcome);

/*
 * The outcome in some lines; `why` NULL: not explained. Of each refused
 * recipient, `whys` holds the explanation at his number, or is NULL. False when
 * memory is short.
 */
bool answer_print(struct arena *arena, const struct mail *mail, const struct decided *decided, const struct explained *why,
	const struct explained *whys);

/* One object, new; with the explanation of each statement if `statements`. NULL when memory is short. */
json_t *answer_json(struct arena *arena, const struct mail *mail, const struct decided *decided, const struct explained *why,
	const struct explained *whys, bool statements);

#endif
