/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message_report: what records and explanations ask a message that may be read in several ways.
 */
#ifndef SES_MESSAGE_REPORT_H
#define SES_MESSAGE_REPORT_H

#include "ses/message.h"

/* The MTA's form of them where it is another one, as it relays it; else empty. */
struct text message_sender_completed(const struct message *message);
struct text message_recipient_completed(const struct message *message, size_t index);

/*
 * For explaining: the requests that have been put, one for each sender, resource, reading of the message and address of
 * the relay, each with what is known so far, the sender it is for (empty: not known yet) and that address (empty: no policy
 * looks at it). NULL when memory is short. Until the message's next call.
 */
size_t message_request_count(const struct message *message);
const struct request *message_request(struct message *message, size_t index);
struct text message_request_sender(const struct message *message, size_t index);
struct text message_request_egress(const struct message *message, size_t index);

#endif
