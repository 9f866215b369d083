/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ring: recipients in the last 24 hours, in counters of five minutes each.
 *
 * 288 whole ones and the one that is being filled: what was sent in (t - 24 h, t] is always among them, and what is among
 * them was sent in (t - 24 h - 5 min, t]. Time is an argument; moments are microseconds, on any scale that does not go back. A moment
 * before the newest counter counts as in that.
 */
#ifndef QUOTA_RING_H
#define QUOTA_RING_H

#include <stdint.h>

#define RING_COUNTERS 289
#define RING_BUCKET_MICROSECONDS INT64_C(300000000)
/* After so long without mail a ring is empty. */
#define RING_SPAN_MICROSECONDS (RING_COUNTERS * RING_BUCKET_MICROSECONDS)

/* Zeroed it is empty. */
struct ring {
	int64_t newest; /* number of the bucket that is being filled: its moment / RING_BUCKET_MICROSECONDS */
	int64_t sum;    /* of all counters */
	uint32_t counts[RING_COUNTERS];
};

/* Make the bucket of `now` the newest: what is too old is gone from the sum. */
void ring_advance(struct ring *ring, int64_t now);

/* In the newest bucket, whose counter ends at UINT32_MAX. */
void ring_add(struct ring *ring, int64_t recipients);

/* In the bucket of that number, as far as it has as many and is not gone. */
void ring_take_back(struct ring *ring, int64_t bucket, int64_t recipients);

/* The moment from which the sum is `most` at most, if nothing is added; that of the newest bucket if it is already. */
int64_t ring_moment_of(const struct ring *ring, int64_t most);

/* How many are free again next, and from which moment; 0: the ring is empty. */
int64_t ring_next(const struct ring *ring, int64_t *moment);

/* As if everything had been sent so many buckets later (or earlier: what would be before the first bucket is forgotten). */
void ring_shift(struct ring *ring, int64_t buckets);

/* Add what another ring has counted, at its own times. */
void ring_merge(struct ring *ring, const struct ring *other);

#endif
