/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_cell: what the policies say to one principal about one resource, whatever else the message is.
 */
#ifndef TOOL_REPORT_CELL_H
#define TOOL_REPORT_CELL_H

#include "ses/generation.h"

#include <jansson.h>

/* "POLICY/SID", or "POLICY/NUMBER" from 1; escaped, into a buffer of REPORT_NAME_SIZE. */
#define REPORT_NAME_SIZE 400
const char *report_statement_name(const struct statement *statement, char name[REPORT_NAME_SIZE]);

/* A request that knows what is the same for all messages of the site; all else that a message brings is not known yet. False when memory is short. */
bool report_request(struct arena *arena, const struct generation *generation, const struct principal_rule *rule,
	const struct caller *caller, struct request *out);

/*
 * {"answer": "every message" | "some messages" | "no message", "lines": [{"about", "words", "effect", "statements": [NAME]}]}:
 * what a message must be, or what decides. NULL when memory is short.
 */
json_t *report_cell(struct arena *arena, const struct generation *generation, const struct principal_rule *rule,
	const struct caller *caller, struct text resource);

/* The answer that no policy gives. */
json_t *report_cell_refused(const char *why);

#endif
