/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cost: about what asking a policy set takes (work.h), known when it is sealed:
 * of addresses and names of an ordinary length, and of a request that nothing is
 * left out for. Longer values take more; that is counted when they come.
 */
#ifndef IAM_COST_H
#define IAM_COST_H

#include "value/work.h"

struct statement;
struct scope;

struct cost {
	size_t once;                     /* for a request */
	size_t each;                     /* and for each value of a key that is a list (recipients) */
	const struct statement *dearest; /* the statement that takes most of it, and how much; NULL: none */
	size_t dearest_units;
};

/* About what a message of so many recipients takes: it is asked about several times. */
#define COST_RECIPIENTS 50
#define COST_TIMES 4

/* What an ordinary message takes, in units. */
static inline size_t cost_of_message(const struct cost *cost)
{
	return COST_TIMES * (cost->once + COST_RECIPIENTS * cost->each);
}

/* *sum also takes what `more` takes. */
void cost_add(struct cost *sum, const struct cost *more);

/* *most becomes what takes more of the two. */
void cost_most(struct cost *most, const struct cost *other);

void cost_of_statement(const struct statement *statement, struct cost *out);

/* What finding out whether a scope takes a request costs. Its statements come on top. */
void cost_of_scope(const struct statement *head, struct cost *out);

#endif
