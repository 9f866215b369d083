/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Blocks from malloc in a list, newest first; only the newest has room left. A
 * piece too large for a block gets one of its own, put behind the newest so that
 * the room there is not lost.
 *
 * Under AddressSanitizer what is not handed out is poisoned, with a gap behind
 * every piece: an overrun, or a use after arena_reset, is reported as one of
 * malloc's would be.
 */
#include "base/arena.h"

#include "base/memory_short.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISONS 1
#endif

#ifdef ARENA_POISONS
#include <sanitizer/asan_interface.h>
#define ARENA_GAP 16
#else
#define ASAN_POISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#define ARENA_GAP 0
#endif

#define ARENA_ALIGN _Alignof(max_align_t)
#ifdef ARENA_POISONS
#define BYTES_ALIGN 8 /* AddressSanitizer's own */
#else
#define BYTES_ALIGN 1
#endif
#define BLOCK_FIRST ((size_t)4096)
#define BLOCK_LARGEST ((size_t)1 << 20)

struct arena_block {
	struct arena_block *older;
	size_t size; /* of bytes */
	size_t used;
	_Alignas(max_align_t) unsigned char bytes[];
};

#define BLOCK_HEAD offsetof(struct arena_block, bytes)
/* No object may be larger; well below what rounding and the block's head could overflow. */
#define PIECE_LARGEST ((size_t)PTRDIFF_MAX - BLOCK_LARGEST)

void arena_init(struct arena *arena)
{
	*arena = (struct arena){ 0 };
}

static void *block_take(struct arena_block *block, size_t size, size_t room)
{
	unsigned char *piece = block->bytes + block->used;

	block->used += room;
	ASAN_UNPOISON_MEMORY_REGION(piece, size);
	return piece;
}

static struct arena_block *block_new(struct arena *arena, size_t size)
{
	/* So that what is left, from an aligned piece on, is never less than nothing. */
	size = (size + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
	struct arena_block *block = malloc(BLOCK_HEAD + size);

	if (!block)
		return NULL;
	block->older = NULL;
	block->size = size;
	block->used = 0;
	ASAN_POISON_MEMORY_REGION(block->bytes, size);
	arena->reserved += BLOCK_HEAD + size;
	return block;
}

static void block_free(struct arena *arena, struct arena_block *block)
{
	arena->reserved -= BLOCK_HEAD + block->size;
	ASAN_UNPOISON_MEMORY_REGION(block->bytes, block->size);
	free(block);
}

/* Blocks double in size, so that a large generation has few and a message's are small. */
static size_t block_next_size(const struct arena *arena)
{
	size_t whole = BLOCK_FIRST;

	while (whole < arena->reserved && whole < BLOCK_LARGEST)
		whole *= 2;
	return whole - BLOCK_HEAD;
}

/* A piece for which the newest block has no room. */
__attribute__((noinline)) static void *piece_take_elsewhere(struct arena *arena, size_t size, size_t room)
{
	struct arena_block *newest = arena->blocks;
	size_t usual = block_next_size(arena);
	bool own = room > usual / 4 && newest;
	struct arena_block *block = block_new(arena, own || room > usual ? room : usual);

	if (!block) {
		arena->failed = true;
		memory_short_note();
		return NULL;
	}
	if (own) {
		block->older = newest->older;
		newest->older = block;
	} else {
		block->older = newest;
		arena->blocks = block;
	}
	arena->used += size;
	return block_take(block, size, room);
}

/* `align` is a power of two, at most ARENA_ALIGN. */
static inline void *piece_take(struct arena *arena, size_t size, size_t align)
{
	struct arena_block *newest = arena->blocks;

	if (size > PIECE_LARGEST)
		return NULL;
	if (size == 0)
		size = 1;
	size_t room = (size + ARENA_GAP + align - 1) & ~(align - 1);
	if (newest)
		newest->used = (newest->used + align - 1) & ~(align - 1);
	if (!newest || newest->size - newest->used < room)
		return piece_take_elsewhere(arena, size, room);
	arena->used += size;
	return block_take(newest, size, room);
}

void *arena_take(struct arena *arena, size_t size)
{
	return piece_take(arena, size, ARENA_ALIGN);
}

char *arena_bytes(struct arena *arena, size_t size)
{
	return piece_take(arena, size, BYTES_ALIGN);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		return NULL;
	void *array = arena_take(arena, bytes);
	if (array)
		memset(array, 0, bytes);
	return array;
}

struct text arena_text(struct arena *arena, struct text t)
{
	/* The byte for the NUL must not wrap the size around to 0. */
	char *copy = t.length == SIZE_MAX ? NULL : arena_bytes(arena, t.length + 1);

	if (!copy)
		return (struct text){ NULL, 0 };
	if (t.length > 0)
		memcpy(copy, t.at, t.length);
	copy[t.length] = '\0';
	return (struct text){ copy, t.length };
}

struct text arena_join(struct arena *arena, const struct text *parts, size_t count)
{
	size_t length = 0, used = 0;

	for (size_t i = 0; i < count; i++)
		if (__builtin_add_overflow(length, parts[i].length, &length))
			return (struct text){ NULL, 0 };
	char *joined = length == SIZE_MAX ? NULL : arena_bytes(arena, length + 1);
	if (!joined)
		return (struct text){ NULL, 0 };
	for (size_t i = 0; i < count; i++) {
		if (parts[i].length > 0)
			memcpy(joined + used, parts[i].at, parts[i].length);
		used += parts[i].length;
	}
	joined[length] = '\0';
	return (struct text){ joined, length };
}

const char *arena_printf(struct arena *arena, const char *format, ...)
{
	char most[256]; /* of what is printed fits in here, and then is printed once */
	va_list arguments;

	va_start(arguments, format);
	int length = vsnprintf(most, sizeof most, format, arguments);
	va_end(arguments);
	if (length < 0)
		return NULL;
	if ((size_t)length < sizeof most)
		return arena_text(arena, (struct text){ most, (size_t)length }).at;

	char *printed = arena_bytes(arena, (size_t)length + 1);
	if (!printed)
		return NULL;
	va_start(arguments, format);
	vsnprintf(printed, (size_t)length + 1, format, arguments);
	va_end(arguments);
	return printed;
}

void arena_reset(struct arena *arena)
{
	struct arena_block *kept = NULL;

	for (struct arena_block *block = arena->blocks, *older; block; block = older) {
		older = block->older;
		if (!kept && BLOCK_HEAD + block->size == BLOCK_FIRST)
			kept = block;
		else
			block_free(arena, block);
	}
	if (kept) {
		kept->older = NULL;
		kept->used = 0;
		ASAN_POISON_MEMORY_REGION(kept->bytes, kept->size);
	}
	arena->blocks = kept;
	arena->used = 0;
}

void arena_free(struct arena *arena)
{
	while (arena->blocks) {
		struct arena_block *older = arena->blocks->older;

		block_free(arena, arena->blocks);
		arena->blocks = older;
	}
	arena_init(arena);
}
