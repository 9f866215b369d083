/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arena: memory that is taken piece by piece and given back all at once.
 *
 * A loaded generation lives in one arena, a message in another. Pieces are
 * aligned for any type and never move. Not for use by two threads at a time.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/text.h"

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *blocks; /* newest first */
	size_t used;                /* bytes handed out */
	size_t reserved;            /* bytes taken from malloc */
	bool failed;                /* memory was short once, even if no caller looked at the NULL */
};

/* A zeroed struct arena is empty and ready; this also makes one so. */
void arena_init(struct arena *arena);

/* `size` bytes (0 counts as 1), not cleared; NULL when memory is short. */
void *arena_take(struct arena *arena, size_t size);

/* An array of `count` cleared elements; NULL when memory is short or the product overflows. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* As arena_take, of bytes that need no alignment: small ones then stand close together. */
char *arena_bytes(struct arena *arena, size_t size);

/* A copy of t with a NUL behind it. On failure .at is NULL (also for empty t it is not NULL on success). */
struct text arena_text(struct arena *arena, struct text t);

/* `count` texts one behind the other, with a NUL behind them. On failure .at is NULL. */
struct text arena_join(struct arena *arena, const struct text *parts, size_t count);

/* printf into the arena; NULL when memory is short. */
const char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Forget all pieces but keep one block of the smallest size for reuse (for messages). */
void arena_reset(struct arena *arena);

/* Give everything back; the arena is empty and ready again. */
void arena_free(struct arena *arena);

#endif
