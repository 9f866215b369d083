/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * match: whether a statement matches a request, and why not. The truth comes
 * from statement_match and condition_match, which evaluate() is made of; here it
 * is only found which of the parts it was.
 */
#ifndef TOOL_MATCH_H
#define TOOL_MATCH_H

#include "iam/evaluate.h"
#include "iam/statement.h"

enum match_element { ELEMENT_NONE, ELEMENT_PRINCIPAL, ELEMENT_ACTION, ELEMENT_RESOURCE, ELEMENT_CONDITION };

struct match {
	enum truth truth;                  /* of the statement */
	enum match_element element;        /* the first that is false; else the first that is pending; NONE: all are true */
	const struct condition *condition; /* of ELEMENT_CONDITION */
};

struct match match_of(const struct statement *statement, const struct request *request);

/* "Principal" or "NotPrincipal" and so on, as the statement has it; "Condition". */
const char *match_element_name(const struct statement *statement, enum match_element element);

/* What the request holds there, and what the statement wants there, for people; NULL when memory is short. */
const char *match_was(struct arena *arena, const struct statement *statement, const struct match *match,
	const struct request *request);
const char *match_wanted(struct arena *arena, const struct statement *statement, const struct match *match,
	const struct request *request);

/* Does the statement look at the key of this slot, in a condition or as a variable? */
bool match_uses(const struct statement *statement, int slot);

/* Do the statement's policies concern this caller at all? */
bool match_concerns(const struct statement *statement, const struct request *request);

#endif
