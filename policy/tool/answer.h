/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * answer: what became of a message, in the words that answers for people and in JSON share.
 */
#ifndef TOOL_ANSWER_H
#define TOOL_ANSWER_H

#include "tool/explain.h"

/* "550 5.7.1 TEXT id=..." as the daemon says it; "" if nothing was refused. In the arena; NULL when memory is short. */
const char *answer_reply(struct arena *arena, const struct outcome *outcome);

/* The word for the message: that of the outcome; what was refused without a policy is an implicitDeny. */
const char *answer_decision(const struct outcome *outcome);

#endif
