/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ip_set: many networks compiled into sorted, disjoint ranges, one table a
 * family; a question is one binary search. Immutable once made.
 */
#ifndef VALUE_IP_SET_H
#define VALUE_IP_SET_H

#include "base/arena.h"
#include "value/ip.h"

struct ip_set;

/* NULL when memory is short. The networks are not kept. */
struct ip_set *ip_set_new(struct arena *arena, const struct ip_network *networks, size_t count);

bool ip_set_holds(const struct ip_set *set, const struct ip *ip);

#endif
