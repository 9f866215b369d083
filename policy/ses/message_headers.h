/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message_headers: what the headers of a message add to its senders, resources and keys.
 */
#ifndef SES_MESSAGE_HEADERS_H
#define SES_MESSAGE_HEADERS_H

#include "ses/message_parts.h"

/*
 * All headers are here: senders, resources and keys become final. False: `against` is what stands against the message
 * already.
 */
bool message_headers_settle(struct message *message, enum stage stage, struct outcome *against);

#endif
