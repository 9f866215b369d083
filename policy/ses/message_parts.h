/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message_parts: the inside of a message, for the files that make it up: message.c has the stages; the others say in their
 * headers what they have.
 */
#ifndef SES_MESSAGE_PARTS_H
#define SES_MESSAGE_PARTS_H

#include "ses/form.h"
#include "ses/from_header.h"
#include "ses/full_name.h"
#include "ses/header.h"
#include "ses/identity.h"
#include "ses/message.h"
#include "ses/message_state.h"
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

/* One query that the message puts to the policies; all must be answered with yes. */
struct query {
	unsigned sender;
	struct text resource;               /* ARN */
	const struct known_resource *known; /* it is one of the generation's; NULL: it is not */
	bool open;                          /* only the beginning of the ARN is known */
	unsigned readings;                  /* in which it is asked */
	unsigned allowed;                   /* those of them in which the yes is certain: not to be asked again */
	bool tenantless;                    /* asked as if the message named no tenant */
	bool recipient;                     /* only because of a recipient, in the sandbox */
	const struct plan *plan;            /* of its request; NULL: none yet */
};

#define ROOM_FIRST 2
#define RECIPIENTS_FIRST 8

struct message {
	enum message_state state;
	const struct generation *generation;
	const struct client *client;
	struct instant now;
	struct arena arena; /* holds what is not in here; one message long */
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
	struct form form;              /* of their names */
	struct header_mailboxes from;  /* of the From headers */
	bool from_read;                /* they have been looked at */
	struct text return_path;       /* as written, or empty */
	struct text configuration_set; /* that applies, or empty */
	struct text tenant;            /* that the message names, once the headers are done, or empty */
	struct text full_name;         /* Sendmail's display name of a message without From, or empty */
	struct text full_name_ses;     /* the same as SES reads it */
	/* What the account's state makes of it (message_account.h). */
	unsigned reached;       /* sets of reasons of suppression with which a recipient gets the message */
	unsigned suppressing;   /* those that its configuration set may have; 0: not known yet */
	struct text paused_set; /* a configuration set that it has and with which nothing is sent now, or empty */
	const struct account_tenant *account_tenant; /* the tenant that it names; NULL: none, or none are known */
	bool headers_come;                           /* the MTA shows them */
	bool crowded;                                /* more than QUERIES_MAX queries */
	struct work work;                            /* what asking the policies may still take */
	struct work early;                           /* of it, for what is asked before it is known of whom */
	struct work each;                            /* of it, for the answers to recipients */
	/* From here on message_begin() clears nothing: written before it is read. */
	struct request request; /* made for one query at a time; of each message whose sender has been taken (query_prepare) */
	struct outcome doom;    /* of MESSAGE_DOOMED: the refusal */
	char text[REFUSAL_TEXT_SIZE];
	/* Enough for nearly every message. */
	struct sender first_senders[ROOM_FIRST];
	struct query first_queries[ROOM_FIRST];
	struct text first_recipients[RECIPIENTS_FIRST];
};

/* Senders times resources; a message with more is refused. */
#define QUERIES_MAX 4096

/* Has every question that it puts so far been answered with yes, for certain? */
static inline bool message_is_allowed(const struct message *message)
{
	for (size_t i = 0; i < message->query_count; i++)
		if (message->queries[i].readings & ~message->queries[i].allowed)
			return false;
	return true;
}

#endif
