/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * holder: the generation in force, and the older ones that messages still use.
 *
 * A message takes a hold of the current generation at MAIL and gives it back
 * when it is over, so it is judged by one generation from end to end. The
 * swap is one pointer under a mutex that is held for a few instructions. An
 * old generation is freed by holder_reap, on the thread that loads, never by a
 * message: freeing a large one takes time.
 *
 * The generation in force at the end of the process is never freed: libmilter's
 * threads may still be in callbacks when smfi_main has returned.
 */
#ifndef MILTER_HOLDER_H
#define MILTER_HOLDER_H

#include "ses/generation.h"

#include <stdatomic.h>

struct hold {
	struct generation *generation;
	unsigned long number;  /* 1 for the first */
	atomic_ulong users;    /* messages that hold it */
	struct hold *older;    /* list of retired generations; only the loading thread looks */
};

/* Put a generation in force; the holder owns it from now on. Its number, or 0: memory is short, the caller keeps it. */
unsigned long holder_put(struct generation *generation);

/* A hold of the generation in force; NULL only before the first holder_put. */
struct hold *holder_take(void);
void holder_give_back(struct hold *hold);

/* Free retired generations that nobody holds any more; the number of those still held. Only on the loading thread. */
size_t holder_reap(void);

#endif
