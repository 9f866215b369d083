/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/request.h"

#include "iam/key.h"
#include "iam/principal.h"

#include <stdint.h>
#include <string.h>

/* How many values a list has room for, once it has more than one. */
#define LIST_ROOM 8

bool request_init(struct request *request, const struct policy_set *set, struct arena *arena)
{
	size_t count = policy_set_key_count(set);

	*request = (struct request){ .set = set, .arena = arena };
	request->slots = arena_take(arena, count * (sizeof *request->slots + sizeof(struct value)));
	if (!request->slots)
		return false;
	/* Most keys have one value: there is room for it behind the slots. */
	struct value *values = (struct value *)(request->slots + count);
	for (size_t i = 0; i < count; i++)
		request->slots[i] = (struct slot){ .state = SLOT_ABSENT, .room = 1, .values = &values[i] };
	return true;
}

/* Room for one more value. False when memory is short. */
static bool slot_grow(struct arena *arena, struct slot *slot)
{
	size_t room = slot->room < LIST_ROOM ? LIST_ROOM : 2 * slot->room;
	struct value *grown = room > SIZE_MAX / sizeof *grown ? NULL : arena_take(arena, room * sizeof *grown);

	if (!grown)
		return false;
	memcpy(grown, slot->values, slot->count * sizeof *grown);
	slot->values = grown;
	slot->room = room;
	return true;
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
	request->resource_open = false;
	return arn_split(resource, &request->resource);
}

bool request_resource_open(struct request *request, struct text resource)
{
	bool good = request_resource(request, resource);

	request->resource_open = true;
	return good;
}

void request_resource_fields(struct request *request, struct text resource, const struct arn *fields, bool open)
{
	request->plan = NULL;
	request->resource_text = resource;
	request->resource = *fields;
	request->resource_open = open;
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

/* `ip` NULL: to be read from the text, if anybody wants to know. */
static inline bool value_add(struct request *request, int number, struct text text, const struct ip *ip)
{
	struct slot *slot = &request->slots[number];
	unsigned types = policy_set_keys(request->set)[number].types;

	if (slot->count == slot->room && !slot_grow(request->arena, slot))
		return false;
	struct value *value = &slot->values[slot->count++];
	/* What a type reads of the text is looked at only if it could. */
	value->text = text;
	value->ip.family = 0;
	value->is_number = value->is_instant = false;
	if (ip)
		value->ip = *ip;
	else if (types & TYPE_IP)
		ip_parse(text, &value->ip);
	if (types & TYPE_NUMBER)
		value->is_number = number_parse(text, &value->number);
	if (types & TYPE_DATE)
		value->is_instant = instant_parse(text, &value->instant);
	if (slot->state != SLOT_OPEN)
		slot->state = SLOT_PRESENT;
	return true;
}

bool request_value(struct request *request, int slot, struct text text)
{
	return slot < 0 || value_add(request, slot, text, NULL);
}

bool request_value_ip(struct request *request, int slot, struct text text, const struct ip *ip)
{
	return slot < 0 || value_add(request, slot, text, ip);
}

bool request_value_only(struct request *request, int slot, struct text value)
{
	if (slot < 0)
		return true;
	request->slots[slot].count = 0;
	request->slots[slot].state = SLOT_ABSENT;
	return !value.length || request_value(request, slot, value);
}

void request_value_back(struct request *request, int slot)
{
	if (slot >= 0 && request->slots[slot].count)
		request->slots[slot].count--;
}
