/* SPDX-License-Identifier: BSD-2-Clause */
#include "value/string_table.h"

bool string_table_make(struct string_table *table, struct arena *arena, size_t count, bool numbered)
{
	if (count > UINT32_MAX / 3 * 2 - 2)
		return false;
	table->size = (uint32_t)(count + count / 2 + 1);
	table->slots = arena_array(arena, table->size, sizeof *table->slots);
	if (numbered)
		table->heads = arena_array(arena, table->size, sizeof *table->heads);
	return table->slots && (!numbered || table->heads);
}

uint32_t string_table_add(struct string_table *table, uint64_t hash, struct text t)
{
	uint32_t place = string_table_place(table, hash, t);
	struct string_slot *slot = &table->slots[place];

	if (slot->at)
		return place;
	*slot = (struct string_slot){ t.length == 0 ? "" : t.at, (uint32_t)t.length, (uint32_t)hash };
	if (t.length > table->longest)
		table->longest = t.length;
	return place;
}
