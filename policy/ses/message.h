/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message: one message on its way through SMTP, and what the policies say to it
 * at each stage. The daemon and the tool use the very same calls.
 *
 * Each stage answers as early as it can be certain: REFUSE when no rest of the
 * message could make it allowed, else CONTINUE. A refused recipient leaves the
 * message: what follows is decided as if it had never been named.
 *
 * Each sender (of the envelope, of the From header: the setting from_address) is
 * a request of its own for the ARN of its identity, and one for each further
 * resource: identities of Sender and Return-Path, those that X-SES-...-ARN
 * headers name, the configuration set, in the sandbox the recipients' identities.
 * An address that the MTA completes or spells in another way is judged in each of its
 * spellings (spellings.h).
 * The null sender names nobody: the From header decides, and where that is not
 * looked at only what is forbidden for every sender. SES itself does not take
 * MAIL FROM:<>; the setting null_sender refuses it here.
 */
#ifndef SES_MESSAGE_H
#define SES_MESSAGE_H

#include "value/instant.h"
#include "value/ip.h"
#include "ses/generation.h"
#include "ses/outcome.h"

struct client {
	struct ip ip;        /* family 0: not known (a pipe, a local socket) */
	struct text printed; /* the same, by ip_print(); may be empty */
	bool tls;
	struct text login;    /* SASL login as the MTA tells it, or empty */
	struct text own_name; /* of an MTA that may tell its own addresses without a domain; or empty */
	bool headers_whole;   /* all headers of the message are shown, with the names that they have there */
	bool headers_complete; /* the MTA is known to show addresses in headers as it relays them, and never to complete them later */
};

struct message;

/* NULL when memory is short. */
struct message *message_new(void);
void message_free(struct message *message);

/* Give back what it took, but for what a common message needs. Only message_begin or message_free may follow. */
void message_clear(struct message *message);

/*
 * A new message begins; whatever was there is forgotten. The generation and the client's texts are borrowed until the
 * next begin. headers_come = false: the MTA was told not to show any (a session that is older than the policies); if
 * policies look at headers, what is not refused is TROUBLE then (421), at MAIL or where it can be told.
 */
void message_begin(struct message *message, const struct generation *generation, const struct client *client,
	const struct instant *now, bool headers_come);

/*
 * The stages, in SMTP's order. `raw` is argv[0], `completed` the MTA's form or
 * empty. may_refuse = false: a refusal could not be told here (no reply was
 * negotiated, or mail that did not come by SMTP at RCPT); the answer then is
 * CONTINUE and the refusal comes at the next stage that can tell it.
 * After REFUSE at any stage but RCPT, or TROUBLE, only message_begin may follow;
 * whatever else comes is not let through. Without message_sender all is TROUBLE.
 */
struct outcome message_sender(struct message *message, struct text raw, struct text completed, bool may_refuse);
struct outcome message_recipient(struct message *message, struct text raw, struct text completed, bool may_refuse);

/* All recipients are known. */
struct outcome message_data(struct message *message, bool may_refuse);

/* One header field. False when memory is short: what follows is TROUBLE. */
bool message_header(struct message *message, struct text name, struct text value);

/* All headers are here. */
struct outcome message_headers_end(struct message *message, bool may_refuse);

/* The message is complete: the last word, always decided. */
struct outcome message_end(struct message *message);

#endif
