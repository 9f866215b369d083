/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * needs: what a message can meet under a set of policies: at which stages a
 * refusal can become certain, and so must be asked for from the MTA.
 *
 * A wrong yes costs a reply that tells nothing; a wrong no delays a refusal to
 * the next stage. In doubt the answer is yes.
 */
#ifndef SES_NEEDS_H
#define SES_NEEDS_H

#include "ses/generation.h"

struct statement;

/* Does a condition of the statement look at the recipients? */
bool needs_recipients(const struct generation *generation, const struct statement *statement);

/* Fill in may_refuse and recipients_apart; all else of the generation is there. False when memory is short. */
bool needs_find(struct generation *generation);

/* Is counted what the From header says? */
bool needs_count_from(const struct generation *generation);

#endif
