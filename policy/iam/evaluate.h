/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evaluate: what a policy set says to a request.
 *
 * Three-valued: where the request has keys that are pending or open, the answer
 * may be DECISION_PENDING; an answer other than that will stay the same
 * however the rest of the request turns out. (Kleene's logic: the answer may be
 * pending although a cleverer reasoner could already tell; it is never wrong.)
 *
 * Order of thought (IAM User Guide, "Policy evaluation logic"): a Deny that
 * matches ends it, in whatever layer (layer.h). Else each level of the organization
 * must allow, and then in the same account the caller's own policies or the
 * resource's (an Allow there to the account as a whole only delegates), across
 * accounts both. The caller's boundary must allow what its own policies allow, and what the
 * resource's allow, unless they name the caller by the ARN of the user or session.
 *
 * A set in which domains have no case (policy_set.h) is asked in both readings: what either refuses is refused, and
 * as soon as it is certain in one of them; what both allow is allowed.
 *
 * When the request's work is over before the answer is certain, the answer is DECISION_PENDING.
 *
 * Nothing here allocates, locks or fails.
 */
#ifndef IAM_EVALUATE_H
#define IAM_EVALUATE_H

#include "iam/principal.h"
#include "iam/request.h"
#include "iam/truth.h"

enum decision { DECISION_PENDING, DECISION_ALLOWED, DECISION_EXPLICIT_DENY, DECISION_IMPLICIT_DENY };

/* "pending", "allowed", "explicitDeny", "implicitDeny": the words of IAM's simulator. */
const char *decision_name(enum decision decision);

struct verdict {
	/*
	 * A refusal is certain as soon as no Allow can match any more; it is called
	 * DECISION_IMPLICIT_DENY then, although the complete request might turn out to
	 * be an explicit deny.
	 */
	enum decision decision;
	/*
	 * Whose statement decided. Where none did, who has not allowed it: LAYER_SCP, LAYER_BOUNDARY, or LAYERS: nobody
	 * has. As far as is known then: a refusal that is certain may be another layer's, too.
	 */
	enum policy_layer layer;
	unsigned level; /* of LAYER_SCP, from 1; else 0 */
	bool folded;    /* it was decided where domains have no case; as written the policies would allow it, or wait */
	const struct statement *
		statement; /* the first that decided; NULL for implicitDeny, pending, and what no statement allowed (root, no policies of its own) */
};

struct verdict evaluate(const struct request *request);

/* The same, in the one reading of domains that request->folded says. */
struct verdict evaluate_reading(const struct request *request);

#endif
