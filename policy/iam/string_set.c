/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables are open addressing with linear probing, two thirds full at most. A
 * slot holds half of its hash, so a foreign slot is nearly always passed
 * without looking at its text.
 *
 * Suffixes are hashed from their last byte to their first, prefixes from first
 * to last: one running hash over the value then meets every suffix or prefix
 * that it has. Only lengths that occur are looked up, and of these only where the
 * byte just reached is the outermost of some entry (with `*@domain` that is the
 * `@`, so a long value costs one look-up and not one for every length).
 */
#include "iam/string_set.h"

#include "iam/glob.h"

#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct slot {
	const char *at; /* NULL: free */
	uint32_t length;
	uint32_t tag; /* the low half of the hash */
};

struct table {
	struct slot *slots;
	uint32_t size;
	size_t longest;
};

struct affixes {
	struct table table;
	size_t *lengths; /* that occur, ascending */
	size_t length_count;
	bool outermost[256]; /* first bytes of suffixes, last bytes of prefixes */
};

enum class { CLASS_EXACT, CLASS_SUFFIX, CLASS_PREFIX, CLASS_GLOB, CLASS_EVERYTHING, CLASSES };

struct string_set {
	bool fold;
	bool everything; /* one of the globs is `*` */
	struct table exact;
	struct affixes *suffixes, *prefixes; /* NULL: none */
	struct text *globs;
	size_t glob_count;
};

/* What one character that is not UTF-8 folds to: apart from all code points. */
#define RAW_BYTE 0x110000u

/* A test narrows it, to see entries that collide. */
#ifndef STRING_SET_HASH_MASK
#define STRING_SET_HASH_MASK UINT64_MAX
#endif

static inline uint64_t mix(uint64_t h)
{
	h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9u;
	h = (h ^ h >> 27) * 0x94d049bb133111ebu;
	return (h ^ h >> 31) & STRING_SET_HASH_MASK;
}

static inline uint64_t load_word(const char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

static uint64_t hash_exact(struct text t)
{
	uint64_t h = mix(t.length + 0x9e3779b97f4a7c15u), word = 0;
	size_t i = 0;

	if (t.length < sizeof(word)) {
		for (; i < t.length; i++)
			word = word << 8 | (unsigned char)t.at[i];
		return mix(h ^ word);
	}
	for (; t.length - i > sizeof(word); i += sizeof(word))
		h = mix(h ^ load_word(t.at + i));
	/* The last word may overlap the one before; the length is in the hash already. */
	return mix(h ^ load_word(t.at + t.length - sizeof(word)));
}

/* One more character for a running hash, to be mixed before use. */
#define RUNNING_START 0xcbf29ce484222325u
static inline uint64_t hash_more(uint64_t h, uint32_t character)
{
	return (h ^ character) * 0x100000001b3u;
}

/* The character at *at without its case, as Java's equalsIgnoreCase has it: to upper, then to lower. */
static inline uint32_t fold_next(struct text t, size_t *at)
{
	const unsigned char *bytes = (const unsigned char *)t.at + *at;

	if (bytes[0] < 0x80) {
		(*at)++;
		return (uint32_t)text_lower((char)bytes[0]);
	}
	size_t length = text_character(t, *at);
	*at += length;
	if (length == 1)
		return RAW_BYTE + bytes[0];
	/* 110xxxxx, 1110xxxx, 11110xxx, then 10xxxxxx each */
	uint32_t character = bytes[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++)
		character = character << 6 | (bytes[i] & 0x3fu);
	return g_unichar_tolower(g_unichar_toupper(character));
}

static uint64_t hash_folded(struct text t)
{
	uint64_t h = RUNNING_START;

	for (size_t at = 0; at < t.length;)
		h = hash_more(h, fold_next(t, &at));
	return mix(h);
}

bool string_equals_ignore_case(struct text a, struct text b)
{
	size_t at_a = 0, at_b = 0;

	while (at_a < a.length && at_b < b.length) {
		if (fold_next(a, &at_a) != fold_next(b, &at_b))
			return false;
	}
	return at_a == a.length && at_b == b.length;
}

static uint64_t hash_backward(struct text t)
{
	uint64_t h = RUNNING_START;

	for (size_t i = t.length; i-- > 0;)
		h = hash_more(h, (unsigned char)t.at[i]);
	return mix(h);
}

static uint64_t hash_forward(struct text t)
{
	uint64_t h = RUNNING_START;

	for (size_t i = 0; i < t.length; i++)
		h = hash_more(h, (unsigned char)t.at[i]);
	return mix(h);
}

/* Room for `count` entries and at least one free slot. */
static bool table_make(struct table *table, struct arena *arena, size_t count)
{
	if (count > UINT32_MAX / 3 * 2 - 2)
		return false;
	table->size = (uint32_t)(count + count / 2 + 1);
	table->slots = arena_array(arena, table->size, sizeof(*table->slots));
	return table->slots != NULL;
}

/* The slot that holds t, or the free one where it belongs. */
static inline struct slot *table_find(const struct table *table, uint64_t hash, struct text t, bool fold)
{
	uint32_t at = (uint32_t)((hash >> 32) * table->size >> 32);

	for (;; at = at + 1 == table->size ? 0 : at + 1) {
		struct slot *slot = &table->slots[at];

		if (slot->at == NULL)
			return slot;
		if (slot->tag != (uint32_t)hash)
			continue;
		struct text held = { slot->at, slot->length };
		if (fold ? string_equals_ignore_case(held, t) : text_equals(held, t))
			return slot;
	}
}

static inline bool table_holds(const struct table *table, uint64_t hash, struct text t, bool fold)
{
	return table_find(table, hash, t, fold)->at != NULL;
}

static void table_add(struct table *table, uint64_t hash, struct text t, bool fold)
{
	struct slot *slot = table_find(table, hash, t, fold);

	if (slot->at != NULL)
		return;
	*slot = (struct slot){ t.length == 0 ? "" : t.at, (uint32_t)t.length, (uint32_t)hash };
	if (t.length > table->longest)
		table->longest = t.length;
}

/* The class of a value; *core is what is left of it without the star. */
static enum class classify(enum string_set_kind kind, struct text value, struct text *core)
{
	*core = value;
	if (kind != STRING_SET_GLOB || !glob_has_wildcard(value))
		return CLASS_EXACT;
	if (value.length == 1 && value.at[0] == '*')
		return CLASS_EVERYTHING;
	*core = text_from(value, 1);
	if (value.at[0] == '*' && !glob_has_wildcard(*core))
		return CLASS_SUFFIX;
	*core = text_first(value, value.length - 1);
	if (value.at[value.length - 1] == '*' && !glob_has_wildcard(*core))
		return CLASS_PREFIX;
	*core = value;
	return CLASS_GLOB;
}

/* The list of lengths, from a bitmap that is given back. */
static bool affixes_list_lengths(struct affixes *affixes, struct arena *arena)
{
	const struct table *table = &affixes->table;
	unsigned char *occurs = calloc(table->longest / 8 + 1, 1);

	if (occurs == NULL)
		return false;
	for (size_t i = 0; i < table->size; i++) {
		size_t length = table->slots[i].length;
		unsigned char bit = (unsigned char)(1u << length % 8);

		if (table->slots[i].at == NULL)
			continue;
		affixes->length_count += (occurs[length / 8] & bit) == 0;
		occurs[length / 8] |= bit;
	}
	affixes->lengths = arena_array(arena, affixes->length_count, sizeof(*affixes->lengths));
	if (affixes->lengths != NULL) {
		size_t found = 0;

		for (size_t length = 0; length <= table->longest; length++) {
			if (occurs[length / 8] >> length % 8 & 1)
				affixes->lengths[found++] = length;
		}
	}
	free(occurs);
	return affixes->lengths != NULL;
}

static bool affixes_make(struct affixes **affixes, struct arena *arena, size_t count)
{
	if (count == 0)
		return true;
	*affixes = arena_array(arena, 1, sizeof(**affixes));
	return *affixes != NULL && table_make(&(*affixes)->table, arena, count);
}

static bool set_make(struct string_set *set, struct arena *arena, const size_t counts[CLASSES])
{
	if (counts[CLASS_EXACT] > 0 && !table_make(&set->exact, arena, counts[CLASS_EXACT]))
		return false;
	set->globs = arena_array(arena, counts[CLASS_GLOB], sizeof(*set->globs));
	return set->globs != NULL && affixes_make(&set->suffixes, arena, counts[CLASS_SUFFIX])
		&& affixes_make(&set->prefixes, arena, counts[CLASS_PREFIX]);
}

static void set_add(struct string_set *set, enum class class, struct text core)
{
	switch (class) {
	case CLASS_EXACT:
		table_add(&set->exact, set->fold ? hash_folded(core) : hash_exact(core), core, set->fold);
		break;
	case CLASS_SUFFIX:
		table_add(&set->suffixes->table, hash_backward(core), core, false);
		set->suffixes->outermost[(unsigned char)core.at[0]] = true;
		break;
	case CLASS_PREFIX:
		table_add(&set->prefixes->table, hash_forward(core), core, false);
		set->prefixes->outermost[(unsigned char)core.at[core.length - 1]] = true;
		break;
	case CLASS_GLOB:
		set->globs[set->glob_count++] = core;
		break;
	default:
		set->everything = true;
		break;
	}
}

struct string_set *string_set_new(struct arena *arena, enum string_set_kind kind,
	const struct text *values, size_t count)
{
	struct string_set *set = arena_array(arena, 1, sizeof(*set));
	size_t counts[CLASSES] = { 0 };
	struct text core;

	if (set == NULL)
		return NULL;
	set->fold = kind == STRING_SET_IGNORE_CASE;
	for (size_t i = 0; i < count; i++) {
		if (values[i].length > UINT32_MAX)
			return NULL;
		counts[classify(kind, values[i], &core)]++;
	}
	if (!set_make(set, arena, counts))
		return NULL;
	for (size_t i = 0; i < count; i++) {
		enum class class = classify(kind, values[i], &core);

		set_add(set, class, core);
	}
	if (set->suffixes != NULL && !affixes_list_lengths(set->suffixes, arena))
		return NULL;
	if (set->prefixes != NULL && !affixes_list_lengths(set->prefixes, arena))
		return NULL;
	return set;
}

static bool suffixes_hold(const struct affixes *suffixes, struct text value)
{
	uint64_t h = RUNNING_START;
	size_t taken = 0;

	for (size_t i = 0; i < suffixes->length_count && suffixes->lengths[i] <= value.length; i++) {
		for (; taken < suffixes->lengths[i]; taken++)
			h = hash_more(h, (unsigned char)value.at[value.length - taken - 1]);
		struct text end = text_from(value, value.length - taken);
		if (suffixes->outermost[(unsigned char)end.at[0]]
		    && table_holds(&suffixes->table, mix(h), end, false))
			return true;
	}
	return false;
}

static bool prefixes_hold(const struct affixes *prefixes, struct text value)
{
	uint64_t h = RUNNING_START;
	size_t taken = 0;

	for (size_t i = 0; i < prefixes->length_count && prefixes->lengths[i] <= value.length; i++) {
		for (; taken < prefixes->lengths[i]; taken++)
			h = hash_more(h, (unsigned char)value.at[taken]);
		if (prefixes->outermost[(unsigned char)value.at[taken - 1]]
		    && table_holds(&prefixes->table, mix(h), text_first(value, taken), false))
			return true;
	}
	return false;
}

static bool exact_holds(const struct string_set *set, struct text value)
{
	if (set->exact.slots == NULL)
		return false;
	if (set->fold)
		return table_holds(&set->exact, hash_folded(value), value, true);
	return value.length <= set->exact.longest && table_holds(&set->exact, hash_exact(value), value, false);
}

bool string_set_holds(const struct string_set *set, struct text value)
{
	if (set->everything || exact_holds(set, value))
		return true;
	if (set->suffixes != NULL && suffixes_hold(set->suffixes, value))
		return true;
	if (set->prefixes != NULL && prefixes_hold(set->prefixes, value))
		return true;
	for (size_t i = 0; i < set->glob_count; i++) {
		if (glob_match(set->globs[i], value))
			return true;
	}
	return false;
}
