/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session: what is known of one SMTP connection and of the message on it.
 * Callbacks of a connection run one after another but on changing threads, so
 * all of it hangs on libmilter's private pointer and nowhere else.
 */
#ifndef MILTER_SESSION_H
#define MILTER_SESSION_H

#include "decision_id.h"
#include "holder.h"
#include "negotiate.h"
#include "ses/message.h"

#include <stdint.h>
#include <sys/socket.h>

enum session_state {
	SESSION_IDLE,     /* no message: before MAIL, after the end, a refusal or an abort */
	SESSION_MESSAGE,  /* a message is on its way */
	SESSION_TROUBLED, /* our own trouble on this message: 451 at every stage that answers */
	SESSION_PASSED,   /* monitor mode: it would have been refused; it goes on, and no more is said of it */
};

struct session {
	/* of the connection */
	bool negotiated;                            /* steps is known */
	bool macros_by_name;                        /* the MTA was told which macros to send, and where */
	bool connected;                             /* client.ip is known, or known to be absent */
	bool submission;                            /* this message did not come by SMTP: no refusal at RCPT */
	bool nameless;                              /* the client has no network address */
	bool portless;                              /* its port is 0 */
	bool mta_known;                             /* client.headers_complete and own_name are */
	unsigned long steps;                        /* SMFIP_ as negotiated */
	const char *mail_macros, *recipient_macros; /* where those of the last event were (macro.h); only to be compared */
	struct client client;                       /* its login is `login`, its printed address `printed` */
	char printed[IP_TEXT_SIZE];
	char *own_name; /* the client's, or NULL */

	/* of the message */
	enum session_state state;
	struct hold *hold;         /* its generation; NULL: none yet */
	struct message *message;   /* NULL: none */
	struct message *shadow;    /* the same as the policies in the shadow see it */
	bool shadowed;             /* the shadow is still asked about this message */
	bool sent;                 /* DATA has come, or what follows it */
	struct instant began;      /* the moment of MAIL */
	uint64_t spent;            /* nanoseconds of evaluation so far */
	char *login;               /* NULL: none */
	char id[DECISION_ID_SIZE]; /* empty: none yet */
	char queue[64];            /* the MTA's queue id, if it was told with MAIL; else empty */
};

/* NULL when memory is short. */
struct session *session_new(void);
void session_free(struct session *session);

/* The client, from libmilter's address (NULL: none). A connection begins: what a former one left is forgotten. */
void session_connect(struct session *session, const struct sockaddr *address);

/*
 * MAIL: a new message begins, whatever went before. `login` is the macro {auth_authen} or NULL, `routed`: there was a
 * {mail_mailer} (asked about only if session->portless). client.tls is still to be told. False: our own trouble, and
 * the state says so.
 */
bool session_begin(struct session *session, const char *login, bool routed);

/* Does anybody ask of the message that has begun whether it came by TLS: a policy, or its record? */
bool session_asks_tls(const struct session *session);

/*
 * Once a connection: the MTA's version and name, macros v and j, or NULL. Postfix shows headers as it is going to relay
 * them, and has a domain for every address; whatever does not say that it is Postfix may complete the ones later and tell
 * others without a domain, as Sendmail does. False when memory is short.
 */
bool session_know_mta(struct session *session, const char *version, const char *name);

/* Its queue id (Postfix tells it later, with other events). */
void session_queue(struct session *session, struct text queue);

/*
 * Was the message broken off: had nothing against it when it was sent, and now something else comes than its end? To be asked
 * before the next message, or at the end of the connection.
 */
bool session_is_broken_off(const struct session *session);

/* The message is over: its generation and its memory are given back. */
void session_end(struct session *session);

/* Can a refusal be told to the client at this stage? */
bool session_may_refuse(const struct session *session, enum stage stage);

/* Was the MTA told which macros to send? Each of them then comes with its event, or was lost. */
bool session_macros_are_named(const struct session *session);

/* Did this session promise to be silent at this stage (SMFIP_NR_...)? */
static inline bool session_is_silent(const struct session *session, unsigned long step)
{
	return (session->negotiated ? session->steps : negotiate_ever()) & step;
}

/* Is nothing to be refused (monitor mode)? A message keeps the mode that it began with. */
bool session_monitors(const struct session *session);

/* The message's id, made when first asked for. */
const char *session_id(struct session *session);

#endif
