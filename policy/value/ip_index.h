/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ip_index: many numbered networks, and which of them hold an address. They may
 * lie in each other. Immutable once made.
 */
#ifndef VALUE_IP_INDEX_H
#define VALUE_IP_INDEX_H

#include "base/arena.h"
#include "value/ip.h"

struct ip_index;

/* NULL when memory is short. Networks and numbers are not kept. */
struct ip_index *ip_index_new(struct arena *arena, const struct ip_network *networks, const uint32_t *numbers, size_t count);

/* Tell the numbers of all networks that hold the address, in no particular order; one may come more than once. */
void ip_index_numbers(const struct ip_index *index, const struct ip *ip, void (*take)(void *with, uint32_t number), void *with);

#endif
