/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * string_set: many policy values under one key, compiled so that asking whether
 * a value matches any of them does not cost more with more of them.
 *
 * Exact values are found by hash. Among globs, those without a wildcard are
 * exact values; `*rest` (as in `*@example.com`) goes to a table of suffixes and
 * `start*` to a table of prefixes, found by one running hash over the value;
 * all others are matched one by one (glob.h), if the value begins and ends as they do.
 *
 * A set is immutable: any number of threads may ask at once.
 */
#ifndef VALUE_STRING_SET_H
#define VALUE_STRING_SET_H

#include "base/arena.h"
#include "base/text.h"
#include "value/work.h"

#include <stdint.h>

enum string_set_kind {
	STRING_SET_EXACT,       /* StringEquals: bytes, `*` and `?` are ordinary */
	STRING_SET_IGNORE_CASE, /* StringEqualsIgnoreCase: see fold_equals */
	STRING_SET_GLOB,        /* StringLike */
};

struct string_set;

/*
 * A set of `count` values (0 is fine: matches nothing; duplicates are fine).
 * The set lives in `arena`; the bytes of the values are borrowed and must live
 * as long, the array need not. NULL when memory is short (or a value 4 GiB long).
 */
struct string_set *string_set_new(struct arena *arena, enum string_set_kind kind, const struct text *values, size_t count);

/*
 * The same with a number for each value, for string_set_numbers(). `numbers` need not outlive the call;
 * NULL: a set without numbers.
 */
struct string_set *string_set_new_numbered(struct arena *arena, enum string_set_kind kind, const struct text *values,
	const uint32_t *numbers, size_t count);

/*
 * Does `value` match at least one of the set's values? Never allocates. What takes longer than a look-up is taken off
 * `work`; when that is over the answer is none.
 */
bool string_set_holds(const struct string_set *set, struct text value, struct work *work);

/* Tell the numbers of all values that `value` matches, in no particular order; one may come more than once. `work` as above. */
void string_set_numbers(const struct string_set *set, struct text value, struct work *work,
	void (*take)(void *with, uint32_t number), void *with);

/* About what matching the values that are matched one by one takes, of an ordinary value (work.h). */
size_t string_set_units(const struct string_set *set);

#endif
