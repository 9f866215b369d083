/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * coverage: which statements and conditions of a policy set some test made true,
 * and which false.
 */
#ifndef TOOL_COVERAGE_H
#define TOOL_COVERAGE_H

#include "tool/mail.h"

struct coverage {
	struct seen *seen; /* statements, each followed by its conditions */
	size_t count;
};

bool coverage_init(struct coverage *coverage, const struct policy_set *set);
void coverage_free(struct coverage *coverage);

/* Note what the policies say to the message as it stands (mail_reach). False when memory is short. */
bool coverage_note(struct coverage *coverage, const struct policy_set *set, struct message *message);

/* Was this statement of the set true in some test, and was it false? */
void coverage_statement(const struct coverage *coverage, const struct policy_set *set, size_t index, bool *was_true,
	bool *was_false);

/* A `# ` line for each that was never true, or never false, and one of numbers. Returns how many lines are missing. */
size_t coverage_print(const struct coverage *coverage, const struct policy_set *set);

#endif
