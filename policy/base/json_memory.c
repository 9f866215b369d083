/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * While a text is read its blocks are noted, or taken from one memory; a failure
 * jumps out of jansson, which holds no locks, and gives them back.
 */
#include "base/json_memory.h"

#include "base/json_lists.h"
#include "base/memory_short.h"

#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct json_reading {
	jmp_buf stop;
	struct json_memory *memory; /* NULL: blocks are noted */
	void **blocks;
	size_t count, room;
};

/* From this size on a block is one of malloc's: an array that has grown is worth giving back. */
#define LARGE ((size_t)1 << 16)

struct json_large {
	struct json_large *next;
	_Alignas(max_align_t) unsigned char bytes[];
};

static _Thread_local struct json_reading *reading; /* NULL: this thread reads nothing now */
static json_malloc_t inner_malloc;
static json_free_t inner_free;

static bool block_note(struct json_reading *r, void *block)
{
	if (r->count == r->room) {
		size_t room = r->room ? 2 * r->room : 256;
		void **grown = malloc(room * sizeof *grown);
		if (!grown)
			return false;
		if (r->count)
			memcpy(grown, r->blocks, r->count * sizeof *grown);
		free(r->blocks);
		r->blocks = grown;
		r->room = room;
	}
	r->blocks[r->count++] = block;
	return true;
}

/* A block of the reading's memory; NULL: memory is short. */
static void *memory_take(struct json_memory *memory, size_t size)
{
	if (size < LARGE)
		return arena_take(&memory->arena, size);
	struct json_large *large = size > PTRDIFF_MAX ? NULL : inner_malloc(sizeof *large + size);
	if (!large)
		return NULL;
	large->next = memory->large;
	memory->large = large;
	return large->bytes;
}

static void memory_give(struct json_memory *memory, const void *block)
{
	for (struct json_large **at = &memory->large; *at; at = &(*at)->next) {
		struct json_large *large = *at;
		if (large->bytes == block) {
			*at = large->next;
			inner_free(large);
			return;
		}
	}
}

static void *noting_malloc(size_t size)
{
	struct json_reading *r = reading;
	void *block;

	if (r && r->memory) {
		block = memory_take(r->memory, size);
		if (block)
			return block;
		memory_short_note();
		longjmp(r->stop, 1);
	}
	block = inner_malloc(size);
	if (block && (!r || block_note(r, block)))
		return block;
	memory_short_note();
	if (!r)
		return NULL;
	inner_free(block);
	longjmp(r->stop, 1);
}

static void noting_free(void *block)
{
	struct json_reading *r = reading;

	if (r && r->memory) {
		memory_give(r->memory, block);
		return;
	}
	/* What is freed was mostly taken not long ago. */
	for (size_t i = r && block ? r->count : 0; i-- > 0;)
		if (r->blocks[i] == block) {
			r->blocks[i] = r->blocks[--r->count];
			break;
		}
	inner_free(block);
}

static void functions_install(void)
{
	json_malloc_t set_malloc;
	json_free_t set_free;

	json_get_alloc_funcs(&set_malloc, &set_free);
	if (set_malloc == noting_malloc)
		return;
	inner_malloc = set_malloc;
	inner_free = set_free;
	json_set_alloc_funcs(noting_malloc, noting_free);
}

/* Apart from its caller, whose variables a jump then leaves as they are. */
static bool read_or_stop(struct json_reading *r, const char *text, size_t length, size_t flags, json_error_t *error, json_t **root)
{
	if (setjmp(r->stop))
		return false;
	*root = json_loadb(text, length, flags, error);
	return true;
}

/* The same without the long lists. *root is NULL also where the text must be read as it is. */
static bool read_rest_or_stop(struct json_reading *r, const struct json_lists *lists, size_t flags, json_error_t *error,
	json_t **root)
{
	if (setjmp(r->stop))
		return false;
	json_t *rest = json_loadb(lists->rest.at, lists->rest.length, flags, error);
	if (rest && json_lists_put(lists, rest))
		*root = rest;
	return true;
}

json_t *json_memory_load_into(struct json_memory *memory, const char *text, size_t length, size_t flags, json_error_t *error,
	bool *memory_short)
{
	struct json_reading r = { .memory = memory };
	struct json_lists lists;
	json_t *root = NULL;

	functions_install();
	bool shorter = json_lists_take(&lists, (struct text){ text, length });
	reading = &r;
	*memory_short = shorter && !read_rest_or_stop(&r, &lists, flags, error, &root);
	/* A mistake has its place in the whole text only. */
	if (!root && !*memory_short)
		*memory_short = !read_or_stop(&r, text, length, flags, error, &root);
	reading = NULL;
	json_lists_free(&lists);
	return root;
}

void json_memory_free(struct json_memory *memory)
{
	while (memory->large) {
		struct json_large *large = memory->large;
		memory->large = large->next;
		inner_free(large);
	}
	arena_free(&memory->arena);
}

json_t *json_memory_loadb(const char *text, size_t length, size_t flags, json_error_t *error, bool *memory_short)
{
	struct json_reading r = { .count = 0 };
	json_t *root = NULL;

	functions_install();
	reading = &r;
	*memory_short = !read_or_stop(&r, text, length, flags, error, &root);
	reading = NULL;
	for (size_t i = 0; *memory_short && i < r.count; i++)
		inner_free(r.blocks[i]);
	free(r.blocks);
	return root;
}
