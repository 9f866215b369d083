/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message_parts: the inside of a message, for the files that make it up:
 * message.c has the stages, message_ask.c the questions put to the policies,
 * message_headers.c what the headers add, message_readings.c the ways in which
 * the message may be read, message_report.c what is told of them.
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
#include "ses/spellings.h"

/* Which address may be ses:FeedbackAddress: of Return-Path, the same as it is written there, of the envelope. */
enum feedback { FEEDBACK_HEADER, FEEDBACK_WRITTEN, FEEDBACK_ENVELOPE, FEEDBACKS };

/*
 * In how many ways the message may be read behind this filter: one for each spelling of its envelope and each
 * ses:FeedbackAddress. It must be allowed in all. A reading is a number, reading % SPELLINGS being the spelling;
 * several are a set of bits. Addresses of one reading go together, those of different readings never meet.
 */
#define READINGS (SPELLINGS * FEEDBACKS)
#define READINGS_ALL ((1u << READINGS) - 1)

/* Readings that have come to the same so far. Nearly every message has one of these. */
struct reading {
	unsigned of;                      /* which */
	struct slot recipients, feedback; /* what keys hold there; the request has those of the one that was entered */
};

/* An address of the envelope. */
struct spelled {
	const struct mailbox *at; /* one, or SPELLINGS of them */
	unsigned count;
};

/* A recipient that is spelled in several ways. */
struct respelled {
	size_t recipient;
	struct spelled spelled;
};

/* Somebody in whose name the message is sent: one value of ses:FromAddress. */
struct sender {
	struct text address;  /* empty: not known yet */
	struct text name;     /* ses:FromDisplayName, or empty: none */
	bool name_open;       /* not known yet */
	struct text resource; /* ARN of the identity; as far as known when the address is not */
	unsigned readings;    /* in which it is one */
};

/* One question that the message puts to the policies; all must be answered with yes. */
struct query {
	unsigned sender;
	struct text resource;               /* ARN */
	const struct known_resource *known; /* it is one of the generation's; NULL: it is not */
	bool open;                          /* only the beginning of the ARN is known */
	unsigned readings;                  /* in which it is asked */
	unsigned allowed;                   /* those of them in which the yes is certain: not to be asked again */
	bool tenantless;                    /* asked as if the message named no tenant */
	const struct plan *plan;            /* of its request; NULL: none yet */
};

#define ROOM_FIRST 2
#define RECIPIENTS_FIRST 8

struct message {
	const struct generation *generation;
	const struct client *client;
	struct instant now;
	struct arena arena;     /* holds what is not in here; one message long */
	struct request request; /* made for one ask at a time */
	struct caller caller;
	const struct principal_rule *rule; /* that made the caller; NULL: there is none */
	const struct query *queried;       /* for which it is made now; NULL: none */
	struct sender *senders;
	size_t sender_count, sender_room;
	struct query *queries;
	size_t query_count, query_room;
	struct mailbox sender;   /* of the envelope */
	struct spelled envelope; /* the same in all its spellings */
	struct text *recipients;
	size_t recipient_count, recipient_room;
	struct respelled *respelled; /* in the order of the recipients */
	size_t respelled_count, respelled_room;
	struct reading *readings;      /* NULL: one, of all */
	size_t reading_count, reading; /* the one that is in the request */
	struct headers headers;
	struct header_mailboxes from;  /* of the From headers */
	bool from_read, named;         /* they have been looked at; their names, too */
	struct text return_path;       /* as written, or empty */
	struct text configuration_set; /* that applies, or empty */
	struct text tenant;            /* that the message names, once the headers are done, or empty */
	struct text full_name;         /* Sendmail's display name of a message without From, or empty */
	bool headers_come;             /* the MTA shows them */
	bool headers_done;             /* what they say has become senders and asks */
	bool unjudged;                 /* something came at a stage that could not tell a refusal */
	bool crowded;                  /* more than ASKS_MAX questions */
	struct work work;              /* what asking the policies may still take */
	struct work early;             /* of it, for what is asked before it is known of whom */
	struct work each;              /* of it, for the answers to recipients */
	bool trouble;                  /* memory ran short, or no sender has come yet: nothing can be allowed */
	bool doomed;                   /* certain to be refused: with `doom` */
	struct outcome doom;
	/* From here on message_begin() clears nothing: written before it is read. */
	char text[REFUSAL_TEXT_SIZE];
	/* Enough for nearly every message. */
	struct sender first_senders[ROOM_FIRST];
	struct query first_queries[ROOM_FIRST];
	struct text first_recipients[RECIPIENTS_FIRST];
};

/* Senders times resources; a message with more is refused. */
#define QUERIES_MAX 4096

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
 * For each sender: the identity of an address that is not his. UNKNOWN: the
 * address's domain was taken.
 */
enum identity_found query_identity(struct message *message, const struct mailbox *mailbox, unsigned readings);

/* Forget senders and asks. */
void query_clear(struct message *message);

/* The same question again, as if the message named no tenant. False when memory is short, or there are too many. */
bool query_again(struct message *message, const struct query *query);

/* Make message->request ask this. False when memory is short. */
bool query_load(struct message *message, struct query *query);

/* An address of SES's mailbox simulator, which takes mail from the sandbox too. (SES developer guide, "Mailbox simulator".) */
bool message_recipient_is_simulator(const struct mailbox *mailbox);

/* Room for one more in an array of the message's arena. False when memory is short. */
bool message_grow(struct message *message, void **array, size_t count, size_t *room, size_t size);

/* ---- message_readings.c ---- */

/* The spellings of an address that has several. */
enum mailbox_kind spelled_find(struct message *message, struct text raw, struct text completed, const struct mailbox *mailbox,
	struct spelled *spelled);

/*
 * An argument of MAIL or RCPT: `mailbox` becomes what mailbox_parse() makes of it, `spelled` all its spellings. `mailbox`
 * must live as long as they do. MAILBOX_INVALID with a `mailbox` that is one: the MTA's form of it is none.
 */
static inline enum mailbox_kind envelope_read(struct message *message, struct text raw, struct text completed,
	struct mailbox *mailbox, struct spelled *spelled)
{
	*mailbox = mailbox_parse(&message->arena, raw, completed, message->generation->address_case);
	*spelled = (struct spelled){ mailbox, 1 };
	if (mailbox->kind != MAILBOX_ADDRESS || spellings_agree(mailbox, raw, completed))
		return mailbox->kind;
	return spelled_find(message, raw, completed, mailbox, spelled);
}

/* The spelling of a reading. */
const struct mailbox *spelled_in(const struct spelled *spelled, unsigned reading);

/* The readings in which spelling `index` stands; none if one before it is the same. */
unsigned spelled_readings(const struct spelled *spelled, unsigned index);

/* Which readings `message->readings[index]` is of. */
static inline unsigned readings_of(const struct message *message, size_t index)
{
	return message->readings ? message->readings[index].of : READINGS_ALL;
}

/* Have the request hold what the keys are in message->readings[index]. */
void readings_change(struct message *message, size_t index);
static inline void readings_enter(struct message *message, size_t index)
{
	if (index != message->reading)
		readings_change(message, index);
}

/* One more recipient, which may be another one in each reading. False when memory is short. */
bool readings_recipient_apart(struct message *message, const struct spelled *spelled);

/* One more recipient, or the last one less. False when memory is short. */
static inline bool readings_recipient(struct message *message, const struct spelled *spelled)
{
	if (spelled->count == 1 && message->reading_count == 1)
		return request_value(&message->request, message->generation->slot[KEY_RECIPIENTS], spelled->at->address);
	return readings_recipient_apart(message, spelled);
}
void readings_recipient_back(struct message *message);

/* Set the state of a slot in all of them. */
void readings_state_apart(struct message *message, int slot, enum slot_state state);
static inline void readings_state(struct message *message, int slot, enum slot_state state)
{
	if (message->reading_count > 1)
		readings_state_apart(message, slot, state);
	else
		request_state(&message->request, slot, state);
}

/*
 * ses:FeedbackAddress: the envelope's sender; with a Return-Path header its address, too. SES takes the header's where it
 * gets one, but MTAs take it out (Postfix before we see it, Sendmail behind us). False when memory is short.
 */
bool readings_feedback(struct message *message, const struct header_mailbox *header);

/* ---- message_headers.c ---- */

/*
 * All headers are here: senders, resources and keys become final. False: `against` is what stands against the message
 * already.
 */
bool message_headers_settle(struct message *message, enum stage stage, struct outcome *against);

/*
 * A header field stands against the message: why, and what is wrong with it. Always false: `against`, which has the stage,
 * becomes what there is to say.
 */
bool message_header_refuse(struct message *message, enum header_field field, enum reason reason, const char *what,
	struct text value, struct outcome *against);

/* ---- message_tenant.c ---- */

/* The tenant that the message names, which must be the one that its principal is pinned to. False: as headers_settle. */
bool message_tenant_settle(struct message *message, struct outcome *against);

/* All questions are there: of a message that names a tenant they are asked without it as well. False when memory is short, or there are too many. */
bool message_tenant_query(struct message *message);

#endif
