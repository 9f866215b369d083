/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The networks stand sorted by family, prefix length and address. A question is
 * one binary search for each prefix length that occurs, for the address cut to
 * that length: there are seldom more than a handful.
 */
#include "value/ip_index.h"

#include <endian.h>
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

/* An address in two words, whose order is that of its bytes. */
struct words {
	uint64_t high, low;
};

static inline struct words words_of(const struct ip *ip)
{
	struct words words;

	memcpy(&words, ip->bytes, sizeof words);
	return (struct words){ be64toh(words.high), be64toh(words.low) };
}

static inline bool is_before(struct words a, struct words b)
{
	return a.high != b.high ? a.high < b.high : a.low < b.low;
}

static inline bool is_same(struct words a, struct words b)
{
	return a.high == b.high && a.low == b.low;
}

/* The first `bits` of a word, which may be less than none or more than it has. */
static inline uint64_t first_bits(uint64_t word, int bits)
{
	if (bits <= 0)
		return 0;
	return bits >= 64 ? word : word & ~(UINT64_MAX >> bits);
}

void ip_index_numbers(const struct ip_index *index, const struct ip *ip, void (*take)(void *with, uint32_t number), void *with)
{
	const struct words address = words_of(ip);

	for (const struct run *run = index->runs; run < index->runs + index->run_count; run++) {
		size_t from = run->first, to = run->first + run->count;

		if (run->family != ip->family)
			continue;
		const struct words wanted = { first_bits(address.high, run->prefix), first_bits(address.low, run->prefix - 64) };
		while (from < to) {
			size_t middle = from + (to - from) / 2;
			if (is_before(words_of(&index->networks[middle].first), wanted))
				from = middle + 1;
			else
				to = middle;
		}
		for (; from < run->first + run->count && is_same(words_of(&index->networks[from].first), wanted); from++)
			take(with, index->networks[from].number);
	}
}
