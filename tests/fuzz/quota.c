/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: what a file of quotas holds of a key, or of the clock; also without the check, which no mutation meets.
 *
 * Promises: what is read is written again as the same bytes; its sum is that of its counters; its key is one that can be
 * written; it can be counted with, at any moment.
 */
#include "fuzz/fuzz.h"
#include "quota/quota_blob.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

static void count_check(const struct quota_count *count)
{
	static const int64_t later[] = { 0, 1, RING_BUCKET_MICROSECONDS, 86400 * INT64_C(1000000), 2 * RING_SPAN_MICROSECONDS };
	int64_t sum = 0, start = count->ring.newest * RING_BUCKET_MICROSECONDS, moment;
	struct ring ring = count->ring;

	for (size_t i = 0; i < RING_COUNTERS; i++)
		sum += ring.counts[i];
	FUZZ_CHECK(sum == ring.sum);
	for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
		int64_t before = ring.sum;
		ring_advance(&ring, start + later[i]);
		FUZZ_CHECK(ring.sum >= 0 && ring.sum <= before);
		FUZZ_CHECK(ring_moment_of(&ring, 0) >= ring.newest * RING_BUCKET_MICROSECONDS);
		FUZZ_CHECK((ring_next(&ring, &moment) > 0) == (ring.sum > 0));
	}
	FUZZ_CHECK(ring.sum == 0);
	ring = count->ring;
	ring_shift(&ring, 7);
	FUZZ_CHECK(ring.sum == count->ring.sum && ring.newest == count->ring.newest + 7);
	ring_shift(&ring, -7);
	FUZZ_CHECK(!memcmp(&ring, &count->ring, sizeof ring));
}

static void key_check(const unsigned char *bytes, size_t size)
{
	unsigned char again[QUOTA_BLOB_MAX];
	struct quota_count count;
	enum quota_scope scope;
	struct text name;

	if (!quota_blob_read(bytes, size, &scope, &name, &count))
		return;
	FUZZ_CHECK(scope < QUOTA_SCOPES && name.length <= QUOTA_NAME_MAX);
	FUZZ_CHECK(quota_blob_write(scope, name, &count, again) == size);
	FUZZ_CHECK(!memcmp(again, bytes, size));
	count_check(&count);
}

static void clock_check(const unsigned char *bytes, size_t size)
{
	unsigned char again[QUOTA_BLOB_CLOCK_SIZE];
	int64_t moment, wall;

	if (!quota_blob_read_clock(bytes, size, &moment, &wall))
		return;
	FUZZ_CHECK(moment >= 0 && wall >= 0 && size == sizeof again);
	quota_blob_write_clock(moment, wall, again);
	FUZZ_CHECK(!memcmp(again, bytes, size));
}

/* The same with the check that belongs to it: FNV-1a, little-endian. */
static void checked(const unsigned char *data, size_t size)
{
	unsigned char *bytes = malloc(size + 8);
	uint64_t check = 0xcbf29ce484222325u;

	if (!bytes)
		return;
	memcpy(bytes, data, size);
	for (size_t i = 0; i < size; i++)
		check = (check ^ data[i]) * 0x100000001b3u;
	check = htole64(check);
	memcpy(bytes + size, &check, sizeof check);
	key_check(bytes, size + 8);
	clock_check(bytes, size + 8);
	free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned char nothing[1];

	if (!size)
		data = nothing;
	key_check(data, size);
	clock_check(data, size);
	checked(data, size);
	return 0;
}
