/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ranges of both families are sorted and merged as 128-bit numbers in memory
 * that is given back; what stays is first and last addresses in arrays of their
 * own, so that a search touches as few cache lines as can be.
 */
#include "iam/ip_set.h"

#include <stdlib.h>

struct address {
	uint64_t high, low; /* IPv4: in low alone */
};

struct range {
	struct address first, last;
};

struct ip_set {
	size_t count4, count6;
	uint32_t *first4, *last4;
	struct address *first6, *last6;
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
	if (ip->family == 4)
		return (struct address){ 0, load(ip->bytes, 4) };
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

/* The lowest `count` bits set. */
static uint64_t low_bits(unsigned int count)
{
	return count >= 64 ? UINT64_MAX : ((uint64_t)1 << count) - 1;
}

static struct range range_of(const struct ip_network *network)
{
	unsigned int host = (network->first.family == 4 ? 32u : 128u) - network->prefix;
	struct range range = { address_of(&network->first), address_of(&network->first) };

	range.last.low |= low_bits(host);
	if (host > 64)
		range.last.high |= low_bits(host - 64);
	return range;
}

/* Is b at most one behind a? */
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

	if (count == 0)
		return 0;
	qsort(ranges, count, sizeof(*ranges), compare_ranges);
	for (size_t i = 1; i < count; i++) {
		if (!reaches(ranges[kept].last, ranges[i].first))
			ranges[++kept] = ranges[i];
		else if (compare(ranges[i].last, ranges[kept].last) > 0)
			ranges[kept].last = ranges[i].last;
	}
	return kept + 1;
}

static size_t ranges_collect(struct range *ranges, const struct ip_network *networks, size_t count, uint8_t family)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		if (networks[i].first.family == family)
			ranges[found++] = range_of(&networks[i]);
	}
	return ranges_merge(ranges, found);
}

static bool set_fill4(struct arena *arena, struct ip_set *set, const struct range *ranges)
{
	set->first4 = arena_array(arena, set->count4, sizeof(*set->first4));
	set->last4 = arena_array(arena, set->count4, sizeof(*set->last4));
	if (set->first4 == NULL || set->last4 == NULL)
		return false;
	for (size_t i = 0; i < set->count4; i++) {
		set->first4[i] = (uint32_t)ranges[i].first.low;
		set->last4[i] = (uint32_t)ranges[i].last.low;
	}
	return true;
}

static bool set_fill6(struct arena *arena, struct ip_set *set, const struct range *ranges)
{
	set->first6 = arena_array(arena, set->count6, sizeof(*set->first6));
	set->last6 = arena_array(arena, set->count6, sizeof(*set->last6));
	if (set->first6 == NULL || set->last6 == NULL)
		return false;
	for (size_t i = 0; i < set->count6; i++) {
		set->first6[i] = ranges[i].first;
		set->last6[i] = ranges[i].last;
	}
	return true;
}

struct ip_set *ip_set_new(struct arena *arena, const struct ip_network *networks, size_t count)
{
	struct ip_set *set = arena_array(arena, 1, sizeof(*set));
	struct range *ranges;

	if (set == NULL || count == 0)
		return set;
	ranges = calloc(count, sizeof(*ranges));
	if (ranges == NULL)
		return NULL;
	set->count4 = ranges_collect(ranges, networks, count, 4);
	bool filled = set_fill4(arena, set, ranges);
	set->count6 = ranges_collect(ranges, networks, count, 6);
	filled = filled && set_fill6(arena, set, ranges);
	free(ranges);
	return filled ? set : NULL;
}

bool ip_set_holds(const struct ip_set *set, const struct ip *ip)
{
	struct address wanted = address_of(ip);
	size_t at = 0;

	/* Halving without a branch: `at` is the last range that begins at or before the address, or 0. */
	if (ip->family == 4 && set->count4 > 0) {
		for (size_t left = set->count4; left > 1; left -= left / 2)
			at += set->first4[at + left / 2] <= wanted.low ? left / 2 : 0;
		return set->first4[at] <= wanted.low && wanted.low <= set->last4[at];
	}
	if (ip->family == 6 && set->count6 > 0) {
		for (size_t left = set->count6; left > 1; left -= left / 2)
			at += compare(set->first6[at + left / 2], wanted) <= 0 ? left / 2 : 0;
		return compare(set->first6[at], wanted) <= 0 && compare(wanted, set->last6[at]) <= 0;
	}
	return false;
}
