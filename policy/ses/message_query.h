/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message_ask: the questions that a message puts to the policies: one for each
 * sender and resource.
 */
#ifndef SES_MESSAGE_ASK_H
#define SES_MESSAGE_ASK_H

#include "ses/message_parts.h"

/*
 * The request's facts that do not change any more. False when memory is short;
 * whether the client is a principal at all is told by `found`, FOUND or what stands against it.
 */
bool query_prepare(struct message *message, enum principal_found *found);

/* The identity of an address, as the ARN of a resource; `known` as in struct ask. */
enum identity_found message_identity_resource(struct message *message, const struct mailbox *mailbox, struct text *resource,
	const struct known_resource **known);

/*
 * A sender and the question for its own identity, in these readings. `mailbox` NULL: not known yet. False when memory is
 * short, or there are too many.
 */
bool query_sender(struct message *message, const struct mailbox *mailbox, struct text name, bool name_open, unsigned readings);

/* For each sender: this resource as well, in those of its readings. False when memory is short, or there are too many. */
bool query_resource(struct message *message, struct text resource, unsigned readings);

/*
 * For each sender: the identity of another address than the sender's own. UNKNOWN: the
 * address's domain was taken. `recipient`: it is one's.
 */
enum identity_found query_identity(struct message *message, const struct mailbox *mailbox, unsigned readings, bool recipient);

/* Forget senders and asks. */
void query_clear(struct message *message);

/* The same question again, as if the message named no tenant. False when memory is short, or there are too many. */
bool query_again(struct message *message, const struct query *query);

/* Make message->request ask this. False when memory is short. */
bool query_load(struct message *message, struct query *query);

/* An address of SES's mailbox simulator, which takes mail from the sandbox too. (SES developer guide, "Mailbox simulator".) */
bool message_recipient_is_simulator(const struct mailbox *mailbox);

#endif
