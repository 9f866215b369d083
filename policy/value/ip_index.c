/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The networks stand sorted by family, prefix length and address. A question is
 * one binary search for each prefix length that occurs, for the address cut to
 * that length: there are seldom more than a handful.
 */
#include "value/ip_index.h"

#include <stdlib.h>
#include <string.h>

struct numbered {
	struct ip first;
	uint8_t prefix;
	uint32_t number;
};

/* Networks of one family and prefix length. */
struct run {
	uint8_t family, prefix;
	size_t first, count;
};

struct ip_index {
	struct numbered *networks;
	size_t count;
	struct run *runs;
	size_t run_count;
};

static int numbered_order(const void *a, const void *b)
{
	const struct numbered *left = a, *right = b;

	if (left->first.family != right->first.family)
		return left->first.family - right->first.family;
	if (left->prefix != right->prefix)
		return left->prefix - right->prefix;
	return memcmp(left->first.bytes, right->first.bytes, sizeof left->first.bytes);
}

static bool run_begins(const struct ip_index *index, size_t at)
{
	const struct numbered *one = &index->networks[at];

	return !at || one[-1].first.family != one->first.family || one[-1].prefix != one->prefix;
}

struct ip_index *ip_index_new(struct arena *arena, const struct ip_network *networks, const uint32_t *numbers, size_t count)
{
	struct ip_index *index = arena_array(arena, 1, sizeof *index);
	size_t runs = 0;

	if (!index || !(index->networks = arena_array(arena, count, sizeof *index->networks)))
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (networks[i].first.family)
			index->networks[index->count++] = (struct numbered){ networks[i].first, networks[i].prefix, numbers[i] };
	if (index->count)
		qsort(index->networks, index->count, sizeof *index->networks, numbered_order);
	for (size_t i = 0; i < index->count; i++)
		runs += run_begins(index, i);
	index->runs = arena_array(arena, runs, sizeof *index->runs);
	if (!index->runs)
		return NULL;
	for (size_t i = 0; i < index->count; i++) {
		const struct numbered *one = &index->networks[i];
		if (run_begins(index, i))
			index->runs[index->run_count++] = (struct run){ one->first.family, one->prefix, i, 0 };
		index->runs[index->run_count - 1].count++;
	}
	return index;
}

/* The address with all bits behind the prefix cleared. */
static void cut(const struct ip *ip, uint8_t prefix, uint8_t bytes[sizeof ip->bytes])
{
	size_t whole = prefix / 8;

	memset(bytes, 0, sizeof ip->bytes);
	memcpy(bytes, ip->bytes, whole);
	if (prefix % 8)
		bytes[whole] = (uint8_t)(ip->bytes[whole] & 0xff00 >> prefix % 8);
}

void ip_index_numbers(const struct ip_index *index, const struct ip *ip, void (*take)(void *with, uint32_t number), void *with)
{
	for (const struct run *run = index->runs; run < index->runs + index->run_count; run++) {
		uint8_t wanted[sizeof ip->bytes];
		size_t from = run->first, to = run->first + run->count;

		if (run->family != ip->family)
			continue;
		cut(ip, run->prefix, wanted);
		while (from < to) {
			size_t middle = from + (to - from) / 2;
			if (memcmp(index->networks[middle].first.bytes, wanted, sizeof wanted) < 0)
				from = middle + 1;
			else
				to = middle;
		}
		for (; from < run->first + run->count && !memcmp(index->networks[from].first.bytes, wanted, sizeof wanted); from++)
			take(with, index->networks[from].number);
	}
}
