/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Statements are not asked in their order but scope by scope (scope.h), and in a
 * scope those first that a look-up names. What decided is the first in their
 * order all the same: of those that are true the least place counts, and one
 * that stands behind it need not be asked.
 */
#include "iam/evaluate.h"

#include "iam/plan.h"
#include "iam/policy_set_parts.h"
#include "iam/statement_match.h"

#include <string.h>

const char *decision_name(enum decision decision)
{
	static const char *const names[] = {
		[DECISION_PENDING] = "pending",
		[DECISION_ALLOWED] = "allowed",
		[DECISION_EXPLICIT_DENY] = "explicitDeny",
		[DECISION_IMPLICIT_DENY] = "implicitDeny",
	};
	return names[decision];
}

/* No statement: behind all of them. */
#define NOBODY UINT32_MAX

/* What the statements of one group say. Statements by their place in the order of evaluation. */
struct opinion {
	const struct request *request;
	const struct statement *const *ordered;
	enum truth deny;
	enum truth allow;         /* to the caller himself, or to everyone */
	enum truth allow_account; /* to his account as a whole, or more */
	uint32_t denied_by, allowed_by, account_by;
};

/* Asking the statements of a scope that have one effect. */
struct asking {
	struct opinion *opinion;
	enum truth resource;
	bool direct; /* the principals take the caller as himself */
	void (*ask)(struct asking *asking, uint32_t place);
	uint32_t seen[32]; /* some of the places that were asked last, plus 1, by their lowest bits */
};

static inline void ask_deny(struct asking *asking, uint32_t place)
{
	struct opinion *opinion = asking->opinion;

	if (place >= opinion->denied_by)
		return;
	enum truth truth = statement_conditions(opinion->ordered[place], opinion->request, asking->resource);
	opinion->deny = truth_or(opinion->deny, truth);
	if (truth == TRUTH_TRUE)
		opinion->denied_by = place;
}

static inline void ask_allow(struct asking *asking, uint32_t place)
{
	struct opinion *opinion = asking->opinion;

	if (place >= opinion->account_by && (!asking->direct || place >= opinion->allowed_by))
		return;
	enum truth truth = statement_conditions(opinion->ordered[place], opinion->request, asking->resource);
	opinion->allow_account = truth_or(opinion->allow_account, truth);
	if (truth == TRUTH_TRUE && place < opinion->account_by)
		opinion->account_by = place;
	if (!asking->direct)
		return;
	opinion->allow = truth_or(opinion->allow, truth);
	if (truth == TRUTH_TRUE && place < opinion->allowed_by)
		opinion->allowed_by = place;
}

/* Would a statement that is pending add to what is known? */
static bool pending_matters(const struct asking *asking)
{
	const struct opinion *opinion = asking->opinion;

	if (asking->ask == ask_deny)
		return opinion->deny == TRUTH_FALSE;
	return opinion->allow_account == TRUTH_FALSE || (asking->direct && opinion->allow == TRUTH_FALSE);
}

static void index_found(void *with, uint32_t place)
{
	struct asking *asking = with;
	uint32_t *seen = &asking->seen[place % (sizeof asking->seen / sizeof *asking->seen)];

	/* The same list often has several of the request's values. */
	if (*seen == place + 1)
		return;
	*seen = place + 1;
	asking->ask(asking, place);
}

/* Of a key that is not known in full: its members until one waits for it, or all. */
static void index_wait(struct asking *asking, const struct scope_index *index)
{
	size_t i = 0;

	for (; i < index->count && pending_matters(asking); i++)
		asking->ask(asking, index->members[i]);
	work_take(asking->opinion->request->work, WORK_STATEMENT * i);
}

static inline void index_ask(struct asking *asking, const struct scope_index *index)
{
	const struct slot *slot = &asking->opinion->request->slots[index->slot];

	if (slot->state == SLOT_OPEN || slot->state == SLOT_PRESENT)
		for (size_t i = 0; i < slot->count; i++) {
			if (index->type == TYPE_STRING)
				string_set_numbers(index->lists.strings, slot->values[i].text, asking->opinion->request->work,
					index_found, asking);
			else
				ip_index_numbers(index->lists.networks, &slot->values[i].ip, index_found, asking);
		}
	if (slot->state == SLOT_OPEN || slot->state == SLOT_PENDING)
		index_wait(asking, index);
}

/* Inline, and so once for each effect. */
static inline void part_ask(struct asking *asking, const struct scope_part *part,
	void (*ask)(struct asking *asking, uint32_t place))
{
	for (size_t i = 0; i < part->plain_count; i++)
		ask(asking, part->plain[i]);
	asking->ask = ask;
	for (size_t i = 0; i < part->index_count; i++)
		index_ask(asking, &part->indexes[i]);
}

static void scope_ask(struct opinion *opinion, const struct plan_scope *found)
{
	const struct scope *scope = found->scope;
	struct asking asking;

	asking.opinion = opinion;
	asking.direct = found->principal == PRINCIPAL_DIRECT;
	asking.resource = scope->variables ? statement_resource(scope->head, opinion->request, opinion->request->folded)
		: opinion->request->folded ? found->folded
					   : found->resource;
	if (asking.resource == TRUTH_FALSE)
		return;
	if (opinion->request->work)
		work_take(opinion->request->work,
			WORK_STATEMENT *
				(scope->deny.plain_count + scope->deny.index_count + scope->allow.plain_count +
					scope->allow.index_count));
	if (scope->deny.index_count || scope->allow.index_count)
		memset(asking.seen, 0, sizeof asking.seen);
	part_ask(&asking, &scope->deny, ask_deny);
	/* What one denies no other allows. */
	if (opinion->denied_by == NOBODY)
		part_ask(&asking, &scope->allow, ask_allow);
}

static void scope_take(void *with, const struct scope *scope)
{
	struct opinion *opinion = with;
	struct plan_scope found;

	if (!work_is_over(opinion->request->work) && plan_scope_find(scope, opinion->request, &found))
		scope_ask(opinion, &found);
}

static void opinions_gather(struct opinion *resource, struct opinion *own, const struct request *request)
{
	const struct plan *plan = plan_of(request);

	for (size_t i = 0; plan && i < plan->of_resource; i++)
		scope_ask(resource, &plan->scopes[i]);
	if (!plan)
		plan_each(request, POLICY_GROUP_RESOURCE, scope_take, resource);
	if (resource->denied_by != NOBODY || request->identity_group == POLICY_GROUP_RESOURCE)
		return;
	for (size_t i = plan ? plan->of_resource : 0; plan && i < plan->count; i++)
		scope_ask(own, &plan->scopes[i]);
	if (!plan)
		plan_each(request, request->identity_group, scope_take, own);
}

/* The caller's own account holds the resource; an ARN without an account (a bucket's) counts as his. */
static bool same_account(const struct request *request)
{
	struct text owner = request->resource.field[ARN_ACCOUNT];
	return !owner.length || text_equals(owner, request->caller.account);
}

static struct verdict verdict_of(const struct request *request, enum decision decision, uint32_t by)
{
	return (struct verdict){ .decision = decision,
		.folded = request->folded,
		.statement = by == NOBODY ? NULL : request->set->ordered[by] };
}

struct verdict evaluate_reading(const struct request *request)
{
	struct opinion resource = {
		.request = request,
		.ordered = request->set->ordered,
		.denied_by = NOBODY,
		.allowed_by = NOBODY,
		.account_by = NOBODY,
	};
	struct opinion own = resource;
	bool has_account = request->caller.account.length, same = same_account(request);

	opinions_gather(&resource, &own, request);
	uint32_t denied_by = resource.denied_by != NOBODY ? resource.denied_by : own.denied_by;
	if (denied_by != NOBODY)
		return verdict_of(request, DECISION_EXPLICIT_DENY, denied_by);

	/* What has not been asked may say anything. */
	if (work_is_over(request->work))
		return verdict_of(request, DECISION_PENDING, NOBODY);
	if (request->identity_allows_all || (request->caller.kind == PRINCIPAL_ROOT && same)) {
		own.allow = TRUTH_TRUE;
		own.allowed_by = NOBODY;
	}
	enum truth allow;
	uint32_t allowed_by = resource.allowed_by != NOBODY ? resource.allowed_by : own.allowed_by;
	if (!has_account)
		allow = resource.allow;
	else if (same)
		allow = truth_or(resource.allow, own.allow);
	else
		allow = truth_and(resource.allow_account, own.allow);
	if (has_account && !same)
		allowed_by = resource.account_by;
	if (allow == TRUTH_FALSE)
		return verdict_of(request, DECISION_IMPLICIT_DENY, NOBODY);
	enum truth deny = truth_or(resource.deny, own.deny);
	if (allow == TRUTH_TRUE && deny == TRUTH_FALSE)
		return verdict_of(request, DECISION_ALLOWED, allowed_by);
	return verdict_of(request, DECISION_PENDING, NOBODY);
}

/* Can the two readings differ for this request? Its set folds. */
static bool readings_differ(const struct request *request)
{
	const struct plan *plan = plan_of(request);

	return !request->folded && (!plan || plan->folds);
}

/* Of two readings: a Deny goes before an Allow that is missing, that before what is open, and that before what is allowed. */
static int precedence(enum decision decision)
{
	static const int order[] = {
		[DECISION_ALLOWED] = 0,
		[DECISION_PENDING] = 1,
		[DECISION_IMPLICIT_DENY] = 2,
		[DECISION_EXPLICIT_DENY] = 3,
	};
	return order[decision];
}

/* Apart, lest sets that do not fold pay for it. */
__attribute__((noinline)) static struct verdict evaluate_both(const struct request *request)
{
	struct verdict verdict = evaluate_reading(request);

	if (verdict.decision == DECISION_EXPLICIT_DENY || !readings_differ(request))
		return verdict;
	struct request folded = *request;
	folded.folded = true;
	struct verdict other = evaluate_reading(&folded);
	return precedence(other.decision) > precedence(verdict.decision) ? other : verdict;
}

struct verdict evaluate(const struct request *request)
{
	return request->set->folds ? evaluate_both(request) : evaluate_reading(request);
}
