/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message_account: what SES refuses because of the account's state (account_state.h), whatever the policies say.
 *
 * What can never pass is refused for good, and first. What is only paused now (the account, a configuration set, a tenant)
 * is told only when nothing is left that could be refused for good, so that a client does not try again what can never pass.
 */
#ifndef SES_MESSAGE_ACCOUNT_H
#define SES_MESSAGE_ACCOUNT_H

#include "ses/message_parts.h"

/*
 * The reasons of suppression: a set of them is a number below this. A set of such numbers is a set of bits.
 * (SES takes mail for suppressed recipients, counts it, and reports a bounce: SES developer guide, "Using the account-level
 * suppression list".)
 */
#define SUPPRESSION_SETS (1u << SUPPRESSIONS)

/* For which sets of reasons the recipient is suppressed, in all its spellings. */
unsigned message_account_suppressed_find(const struct message *message, const struct spelled *spelled);
static inline unsigned message_account_suppressed(const struct message *message, const struct spelled *spelled)
{
	return message->generation->account_state.refuses_suppressed ? message_account_suppressed_find(message, spelled) : 0;
}

/* Is it certain now that SES sends the recipient nothing, whatever set the message will have? `against`: what there is to say. */
bool message_account_recipient(struct message *message, unsigned suppressed, struct text address, struct outcome *against);

/* The recipient stays. */
static inline void message_account_keep(struct message *message, unsigned suppressed)
{
	message->reached |= ~suppressed;
}

/* A configuration set that the message has; empty: none. False: `against`, which has the stage, becomes what there is to say. */
bool message_account_set(struct message *message, struct text name, struct outcome *against);

/* The message names no set, and which one its sender's identity has is not known. */
void message_account_any_set(struct message *message);

/* The tenant that the message names: is it there? And, when all questions but those of recipients are there, may it use them? False: as above. */
bool message_account_tenant(struct message *message, struct outcome *against);
bool message_account_resources(struct message *message, struct outcome *against);

/*
 * Nothing is said against the message so far. Where no policy can refuse it any more: are all its recipients suppressed, or
 * is something paused? False: `against` is what there is to say.
 */
bool message_account_judge(struct message *message, enum stage stage, struct outcome *against);
static inline bool message_account_end(struct message *message, enum stage stage, struct outcome *against)
{
	return !message->generation->account_state.loaded || message_account_judge(message, stage, against);
}

#endif
