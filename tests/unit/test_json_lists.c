/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_lists: a text whose long lists are read without jansson's scanner means what jansson alone says of it: the same
 * tree, or the same error.
 */
#include "unit/check.h"

#include "base/json_lists.h"
#include "base/json_memory.h"
#include "unit/short_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FLAGS (JSON_REJECT_DUPLICATES | JSON_DECODE_ANY)

/* A text that grows. */
static struct {
	char bytes[1 << 18];
	size_t length;
} built;

static void add(const char *bytes)
{
	memcpy(built.bytes + built.length, bytes, strlen(bytes) + 1);
	built.length += strlen(bytes);
}

/* So many elements, and one somewhere among them. */
static void add_list(size_t count, const char *one, const char *between)
{
	char element[64];

	add("[ ");
	for (size_t i = 0; i < count; i++) {
		snprintf(element, sizeof element, "\"user%zu@example.com\"", i);
		add(i ? between : "");
		add(i == count / 2 ? one : element);
	}
	add("]");
}

static struct text text_built(void)
{
	return (struct text){ built.bytes, built.length };
}

#define ENOUGH 1000 /* elements of a long list */

/* One element of a long list, and whether the list is taken out. */
static const struct {
	const char *one;
	bool taken;
} cases[] = {
	{ "\"a\"", true },
	{ "\"\"", true },
	{ "\" ,[]{}:'~\"", true },
	{ "\"a long element, of more bytes than are looked at at once: 0123456789\"", true },
	{ "\"a\\\"b\"", false },
	{ "\"\\u0041\"", false },
	{ "\"sixteen bytes and\\tmore\"", false },
	{ "\"m\xc3\xbcller\"", false },
	{ "\"a\xff\"", false },
	{ "\"a\x7f\"", false },
	{ "\"a\nb\"", false },
	{ "\"a\x01\"", false },
	{ "\"sixteen bytes and\x1f some more that follow them\"", false },
	{ "1", false },
	{ "null", false },
	{ "{}", false },
	{ "[]", false },
	{ "[\"a\"]", false },
	{ "", false },
	{ "\"a\" \"b\"", false },
	{ "\"a\",", false },
	{ "a", false },
	{ "\"a", false },
};

static void build(const char *one, const char *between)
{
	built.length = 0;
	add("{\"a [\": [[], [\"[\", 1], {\"\\\"[\": [\"short\"]}], \"first\": ");
	add_list(ENOUGH, "\"a\"", between);
	add(", \"tried\": {\"x\": ");
	add_list(ENOUGH, one, between);
	add("}, \"z\": [[");
	add_list(ENOUGH, "\"b\"", ",");
	add(", \"end\"], []]}");
}

/* As jansson alone has it. */
static bool is_same(struct text text)
{
	struct json_memory memory = { 0 };
	json_error_t error = { .line = -2 }, want_error = { .line = -2 };
	bool memory_short;
	json_t *want = json_loadb(text.at, text.length, FLAGS, &want_error);
	json_t *got = json_memory_load_into(&memory, text.at, text.length, FLAGS, &error, &memory_short);
	bool same = !memory_short && !got == !want && (!want || json_equal(got, want));

	if (!want)
		same = same && error.line == want_error.line && error.column == want_error.column &&
			error.position == want_error.position && !strcmp(error.text, want_error.text);
	json_memory_free(&memory);
	json_decref(want);
	return same;
}

static void only_plain_lists_are_taken_out(void **state)
{
	static const char *const between[] = { ",", " ,\r\n\t " };
	struct json_lists lists;
	int failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		for (size_t k = 0; k < COUNT_OF(between); k++) {
			build(cases[i].one, between[k]);
			bool taken = json_lists_take(&lists, text_built());
			size_t want = cases[i].taken ? 3 : 2;
			/* A quote too many: nothing behind it is what it was. */
			if (strcmp(cases[i].one, "\"a") != 0)
				CHECK_CASE(failures, cases[i].one, taken && lists.count == want);
			json_lists_free(&lists);
			CHECK_CASE(failures, cases[i].one, is_same(text_built()));
		}
	assert_int_equal(failures, 0);
}

static void what_is_left_is_short(void **state)
{
	static const char want[] = "{\"a [\": [[], [\"[\", 1], {\"\\\"[\": [\"short\"]}], \"first\": []"
				   ", \"tried\": {\"x\": []}, \"z\": [[[], \"end\"], []]}";
	static const size_t numbers[] = { 4, 5, 8 };
	struct json_lists lists;

	(void)state;
	build("\"a\"", ",");
	assert_true(json_lists_take(&lists, text_built()));
	assert_int_equal(lists.rest.length, strlen(want));
	assert_memory_equal(lists.rest.at, want, strlen(want));
	assert_int_equal(lists.count, COUNT_OF(numbers));
	for (size_t i = 0; i < COUNT_OF(numbers); i++)
		assert_int_equal(lists.at[i].number, numbers[i]);
	json_lists_free(&lists);
}

static void short_ones_and_too_many_stay(void **state)
{
	struct json_lists lists;

	(void)state;
	built.length = 0;
	add_list(100, "\"a\"", ",");
	assert_false(json_lists_take(&lists, text_built()));
	assert_true(is_same(text_built()));
	static char many[(JSON_LISTS_MAX + 2) * (JSON_LISTS_LONG + 8)];
	size_t length = 0;
	many[length++] = '[';
	for (size_t i = 0; i < JSON_LISTS_MAX + 2; i++) {
		memset(many + length, ' ', JSON_LISTS_LONG);
		memcpy(many + length, i ? ",[\"a\"" : " [\"b\"", 5);
		length += JSON_LISTS_LONG;
		many[length++] = ']';
	}
	many[length++] = ']';
	assert_true(json_lists_take(&lists, (struct text){ many, length }));
	assert_int_equal(lists.count, JSON_LISTS_MAX);
	json_lists_free(&lists);
	assert_true(is_same((struct text){ many, length }));
}

/* A byte is lost, doubled, or becomes another, anywhere; and texts that end too early. */
static void damaged_texts_mean_the_same(void **state)
{
	static const char bytes[] = "\"\"\"[[]]{},:\\ \n\xc3\xa9\x01"
				    "a1";
	static char damaged[sizeof built.bytes];
	uint64_t random = 20261128;
	int failures = 0;

	(void)state;
	for (int i = 0; i < 400; i++) {
		char name[64];
		build("\"tried\"", i % 2 ? "," : ", ");
		size_t at = check_below(&random, built.length), length = built.length, how = check_below(&random, 4);
		/* Half of them where most is to be confused. */
		if (i % 4 < 2)
			at = i % 4 ? built.length - 1 - at % 60 : at % 120;
		memcpy(damaged, built.bytes, length);
		switch (how) {
		case 0:
			memmove(damaged + at, damaged + at + 1, --length - at);
			break;
		case 1:
			memmove(damaged + at + 1, damaged + at, length++ - at);
			break;
		case 2:
			damaged[at] = bytes[check_below(&random, sizeof bytes - 1)];
			break;
		default:
			length = at;
		}
		snprintf(name, sizeof name, "kind %zu at %zu", how, at);
		CHECK_CASE(failures, name, is_same((struct text){ damaged, length }));
	}
	assert_int_equal(failures, 0);
}

static void members_that_occur_twice_are_told(void **state)
{
	(void)state;
	built.length = 0;
	add("{\"a\": ");
	add_list(ENOUGH, "\"a\"", ",");
	add(", \"a\": ");
	add_list(ENOUGH, "\"a\"", ",");
	add("}");
	assert_true(is_same(text_built()));
}

static void memory_that_is_short_is_told(void **state)
{
	(void)state;
	build("\"a\"", ",");
	json_t *want = json_loadb(built.bytes, built.length, FLAGS, NULL);
	assert_non_null(want);
	for (int alone = 0; alone < 2; alone++) {
		size_t asked = 0;
		for (size_t n = 1; n <= asked + 1; n++) {
			struct json_memory memory = { 0 };
			bool memory_short;
			json_error_t error;
			long live = short_memory_live();
			(alone ? short_memory_once : short_memory_after)(n);
			json_t *got = json_memory_load_into(&memory, built.bytes, built.length, FLAGS, &error, &memory_short);
			asked = short_memory_count();
			short_memory_after(0);
			assert_true(got ? !memory_short && json_equal(got, want) : memory_short);
			assert_true(n <= asked || got);
			json_memory_free(&memory);
			assert_int_equal(short_memory_live(), live);
		}
		assert_true(asked > 3);
	}
	json_decref(want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_plain_lists_are_taken_out),
		cmocka_unit_test(what_is_left_is_short),
		cmocka_unit_test(short_ones_and_too_many_stay),
		cmocka_unit_test(damaged_texts_mean_the_same),
		cmocka_unit_test(members_that_occur_twice_are_told),
		cmocka_unit_test(memory_that_is_short_is_told),
	};

	json_set_alloc_funcs(malloc, free);
	return cmocka_run_group_tests_name("json_lists", tests, NULL, NULL);
}
