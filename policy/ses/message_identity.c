/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/message_identity.h"

#include "ses/message_query.h"

bool message_identity_is_good(struct message *message, enum identity_found found, const struct mailbox *mailbox, enum reason reason,
	struct outcome *against)
{
	switch (found) {
	case IDENTITY_KNOWN:
		return true;
	case IDENTITY_UNKNOWN:
		*against = outcome_unverified(message, against->stage, mailbox->address, reason);
		return false;
	case IDENTITY_MEMORY:
		break;
	}
	*against = outcome_trouble(message, against->stage);
	return false;
}

bool message_identity_check(struct message *message, const struct mailbox *mailbox, struct outcome *against)
{
	const struct known_resource *known;
	struct text resource;

	if (!message->generation->unknown_identity_reject || mailbox->kind != MAILBOX_ADDRESS)
		return true;
	return message_identity_is_good(message, message_identity_resource(message, mailbox, &resource, &known), mailbox,
		REASON_UNKNOWN_IDENTITY, against);
}
