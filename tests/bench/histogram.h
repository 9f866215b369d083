/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * histogram: many latencies in little memory, to within an eighth of each.
 */
#ifndef BENCH_HISTOGRAM_H
#define BENCH_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

/* Eight for each power of two. */
#define HISTOGRAM_BUCKETS 512

struct histogram {
	size_t total;
	size_t count[HISTOGRAM_BUCKETS];
};

/* The bucket of a time; what is below 8 has one of its own. */
size_t histogram_bucket(uint64_t ns);

/* The least time of a bucket. */
uint64_t histogram_least(size_t bucket);

void histogram_add(struct histogram *histogram, uint64_t ns);

/* The least time of the bucket in which this share (0 to 1) of all is reached; 0: there are none. */
uint64_t histogram_share(const struct histogram *histogram, double share);

#endif
