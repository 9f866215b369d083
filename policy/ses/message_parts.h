/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message_parts: the inside of a message, for the files that make it up:
 * message.c has the stages, message_ask.c the questions put to the policies,
 * message_headers.c what the headers add.
 */
#ifndef SES_MESSAGE_PARTS_H
#define SES_MESSAGE_PARTS_H

#include "ses/from_header.h"
#include "ses/full_name.h"
#include "ses/header.h"
#include "ses/identity.h"
#include "ses/message.h"
#include "ses/message_work.h"
#include "ses/refusal_text.h"

/* Somebody in whose name the message is sent: one value of ses:FromAddress. */
struct sender {
	struct text address;     /* empty: not known yet */
	struct text name;        /* ses:FromDisplayName, or empty: none */
	bool name_open;          /* not known yet */
	struct text resource;    /* ARN of the identity; as far as known when the address is not */
};

/* One question that the message puts to the policies; all must be answered with yes. */
struct ask {
	unsigned sender;
	struct text resource;    /* ARN */
	const struct known_resource *known; /* it is one of the generation's; NULL: it is not */
	bool open;               /* only the beginning of the ARN is known */
	bool allowed;            /* certain: need not be asked again */
	bool tenantless;         /* asked as if the message named no tenant */
	const struct plan *plan; /* of its request; NULL: none yet */
};

#define ROOM_FIRST 2
#define RECIPIENTS_FIRST 8

struct message {
	const struct generation *generation;
	const struct client *client;
	struct instant now;
	struct arena arena;       /* holds what is not in here; one message long */
	struct request request;   /* made for one ask at a time */
	struct caller caller;
	const struct principal_rule *rule; /* that made him; NULL: he is nobody */
	const struct ask *asked;  /* for which it is made now; NULL: none */
	struct sender *senders;
	size_t sender_count, sender_room;
	struct ask *asks;
	size_t ask_count, ask_room;
	struct mailbox sender;    /* of the envelope */
	struct text *recipients;
	size_t recipient_count, recipient_room;
	struct headers headers;
	struct header_mailboxes from; /* of the From headers */
	bool from_read, named;    /* they have been looked at; their names, too */
	struct text return_path;  /* or empty */
	struct text configuration_set; /* that applies, or empty */
	struct text tenant;       /* that the message names, once the headers are done, or empty */
	struct text full_name;    /* Sendmail's display name of a message without From, or empty */
	bool headers_come;        /* the MTA shows them */
	bool headers_done;        /* what they say has become senders and asks */
	bool unjudged;            /* something came at a stage that could not tell a refusal */
	bool crowded;             /* more than ASKS_MAX questions */
	struct work work;         /* what asking the policies may still take */
	struct work early;        /* of it, for what is asked before it is known of whom */
	bool trouble;             /* memory ran short, or no sender has come yet: nothing can be allowed */
	bool doomed;              /* certain to be refused: with `doom` */
	struct outcome doom;
	/* From here on message_begin() clears nothing: written before it is read. */
	char text[REFUSAL_TEXT_SIZE];
	/* Enough for nearly every message. */
	struct sender first_senders[ROOM_FIRST];
	struct ask first_asks[ROOM_FIRST];
	struct text first_recipients[RECIPIENTS_FIRST];
};

/* Senders times resources; a message with more is refused. */
#define ASKS_MAX 4096

/* Outcomes, made in message.c. Trouble that a crowded message makes is its own: it is refused. */
struct outcome outcome_trouble(struct message *message, enum stage stage);
struct outcome outcome_carry_on(const struct message *message, enum stage stage);
/* The text is the reason's, or if that has none in message->text. */
struct outcome outcome_refuse(struct message *message, enum stage stage, enum reason reason, struct text address);

/* ---- message_ask.c ---- */

/*
 * The request's facts that do not change any more. False when memory is short;
 * whether the client is a principal at all is told by `found`, FOUND or what stands against it.
 */
bool ask_prepare(struct message *message, enum principal_found *found);

/* The identity of an address, as the ARN of a resource; `known` as in struct ask. */
enum identity_found identity_resource(struct message *message, const struct mailbox *mailbox, struct text *resource,
	const struct known_resource **known);

/* A sender and the question for his own identity. `mailbox` NULL: not known yet. False when memory is short, or there are too many. */
bool ask_sender(struct message *message, const struct mailbox *mailbox, struct text name, bool name_open);

/* For each sender: this resource as well. False when memory is short, or there are too many. */
bool ask_resource(struct message *message, struct text resource);

/*
 * For each sender: the identity of an address that is not his. UNKNOWN: the
 * address's domain was taken.
 */
enum identity_found ask_identity(struct message *message, const struct mailbox *mailbox);

/* Forget senders and asks. */
void ask_clear(struct message *message);

/* The same question again, as if the message named no tenant. False when memory is short, or there are too many. */
bool ask_again(struct message *message, const struct ask *ask);

/* Make message->request ask this. False when memory is short. */
bool ask_load(struct message *message, struct ask *ask);

/* An address of SES's mailbox simulator, which takes mail from the sandbox too. (SES developer guide, "Mailbox simulator".) */
bool recipient_is_simulator(const struct mailbox *mailbox);

/* ---- message_headers.c ---- */

/*
 * All headers are here: senders, resources and keys become final. False: `against` is what stands against the message
 * already.
 */
bool headers_settle(struct message *message, enum stage stage, struct outcome *against);

/*
 * A header field stands against the message: why, and what is wrong with it. Always false: `against`, which has the stage,
 * becomes what there is to say.
 */
bool header_refuse(struct message *message, enum header_field field, enum reason reason, const char *what, struct text value,
	struct outcome *against);

/* ---- message_tenant.c ---- */

/* The tenant that the message names, which must be the one that its principal is pinned to. False: as headers_settle. */
bool tenant_settle(struct message *message, struct outcome *against);

/* All questions are there: of a message that names a tenant they are asked without it as well. False when memory is short, or there are too many. */
bool tenant_ask(struct message *message);

#endif
