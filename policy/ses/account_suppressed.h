/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account_suppressed: the suppression list of the account, suppressed.json: what `aws sesv2 list-suppressed-destinations`
 * prints, all its pages in one. It may have a million addresses, so it is read address by address.
 */
#ifndef SES_ACCOUNT_SUPPRESSED_H
#define SES_ACCOUNT_SUPPRESSED_H

#include "ses/account_files.h"
#include "ses/generation.h"

/* Into generation->account_state. Faults say what is wrong. */
void account_suppressed_load(struct generation *generation, const struct account_folder *folder);

/* The reason bits (enum suppression) for which an address, as mailbox_parse spells it, is on the list. Never allocates. */
unsigned account_suppressed_find(const struct account_state *state, struct text address);

#endif
