/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/arena_grow.h"

#include <string.h>

#define ROOM_FIRST 4

bool arena_grow_full(struct arena *arena, void *array, size_t count, size_t *room, size_t size)
{
	void *old, *grown;

	size_t wanted = *room ? 2 * *room : ROOM_FIRST;
	grown = wanted < *room ? NULL : arena_array(arena, wanted, size);
	if (!grown)
		return false;
	/* The pointer has a type that is not known here. */
	memcpy(&old, array, sizeof old);
	if (count)
		memcpy(grown, old, count * size);
	memcpy(array, &grown, sizeof grown);
	*room = wanted;
	return true;
}
