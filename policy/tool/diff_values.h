/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * diff_values: values at which two sets of policies might differ: of each value
 * that a condition has, texts that its pattern takes, the edges of a network and
 * the addresses beside them, the moments before, at and after a date; and one
 * value of each kind that no policy knows.
 */
#ifndef TOOL_DIFF_VALUES_H
#define TOOL_DIFF_VALUES_H

#include "ses/generation.h"
#include "tool/option.h"

enum diff_kind {
	DIFF_SENDER,
	DIFF_RECIPIENT,
	DIFF_CLIENT,
	DIFF_TIME,
	DIFF_NAME,
	DIFF_FEEDBACK,
	DIFF_SET,
	DIFF_CONTEXT,
	DIFF_PRINCIPAL,
	DIFF_LOGIN,
	DIFF_TENANT,
	DIFF_KINDS
};

struct diff_values {
	struct arena arena;
	struct word_list of[DIFF_KINDS]; /* CONTEXT: KEY=VALUE; no doubles; lists in the arena */
};

/* Add those of a generation. False when memory is short. */
bool diff_values_add(struct diff_values *values, const struct generation *generation);
void diff_values_free(struct diff_values *values);

#endif
