/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message_recipient: one more recipient of a message, and what is said to it.
 */
#ifndef SES_MESSAGE_RECIPIENT_H
#define SES_MESSAGE_RECIPIENT_H

#include "ses/message_parts.h"

/* As message_recipient(); the message's state has let it come. */
struct outcome message_recipient_take(struct message *message, struct text raw, struct text completed, bool may_refuse);

/* No more will come. */
void message_recipients_close(struct message *message);

#endif
