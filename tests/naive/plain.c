/* SPDX-License-Identifier: BSD-2-Clause */
#include "naive/plain.h"

#include "iam/statement.h"
#include "iam/statement_match.h"

/* What the statements of one group say, of one effect. */
struct saying {
	enum truth direct, any; /* of those that name the caller; of those that take him at all */
	const struct statement *by_direct, *by_any;
};

static struct saying hear(const struct request *request, unsigned group, enum effect effect)
{
	struct saying saying = { TRUTH_FALSE, TRUTH_FALSE, NULL, NULL };

	for (size_t i = 0; i < policy_set_statement_count(request->set); i++) {
		const struct statement *statement = policy_set_statement(request->set, i);
		enum principal_match match;
		enum truth truth;

		if (statement->policy->group != group || statement->effect != effect)
			continue;
		truth = statement_match(statement, request, &match);
		saying.any = truth_or(saying.any, truth);
		if (truth == TRUTH_TRUE && !saying.by_any)
			saying.by_any = statement;
		if (match != PRINCIPAL_DIRECT)
			continue;
		saying.direct = truth_or(saying.direct, truth);
		if (truth == TRUTH_TRUE && !saying.by_direct)
			saying.by_direct = statement;
	}
	return saying;
}

/* (IAM User Guide, "Policy evaluation logic") */
static struct verdict plain_reading(const struct request *request)
{
	const struct caller *caller = &request->caller;
	struct text owner = request->resource.field[ARN_ACCOUNT];
	bool same = owner.length == 0 || text_equals(owner, caller->account);
	bool has_own = request->identity_group != POLICY_GROUP_RESOURCE;
	struct saying nothing = { TRUTH_FALSE, TRUTH_FALSE, NULL, NULL };
	struct saying deny = hear(request, POLICY_GROUP_RESOURCE, EFFECT_DENY);
	struct saying allow = hear(request, POLICY_GROUP_RESOURCE, EFFECT_ALLOW);
	struct saying own_deny = has_own ? hear(request, request->identity_group, EFFECT_DENY) : nothing;
	struct saying own_allow = has_own ? hear(request, request->identity_group, EFFECT_ALLOW) : nothing;
	enum truth allowed, denied = truth_or(deny.any, own_deny.any);
	const struct statement *by;

	if (denied == TRUTH_TRUE)
		return (struct verdict){ DECISION_EXPLICIT_DENY, request->folded,
			deny.by_any != NULL ? deny.by_any : own_deny.by_any };
	if (request->identity_allows_all || (caller->kind == PRINCIPAL_ROOT && same)) {
		own_allow.direct = TRUTH_TRUE;
		own_allow.by_direct = NULL;
	}
	by = allow.by_direct != NULL ? allow.by_direct : own_allow.by_direct;
	if (caller->account.length == 0) {
		allowed = allow.direct;
	} else if (same) {
		allowed = truth_or(allow.direct, own_allow.direct);
	} else {
		allowed = truth_and(allow.any, own_allow.direct);
		by = allow.by_any;
	}
	if (allowed == TRUTH_FALSE)
		return (struct verdict){ DECISION_IMPLICIT_DENY, request->folded, NULL };
	if (allowed == TRUTH_TRUE && denied == TRUTH_FALSE)
		return (struct verdict){ DECISION_ALLOWED, request->folded, by };
	return (struct verdict){ DECISION_PENDING, request->folded, NULL };
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
