/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_blob: what a file holds of a key, and of the clock, as bytes that can be checked when they are read.
 *
 * Version 1, numbers little-endian, each of the bytes told:
 *
 *     1 version  1 'k'  2 length of the key  the key ("SCOPE NAME")  8 newest bucket  8 paid  8 touched  8 doubtful
 *     4 reached 80  4 reached 100  2 counters that are not 0  for each, newest first: 2 age in buckets, 4 recipients  8 check
 *     1 version  1 'c'  8 moment  8 wall clock  8 check
 *
 * The check is over all bytes before it (FNV-1a, 64 bits).
 */
#ifndef QUOTA_QUOTA_BLOB_H
#define QUOTA_QUOTA_BLOB_H

#include "quota/quota_key.h"
#include "quota/quota_table.h"

#define QUOTA_BLOB_MAX (4 + QUOTA_KEY_SIZE + 32 + 8 + 2 + RING_COUNTERS * 6 + 8)

/* The bytes of a key, in `out`; how many. */
size_t quota_blob_write(enum quota_scope scope, struct text name, const struct quota_count *count,
	unsigned char out[QUOTA_BLOB_MAX]);

/* False: they are not what quota_blob_write() makes. `name` points into them. */
bool quota_blob_read(const unsigned char *blob, size_t size, enum quota_scope *scope, struct text *name, struct quota_count *count);

#define QUOTA_BLOB_CLOCK_SIZE 26
void quota_blob_write_clock(int64_t moment, int64_t wall, unsigned char out[QUOTA_BLOB_CLOCK_SIZE]);
bool quota_blob_read_clock(const unsigned char *blob, size_t size, int64_t *moment, int64_t *wall);

#endif
