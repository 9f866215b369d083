/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * string_table: texts found by hash, for string_set alone.
 *
 * Open addressing with linear probing, two thirds full at most. A slot holds
 * half of its hash, so a foreign slot is nearly always passed without looking at
 * its text.
 *
 * The hash takes eight bytes at a time, from the first byte on or from the last
 * one back, and what is left below eight at its far end. So on the way through a
 * value the hash of every prefix, or of every suffix, is one step away.
 *
 * A table may number its texts: each slot then has a chain of numbers.
 */
#ifndef VALUE_STRING_TABLE_H
#define VALUE_STRING_TABLE_H

#include "base/arena.h"
#include "base/text.h"
#include "value/fold.h"

#include <endian.h>
#include <stdint.h>
#include <string.h>

struct string_slot {
	const char *at; /* NULL: free */
	uint32_t length;
	uint32_t tag; /* the low half of the hash */
};

/* One of the numbers of a text. */
struct string_number {
	uint32_t number;
	uint32_t next; /* place of the next in the list, plus 1; 0: none */
};

struct string_table {
	struct string_slot *slots; /* NULL: no table */
	uint32_t *heads;           /* of each slot, as string_number.next; NULL: texts have no numbers */
	uint32_t size;
	bool fold; /* fold_equals tells what is the same */
	size_t longest;
};

/* Room for `count` texts and at least one free slot. False when memory is short. */
bool string_table_make(struct string_table *table, struct arena *arena, size_t count, bool numbered);

/* A test narrows it, to see texts that collide. */
#ifndef STRING_TABLE_HASH_MASK
#define STRING_TABLE_HASH_MASK UINT64_MAX
#endif

#define STRING_HASH_START 0xa0761d6478bd642fu

static inline uint64_t string_hash_fold(uint64_t a, uint64_t b)
{
	__extension__ typedef unsigned __int128 wide;
	wide product = (wide)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Eight bytes. */
static inline uint64_t string_word(const char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof word);
	return le64toh(word);
}

/* Fewer than eight bytes, as the low ones of a word. */
static inline uint64_t string_word_part(const char *at, size_t length)
{
	uint32_t low, high;

	if (length >= 4) {
		memcpy(&low, at, sizeof low);
		memcpy(&high, at + length - 4, sizeof high);
		return le32toh(low) | (uint64_t)le32toh(high) << 8 * (length - 4);
	}
	if (length == 0)
		return 0;
	return (unsigned char)at[0] | (uint64_t)(unsigned char)at[length / 2] << 8 * (length / 2) |
		(uint64_t)(unsigned char)at[length - 1] << 8 * (length - 1);
}

/* Are the two the same bytes? Quicker than memcmp for what is a few words long. */
static inline bool string_bytes_same(const char *a, const char *b, size_t length)
{
	if (length < 8)
		return string_word_part(a, length) == string_word_part(b, length);
	for (size_t at = 0; at < length - 8; at += 8)
		if (string_word(a + at) != string_word(b + at))
			return false;
	/* The last word may overlap the one before. */
	return string_word(a + length - 8) == string_word(b + length - 8);
}

/* Does the slot, which is not free, hold t? */
static inline bool string_table_same(const struct string_table *table, const struct string_slot *slot, struct text t)
{
	if (table->fold)
		return fold_equals((struct text){ slot->at, slot->length }, t);
	return slot->length == t.length && string_bytes_same(slot->at, t.at, t.length);
}

/* Eight bytes more. */
static inline uint64_t string_hash_more(uint64_t h, uint64_t word)
{
	return string_hash_fold(h ^ word, 0xe7037ed1a0b428dbu);
}

/* The last word, of the bytes that are left, and the length of all. */
static inline uint64_t string_hash_end(uint64_t h, uint64_t word, size_t length)
{
	return string_hash_fold(h ^ word, 0x8ebc6af09c88c6e3u ^ length) & STRING_TABLE_HASH_MASK;
}

/* From the first byte on. */
static inline uint64_t string_hash(struct text t)
{
	uint64_t h = STRING_HASH_START;
	const char *at = t.at; /* maybe NULL, and then the length is 0 and nothing may be added to it */
	size_t left = t.length;

	for (; left >= 8; at += 8, left -= 8)
		h = string_hash_more(h, string_word(at));
	return string_hash_end(h, string_word_part(at, left), t.length);
}

/* From the last byte back. */
static inline uint64_t string_hash_backward(struct text t)
{
	uint64_t h = STRING_HASH_START;
	size_t left = t.length;

	for (; left >= 8; left -= 8)
		h = string_hash_more(h, string_word(t.at + left - 8));
	return string_hash_end(h, string_word_part(t.at, left), t.length);
}

/* The place of t, or the free one where it belongs. */
static inline uint32_t string_table_place(const struct string_table *table, uint64_t hash, struct text t)
{
	uint32_t at = (uint32_t)((hash >> 32) * table->size >> 32);

	for (;; at = at + 1 == table->size ? 0 : at + 1) {
		const struct string_slot *slot = &table->slots[at];

		if (!slot->at)
			return at;
		if (slot->tag == (uint32_t)hash && string_table_same(table, slot, t))
			return at;
	}
}

/* Add t if it is new (its bytes are borrowed); its place. */
uint32_t string_table_add(struct string_table *table, uint64_t hash, struct text t);

#endif
