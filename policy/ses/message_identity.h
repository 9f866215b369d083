/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message_identity: addresses that SES would not take, whatever the policies say: those of no identity of the site.
 */
#ifndef SES_MESSAGE_IDENTITY_H
#define SES_MESSAGE_IDENTITY_H

#include "ses/message_parts.h"

/*
 * Is the address one of an identity, by what was `found` of it? False: `against`, which has the stage, becomes what there
 * is to say, with this reason.
 */
bool message_identity_is_good(struct message *message, enum identity_found found, const struct mailbox *mailbox, enum reason reason,
	struct outcome *against);

/* Where the setting unknown_identity wants it: the same of an address that sends. What is no address is fine. */
bool message_identity_check(struct message *message, const struct mailbox *mailbox, struct outcome *against);

#endif
