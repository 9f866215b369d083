/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory_short: how often memory was short on this thread.
 *
 * Some functions answer in the same way that they found nothing and that they had no memory to look; jansson's copies leave
 * out what could not be copied, and say nothing. Who needs to know looks at the number before and after: where they differ,
 * what was made in between may not be whole.
 *
 * Arenas, jansson's functions, faults and sets of policies note it by themselves; who calls malloc where the answer may be
 * taken for another notes it there.
 */
#ifndef BASE_MEMORY_SHORT_H
#define BASE_MEMORY_SHORT_H

#include <stddef.h>

void memory_short_note(void);
size_t memory_short_count(void);

#endif
