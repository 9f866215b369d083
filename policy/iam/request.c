/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/request.h"

#include "iam/key.h"
#include "iam/principal.h"

#include <string.h>

bool request_init(struct request *request, const struct policy_set *set, struct arena *arena)
{
	*request = (struct request){ .set = set, .arena = arena };
	request->slots = arena_array(arena, policy_set_key_count(set), sizeof *request->slots);
	return request->slots;
}

bool request_caller(struct request *request, struct text principal)
{
	request->plan = NULL;
	return caller_parse(principal, &request->caller);
}

bool request_resource(struct request *request, struct text resource)
{
	request->plan = NULL;
	request->resource_text = resource;
	return arn_split(resource, &request->resource);
}

int request_slot(const struct request *request, struct text key)
{
	return policy_set_key(request->set, key);
}

void request_state(struct request *request, int slot, enum slot_state state)
{
	if (slot >= 0)
		request->slots[slot].state = state;
}

bool request_value(struct request *request, int number, struct text text)
{
	if (number < 0)
		return true;
	struct slot *slot = &request->slots[number];
	unsigned types = policy_set_keys(request->set)[number].types;

	if (slot->count == slot->room) {
		size_t room = slot->room ? 2 * slot->room : 1;
		struct value *grown = arena_array(request->arena, room, sizeof *grown);
		if (!grown)
			return false;
		if (slot->count)
			memcpy(grown, slot->values, slot->count * sizeof *grown);
		slot->values = grown;
		slot->room = room;
	}
	struct value *value = &slot->values[slot->count++];
	*value = (struct value){ .text = text };
	if (types & TYPE_IP)
		ip_parse(text, &value->ip);
	if (types & TYPE_NUMBER)
		value->is_number = number_parse(text, &value->number);
	if (types & TYPE_DATE)
		value->is_instant = instant_parse(text, &value->instant);
	if (slot->state != SLOT_OPEN)
		slot->state = SLOT_PRESENT;
	return true;
}

void request_value_back(struct request *request, int slot)
{
	if (slot >= 0 && request->slots[slot].count)
		request->slots[slot].count--;
}
