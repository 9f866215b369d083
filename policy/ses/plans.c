/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/plans.h"

#include "ses/facts.h"

/* For one caller; `end` is what the generation's arena may have given out then. */
static bool rule_plans_make(struct generation *generation, struct principal_rule *rule, struct request *request, size_t end)
{
	size_t count = generation->identity_count + 1;

	if (generation->arena.used + count * sizeof *rule->plans >= end)
		return true;
	rule->plans = arena_array(&generation->arena, count, sizeof *rule->plans);
	if (!rule->plans)
		return false;
	facts_of_identity(request, rule, &rule->caller);
	for (size_t i = 0; i < count && generation->arena.used < end; i++) {
		const struct known_resource *resource = &generation->resources[i];
		request_resource_fields(request, resource->text, &resource->fields, i == generation->identity_count);
		if (!request_prepare(request))
			return false;
		rule->plans[i] = request->plan;
	}
	return true;
}

bool plans_make(struct generation *generation)
{
	size_t end = generation->arena.used + PLANS_MAX;
	struct request request;

	if (!request_init(&request, generation->set, &generation->arena) || !facts_of_generation(&request, generation))
		return false;
	for (size_t i = 0; i < generation->principals.count; i++) {
		struct principal_rule *rule = &generation->principals.rules[i];
		if (!rule->has_login && !rule_plans_make(generation, rule, &request, end))
			return false;
	}
	return true;
}
