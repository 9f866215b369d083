/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_blob.h"

#include <endian.h>

#define BLOB_VERSION 1
/* No moment of a clock that counts microseconds since 1970 comes near. */
#define MOMENT_MOST (INT64_C(1) << 60)

static uint64_t check_of(const unsigned char *bytes, size_t size)
{
	uint64_t check = 0xcbf29ce484222325u;

	for (size_t i = 0; i < size; i++)
		check = (check ^ bytes[i]) * 0x100000001b3u;
	return check;
}

/* ---- writing ---- */

static unsigned char *put(unsigned char *at, uint64_t number, size_t size)
{
	number = htole64(number);
	memcpy(at, &number, size);
	return at + size;
}

static unsigned char *put_moment(unsigned char *at, int64_t moment)
{
	return put(at, moment > 0 ? (uint64_t)moment : 0, 8);
}

size_t quota_blob_write(enum quota_scope scope, struct text name, const struct quota_count *count,
	unsigned char out[QUOTA_BLOB_MAX])
{
	size_t length = quota_key_write(scope, name, (char *)out + 4, QUOTA_KEY_SIZE), counters = 0;
	unsigned char *at = put(put(put(out, BLOB_VERSION, 1), 'k', 1), length, 2) + length;

	at = put_moment(at, count->ring.newest);
	at = put_moment(at, count->paid);
	at = put_moment(at, count->touched);
	at = put_moment(at, count->doubtful);
	at = put(put(at, (uint64_t)count->reached_80, 4), (uint64_t)count->reached_100, 4);
	unsigned char *told = at;
	at += 2;
	for (int64_t age = 0; age < RING_COUNTERS && age <= count->ring.newest; age++) {
		uint32_t counter = count->ring.counts[(count->ring.newest - age) % RING_COUNTERS];

		if (counter) {
			at = put(put(at, (uint64_t)age, 2), counter, 4);
			counters++;
		}
	}
	put(told, counters, 2);
	at = put(at, check_of(out, (size_t)(at - out)), 8);
	return (size_t)(at - out);
}

void quota_blob_write_clock(int64_t moment, int64_t wall, unsigned char out[QUOTA_BLOB_CLOCK_SIZE])
{
	unsigned char *at = put_moment(put_moment(put(put(out, BLOB_VERSION, 1), 'c', 1), moment), wall);

	put(at, check_of(out, QUOTA_BLOB_CLOCK_SIZE - 8), 8);
}

/* ---- reading ---- */

struct blob_reader {
	const unsigned char *at;
	size_t left; /* without the check */
	bool good;
};

static uint64_t get(struct blob_reader *reader, size_t size)
{
	uint64_t number = 0;

	if (reader->left < size) {
		reader->good = false;
		return 0;
	}
	memcpy(&number, reader->at, size);
	reader->at += size;
	reader->left -= size;
	return le64toh(number);
}

static int64_t get_below(struct blob_reader *reader, size_t size, int64_t bound)
{
	uint64_t number = get(reader, size);

	reader->good &= number < (uint64_t)bound;
	return reader->good ? (int64_t)number : 0;
}

/* A reader behind version and kind, if those and the check are right. */
static struct blob_reader begin(const unsigned char *blob, size_t size, char kind)
{
	struct blob_reader reader = { .at = blob, .left = size };

	if (size < 10 || size > QUOTA_BLOB_MAX)
		return reader;
	reader.left = 8;
	reader.at = blob + size - 8;
	reader.good = true;
	uint64_t check = get(&reader, 8);
	reader.at = blob;
	reader.left = size - 8;
	reader.good = check == check_of(blob, size - 8) && get(&reader, 1) == BLOB_VERSION &&
		get(&reader, 1) == (unsigned char)kind;
	return reader;
}

static void read_ring(struct blob_reader *reader, struct ring *ring)
{
	int64_t counters = get_below(reader, 2, RING_COUNTERS + 1), last = -1;

	for (int64_t i = 0; i < counters && reader->good; i++) {
		int64_t age = get_below(reader, 2, RING_COUNTERS);
		uint32_t counter = (uint32_t)get(reader, 4);

		if (age <= last || age > ring->newest || counter == 0)
			reader->good = false;
		if (!reader->good)
			return;
		ring->counts[(ring->newest - age) % RING_COUNTERS] = counter;
		ring->sum += counter;
		last = age;
	}
}

bool quota_blob_read(const unsigned char *blob, size_t size, enum quota_scope *scope, struct text *name, struct quota_count *count)
{
	struct blob_reader reader = begin(blob, size, 'k');

	memset(count, 0, sizeof *count);
	size_t length = (size_t)get_below(&reader, 2, QUOTA_KEY_SIZE + 1);
	if (!reader.good || length > reader.left || !quota_key_parse((struct text){ (const char *)reader.at, length }, scope, name))
		return false;
	reader.at += length;
	reader.left -= length;
	count->ring.newest = get_below(&reader, 8, INT32_MAX);
	count->paid = get_below(&reader, 8, MOMENT_MOST);
	count->touched = get_below(&reader, 8, MOMENT_MOST);
	count->doubtful = get_below(&reader, 8, MOMENT_MOST);
	count->reached_80 = (int32_t)get_below(&reader, 4, INT32_MAX);
	count->reached_100 = (int32_t)get_below(&reader, 4, INT32_MAX);
	read_ring(&reader, &count->ring);
	return reader.good && reader.left == 0;
}

bool quota_blob_read_clock(const unsigned char *blob, size_t size, int64_t *moment, int64_t *wall)
{
	struct blob_reader reader = begin(blob, size, 'c');

	*moment = get_below(&reader, 8, MOMENT_MOST);
	*wall = get_below(&reader, 8, MOMENT_MOST);
	return reader.good && reader.left == 0;
}
