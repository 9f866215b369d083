/* SPDX-License-Identifier: BSD-2-Clause */
#include "holder.h"

#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct hold *current; /* under the mutex */
static struct hold *retired; /* the loading thread's */

unsigned long holder_put(struct generation *generation)
{
	struct hold *next = calloc(1, sizeof *next);

	if (!next)
		return 0;
	next->generation = generation;
	pthread_mutex_lock(&mutex);
	struct hold *old = current;
	next->number = old ? old->number + 1 : 1;
	current = next;
	pthread_mutex_unlock(&mutex);
	if (old) {
		old->older = retired;
		retired = old;
	}
	return next->number;
}

struct hold *holder_take(void)
{
	pthread_mutex_lock(&mutex);
	struct hold *hold = current;
	if (hold)
		atomic_fetch_add_explicit(&hold->users, 1, memory_order_relaxed);
	pthread_mutex_unlock(&mutex);
	return hold;
}

void holder_give_back(struct hold *hold)
{
	/* Release: what the message read is read before the reaper may free it. */
	if (hold)
		atomic_fetch_sub_explicit(&hold->users, 1, memory_order_release);
}

size_t holder_reap(void)
{
	size_t held = 0;

	for (struct hold **at = &retired; *at;) {
		struct hold *hold = *at;
		/* Nobody can take a retired generation any more, so 0 is final. */
		if (atomic_load_explicit(&hold->users, memory_order_acquire) != 0) {
			held++;
			at = &hold->older;
			continue;
		}
		*at = hold->older;
		generation_free(hold->generation);
		free(hold);
	}
	return held;
}
