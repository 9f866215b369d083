/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * outcome: what a message is answered at a stage, and how each answer is made.
 */
#ifndef SES_OUTCOME_H
#define SES_OUTCOME_H

#include "iam/evaluate.h"
#include "ses/principal_map.h"
#include "ses/reason.h"
#include "ses/stage.h"

enum outcome_action {
	OUTCOME_CONTINUE,
	OUTCOME_REFUSE,  /* the policies (or the address itself) forbid it */
	OUTCOME_TROUBLE, /* our own trouble: 451, never an accept */
};

/* Pointers into the message or its generation: valid until the message's next call. */
struct outcome {
	enum outcome_action action;
	enum stage stage;
	enum decision decision;
	enum reason reason; /* NONE with CONTINUE; it has the reply's codes */
	const char *text;   /* the reply without its id: printable ASCII, one line, `%` not yet doubled, at most 340 bytes */
	struct text policy; /* name, or empty */
	struct text sid;    /* or empty */
	int statement;      /* index in the policy, or -1 */
	struct text principal, resource;
	struct text address; /* the address that the answer is about */
	struct text egress;  /* from which of the relay's addresses it is refused, if that matters; else empty */
	/* Of a refusal by policies: who said no (layer.h), and of the organization which level, from 1; else empty, and 0. */
	struct text layer;
	unsigned level;
};

struct message;
struct query;

/* Nothing is said against the message so far. */
struct outcome outcome_carry_on(const struct message *message, enum stage stage);

/* The message is lost. But trouble that a crowded message makes is its own: it is refused. */
struct outcome outcome_trouble(struct message *message, enum stage stage);

/* The text is the reason's, or if that has none in message->text. */
struct outcome outcome_refuse(struct message *message, enum stage stage, enum reason reason, struct text address);

/* `raw` is no address, or the null one where that may not be. */
struct outcome outcome_bad_address(struct message *message, enum stage stage, struct text raw);

/* The client is no principal: `found` says why. */
struct outcome outcome_bad_client(struct message *message, enum principal_found found);

/* The address is of no identity of the site. */
struct outcome outcome_unverified(struct message *message, enum stage stage, struct text address, enum reason reason);

/* The policies forbid what `query` asks, from this one of the relay's addresses. `recipient` has just come, or is empty. */
struct outcome outcome_by_policy(struct message *message, enum stage stage, const struct query *query, struct verdict verdict,
	size_t egress, struct text recipient);

#endif
