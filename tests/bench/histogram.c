/* SPDX-License-Identifier: BSD-2-Clause */
#include "histogram.h"

size_t histogram_bucket(uint64_t ns)
{
	if (ns < 8)
		return (size_t)ns;
	unsigned power = 63u - (unsigned)__builtin_clzll(ns);

	return (power - 2) * 8 + (size_t)(ns >> (power - 3) & 7);
}

uint64_t histogram_least(size_t bucket)
{
	return bucket < 8 ? bucket : (8 + (uint64_t)bucket % 8) << (bucket / 8 - 1);
}

void histogram_add(struct histogram *histogram, uint64_t ns)
{
	histogram->total++;
	histogram->count[histogram_bucket(ns)]++;
}

uint64_t histogram_share(const struct histogram *histogram, double share)
{
	double wanted = (double)histogram->total * share;
	size_t seen = 0;

	for (size_t bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
		seen += histogram->count[bucket];
		if (seen && (double)seen >= wanted)
			return histogram_least(bucket);
	}
	return 0;
}
