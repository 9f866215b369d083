/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan: which statements concern a request at all, found once by its caller,
 * action and resource, so that asking again, as more of its keys become known,
 * looks at conditions alone.
 */
#ifndef IAM_PLAN_H
#define IAM_PLAN_H

#include "iam/principal.h"
#include "iam/request.h"
#include "iam/scope.h"

/* Statements with the same principals, actions and resources, all of which take the request. */
struct plan_scope {
	const struct scope *scope;
	enum principal_match principal; /* not PRINCIPAL_NO */
	/* As written, and with domains without case; not both TRUTH_FALSE; to be asked again if the scope has variables. */
	enum truth resource, folded;
};

struct plan {
	struct text caller, action, resource; /* what it was made for, to be told from others by where they stand */
	bool resource_open;
	const struct caller_policies *policies;
	struct plan_scope *scopes; /* by parts (layer.h) */
	size_t count, room;
	size_t *ends; /* where each part's end, so many */
	size_t parts;
	bool folds; /* one of the scopes does (scope.h) */
	bool same_account;
};

/* The caller's own account holds the resource; an ARN without an account (a bucket's) counts as the caller's. */
bool plan_same_account(const struct request *request);

/* How a scope takes the request. False: not at all. */
bool plan_scope_find(const struct scope *scope, const struct request *request, struct plan_scope *out);

/* Every scope of a part (layer.h) whose resources may be the request's, some maybe twice. */
void plan_each(const struct request *request, size_t part, void (*take)(void *with, const struct scope *scope), void *with);

/* About how many scopes plan_prepare() looks at, whether it takes them or not. */
size_t plan_work(const struct request *request);

/* Compares pointers, not contents. Different pointers to equal text only cost a rebuilt plan. */
static inline bool plan_stands_there(struct text a, struct text b)
{
	return a.at == b.at && a.length == b.length;
}

/* The request's plan; NULL: it has none, or one for another caller, action or resource, or other policies of the caller. */
static inline const struct plan *plan_of(const struct request *request)
{
	const struct plan *plan = request->plan;

	if (!plan || !plan_stands_there(plan->caller, request->caller.text) || !plan_stands_there(plan->action, request->action) ||
		!plan_stands_there(plan->resource, request->resource_text) || plan->policies != request->policies ||
		plan->resource_open != request->resource_open)
		return NULL;
	return plan;
}

/*
 * Find the statements that concern the caller, its policies, action and resource, which must all be set.
 * evaluate() then needs not look for them: worth it for a request that is evaluated more than once, as its
 * keys become known. Without it, and after a change of any of the four, evaluate() looks for them each time.
 * The resource's fields are only as good as its text: set both by request_resource() or one like it. False when memory is short.
 */
bool plan_prepare(struct request *request);

#endif
