/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/message_work.h"

#include "iam/statement.h"

void message_work_check(const struct policy_set *set, const struct caller_policies *policies, struct faults *faults)
{
	struct cost cost;

	policy_set_cost(set, policies, &cost);
	if (cost_of_message(&cost) <= MESSAGE_WORK_MAX || !cost.dearest)
		return;
	fault_add(faults,
		"%.*s:%u:%u: Statement[%u]: asking the policies would take too long: %zu units of work for a message to %d "
		"recipients, of which a message may take %d; this statement takes the largest part: %zu; use fewer patterns with a wildcard "
		"in their middle, and rather whole addresses, \"*@DOMAIN\" and \"NAME@*\", which are looked up",
		TEXT_ARGS(cost.dearest->policy->file), cost.dearest->line, cost.dearest->column, cost.dearest->index,
		cost_of_message(&cost), COST_RECIPIENTS, MESSAGE_WORK_MAX, cost.dearest_units);
}
