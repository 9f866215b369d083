/* SPDX-License-Identifier: BSD-2-Clause */
#include "naive/plain.h"

#include "iam/statement.h"
#include "iam/statement_match.h"

/* What the statements of one part say, of one effect, by how their principals take the caller at least. */
struct saying {
	enum truth truth[PRINCIPAL_NAMED + 1];
	const struct statement *by[PRINCIPAL_NAMED + 1];
};

static bool holds(const unsigned *groups, size_t count, unsigned group)
{
	for (size_t i = 0; i < count; i++)
		if (groups[i] == group)
			return true;
	return false;
}

/* Of several groups the first in the order of their numbers counts. */
static struct saying hear(const struct request *request, const unsigned *groups, size_t count, enum effect effect)
{
	struct saying saying = { 0 };

	for (size_t i = 0; i < policy_set_statement_count(request->set); i++) {
		const struct statement *statement = policy_set_statement(request->set, i);
		enum principal_match match;
		enum truth truth;

		if (!holds(groups, count, statement->policy->group) || statement->effect != effect)
			continue;
		truth = statement_match(statement, request, &match);
		for (int how = PRINCIPAL_ACCOUNT; how <= (int)match; how++) {
			const struct statement *by = saying.by[how];

			saying.truth[how] = truth_or(saying.truth[how], truth);
			if (truth == TRUTH_TRUE && (!by || statement->policy->group < by->policy->group))
				saying.by[how] = statement;
		}
	}
	return saying;
}

static struct verdict by_statement(const struct request *request, enum decision decision, const struct statement *by,
	enum policy_layer layer, unsigned level)
{
	return (struct verdict){ .decision = decision, .folded = request->folded, .statement = by, .layer = layer, .level = level };
}

/* (IAM User Guide, "Policy evaluation logic") */
static struct verdict plain_reading(const struct request *request)
{
	static const struct caller_policies none = { 0 };
	static const unsigned resource = POLICY_GROUP_RESOURCE;
	const struct caller_policies *policies = request->policies ? request->policies : &none;
	const struct caller *caller = &request->caller;
	struct text owner = request->resource.field[ARN_ACCOUNT];
	bool same = owner.length == 0 || text_equals(owner, caller->account), nobody = caller->account.length == 0;
	struct saying of_resource = hear(request, &resource, 1, EFFECT_ALLOW);
	struct saying own = hear(request, policies->own, policies->own_count, EFFECT_ALLOW);
	struct saying boundary = hear(request, &policies->boundary, policies->boundary != 0, EFFECT_ALLOW);
	struct saying denies[3] = {
		hear(request, &resource, 1, EFFECT_DENY),
		hear(request, policies->own, policies->own_count, EFFECT_DENY),
		hear(request, &policies->boundary, policies->boundary != 0, EFFECT_DENY),
	};
	static const enum policy_layer layers[3] = { LAYER_RESOURCE, LAYER_IDENTITY, LAYER_BOUNDARY };
	enum truth denied = TRUTH_FALSE, organization = TRUTH_TRUE, users, bounds, policy, named, allowed;
	unsigned refusing = 0;

	for (int i = 0; i < 3; i++) {
		denied = truth_or(denied, denies[i].truth[PRINCIPAL_ACCOUNT]);
		if (denies[i].truth[PRINCIPAL_ACCOUNT] == TRUTH_TRUE)
			return by_statement(request, DECISION_EXPLICIT_DENY, denies[i].by[PRINCIPAL_ACCOUNT], layers[i], 0);
	}
	for (size_t i = 0; i < policies->level_count; i++) {
		struct saying deny = hear(request, &policies->levels[i], 1, EFFECT_DENY);
		struct saying allow = hear(request, &policies->levels[i], 1, EFFECT_ALLOW);

		if (deny.truth[PRINCIPAL_DIRECT] == TRUTH_TRUE)
			return by_statement(request, DECISION_EXPLICIT_DENY, deny.by[PRINCIPAL_DIRECT], LAYER_SCP, (unsigned)i + 1);
		denied = truth_or(denied, deny.truth[PRINCIPAL_DIRECT]);
		organization = truth_and(organization, allow.truth[PRINCIPAL_DIRECT]);
		if (allow.truth[PRINCIPAL_DIRECT] == TRUTH_FALSE && refusing == 0)
			refusing = (unsigned)i + 1;
	}
	if (policies->allows_all || (caller->kind == PRINCIPAL_ROOT && same)) {
		own.truth[PRINCIPAL_DIRECT] = TRUTH_TRUE;
		own.by[PRINCIPAL_DIRECT] = NULL;
	}
	users = own.truth[PRINCIPAL_DIRECT];
	bounds = policies->boundary != 0 ? boundary.truth[PRINCIPAL_DIRECT] : TRUTH_TRUE;
	policy = nobody ? of_resource.truth[PRINCIPAL_DIRECT]
		: same  ? truth_or(of_resource.truth[PRINCIPAL_DIRECT], users)
			: truth_and(of_resource.truth[PRINCIPAL_ACCOUNT], users);
	named = same ? of_resource.truth[PRINCIPAL_NAMED] : TRUTH_FALSE;
	allowed = truth_and(organization, truth_or(truth_and(policy, bounds), named));
	if (allowed == TRUTH_FALSE)
		return by_statement(request, DECISION_IMPLICIT_DENY, NULL,
			refusing                        ? LAYER_SCP
				: policy == TRUTH_FALSE ? LAYERS
							: LAYER_BOUNDARY,
			refusing);
	if (allowed != TRUTH_TRUE || denied != TRUTH_FALSE)
		return by_statement(request, DECISION_PENDING, NULL, LAYERS, 0);
	if (truth_and(policy, bounds) != TRUTH_TRUE)
		return by_statement(request, DECISION_ALLOWED, of_resource.by[PRINCIPAL_NAMED], LAYER_RESOURCE, 0);
	if (of_resource.by[nobody || same ? PRINCIPAL_DIRECT : PRINCIPAL_ACCOUNT] != NULL)
		return by_statement(request, DECISION_ALLOWED,
			of_resource.by[nobody || same ? PRINCIPAL_DIRECT : PRINCIPAL_ACCOUNT], LAYER_RESOURCE, 0);
	return by_statement(request, DECISION_ALLOWED, own.by[PRINCIPAL_DIRECT],
		own.by[PRINCIPAL_DIRECT] != NULL ? LAYER_IDENTITY : LAYERS, 0);
}

struct verdict plain_evaluate(const struct request *request)
{
	static const enum decision by_weight[] = {
		DECISION_EXPLICIT_DENY,
		DECISION_IMPLICIT_DENY,
		DECISION_PENDING,
		DECISION_ALLOWED,
	};
	struct request folded = *request;
	struct verdict readings[2];

	folded.folded = true;
	readings[0] = plain_reading(request);
	readings[1] = plain_reading(&folded);
	for (size_t i = 0; i < sizeof by_weight / sizeof(by_weight[0]); i++)
		for (int j = 0; j < 2; j++)
			if (readings[j].decision == by_weight[i])
				return readings[j];
	return readings[0];
}
