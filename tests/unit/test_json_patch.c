/* SPDX-License-Identifier: BSD-2-Clause */
/* json_patch: the text reads as what it was made for, whatever changes and however it is written; and memory that is short is told. */
#include "unit/check.h"
#include "unit/short_memory.h"

#include "lint/json_patch.h"
#include "lint/unified.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 3000

static json_t *value_make(uint64_t *seed, int depth)
{
	static const char *const words[] = { "a", "b", "{\"", "]}", "\\", "\xc3\xa4,", "" };
	json_t *value;
	char name[8];

	switch (check_below(seed, depth ? 5 : 3)) {
	case 0:
		return json_integer((json_int_t)check_below(seed, 3));
	case 1:
		return check_below(seed, 2) ? json_true() : json_null();
	case 2:
		return json_string(words[check_below(seed, COUNT_OF(words))]);
	case 3:
		value = json_array();
		for (uint64_t i = check_below(seed, 4); i > 0; i--)
			json_array_append_new(value, value_make(seed, depth - 1));
		return value;
	default:
		value = json_object();
		for (uint64_t i = check_below(seed, 4); i > 0; i--) {
			snprintf(name, sizeof name, "k\"%c", (char)('a' + check_below(seed, 5)));
			json_object_set_new(value, name, value_make(seed, depth - 1));
		}
		return value;
	}
}

/* Two values that have nothing to do with each other: every kind of change, in every way of writing. */
static void patch_reads_as_its_value(void **state)
{
	static const size_t ways[] = { JSON_ENCODE_ANY, JSON_ENCODE_ANY | JSON_COMPACT, JSON_ENCODE_ANY | JSON_INDENT(2),
		JSON_ENCODE_ANY | JSON_INDENT(4) | JSON_ENSURE_ASCII };
	struct arena arena = { 0 };
	uint64_t seed = 17;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		json_t *before = value_make(&seed, 4), *after = value_make(&seed, 4);
		char *text = json_dumps(before, ways[i % COUNT_OF(ways)]);
		struct text patched = json_patch(&arena, text_of(text), before, after);

		assert_non_null(patched.at);
		json_t *read = json_loadb(patched.at, patched.length, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(read);
		assert_true(json_equal(read, after));
		/* What does not change stays, byte by byte. */
		assert_true(text_equals(json_patch(&arena, text_of(text), before, before), text_of(text)));
		free(text);
		json_decref(read);
		json_decref(before);
		json_decref(after);
		arena_reset(&arena);
	}
	arena_free(&arena);
}

static void short_memory_is_told(void **state)
{
	static const char text[] = "{\n  \"a\": [1, 2],\n  \"b\": \"x\"\n}\n";
	json_t *before = json_pack("{s:[i, i], s:s}", "a", 1, 2, "b", "x"),
	       *after = json_pack("{s:[i, i, {s:s}], s:s}", "a", 1, 3, "c", "d", "b", "y");
	struct text whole = { NULL, 0 };
	const char *diff = NULL;

	(void)state;
	for (size_t calls = 1; calls < 200 && !diff; calls++) {
		struct arena arena = { 0 };

		short_memory_after(calls);
		whole = json_patch(&arena, text_of(text), before, after);
		diff = whole.at ? unified_diff(&arena, "f", text_of(text), whole, 7, true) : NULL;
		short_memory_after(0);
		if (diff) {
			assert_string_equal(whole.at, "{\n  \"a\": [1, 3, {\"c\": \"d\"}],\n  \"b\": \"y\"\n}\n");
			assert_string_equal(diff,
				"--- f\n+++ f\n@@ -8,4 +8,4 @@\n {\n-  \"a\": [1, 2],\n-  \"b\": \"x\"\n+  \"a\": [1, 3, {\"c\": \"d\"}],\n+  \"b\": \"y\"\n }\n");
		}
		arena_free(&arena);
	}
	assert_non_null(diff);
	json_decref(before);
	json_decref(after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patch_reads_as_its_value),
		cmocka_unit_test(short_memory_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
