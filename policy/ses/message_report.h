/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message_report: what log, records and explanations ask a message.
 */
#ifndef SES_MESSAGE_REPORT_H
#define SES_MESSAGE_REPORT_H

#include "ses/header.h"
#include "ses/message.h"
#include "ses/stray_login.h"

/* The client's login without its realm, as the log and the records have it (login.h). */
struct text message_login(const struct message *message);

/* Did the login miss all entries that bear one (stray_login.h)? Known once message_sender was called; then how it did. */
bool message_login_strays(const struct message *message);
const char *message_login_stray(const struct message *message, char out[STRAY_LOGIN_SIZE]);

/* For records: canonical addresses as far as known. */
struct text message_sender_address(const struct message *message);
size_t message_recipient_count(const struct message *message);
struct text message_recipient_address(const struct message *message, size_t index);

/*
 * The mailboxes of the From headers as they are written, if they have been looked at, and what else SES reads there. Their display names are
 * decoded only where a policy asks for them, for GLib ends the process when it gets no memory.
 */
bool message_from_is_read(const struct message *message);
size_t message_from_count(const struct message *message);
struct text message_from_address(const struct message *message, size_t index);
bool message_from_is_named(const struct message *message);
struct text message_from_name(const struct message *message, size_t index);

/* Once all headers have come: the From headers as they came, still folded. False: they were not shown, or not all were kept. */
bool message_from_headers(const struct message *message, const struct text **values, size_t *count);

struct text message_return_path(const struct message *message);
struct text message_header_value(const struct message *message, enum header_field field);

/* The resources asked about so far; some may occur twice. */
size_t message_resource_count(const struct message *message);
struct text message_resource(const struct message *message, size_t index);

/* The MTA's form of the sender and the recipients where it is another one, as it relays it; else empty. */
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

/* Where a sender comes from: the envelope, or a From header. */
enum sender_of { SENDER_OF_ENVELOPE = 1, SENDER_OF_HEADER = 2 };

/*
 * Of which of them, that the setting asks for, the sender of that request is: bits of enum sender_of; 0: it is not known
 * yet, or the null sender. Of a message without From the envelope's stands for it.
 */
unsigned message_request_sender_of(const struct message *message, size_t index, enum from_address setting);
struct text message_request_egress(const struct message *message, size_t index);

#endif
