/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/plans.h"

#include "iam/plan.h"
#include "ses/facts.h"

struct planner {
	struct generation *generation;
	struct request request;
	size_t end;  /* what the generation's arena may have given out */
	size_t work; /* scopes that may still be looked at */
};

/* For one caller and resource, if there is room. False: memory is short. */
static bool plan_make(struct planner *planner, struct principal_rule *rule, size_t at)
{
	const struct known_resource *resource = &planner->generation->resources[at];
	struct request *request = &planner->request;

	request_resource_fields(request, resource->text, &resource->fields, at == planner->generation->identity_count);
	size_t work = plan_work(request);
	if (planner->generation->arena.used >= planner->end || work > planner->work)
		return true;
	planner->work -= work;
	if (!plan_prepare(request))
		return false;
	rule->plans[at] = request->plan;
	return true;
}

static bool rule_plans_make(struct planner *planner, struct principal_rule *rule)
{
	struct generation *generation = planner->generation;
	size_t count = generation->identity_count + 1;

	if (generation->arena.used + count * sizeof *rule->plans >= planner->end)
		return true;
	rule->plans = arena_array(&generation->arena, count, sizeof *rule->plans);
	if (!rule->plans)
		return false;
	facts_of_identity(&planner->request, rule, &rule->caller);
	/* From the last on, the sender that is not known yet: most of a message's work is for it. */
	for (size_t i = count; i-- > 0;)
		if (!plan_make(planner, rule, i))
			return false;
	return true;
}

bool plans_make(struct generation *generation)
{
	struct planner planner = { .generation = generation, .end = generation->arena.used + PLANS_MAX, .work = PLANS_WORK_MAX };

	if (!request_init(&planner.request, generation->set, &generation->arena) ||
		!facts_of_generation(&planner.request, generation))
		return false;
	for (size_t i = 0; i < generation->principals.count; i++) {
		struct principal_rule *rule = &generation->principals.rules[i];
		if (!rule->has_login && !rule->refuse && !rule->unknown && !rule_plans_make(&planner, rule))
			return false;
	}
	return true;
}
