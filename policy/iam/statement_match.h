/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * statement_match: what one statement says to a request, by its principals, action, resources and conditions.
 */
#ifndef IAM_STATEMENT_MATCH_H
#define IAM_STATEMENT_MATCH_H

#include "iam/condition_match.h"
#include "iam/request.h"
#include "iam/statement.h"

/* How its principals, with NotPrincipal, match the caller. A statement of the caller's own policies always matches it directly. */
enum principal_match statement_principal(const struct statement *statement, const struct caller *caller);

bool statement_action(const struct statement *statement, struct text action);

/* `folded`: read with domains without case (domain.h). */
enum truth statement_resource(const struct statement *statement, const struct request *request, bool folded);

/*
 * Does one statement match, in the reading of domains that request->folded says, and, if `match` is not NULL, how did its
 * principal? For explaining; evaluate() is made of it.
 */
enum truth statement_match(const struct statement *statement, const struct request *request, enum principal_match *match);

/* All its conditions, and what is known already. */
static inline enum truth statement_conditions(const struct statement *statement, const struct request *request, enum truth known)
{
	for (size_t i = 0; i < statement->condition_count && known != TRUTH_FALSE; i++)
		known = truth_and(known, condition_match(&statement->conditions[i], request));
	return known;
}

#endif
