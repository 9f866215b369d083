/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account_identities: the identities of the account, identities/NAME.json: what `aws sesv2 get-email-identity` prints for each.
 * Whether it is verified for sending, and the configuration set that its mail has by default. Its policies are not read
 * from here: which are in force, the setting `policies` says.
 */
#ifndef SES_ACCOUNT_IDENTITIES_H
#define SES_ACCOUNT_IDENTITIES_H

#include "ses/account_files.h"
#include "ses/generation.h"

/* Into generation->account_state. Faults say what is wrong. */
void account_identities_load(struct generation *generation, const struct account_folder *folder);

#endif
