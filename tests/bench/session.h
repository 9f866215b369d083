/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session: the MTA's side of one milter connection, in the way Postfix 3.7
 * speaks it. Bytes in, bytes out; whoever uses it owns the socket.
 *
 * What Postfix does and this does too: macros go before every event, also
 * before an event that the filter does not want (but headers, end of headers
 * and body that are not wanted are not looked at at all); events whose answer
 * is not wanted go out together with the next one that is answered; at most one
 * answer is awaited at a time; after each message comes ABORT; a refused
 * recipient leaves the message, and a message without recipients ends there;
 * a filter that refused the connection is not asked again; macro lists that the
 * filter names replace the usual ones.
 */
#ifndef BENCH_SESSION_H
#define BENCH_SESSION_H

#include "scenario.h"
#include "wire.h"

struct bench_session {
	/* set by the caller before session_begin */
	const char *login; /* SASL login, or NULL */
	size_t body_size;  /* bytes of a message's body */
	char *recipients;  /* room for a letter for each recipient of the largest message */

	struct wire_buffer in, out;

	/* what was negotiated, valid after negotiation */
	uint32_t steps;
	struct wire_macros macros;

	/* valid when a message is over */
	struct answer answer;
	unsigned long round_trips; /* answers that were awaited for the message */

	/* how far it got: for session.c */
	const struct bench_message *message;
	enum wire_stage stage;
	size_t part;  /* which recipient, which header, or offset in the body */
	size_t taken; /* recipients */
	bool waiting;
	bool taken_unseen;     /* the filter accepts the rest of the message, told at this stage, */
	enum wire_stage yes;   /* (WIRE_EOM: it is asked to the end) */
	bool taken_always;     /* or of the session, unseen */
	struct answer refused; /* the session: code 0 means it is not */
};

enum bench_session_state {
	SESSION_WAITS,   /* send what is in `out`, then give it what comes in */
	SESSION_READY,   /* for session_message or session_quit */
	SESSION_OVER,    /* a message has its answer (once for each message) */
	SESSION_REFUSED, /* like SESSION_OVER, and the client gives up: only session_quit is left */
	SESSION_BROKEN,  /* not the milter protocol, or memory is short */
};

/* A new connection for the client of `message`; buffers are kept from the one before. */
enum bench_session_state session_begin(struct bench_session *session, const struct bench_message *message);

/* The next message, borrowed until it is over. */
enum bench_session_state session_message(struct bench_session *session, const struct bench_message *message);

/* Use up what is in `in`. */
enum bench_session_state session_input(struct bench_session *session);

/* Put the goodbye into `out`. */
void session_quit(struct bench_session *session);

void session_free(struct bench_session *session);

#endif
