/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account_sets: the configuration sets of the account, configuration-sets/NAME.json: what `aws sesv2 get-configuration-set`
 * prints for each. Whether mail may be sent with it, and for which reasons it suppresses recipients: a set that does not
 * say so does as the account. (SES API v2, GetConfigurationSet; SES developer guide, "Using configuration set-level
 * suppression".)
 */
#ifndef SES_ACCOUNT_SETS_H
#define SES_ACCOUNT_SETS_H

#include "ses/account_files.h"
#include "ses/generation.h"

/* Into generation->account_state. Faults say what is wrong. */
void account_sets_load(struct generation *generation, const struct account_folder *folder);

/* NULL: the account has no such set. */
const struct account_set *account_set_find(const struct account_state *state, struct text name);

/*
 * For which reasons mail with this set, or none (empty), has recipients suppressed: bits of enum suppression. All of
 * them of a set that the account does not have: nobody is sent anything with it.
 */
unsigned account_set_reasons(const struct account_state *state, struct text name);

#endif
