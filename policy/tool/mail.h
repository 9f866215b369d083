/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mail: one message as the tool is given it, and its way through the stages, by
 * the same calls and with the same promises of silence as in the daemon.
 */
#ifndef TOOL_MAIL_H
#define TOOL_MAIL_H

#include "ses/message.h"

struct mail_header {
	struct text name, value;
};

struct mail {
	struct text sender;      /* as in MAIL FROM, with its brackets */
	struct text *recipients; /* as in RCPT TO, with their brackets */
	size_t recipient_count;
	struct mail_header *headers;
	size_t header_count;
	struct client client;
	struct instant time;
	bool submission; /* did not come by SMTP: no refusal at RCPT */
};

/* What became of it. All texts are in the arena or belong to the generation. */
struct decided {
	struct outcome outcome;  /* the last word, of the message; of its last recipient if all were refused */
	struct outcome *refused; /* one a recipient: action CONTINUE if it was accepted, or no longer decided */
	size_t refused_count;
	size_t taken;
};

/* An address as SMTP writes it: in angle brackets. .at is NULL when memory is short. */
struct text mail_argument(struct arena *arena, const char *address);

/* The same without them. */
struct text mail_address(struct text argument);

/* Decide. False when memory is short. */
bool mail_decide(struct message *message, const struct generation *generation, const struct mail *mail, struct arena *arena,
	struct decided *decided);

/*
 * Take the message as far as `stage`, refuse nothing, and leave out the
 * recipients that `decided` says were refused, but not number `recipient` if that
 * is below recipient_count (and go no further than that one at RCPT): the requests that the
 * policies decided there. False when memory is short.
 */
bool mail_reach(struct message *message, const struct generation *generation, const struct mail *mail,
	const struct decided *decided, enum stage stage, size_t recipient);

#endif
