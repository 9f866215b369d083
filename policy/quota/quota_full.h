/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_full: keys that a store elsewhere has said to be full, and until when.
 *
 * Only a reset, a raised limit or a message given back frees a key sooner. To see those, an entry is believed for a minute at most; the message after
 * that asks the store again. A key that finds its place taken is not remembered: nothing but a later answer is lost by it.
 */
#ifndef QUOTA_QUOTA_FULL_H
#define QUOTA_QUOTA_FULL_H

#include "quota/quota.h"

#include <pthread.h>

#define QUOTA_FULL_PLACES 1024
#define QUOTA_FULL_BELIEVED_SECONDS 60

struct quota_full_place {
	uint64_t hash;                  /* of scope and name; of 64 bits, by a secret of this process */
	int64_t limit, until, believed; /* microseconds */
};

struct quota_full {
	pthread_mutex_t lock;
	struct quota_full_place *places;
};

/* False: memory is short. */
bool quota_full_make(struct quota_full *full);
void quota_full_free(struct quota_full *full);

/* It is full for so many seconds from `now` (microseconds) on. */
void quota_full_put(struct quota_full *full, const struct quota_key *key, int64_t seconds, int64_t now);

/* Seconds to go; 0: not known to be full, or with another limit. */
int64_t quota_full_get(struct quota_full *full, const struct quota_key *key, int64_t now);

void quota_full_forget(struct quota_full *full, enum quota_scope scope, struct text name);
void quota_full_clear(struct quota_full *full);

#endif
