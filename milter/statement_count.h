/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * statement_count: how often each statement refused something. A statement is
 * known by its policy's name and its Sid (else its index), so that a count
 * outlives the reload of an unchanged policy; the count of a statement that no
 * generation holds any more is forgotten.
 */
#ifndef MILTER_STATEMENT_COUNT_H
#define MILTER_STATEMENT_COUNT_H

#include "ses/generation.h"
#include "ses/message.h"

#include <stdatomic.h>
#include <stdbool.h>

struct statement_count {
	char *policy, *statement;
	bool deny;                  /* a Deny: can refuse by itself */
	atomic_ulong denied, would; /* refused; would have (monitor mode, shadow) */
	size_t users;               /* generations */
};

/* Those of a generation, in the order of its set. A zeroed struct has none. */
struct statement_counts {
	const struct generation *generation;
	struct statement_count **at;
	size_t count;
};

/* On the loading thread. False: memory is short, and nothing is held. */
bool statement_counts_take(struct statement_counts *counts, const struct generation *generation);
void statement_counts_give_back(struct statement_counts *counts);

/* Count an outcome of that generation, if a statement decided it. For any thread; waits for nobody. */
void statement_counts_add(const struct statement_counts *counts, const struct outcome *outcome, bool would);

/* Call `visit` with each, ordered by policy and statement. For any thread. */
void statement_counts_visit(void (*visit)(const struct statement_count *count, void *argument), void *argument);

#endif
