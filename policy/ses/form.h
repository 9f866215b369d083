/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * form: what Amazon SES refuses of a message whatever the policies say: headers that stand twice, or have names that are
 * none, no sender in From, addresses beyond ASCII in the envelope. Where the setting `form` asks for it.
 */
#ifndef SES_FORM_H
#define SES_FORM_H

#include "base/arena.h"
#include "base/text.h"

/* What the names of a message's header fields have come to. */
struct form {
	unsigned long long seen; /* of single_headers.h, a bit each */
	const char *twice;       /* the first of them that came again, as the documentation spells it; or NULL */
	struct text illegal;     /* the first name that is none; .at NULL: there was none */
};

/* Longest mailbox that SES takes, in bytes, with its name. */
#define FORM_MAILBOX_MAX 320

/* A header field has come. False when memory is short. */
bool form_header(struct form *form, struct arena *arena, struct text name);

#endif
