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

/*
 * What the statements of one part say. Statements by their place in the order of evaluation. Allows by how their
 * principals take the caller: what is true of one way is true of those before it, and the first by which it is so stands
 * no farther behind.
 */
struct opinion {
	const struct request *request;
	const struct statement *const *ordered;
	enum principal_match finest; /* no way finer than this one matters */
	enum truth deny;
	enum truth allow[PRINCIPAL_NAMED + 1];
	uint32_t denied_by, allowed_by[PRINCIPAL_NAMED + 1];
};

/* Asking the statements of a scope that have one effect. */
struct asking {
	struct opinion *opinion;
	enum truth resource;
	enum principal_match how; /* the principals take the caller */
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

	if (place >= opinion->allowed_by[asking->how])
		return;
	enum truth truth = statement_conditions(opinion->ordered[place], opinion->request, asking->resource);
	for (enum principal_match how = PRINCIPAL_ACCOUNT; how <= asking->how; how++) {
		opinion->allow[how] = truth_or(opinion->allow[how], truth);
		if (truth == TRUTH_TRUE && place < opinion->allowed_by[how])
			opinion->allowed_by[how] = place;
	}
}

/* Would a statement that is pending add to what is known? */
static bool pending_matters(const struct asking *asking)
{
	const struct opinion *opinion = asking->opinion;

	return (asking->ask == ask_deny ? opinion->deny : opinion->allow[asking->how]) == TRUTH_FALSE;
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
	asking.how = found->principal < opinion->finest ? found->principal : opinion->finest;
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

/* What a part says. `plan`: the request's, or NULL. False: it denies, and by which statement. */
static inline bool opinion_gather(struct opinion *opinion, const struct request *request, const struct plan *plan, size_t part,
	enum principal_match finest)
{
	*opinion = (struct opinion){ .request = request,
		.ordered = request->set->ordered,
		.finest = finest,
		.denied_by = NOBODY,
		.allowed_by = { NOBODY, NOBODY, NOBODY, NOBODY } };
	if (!plan)
		plan_each(request, part, scope_take, opinion);
	else
		for (size_t i = part ? plan->ends[part - 1] : 0; i < plan->ends[part]; i++)
			scope_ask(opinion, &plan->scopes[i]);
	return opinion->denied_by == NOBODY;
}

/* By a statement, of which part. */
static struct verdict decided(const struct request *request, enum decision decision, size_t part, uint32_t by)
{
	return (struct verdict){ .decision = decision,
		.layer = layer_of_part(part),
		.level = layer_level_of_part(part),
		.folded = request->folded,
		.statement = request->set->ordered[by] };
}

/* By no statement. */
static struct verdict undecided(const struct request *request, enum decision decision, enum policy_layer layer, unsigned level)
{
	return (struct verdict){ .decision = decision, .layer = layer, .level = level, .folded = request->folded };
}

/* What a part says that the caller has not. */
static const struct opinion silent = { .denied_by = NOBODY, .allowed_by = { NOBODY, NOBODY, NOBODY, NOBODY } };

/* What all levels of the organization say together. */
struct levels {
	enum truth deny, allow;
	size_t without; /* the part of the first level that has no Allow; 0: each has */
};

static const struct levels no_levels = { TRUTH_FALSE, TRUTH_TRUE, 0 };

/* Deny of one: `verdict` says so, and false. */
static bool levels_gather(struct levels *levels, const struct request *request, const struct plan *plan, struct verdict *verdict)
{
	size_t parts = layer_part_count(request->policies);
	struct opinion level;

	*levels = no_levels;
	for (size_t part = PART_LEVELS; part < parts; part++) {
		if (!opinion_gather(&level, request, plan, part, PRINCIPAL_DIRECT)) {
			*verdict = decided(request, DECISION_EXPLICIT_DENY, part, level.denied_by);
			return false;
		}
		levels->deny = truth_or(levels->deny, level.deny);
		levels->allow = truth_and(levels->allow, level.allow[PRINCIPAL_DIRECT]);
		if (level.allow[PRINCIPAL_DIRECT] == TRUTH_FALSE && !levels->without)
			levels->without = part;
	}
	return true;
}

/* No Deny has been found. Inline, and so shorter where parts are known to be silent. */
__attribute__((always_inline)) static inline struct verdict allowed(const struct request *request, const struct plan *plan,
	const struct opinion *resource, const struct opinion *own, const struct opinion *boundary, const struct levels *levels)
{
	const struct caller_policies *policies = request->policies;
	bool has_account = request->caller.account.length, same = plan ? plan->same_account : plan_same_account(request);
	bool all = (policies && policies->allows_all) || (request->caller.kind == PRINCIPAL_ROOT && same);
	enum truth of_own = all ? TRUTH_TRUE : own->allow[PRINCIPAL_DIRECT];
	enum truth bounds = boundary != &silent ? boundary->allow[PRINCIPAL_DIRECT] : TRUTH_TRUE;
	enum principal_match needed = has_account && !same ? PRINCIPAL_ACCOUNT : PRINCIPAL_DIRECT;
	/* What a boundary limits, and what it does not. */
	enum truth within = resource->allow[needed], past = same ? resource->allow[PRINCIPAL_NAMED] : TRUTH_FALSE;

	if (has_account)
		within = same ? truth_or(within, of_own) : truth_and(within, of_own);
	enum truth bounded = truth_and(within, bounds), granted = truth_or(bounded, past);
	enum truth allow = truth_and(levels->allow, granted);
	if (allow == TRUTH_FALSE) {
		if (levels->without)
			return undecided(request, DECISION_IMPLICIT_DENY, LAYER_SCP, layer_level_of_part(levels->without));
		return undecided(request, DECISION_IMPLICIT_DENY, within == TRUTH_FALSE ? LAYERS : LAYER_BOUNDARY, 0);
	}
	enum truth deny = truth_or(truth_or(resource->deny, own->deny), truth_or(boundary->deny, levels->deny));
	if (allow == TRUTH_PENDING || deny == TRUTH_PENDING)
		return undecided(request, DECISION_PENDING, LAYERS, 0);
	uint32_t by = resource->allowed_by[bounded == TRUTH_TRUE ? needed : PRINCIPAL_NAMED];
	if (by != NOBODY)
		return decided(request, DECISION_ALLOWED, PART_RESOURCE, by);
	if (all || own->allowed_by[PRINCIPAL_DIRECT] == NOBODY)
		return undecided(request, DECISION_ALLOWED, LAYERS, 0);
	return decided(request, DECISION_ALLOWED, PART_OWN, own->allowed_by[PRINCIPAL_DIRECT]);
}

/* What has not been asked may say anything. */
static struct verdict out_of_work(const struct request *request)
{
	return undecided(request, DECISION_PENDING, LAYERS, 0);
}

/* Of a caller who has policies. Apart, lest those without pay for it. */
__attribute__((noinline)) static struct verdict evaluate_layers(const struct request *request, const struct plan *plan)
{
	const struct caller_policies *policies = request->policies;
	const struct opinion *of_own = &silent, *of_boundary = &silent;
	struct opinion resource, own, boundary;
	struct levels levels = no_levels;
	struct verdict verdict;

	if (!opinion_gather(&resource, request, plan, PART_RESOURCE, policies->boundary ? PRINCIPAL_NAMED : PRINCIPAL_DIRECT))
		return decided(request, DECISION_EXPLICIT_DENY, PART_RESOURCE, resource.denied_by);
	if (policies->own_count) {
		of_own = &own;
		if (!opinion_gather(&own, request, plan, PART_OWN, PRINCIPAL_DIRECT))
			return decided(request, DECISION_EXPLICIT_DENY, PART_OWN, own.denied_by);
	}
	if (policies->boundary) {
		of_boundary = &boundary;
		if (!opinion_gather(&boundary, request, plan, PART_BOUNDARY, PRINCIPAL_DIRECT))
			return decided(request, DECISION_EXPLICIT_DENY, PART_BOUNDARY, boundary.denied_by);
	}
	if (policies->level_count && !levels_gather(&levels, request, plan, &verdict))
		return verdict;
	if (work_is_over(request->work))
		return out_of_work(request);
	return allowed(request, plan, &resource, of_own, of_boundary, &levels);
}

struct verdict evaluate_reading(const struct request *request)
{
	const struct caller_policies *policies = request->policies;
	const struct plan *plan = plan_of(request);
	struct opinion resource;

	if (policies && (policies->own_count || policies->boundary || policies->level_count))
		return evaluate_layers(request, plan);
	if (!opinion_gather(&resource, request, plan, PART_RESOURCE, PRINCIPAL_DIRECT))
		return decided(request, DECISION_EXPLICIT_DENY, PART_RESOURCE, resource.denied_by);
	if (work_is_over(request->work))
		return out_of_work(request);
	return allowed(request, plan, &resource, &silent, &silent, &no_levels);
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
