/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/context.h"

#include "iam/key.h"

static bool compile_entry(struct arena *arena, int slot, const struct map_entry *entry, struct context_entry *out)
{
	*out = (struct context_entry){ slot, arena_array(arena, entry->values.count, sizeof *out->values), entry->values.count };
	for (size_t i = 0; out->values && i < out->count; i++)
		if (!(out->values[i] = arena_text(arena, text_of(entry->values.at[i]))).at)
			return false;
	return out->values;
}

bool context_compile(struct arena *arena, const struct policy_set *set, const struct map *map, const char *place,
	struct context *out, struct faults *faults)
{
	size_t before = faults->count;

	*out = (struct context){ arena_array(arena, map->count, sizeof *out->entries), 0 };
	if (!out->entries) {
		fault_memory(faults);
		return false;
	}
	for (size_t i = 0; i < map->count; i++) {
		struct text name = text_of(map->at[i].name);
		const struct key_info *info = key_find(name);
		int slot = policy_set_key(set, name);
		if (map->at[i].values.count > 1 && (!info || !info->plural))
			fault_add(faults, "%s: %s holds one value by its nature; write one text", place, map->at[i].name);
		for (size_t j = 0; j < i; j++)
			if (text_equals_fold(name, text_of(map->at[j].name)))
				fault_add(faults, "%s: %s occurs twice; keys have no case; keep one of them", place,
					map->at[i].name);
		if (slot >= 0 && !compile_entry(arena, slot, &map->at[i], &out->entries[out->count++]))
			fault_memory(faults);
	}
	return faults->count == before;
}

bool context_apply(const struct context *context, struct request *request)
{
	for (size_t i = 0; i < context->count; i++) {
		const struct context_entry *entry = &context->entries[i];
		if (request->slots[entry->slot].state != SLOT_ABSENT)
			continue;
		for (size_t j = 0; j < entry->count; j++)
			if (!request_value(request, entry->slot, entry->values[j]))
				return false;
	}
	return true;
}

void context_pending(const struct context *context, struct request *request)
{
	for (size_t i = 0; i < context->count; i++)
		if (request->slots[context->entries[i].slot].state == SLOT_ABSENT)
			request_state(request, context->entries[i].slot, SLOT_PENDING);
}
