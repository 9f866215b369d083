/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * caller_load: the policies that belong to callers rather than to identities:
 * those of principals, their boundaries, and the organization's. Each becomes a
 * group of the generation's policy set, and each rule of its principal map gets
 * to know its own.
 */
#ifndef SES_CALLER_LOAD_H
#define SES_CALLER_LOAD_H

#include "ses/generation.h"

/*
 * Load them all; the principal map is compiled, the set not sealed. A level of the organization without policies is a
 * fault, and so is a boundary of none or of several, or one of a root user, who can have none. (IAM User Guide,
 * "Permissions boundaries for IAM entities".)
 */
void callers_load(struct generation *generation, const struct site_options *options, struct faults *faults);

/*
 * The account is known, and the last rule is there: the organization holds for principals of the account. (Callers of
 * other accounts have organizations of their own.)
 */
void callers_organize(struct generation *generation);

/* A fault if asking for an ordinary message of one of them would take too long. All groups are there. */
void callers_work_check(const struct generation *generation, struct faults *faults);

#endif
