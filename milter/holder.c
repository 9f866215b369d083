/* SPDX-License-Identifier: BSD-2-Clause */
#include "holder.h"

#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct hold *current; /* under the mutex */
static struct hold *retired; /* the loading thread's */

static void hold_free(struct hold *hold)
{
	statement_counts_give_back(&hold->counts);
	statement_counts_give_back(&hold->shadow_counts);
	free(hold);
}

struct hold *holder_make(const struct loaded *loaded)
{
	struct hold *next = calloc(1, sizeof *next);

	if (!next)
		return NULL;
	next->generation = loaded->generation;
	next->shadow = loaded->shadow;
	next->conduct = loaded->conduct;
	if (!statement_counts_take(&next->counts, next->generation) ||
		(next->shadow && !statement_counts_take(&next->shadow_counts, next->shadow))) {
		hold_free(next);
		return NULL;
	}
	return next;
}

void holder_unmake(struct hold *hold)
{
	hold_free(hold);
}

unsigned long holder_use(struct hold *next)
{
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

unsigned long holder_put(const struct loaded *loaded)
{
	struct hold *next = holder_make(loaded);

	return next ? holder_use(next) : 0;
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

bool holder_monitors(void)
{
	pthread_mutex_lock(&mutex);
	bool monitor = current && current->conduct.monitor;
	pthread_mutex_unlock(&mutex);
	return monitor;
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
		if (hold->shadow)
			generation_free(hold->shadow);
		hold_free(hold);
	}
	return held;
}
