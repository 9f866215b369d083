/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message_account: what SES refuses because of the account's state (account_state.h), whatever the policies say.
 */
#ifndef SES_MESSAGE_ACCOUNT_H
#define SES_MESSAGE_ACCOUNT_H

#include "ses/message_parts.h"

/*
 * Is the recipient suppressed, in all its spellings? False: `against` is what there is to say. SES takes such mail,
 * counts it, and reports a bounce (SES developer guide, "Using the account-level suppression list").
 */
bool message_account_recipient(struct message *message, const struct spelled *spelled, struct outcome *against);

/*
 * `outcome`, or where that lets the message go on: that the account is paused. It is told only when nothing is left that
 * a policy could refuse, so that a client does not try again what can never pass.
 */
struct outcome message_account_pause(struct message *message, enum stage stage, struct outcome outcome);

#endif
