/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plans: for callers whom the site names in full, and identities, which
 * statements concern a message at all (iam/plan.h): found when the policies are
 * loaded, as far as memory and time are bounded. A message of another caller, or
 * beyond the bounds, finds them for itself.
 */
#ifndef SES_PLANS_H
#define SES_PLANS_H

#include "ses/generation.h"

/* What they may take together, give or take one: bytes, and scopes looked at (twenty milliseconds or so). */
#define PLANS_MAX ((size_t)4 << 20)
#define PLANS_WORK_MAX 200000

/* Fill in `plans` of the generation's principal rules; all else of the generation is there. False when memory is short. */
bool plans_make(struct generation *generation);

#endif
