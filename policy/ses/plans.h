/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plans: for each caller whom the site names in full, and each identity, which
 * statements concern a message at all (iam/plan.h): found when the policies are
 * loaded, so that no message has to.
 */
#ifndef SES_PLANS_H
#define SES_PLANS_H

#include "ses/generation.h"

/* What they may take together, in bytes, give or take one; of what is beyond a message makes its own. */
#define PLANS_MAX ((size_t)4 << 20)

/* Fill in `plans` of the generation's principal rules; all else of the generation is there. False when memory is short. */
bool plans_make(struct generation *generation);

#endif
