/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/answer.h"

const char *answer_reply(struct arena *arena, const struct outcome *outcome)
{
	const struct reason_info *info = &reason_rows[outcome->reason];

	return outcome->action == OUTCOME_CONTINUE ? ""
						   : arena_printf(arena, "%s %s %s id=...", info->code, info->xcode, outcome->text);
}

const char *answer_decision(const struct outcome *outcome)
{
	return decision_name(outcome->action == OUTCOME_CONTINUE ? DECISION_ALLOWED : outcome->decision);
}
