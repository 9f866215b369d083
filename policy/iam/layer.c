/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/layer.h"

const char *policy_layer_name(enum policy_layer layer)
{
	static const char *const names[] = {
		[LAYER_RESOURCE] = "resource",
		[LAYER_IDENTITY] = "identity",
		[LAYER_BOUNDARY] = "boundary",
		[LAYER_SCP] = "scp",
		[LAYERS] = "",
	};
	return names[layer];
}

const struct caller_policies caller_policies_allow_all = { .allows_all = true };

static const struct caller_policies nobody = { 0 };

size_t layer_part_count(const struct caller_policies *policies)
{
	return PART_LEVELS + (policies ? policies->level_count : 0);
}

const unsigned *layer_part(const struct caller_policies *policies, size_t part, size_t *count)
{
	static const unsigned resource[] = { POLICY_GROUP_RESOURCE };
	const struct caller_policies *of = policies ? policies : &nobody;

	switch (part) {
	case PART_RESOURCE:
		*count = 1;
		return resource;
	case PART_OWN:
		*count = of->own_count;
		return of->own;
	case PART_BOUNDARY:
		*count = of->boundary != POLICY_GROUP_RESOURCE;
		return &of->boundary;
	default:
		*count = 1;
		return &of->levels[part - PART_LEVELS];
	}
}

bool layer_part_holds(const struct caller_policies *policies, size_t part, unsigned group)
{
	size_t count;
	const unsigned *groups = layer_part(policies, part, &count);

	for (size_t i = 0; i < count; i++)
		if (groups[i] == group)
			return true;
	return false;
}

bool layer_parts_hold(const struct caller_policies *policies, unsigned group)
{
	for (size_t part = PART_RESOURCE; part < layer_part_count(policies); part++)
		if (layer_part_holds(policies, part, group))
			return true;
	return false;
}
