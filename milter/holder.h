/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * holder: what is in force (policies, those in their shadow, and how to act on
 * them), and the older sets that messages still use.
 *
 * A message takes a hold of the current set at MAIL and gives it back when it is
 * over, so it is judged by one generation from end to end. The swap is one pointer
 * under a mutex that is held for a few instructions. An old set is freed by
 * holder_reap, on the thread that loads, never by a message: freeing a large one
 * takes time.
 *
 * The set in force at the end of the process is never freed: libmilter's
 * threads may still be in callbacks when smfi_main has returned.
 */
#ifndef MILTER_HOLDER_H
#define MILTER_HOLDER_H

#include "ses/generation.h"
#include "statement_count.h"
#include "told_logins.h"

#include <stdatomic.h>
#include <stdbool.h>

/* What becomes of decisions. */
struct conduct {
	bool monitor;            /* nothing is refused */
	bool records;            /* decisions are written to the file */
	bool records_allowed;    /* also those that let mail through */
	bool records_whole;      /* of these all, so that they wait for the end of the message */
	bool records_required;   /* no answer without its record */
	bool may_accept[STAGES]; /* where a yes can be certain before the end of the message (early.h) */
};

/* Put in force together. */
struct loaded {
	struct generation *generation;
	struct generation *shadow; /* NULL: none */
	struct conduct conduct;
};

struct hold {
	struct generation *generation;
	struct generation *shadow;
	struct conduct conduct;
	struct statement_counts counts, shadow_counts;
	struct told_logins told_logins;
	unsigned long number; /* 1 for the first */
	atomic_ulong users;   /* messages that hold it */
	struct hold *older;   /* list of retired sets; only the loading thread looks */
};

/* All that may fail of putting a set in force; what is made owns it. NULL: memory is short, the caller keeps it. */
struct hold *holder_make(const struct loaded *loaded);

/* Give back what was made, and is not used after all; the caller keeps the set. */
void holder_unmake(struct hold *hold);

/* Put in force what was made; the holder owns it from now on. Its number. */
unsigned long holder_use(struct hold *next);

/* Both. 0: memory is short, the caller keeps the set. */
unsigned long holder_put(const struct loaded *loaded);

/* A hold of the set in force; NULL only before the first holder_put. */
struct hold *holder_take(void);
void holder_give_back(struct hold *hold);

/* Is nothing to be refused now? For trouble before there is a hold. */
bool holder_monitors(void);

/* Free retired sets that nobody holds any more; the number of those still held. Only on the loading thread. */
size_t holder_reap(void);

#endif
