/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reason: why a statement does or does not match a request. The truth comes
 * from statement_match and condition_match, which evaluate() is made of; here it
 * is only found which of the parts it was.
 */
#ifndef TOOL_REASON_H
#define TOOL_REASON_H

#include "iam/evaluate.h"
#include "iam/statement.h"

enum element { ELEMENT_NONE, ELEMENT_PRINCIPAL, ELEMENT_ACTION, ELEMENT_RESOURCE, ELEMENT_CONDITION };

struct reason {
	enum truth truth;                  /* of the statement */
	enum element element;              /* the first that is false; else the first that is pending; NONE: all are true */
	const struct condition *condition; /* of ELEMENT_CONDITION */
};

struct reason reason_of(const struct statement *statement, const struct request *request);

/* "Principal" or "NotPrincipal" and so on, as the statement has it; "Condition". */
const char *reason_element_name(const struct statement *statement, enum element element);

/* What the request holds there, and what the statement wants there, for people; NULL when memory is short. */
const char *reason_was(struct arena *arena, const struct statement *statement, const struct reason *reason,
	const struct request *request);
const char *reason_wanted(struct arena *arena, const struct statement *statement, const struct reason *reason);

/* Does the statement look at the key of this slot, in a condition or as a variable? */
bool reason_uses(const struct statement *statement, int slot);

/* Do the statement's policies concern this caller at all? */
bool reason_concerns(const struct statement *statement, const struct request *request);

#endif
