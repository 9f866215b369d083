/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * answer_text: what became of a message, for people.
 */
#ifndef TOOL_ANSWER_TEXT_H
#define TOOL_ANSWER_TEXT_H

#include "tool/explain.h"

/*
 * The outcome in some lines, explained if that is wanted; else a refusal tells which keys were not given. Of each
 * refused recipient `whys` holds the explanation at its number. False when memory is short.
 */
bool answer_print(struct arena *arena, const struct mail *mail, const struct decided *decided, const struct explained *why,
	const struct explained *whys, bool explained);

#endif
