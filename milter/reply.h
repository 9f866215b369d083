/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reply: the one place that tells an SMTP client no. MTAs are strict about
 * replies and lose them in bad ways: Postfix answers a class mismatch between
 * code and enhanced code with a session error, libmilter drops a text whose
 * class is not that of the returned status, and `%` is Sendmail's and Postfix's
 * format character.
 */
#ifndef MILTER_REPLY_H
#define MILTER_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include <libmilter/mfapi.h>

/* A reply line as the client sees it, code and NUL included, is shorter than this. */
#define REPLY_LINE_MAX 400

struct reply {
	const char *code, *xcode; /* "550", "5.7.1": of one class, 4 or 5 */
	const char *text;         /* printable ASCII */
	const char *id;           /* as in the log */
};

/* `text id=ID` as the client sees it after `code xcode `, cut to fit; a fixed text if it is not printable ASCII. */
size_t reply_text(const struct reply *reply, char out[REPLY_LINE_MAX]);

/*
 * Give libmilter the reply and return the status of its class: SMFIS_REJECT or
 * SMFIS_TEMPFAIL. Whatever fails on the way, the answer is a refusal: a reply
 * with classes that do not agree becomes 451 4.3.0.
 */
sfsistat reply_send(SMFICTX *context, const struct reply *reply);

#endif
