/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain: what the policies said to one message: each request that it made,
 * each statement's answer and its reason, what was not known at earlier stages,
 * and keys that policies want and the message lacks.
 */
#ifndef TOOL_EXPLAIN_H
#define TOOL_EXPLAIN_H

#include "ses/message_report.h"
#include "tool/mail.h"
#include "tool/match.h"

/* A condition of a statement that matches. */
struct explained_condition {
	const struct condition *condition;
	const char *was, *wanted;
};

struct explained_statement {
	const struct statement *statement;
	size_t part; /* in which it was asked (layer.h) */
	struct match match;
	const char *was, *wanted;               /* "" if it matched; then there are */
	struct explained_condition *conditions; /* all that it has */
	size_t condition_count;
	bool waited;             /* it was pending at an earlier stage: */
	enum stage pending_at;   /* the last such one */
	const char *pending_for; /* the keys, or "Resource" */
};

struct explained_request {
	struct text sender, resource, action;
	unsigned sender_of;      /* enum sender_of bits (message_report.h) */
	enum from_address from;  /* the setting that asks for them */
	struct text egress;      /* the address of the relay that it is asked for; empty: no policy looks at it */
	enum decision decision;  /* pending: not decided there */
	enum policy_layer layer; /* who said so, as in evaluate.h, and which level */
	unsigned level;
	size_t parts; /* how many there are (layer.h) */
	bool has_boundary;
	bool folded;          /* decided, and explained, with domains in lower case (value/domain.h) */
	bool no_allow_needed; /* the principal may do what no policy denies */
	struct explained_statement *statements;
	size_t count;
	struct text *missing; /* keys */
	size_t missing_count;
};

struct explained {
	enum stage stage; /* with what was known then */
	bool clientless;  /* the address of a client would count, and none was given */
	struct explained_request *requests;
	size_t count;
	const char **account; /* what the account's state says, line by line; none where no state is loaded */
	size_t account_count;
};

/*
 * What the policies said to the message at its last stage, or, if `recipient` is
 * below recipient_count, to that recipient at RCPT. `message` is used for it. All
 * in the arena. False when memory is short.
 */
bool explain(struct message *message, const struct generation *generation, const struct mail *mail, const struct decided *decided,
	size_t recipient, struct arena *arena, struct explained *out);

#endif
