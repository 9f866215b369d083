/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suffixes are hashed from their last byte to their first, prefixes from first
 * to last: one walk over the value then meets every suffix or prefix that it has
 * (string_table.h). Only lengths that occur are looked up, and of these only where
 * the byte just reached is the outermost of some entry (with `*@domain` that is
 * the `@`, so a long value costs one look-up and not one for every length).
 */
#include "value/string_set.h"

#include "value/fold.h"
#include "value/glob.h"
#include "value/string_table.h"

#include <stdlib.h>

struct affixes {
	struct string_table table;
	size_t *lengths; /* that occur, ascending */
	size_t length_count;
	uint64_t outermost[4]; /* a bit for each byte: the first bytes of suffixes, the last ones of prefixes */
};

static inline void outermost_add(struct affixes *affixes, char byte)
{
	affixes->outermost[(unsigned char)byte / 64] |= (uint64_t)1 << (unsigned char)byte % 64;
}

static inline bool outermost_has(const struct affixes *affixes, char byte)
{
	return affixes->outermost[(unsigned char)byte / 64] >> (unsigned char)byte % 64 & 1;
}

/* A pattern that is matched one by one. */
struct string_entry {
	struct text pattern;
	size_t least;      /* bytes of a value that it may match */
	size_t head, tail; /* bytes in front of the first wildcard and behind the last */
};

enum string_class { CLASS_EXACT, CLASS_SUFFIX, CLASS_PREFIX, CLASS_GLOB, CLASS_EVERYTHING, CLASSES };

struct string_set {
	bool fold;
	bool everything; /* one of the globs is `*` */
	struct string_table exact;
	struct affixes *suffixes, *prefixes; /* NULL: none */
	struct string_entry *globs;
	size_t glob_count;
	/* Of a numbered set. */
	struct string_number *chain;
	uint32_t chained;
	uint32_t *glob_numbers;
	uint32_t everything_number; /* in the chain */
};

static uint64_t hash_folded(struct text t)
{
	uint64_t h = STRING_HASH_START;

	for (size_t at = 0; at < t.length;)
		h = string_hash_more(h, fold_next(t, &at));
	return string_hash_end(h, 0, 0);
}

/* The class of a value; *core is what is left of it without the star. */
static enum string_class classify(enum string_set_kind kind, struct text value, struct text *core)
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
	const struct string_table *table = &affixes->table;
	unsigned char *occurs = calloc(table->longest / 8 + 1, 1);

	if (!occurs)
		return false;
	for (size_t i = 0; i < table->size; i++) {
		size_t length = table->slots[i].length;
		unsigned char bit = (unsigned char)(1u << length % 8);

		if (!table->slots[i].at)
			continue;
		affixes->length_count += (occurs[length / 8] & bit) == 0;
		occurs[length / 8] |= bit;
	}
	affixes->lengths = arena_array(arena, affixes->length_count, sizeof *affixes->lengths);
	if (affixes->lengths) {
		size_t found = 0;

		for (size_t length = 0; length <= table->longest; length++) {
			if (occurs[length / 8] >> length % 8 & 1)
				affixes->lengths[found++] = length;
		}
	}
	free(occurs);
	return affixes->lengths;
}

static bool affixes_make(struct affixes **affixes, struct arena *arena, size_t count, bool numbered)
{
	if (count == 0)
		return true;
	*affixes = arena_array(arena, 1, sizeof **affixes);
	return *affixes && string_table_make(&(*affixes)->table, arena, count, numbered);
}

static bool set_make(struct string_set *set, struct arena *arena, const size_t counts[CLASSES], size_t count, bool numbered)
{
	if (counts[CLASS_EXACT] > 0 && !string_table_make(&set->exact, arena, counts[CLASS_EXACT], numbered))
		return false;
	if (numbered) {
		set->chain = arena_array(arena, count, sizeof *set->chain);
		set->glob_numbers = arena_array(arena, counts[CLASS_GLOB], sizeof *set->glob_numbers);
		if (!set->chain || !set->glob_numbers)
			return false;
	}
	set->globs = arena_array(arena, counts[CLASS_GLOB], sizeof *set->globs);
	return set->globs && affixes_make(&set->suffixes, arena, counts[CLASS_SUFFIX], numbered) &&
		affixes_make(&set->prefixes, arena, counts[CLASS_PREFIX], numbered);
}

/* One more number in front of a chain, unless it stands there already. */
static void chain_add(struct string_set *set, uint32_t *head, uint32_t number)
{
	if (*head != 0 && set->chain[*head - 1].number == number)
		return;
	set->chain[set->chained++] = (struct string_number){ number, *head };
	*head = set->chained;
}

static void table_add(struct string_set *set, struct string_table *table, uint64_t hash, struct text t, const uint32_t *number)
{
	uint32_t place = string_table_add(table, hash, t);

	if (number)
		chain_add(set, &table->heads[place], *number);
}

static bool is_wildcard(char byte)
{
	return byte == '*' || byte == '?';
}

static struct string_entry entry_of(struct text pattern)
{
	struct string_entry entry = { .pattern = pattern };

	while (!is_wildcard(pattern.at[entry.head]))
		entry.head++;
	while (!is_wildcard(pattern.at[pattern.length - 1 - entry.tail]))
		entry.tail++;
	for (size_t i = 0; i < pattern.length; i++)
		entry.least += pattern.at[i] != '*';
	return entry;
}

/* `number`: NULL in a set without numbers. */
static void set_add(struct string_set *set, enum string_class class, struct text core, const uint32_t *number)
{
	switch (class) {
	case CLASS_EXACT:
		table_add(set, &set->exact, set->fold ? hash_folded(core) : string_hash(core), core, number);
		break;
	case CLASS_SUFFIX:
		table_add(set, &set->suffixes->table, string_hash_backward(core), core, number);
		outermost_add(set->suffixes, core.at[0]);
		break;
	case CLASS_PREFIX:
		table_add(set, &set->prefixes->table, string_hash(core), core, number);
		outermost_add(set->prefixes, core.at[core.length - 1]);
		break;
	case CLASS_GLOB:
		if (number)
			set->glob_numbers[set->glob_count] = *number;
		set->globs[set->glob_count++] = entry_of(core);
		break;
	default:
		set->everything = true;
		if (number)
			chain_add(set, &set->everything_number, *number);
		break;
	}
}

struct string_set *string_set_new_numbered(struct arena *arena, enum string_set_kind kind, const struct text *values,
	const uint32_t *numbers, size_t count)
{
	struct string_set *set = arena_array(arena, 1, sizeof *set);
	size_t counts[CLASSES] = { 0 };
	struct text core;

	if (!set)
		return NULL;
	set->fold = kind == STRING_SET_IGNORE_CASE;
	for (size_t i = 0; i < count; i++) {
		if (values[i].length > UINT32_MAX)
			return NULL;
		counts[classify(kind, values[i], &core)]++;
	}
	if (!set_make(set, arena, counts, count, numbers != NULL))
		return NULL;
	set->exact.fold = set->fold;
	for (size_t i = 0; i < count; i++) {
		enum string_class class = classify(kind, values[i], &core);

		set_add(set, class, core, numbers != NULL ? &numbers[i] : NULL);
	}
	if (set->suffixes && !affixes_list_lengths(set->suffixes, arena))
		return NULL;
	if (set->prefixes && !affixes_list_lengths(set->prefixes, arena))
		return NULL;
	return set;
}

struct string_set *string_set_new(struct arena *arena, enum string_set_kind kind, const struct text *values, size_t count)
{
	return string_set_new_numbered(arena, kind, values, NULL, count);
}

/* Where the numbers go that a value has; NULL: whether it has any is all that is asked. */
struct taker {
	void (*take)(void *with, uint32_t number);
	void *with;
};

static void numbers_take(const struct string_set *set, uint32_t head, const struct taker *taker)
{
	for (; head != 0; head = set->chain[head - 1].next)
		taker->take(taker->with, set->chain[head - 1].number);
}

/* Tables of two texts at most: to compare them takes less than to find the hash. */
#define FEW_SLOTS 4

static inline bool is_few(const struct string_table *table)
{
	return table->size <= FEW_SLOTS && !table->fold;
}

static inline bool few_hold(const struct string_table *table, struct text t)
{
	for (uint32_t i = 0; i < table->size; i++)
		if (table->slots[i].at && string_table_same(table, &table->slots[i], t))
			return true;
	return false;
}

static bool table_holds(const struct string_table *table, uint64_t hash, struct text t)
{
	return table->slots[string_table_place(table, hash, t)].at;
}

static void table_take(const struct string_set *set, const struct string_table *table, uint64_t hash, struct text t,
	const struct taker *taker)
{
	uint32_t place = string_table_place(table, hash, t);

	if (table->slots[place].at)
		numbers_take(set, table->heads[place], taker);
}

/* True: found, and nobody wants to know of more. */
static inline bool table_find(const struct string_set *set, const struct string_table *table, uint64_t hash, struct text t,
	const struct taker *taker)
{
	if (!taker)
		return table_holds(table, hash, t);
	table_take(set, table, hash, t, taker);
	return false;
}

__attribute__((always_inline)) static inline bool suffixes_find(const struct string_set *set, struct text value,
	const struct taker *taker)
{
	const struct affixes *suffixes = set->suffixes;
	uint64_t h = STRING_HASH_START;
	size_t taken = 0;

	for (size_t i = 0; i < suffixes->length_count && suffixes->lengths[i] <= value.length; i++) {
		size_t length = suffixes->lengths[i];
		const char *start = value.at + value.length - length;

		if (!taker && is_few(&suffixes->table)) {
			if (few_hold(&suffixes->table, (struct text){ start, length }))
				return true;
			continue;
		}
		if (!outermost_has(suffixes, *start))
			continue;
		for (; length - taken >= 8; taken += 8)
			h = string_hash_more(h, string_word(value.at + value.length - taken - 8));
		if (table_find(set, &suffixes->table, string_hash_end(h, string_word_part(start, length - taken), length),
			    (struct text){ start, length }, taker))
			return true;
	}
	return false;
}

__attribute__((always_inline)) static inline bool prefixes_find(const struct string_set *set, struct text value,
	const struct taker *taker)
{
	const struct affixes *prefixes = set->prefixes;
	uint64_t h = STRING_HASH_START;
	size_t taken = 0;

	for (size_t i = 0; i < prefixes->length_count && prefixes->lengths[i] <= value.length; i++) {
		size_t length = prefixes->lengths[i];

		if (!outermost_has(prefixes, value.at[length - 1]))
			continue;
		for (; length - taken >= 8; taken += 8)
			h = string_hash_more(h, string_word(value.at + taken));
		if (table_find(set, &prefixes->table,
			    string_hash_end(h, string_word_part(value.at + taken, length - taken), length),
			    (struct text){ value.at, length }, taker))
			return true;
	}
	return false;
}

__attribute__((always_inline)) static inline bool exact_find(const struct string_set *set, struct text value,
	const struct taker *taker)
{
	if (!set->exact.slots)
		return false;
	if (!taker && is_few(&set->exact))
		return few_hold(&set->exact, value);
	/* Folding leaves the number of characters, which are of one byte to four. */
	if (set->fold)
		return value.length <= 4 * set->exact.longest && table_find(set, &set->exact, hash_folded(value), value, taker);
	return value.length <= set->exact.longest && table_find(set, &set->exact, string_hash(value), value, taker);
}

/* A look at a pattern that does not even begin or end as the value does. */
#define WORK_GLANCE 4

/* Does the value match pattern number i of those that are matched one by one? */
static inline bool glob_holds(const struct string_set *set, size_t i, struct text value, struct work *work)
{
	const struct string_entry *entry = &set->globs[i];
	const char *pattern = entry->pattern.at;

	if (value.length < entry->least ||
		(entry->tail &&
			!string_bytes_same(pattern + entry->pattern.length - entry->tail, value.at + value.length - entry->tail,
				entry->tail)) ||
		(entry->head && !string_bytes_same(pattern, value.at, entry->head)))
		return false;
	return glob_match_counted(entry->pattern, value, work);
}

/* What look-ups take that go through more than a few places. */
static inline void look_up_count(const struct string_set *set, struct text value, struct work *work)
{
	size_t units = set->glob_count * WORK_GLANCE;

	if (set->fold && value.length <= 4 * set->exact.longest)
		units += value.length * 8;
	if (set->suffixes)
		units += set->suffixes->length_count * WORK_STATEMENT;
	if (set->prefixes)
		units += set->prefixes->length_count * WORK_STATEMENT;
	work_take(work, units);
}

/* Apart, lest values that a look-up finds, and sets without such patterns, pay for it. */
__attribute__((noinline)) static bool globs_hold(const struct string_set *set, struct text value, struct work *work)
{
	if (work)
		look_up_count(set, value, work);
	for (size_t i = 0; i < set->glob_count && !work_is_over(work); i++) {
		if (glob_holds(set, i, value, work))
			return true;
	}
	return false;
}

bool string_set_holds(const struct string_set *set, struct text value, struct work *work)
{
	if (set->everything || exact_find(set, value, NULL))
		return true;
	if (set->suffixes && suffixes_find(set, value, NULL))
		return true;
	if (set->prefixes && prefixes_find(set, value, NULL))
		return true;
	return (set->glob_count || work) && globs_hold(set, value, work);
}

void string_set_numbers(const struct string_set *set, struct text value, struct work *work,
	void (*take)(void *with, uint32_t number), void *with)
{
	struct taker taker = { take, with };

	numbers_take(set, set->everything_number, &taker);
	exact_find(set, value, &taker);
	if (set->suffixes)
		suffixes_find(set, value, &taker);
	if (set->prefixes)
		prefixes_find(set, value, &taker);
	if (work) {
		work_take(work, WORK_VALUE);
		look_up_count(set, value, work);
	}
	for (size_t i = 0; i < set->glob_count && !work_is_over(work); i++) {
		if (glob_holds(set, i, value, work))
			take(with, set->glob_numbers[i]);
	}
}

size_t string_set_units(const struct string_set *set)
{
	size_t units = 0;

	/* Hardly a value passes a glance. */
	for (size_t i = 0; i < set->glob_count; i++)
		units += set->globs[i].head + set->globs[i].tail > 0 ? 2 * WORK_GLANCE : WORK_PATTERN;
	return units;
}
