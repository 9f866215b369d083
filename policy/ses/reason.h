/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reason: why a message is not let through, and what the client is told: one table, reason_list.h.
 */
#ifndef SES_REASON_H
#define SES_REASON_H

#include "base/text.h"

enum reason {
	REASON_NONE, /* there is none, or it is trouble that has been recorded before */
#define REASON(name, word, kind, code, xcode, text, when) REASON_##name,
#include "ses/reason_list.h"
#undef REASON
	REASONS
};

struct reason_info {
	const char *word;         /* for log, records and metrics; "" of REASON_NONE */
	bool trouble;             /* our own, rather than a refusal */
	const char *code, *xcode; /* "550", "5.7.1" */
	const char *text;         /* of the reply; NULL: made for each message */
};

extern const struct reason_info reason_rows[REASONS];

/* The reason with this word, of several the first; REASON_NONE: there is none. */
enum reason reason_find(struct text word);

#endif
