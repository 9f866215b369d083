/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arena: pieces are aligned, apart from each other and stay where they are;
 * what is short of memory says so and loses nothing.
 */
#include "unit/check.h"
#include "unit/short_memory.h"

#include "base/arena.h"
#include "base/arena_grow.h"

#include <stdlib.h>
#include <string.h>

#define PIECES 3000

/* Fill every piece with a byte of its own; all are still there at the end. */
static void arena_pieces_stay(void **state)
{
	struct arena arena;
	unsigned char *piece[PIECES];
	size_t size[PIECES], total = 0;
	uint64_t seed = 5;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < PIECES; i++) {
		/* Mostly small, some as large as a block, some larger. */
		size[i] = 1 + check_below(&seed, i % 100 == 0 ? 3000000 : i % 10 == 0 ? 5000 : 60);
		if (i % 100 != 0 && i % 10 == 3)
			size[i] = 4096 - 64 + check_below(&seed, 128);
		piece[i] = i % 3 ? arena_take(&arena, size[i]) : (unsigned char *)arena_bytes(&arena, size[i]);
		assert_non_null(piece[i]);
		if (i % 3)
			assert_int_equal((uintptr_t)piece[i] % _Alignof(max_align_t), 0);
		memset(piece[i], (int)(i % 251), size[i]);
		total += size[i];
	}
	for (size_t i = 0; i < PIECES; i++) {
		assert_int_equal(piece[i][0], i % 251);
		assert_memory_equal(piece[i], piece[i] + 1, size[i] - 1);
	}
	assert_int_equal(arena.used, total);
	assert_true(arena.reserved >= total);
	arena_free(&arena);
	assert_int_equal(arena.used, 0);
	assert_int_equal(arena.reserved, 0);
	assert_null(arena.blocks);
}

/* Many small pieces cost few calls of malloc and little beyond themselves. */
static void arena_is_thrifty(void **state)
{
	struct arena arena = { 0 };

	(void)state;
	short_memory_after(0);
	for (size_t i = 0; i < 1000000; i++)
		assert_non_null(arena_take(&arena, 32));
	assert_true(short_memory_count() < 100);
	/* Sanitizers keep the pieces 16 bytes apart. */
	assert_true(arena.reserved < 1000000 * (32 + 16) + (3 << 20));
	arena_free(&arena);
}

/* An arena whose first block is of an odd size. */
static void arena_odd_block(void **state)
{
	(void)state;
	for (size_t odd = 1; odd < 20; odd++) {
		struct arena arena = { 0 };
		char *first = arena_bytes(&arena, 10000 + odd);
		unsigned char *second = arena_take(&arena, 1), *third = arena_take(&arena, 4000);

		assert_non_null(first);
		assert_non_null(second);
		assert_non_null(third);
		memset(first, 1, 10000 + odd);
		memset(second, 2, 1);
		memset(third, 3, 4000);
		assert_int_equal(first[9999 + odd], 1);
		assert_int_equal(second[0], 2);
		assert_int_equal(arena.used, 14001 + odd);
		assert_true(arena.reserved > arena.used);
		arena_free(&arena);
	}
}

static void arena_empty_pieces(void **state)
{
	struct arena arena = { 0 };
	char *a = arena_take(&arena, 0), *b = arena_take(&arena, 0);
	struct text t;

	(void)state;
	assert_non_null(a);
	assert_non_null(b);
	assert_ptr_not_equal(a, b);
	*a = 'x';
	assert_non_null(arena_array(&arena, 0, 8));
	assert_non_null(arena_array(&arena, 8, 0));
	t = arena_text(&arena, (struct text){ NULL, 0 });
	assert_non_null(t.at);
	assert_int_equal(t.length, 0);
	assert_int_equal(t.at[0], '\0');
	arena_free(&arena);
	arena_free(&arena);
}

/* Also in memory that was used before. */
static void arena_arrays_are_clear(void **state)
{
	struct arena arena = { 0 };

	(void)state;
	memset(arena_take(&arena, 2000), 0xff, 2000);
	arena_reset(&arena);
	unsigned char *array = arena_array(&arena, 500, 4);
	assert_non_null(array);
	for (size_t i = 0; i < 2000; i++)
		assert_int_equal(array[i], 0);
	arena_free(&arena);
}

static void arena_copies_text(void **state)
{
	struct arena arena = { 0 };
	char source[] = "ab\0cd";
	struct text t = arena_text(&arena, (struct text){ source, 5 });

	(void)state;
	memset(source, 'x', sizeof source);
	assert_int_equal(t.length, 5);
	assert_memory_equal(t.at, "ab\0cd", 6);
	arena_free(&arena);
}

static void arena_prints(void **state)
{
	struct arena arena = { 0 };
	char large[9000];
	const char *printed;

	(void)state;
	assert_string_equal(arena_printf(&arena, "%s:%d", "file.json", 7), "file.json:7");
	assert_string_equal(arena_printf(&arena, "%s", ""), "");
	memset(large, 'y', sizeof large);
	printed = arena_printf(&arena, "%.*s|", (int)sizeof large, large);
	assert_int_equal(strlen(printed), sizeof large + 1);
	assert_int_equal(printed[sizeof large], '|');
	arena_free(&arena);
}

/* A message after another needs no malloc, and a large one leaves nothing behind. */
static void arena_resets(void **state)
{
	struct arena arena = { 0 };

	(void)state;
	arena_reset(&arena);
	assert_null(arena.blocks);
	assert_non_null(arena_take(&arena, 100));
	size_t one_block = arena.reserved;
	for (size_t message = 0; message < 10; message++) {
		for (size_t i = 0; i < 200; i++)
			assert_non_null(arena_take(&arena, message == 5 ? 50000 : 700));
		arena_reset(&arena);
		assert_int_equal(arena.used, 0);
		assert_int_equal(arena.reserved, one_block);
		short_memory_after(1);
		assert_non_null(arena_take(&arena, 1000));
		assert_int_equal(short_memory_count(), 0);
		short_memory_after(0);
	}
	arena_free(&arena);

	/* The large piece came first: still nothing large is kept. */
	assert_non_null(arena_take(&arena, 1000000));
	assert_non_null(arena_take(&arena, 10));
	arena_reset(&arena);
	assert_true(arena.reserved <= one_block);
	arena_free(&arena);
}

static void arena_sizes_overflow(void **state)
{
	static const size_t sizes[] = {
		SIZE_MAX,
		SIZE_MAX - 1,
		SIZE_MAX - 15,
		SIZE_MAX - 16,
		SIZE_MAX - 64,
		SIZE_MAX / 2,
		SIZE_MAX / 2 + 1,
		PTRDIFF_MAX,
		(size_t)PTRDIFF_MAX - 64,
	};
	struct arena arena = { 0 };

	(void)state;
	assert_non_null(arena_take(&arena, 1));
	short_memory_after(0);
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		assert_null(arena_take(&arena, sizes[i]));
		assert_null(arena_array(&arena, sizes[i], 1));
		assert_null(arena_text(&arena, (struct text){ "x", sizes[i] }).at);
	}
	assert_null(arena_array(&arena, SIZE_MAX / 2 + 1, 2));
	assert_null(arena_array(&arena, SIZE_MAX / 16 + 1, 16));
	assert_null(arena_array(&arena, (size_t)1 << 32, ((size_t)1 << 32) + 1));
	/* Refused by the arena itself, not by malloc's good will. */
	assert_int_equal(short_memory_count(), 0);
	assert_int_equal(arena.used, 1);
	assert_non_null(arena_take(&arena, 1));
	arena_free(&arena);
}

/* Whichever allocation fails: NULL, the arena still good, what it holds still there. */
static void arena_short_of_memory(void **state)
{
	bool enough = false;

	(void)state;
	for (size_t n = 1; !enough; n++) {
		struct arena arena = { 0 };
		const char *kept[400];
		size_t count = 0, refused = 0;

		short_memory_after(n);
		for (size_t i = 0; i < COUNT_OF(kept); i++) {
			const char *piece = NULL;
			struct text t;

			switch (i % 4) {
			case 0:
				piece = arena_printf(&arena, "piece %zu", i);
				break;
			case 1:
				t = arena_text(&arena, TEXT("a text"));
				piece = t.at;
				assert_int_equal(t.length, t.at == NULL ? 0 : 6);
				break;
			case 2:
				piece = arena_array(&arena, 3000, 2);
				break;
			default:
				piece = arena_take(&arena, 100);
				if (piece)
					strcpy((char *)piece, "taken");
				break;
			}
			if (!piece)
				refused++;
			else
				kept[count++] = piece;
		}
		enough = short_memory_count() < n;
		assert_true(enough ? refused == 0 && n > 5 : refused > 0);
		assert_true(n > 1 ? count > 0 : count == 0);
		for (size_t i = 0; i < count; i++)
			assert_true(kept[i][0] == '\0' || strchr("pat", kept[i][0]));
		short_memory_after(0);
		assert_non_null(arena_take(&arena, 100000));
		arena_reset(&arena);
		assert_non_null(arena_take(&arena, 100000));
		arena_free(&arena);
		assert_int_equal(arena.reserved, 0);
	}
}

static void arena_joins(void **state)
{
	struct arena arena = { 0 };
	struct text parts[] = { TEXT("arn:"), { NULL, 0 }, TEXT("a\0b"), TEXT("") };
	struct text joined = arena_join(&arena, parts, COUNT_OF(parts));

	(void)state;
	assert_int_equal(joined.length, 7);
	assert_memory_equal(joined.at, "arn:a\0b", 8);
	joined = arena_join(&arena, NULL, 0);
	assert_non_null(joined.at);
	assert_int_equal(joined.length, 0);
	assert_int_equal(joined.at[0], '\0');
	parts[0].length = SIZE_MAX;
	assert_null(arena_join(&arena, parts, 2).at);
	assert_null(arena_join(&arena, parts, 3).at);
	arena_free(&arena);
	short_memory_after(1);
	assert_null(arena_join(&arena, parts + 1, 2).at);
	short_memory_after(0);
}

/* What is in an array stays as it grows, what is new is clear, and the arrays before stay as they were. */
static void arena_arrays_grow(void **state)
{
	struct arena arena;
	unsigned *array = NULL, *before = NULL;
	size_t room = 0, grown = 0;

	(void)state;
	arena_init(&arena);
	for (size_t count = 0; count < 1000; count++) {
		before = array;
		assert_true(arena_grow(&arena, &array, count, &room, sizeof *array));
		assert_true(count < room);
		if (array != before) {
			grown++;
			for (size_t i = 0; i < room; i++)
				assert_int_equal(array[i], i < count ? 7 * i + 1 : 0);
			if (before)
				assert_memory_equal(before, array, count * sizeof *array);
		}
		array[count] = 7 * (unsigned)count + 1;
	}
	/* It doubles. */
	assert_in_range(grown, 5, 10);
	assert_true(room < 2048);
	arena_free(&arena);
}

/* Without memory, or where there is no such size, nothing changes. */
static void arena_grows_no_more(void **state)
{
	struct arena arena;
	char byte, *array = &byte;
	size_t room = 1 << 20;

	(void)state;
	arena_init(&arena);
	short_memory_after(1);
	assert_false(arena_grow(&arena, &array, room, &room, 1));
	short_memory_after(0);
	assert_ptr_equal(array, &byte);
	assert_int_equal(room, 1 << 20);
	room = SIZE_MAX / 2 + 1;
	assert_false(arena_grow(&arena, &array, room, &room, 1));
	assert_int_equal(room, SIZE_MAX / 2 + 1);
	room = SIZE_MAX / 4;
	assert_false(arena_grow(&arena, &array, room, &room, 16));
	assert_int_equal(room, SIZE_MAX / 4);
	/* Where there is room, nothing is taken. */
	short_memory_after(1);
	assert_true(arena_grow(&arena, &array, room - 1, &room, 16));
	short_memory_after(0);
	assert_ptr_equal(array, &byte);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arena_pieces_stay),
		cmocka_unit_test(arena_is_thrifty),
		cmocka_unit_test(arena_odd_block),
		cmocka_unit_test(arena_joins),
		cmocka_unit_test(arena_empty_pieces),
		cmocka_unit_test(arena_arrays_are_clear),
		cmocka_unit_test(arena_copies_text),
		cmocka_unit_test(arena_prints),
		cmocka_unit_test(arena_resets),
		cmocka_unit_test(arena_sizes_overflow),
		cmocka_unit_test(arena_short_of_memory),
		cmocka_unit_test(arena_arrays_grow),
		cmocka_unit_test(arena_grows_no_more),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
