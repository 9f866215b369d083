/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/ring.h"

#include <string.h>

static uint32_t *counter_of(struct ring *ring, int64_t bucket)
{
	return &ring->counts[bucket % RING_COUNTERS];
}

/* Number of the oldest bucket that counts. */
static int64_t oldest_of(const struct ring *ring)
{
	return ring->newest >= RING_COUNTERS ? ring->newest - RING_COUNTERS + 1 : 0;
}

void ring_advance(struct ring *ring, int64_t now)
{
	int64_t bucket = now / RING_BUCKET_MICROSECONDS;

	if (bucket <= ring->newest)
		return;
	if (bucket - ring->newest >= RING_COUNTERS || ring->sum == 0) {
		memset(ring->counts, 0, sizeof ring->counts);
		ring->sum = 0;
		ring->newest = bucket;
		return;
	}
	while (ring->newest < bucket) {
		uint32_t *counter = counter_of(ring, ++ring->newest);

		ring->sum -= *counter;
		*counter = 0;
	}
}

static void count(struct ring *ring, int64_t bucket, int64_t recipients)
{
	uint32_t *counter = counter_of(ring, bucket);
	int64_t room = (int64_t)UINT32_MAX - *counter;
	int64_t more = recipients < room ? recipients : room;

	*counter += (uint32_t)more;
	ring->sum += more;
}

void ring_add(struct ring *ring, int64_t recipients)
{
	count(ring, ring->newest, recipients);
}

void ring_take_back(struct ring *ring, int64_t bucket, int64_t recipients)
{
	if (bucket > ring->newest || bucket < oldest_of(ring))
		return;
	uint32_t *counter = counter_of(ring, bucket);
	int64_t less = recipients < *counter ? recipients : *counter;

	*counter -= (uint32_t)less;
	ring->sum -= less;
}

/* When what is in the bucket is no longer counted. */
static int64_t end_of(int64_t bucket)
{
	return (bucket + RING_COUNTERS) * RING_BUCKET_MICROSECONDS;
}

int64_t ring_moment_of(const struct ring *ring, int64_t most)
{
	int64_t sum = ring->sum, bucket = oldest_of(ring);

	if (sum <= most)
		return ring->newest * RING_BUCKET_MICROSECONDS;
	for (; bucket < ring->newest; bucket++) {
		sum -= ring->counts[bucket % RING_COUNTERS];
		if (sum <= most)
			break;
	}
	return end_of(bucket);
}

int64_t ring_next(const struct ring *ring, int64_t *moment)
{
	for (int64_t bucket = oldest_of(ring); bucket <= ring->newest; bucket++) {
		uint32_t counter = ring->counts[bucket % RING_COUNTERS];

		if (counter) {
			*moment = end_of(bucket);
			return counter;
		}
	}
	return 0;
}

void ring_shift(struct ring *ring, int64_t buckets)
{
	const struct ring old = *ring;

	*ring = (struct ring){ .newest = old.newest + buckets > 0 ? old.newest + buckets : 0 };
	for (int64_t bucket = oldest_of(&old); bucket <= old.newest; bucket++)
		if (bucket + buckets >= 0)
			count(ring, bucket + buckets, old.counts[bucket % RING_COUNTERS]);
}

void ring_merge(struct ring *ring, const struct ring *other)
{
	if (other->newest > ring->newest)
		ring_advance(ring, other->newest * RING_BUCKET_MICROSECONDS);
	for (int64_t bucket = oldest_of(other); bucket <= other->newest; bucket++)
		if (bucket >= oldest_of(ring))
			count(ring, bucket, other->counts[bucket % RING_COUNTERS]);
}
