/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_rows: the principals of a site, for the matrix: each entry of its list, and, where an entry stands for many logins, those that
 * IAM or a policy names.
 */
#ifndef TOOL_REPORT_ROWS_H
#define TOOL_REPORT_ROWS_H

#include "ses/generation.h"

struct report_row {
	const struct principal_rule *rule;
	struct caller caller;
	const char *who;     /* which clients, in words, escaped */
	const char *refused; /* why all of them are, without a policy; NULL: policies tell */
};

struct report_rows {
	struct report_row *at;
	size_t count, room;
	size_t left_out; /* more than `most` */
};

/* In the arena. False when memory is short. */
bool report_rows(struct arena *arena, const struct generation *generation, size_t most, struct report_rows *out);

#endif
