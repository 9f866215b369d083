/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ranges are sorted and merged in memory that is given back, those of IPv6 as
 * 128-bit numbers. What stays is a table for each family, with an index in
 * front: the space from the first range to the last is cut into as many equal
 * buckets as there are ranges, so that a search begins with few left. (When all
 * ranges lie in few buckets it is the plain binary search again.)
 */
#include "value/ip_set.h"

#include <stdlib.h>
#include <string.h>

struct address {
	uint64_t high, low;
};

struct range {
	struct address first, last;
};

struct range4 {
	uint32_t first, last;
};

struct index {
	uint64_t base; /* high part of the first range's first address */
	unsigned int shift;
	size_t buckets;
	uint32_t *starts; /* of each bucket, and one more: the ranges that begin before it */
};

struct ip_set {
	size_t count4, count6;
	struct range4 *ranges4;
	struct range *ranges6;
	struct index index4, index6;
};

static uint64_t load(const uint8_t *bytes, size_t count)
{
	uint64_t value = 0;

	for (size_t i = 0; i < count; i++)
		value = value << 8 | bytes[i];
	return value;
}

static struct address address_of(const struct ip *ip)
{
	return (struct address){ load(ip->bytes, 8), load(ip->bytes + 8, 8) };
}

static int compare(struct address a, struct address b)
{
	if (a.high != b.high)
		return a.high < b.high ? -1 : 1;
	return (a.low > b.low) - (a.low < b.low);
}

static int compare_ranges(const void *a, const void *b)
{
	return compare(((const struct range *)a)->first, ((const struct range *)b)->first);
}

static int compare_ranges4(const void *a, const void *b)
{
	uint32_t left = ((const struct range4 *)a)->first, right = ((const struct range4 *)b)->first;

	return (left > right) - (left < right);
}

/* The lowest `count` bits set. */
static uint64_t low_bits(unsigned int count)
{
	return count >= 64 ? UINT64_MAX : ((uint64_t)1 << count) - 1;
}

static struct range range_of(const struct ip_network *network)
{
	struct range range = { address_of(&network->first), address_of(&network->first) };

	range.last.low |= low_bits(128u - network->prefix);
	if (network->prefix < 64)
		range.last.high |= low_bits(64u - network->prefix);
	return range;
}

static struct range4 range4_of(const struct ip_network *network)
{
	uint32_t first = (uint32_t)load(network->first.bytes, 4);

	return (struct range4){ first, first | (uint32_t)low_bits(32u - network->prefix) };
}

/* Does b begin before a ends, or right behind it? */
static bool reaches(struct address a, struct address b)
{
	if (compare(b, a) <= 0)
		return true;
	return b.low == a.low + 1 && b.high == a.high + (a.low == UINT64_MAX);
}

/* Sort and merge; returns how many are left. */
static size_t ranges_merge(struct range *ranges, size_t count)
{
	size_t kept = 0;

	qsort(ranges, count, sizeof *ranges, compare_ranges);
	for (size_t i = 1; i < count; i++) {
		if (!reaches(ranges[kept].last, ranges[i].first))
			ranges[++kept] = ranges[i];
		else if (compare(ranges[i].last, ranges[kept].last) > 0)
			ranges[kept].last = ranges[i].last;
	}
	return kept + 1;
}

static size_t ranges4_merge(struct range4 *ranges, size_t count)
{
	size_t kept = 0;

	qsort(ranges, count, sizeof *ranges, compare_ranges4);
	for (size_t i = 1; i < count; i++) {
		if (ranges[i].first > ranges[kept].last && ranges[i].first - 1 > ranges[kept].last)
			ranges[++kept] = ranges[i];
		else if (ranges[i].last > ranges[kept].last)
			ranges[kept].last = ranges[i].last;
	}
	return kept + 1;
}

static uint64_t range_begins(const void *ranges, size_t at)
{
	return ((const struct range *)ranges)[at].first.high;
}

static uint64_t range4_begins(const void *ranges, size_t at)
{
	return ((const struct range4 *)ranges)[at].first;
}

static bool index_make(struct index *index, struct arena *arena, const void *ranges, size_t count,
	uint64_t (*begins)(const void *ranges, size_t at))
{
	uint64_t base = begins(ranges, 0), span = begins(ranges, count - 1) - base;

	*index = (struct index){ .base = base };
	while (span >> index->shift >= count)
		index->shift++;
	index->buckets = (size_t)(span >> index->shift) + 1;
	index->starts = arena_array(arena, index->buckets + 1, sizeof *index->starts);
	if (!index->starts)
		return false;
	size_t at = 0;
	for (size_t bucket = 0; bucket <= index->buckets; bucket++) {
		while (at < count && (begins(ranges, at) - base) >> index->shift < bucket)
			at++;
		index->starts[bucket] = (uint32_t)at;
	}
	return true;
}

static bool set_fill4(struct arena *arena, struct ip_set *set, const struct ip_network *networks, size_t count, size_t own)
{
	struct range4 *ranges = own > 0 ? malloc(own * sizeof *ranges) : NULL;
	size_t found = 0;

	if (!ranges)
		return own == 0;
	for (size_t i = 0; i < count; i++) {
		if (networks[i].first.family == 4)
			ranges[found++] = range4_of(&networks[i]);
	}
	set->count4 = ranges4_merge(ranges, own);
	set->ranges4 = arena_array(arena, set->count4, sizeof *set->ranges4);
	if (set->ranges4)
		memcpy(set->ranges4, ranges, set->count4 * sizeof *ranges);
	free(ranges);
	return set->ranges4 && index_make(&set->index4, arena, set->ranges4, set->count4, range4_begins);
}

static bool set_fill6(struct arena *arena, struct ip_set *set, const struct ip_network *networks, size_t count, size_t own)
{
	struct range *ranges = own > 0 ? malloc(own * sizeof *ranges) : NULL;
	size_t found = 0;

	if (!ranges)
		return own == 0;
	for (size_t i = 0; i < count; i++) {
		if (networks[i].first.family == 6)
			ranges[found++] = range_of(&networks[i]);
	}
	set->count6 = ranges_merge(ranges, own);
	set->ranges6 = arena_array(arena, set->count6, sizeof *set->ranges6);
	if (set->ranges6)
		memcpy(set->ranges6, ranges, set->count6 * sizeof *ranges);
	free(ranges);
	return set->ranges6 && index_make(&set->index6, arena, set->ranges6, set->count6, range_begins);
}

struct ip_set *ip_set_new(struct arena *arena, const struct ip_network *networks, size_t count)
{
	struct ip_set *set = arena_array(arena, 1, sizeof *set);
	size_t count4 = 0, count6 = 0;

	if (!set || count == 0)
		return set;
	if (count >= UINT32_MAX || count > PTRDIFF_MAX / sizeof(struct range))
		return NULL;
	for (size_t i = 0; i < count; i++) {
		count4 += networks[i].first.family == 4;
		count6 += networks[i].first.family == 6;
	}
	return set_fill4(arena, set, networks, count, count4) && set_fill6(arena, set, networks, count, count6) ? set : NULL;
}

/*
 * The ranges among which the last that begins at or before `high` is, if there
 * is one: from *at on, at least one. The one before the bucket may reach into it.
 */
static inline size_t index_find(const struct index *index, uint64_t high, size_t *at)
{
	uint64_t bucket = (high - index->base) >> index->shift;

	if (bucket >= index->buckets)
		bucket = index->buckets - 1;
	size_t start = index->starts[bucket];
	*at = start - (start > 0);
	return index->starts[bucket + 1] - *at;
}

static bool holds4(const struct ip_set *set, uint32_t wanted)
{
	size_t at;

	/* The only one: many a site names one network. */
	if (set->count4 == 1)
		return wanted >= set->ranges4[0].first && wanted <= set->ranges4[0].last;
	if (set->count4 == 0 || wanted < set->ranges4[0].first)
		return false;
	/* Halving without a branch to guess. */
	for (size_t left = index_find(&set->index4, wanted, &at); left > 1; left -= left / 2)
		at += set->ranges4[at + left / 2].first <= wanted ? left / 2 : 0;
	return wanted <= set->ranges4[at].last;
}

static bool holds6(const struct ip_set *set, struct address wanted)
{
	size_t at;

	if (set->count6 == 0 || compare(wanted, set->ranges6[0].first) < 0)
		return false;
	for (size_t left = index_find(&set->index6, wanted.high, &at); left > 1; left -= left / 2)
		at += compare(set->ranges6[at + left / 2].first, wanted) <= 0 ? left / 2 : 0;
	return compare(wanted, set->ranges6[at].last) <= 0;
}

bool ip_set_holds(const struct ip_set *set, const struct ip *ip)
{
	if (ip->family == 4)
		return holds4(set, (uint32_t)load(ip->bytes, 4));
	return ip->family == 6 && holds6(set, address_of(ip));
}
