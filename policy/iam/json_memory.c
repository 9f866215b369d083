/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * While a text is read its blocks are noted; a failure jumps out of jansson,
 * which holds no locks, and gives the blocks back.
 */
#include "iam/json_memory.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	jmp_buf stop;
	void **blocks;
	size_t count, room;
};

static _Thread_local struct reading *reading; /* NULL: this thread reads nothing now */
static json_malloc_t inner_malloc;
static json_free_t inner_free;

static bool block_note(struct reading *r, void *block)
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

static void *noting_malloc(size_t size)
{
	struct reading *r = reading;
	void *block = inner_malloc(size);

	if (!r || (block && block_note(r, block)))
		return block;
	inner_free(block);
	longjmp(r->stop, 1);
}

static void noting_free(void *block)
{
	struct reading *r = reading;

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
static bool read_or_stop(struct reading *r, const char *text, size_t length, size_t flags, json_error_t *error, json_t **root)
{
	if (setjmp(r->stop))
		return false;
	*root = json_loadb(text, length, flags, error);
	return true;
}

json_t *json_memory_loadb(const char *text, size_t length, size_t flags, json_error_t *error, bool *memory_short)
{
	struct reading r = { .count = 0 };
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
