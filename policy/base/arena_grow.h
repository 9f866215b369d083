/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arena_grow: arrays in an arena that grow as elements come.
 */
#ifndef BASE_ARENA_GROW_H
#define BASE_ARENA_GROW_H

#include "base/arena.h"

/*
 * Room for one more element of `size` bytes. `array` is the address of the pointer to the elements (NULL: none yet), of
 * which `count` are used, and `*room` have room. A full array is copied to one of twice the room, what is new there being
 * cleared; the old one stays in the arena as it is. False when memory is short: nothing has changed then.
 */
bool arena_grow_full(struct arena *arena, void *array, size_t count, size_t *room, size_t size);
static inline bool arena_grow(struct arena *arena, void *array, size_t count, size_t *room, size_t size)
{
	return count < *room || arena_grow_full(arena, array, count, room, size);
}

#endif
