/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * answer: from the outcome of a stage to what the MTA is told. CONTINUE, a
 * refusal, or 451 for our own trouble, each recorded; in monitor mode everything is
 * recorded and the mail goes on. SMFIS_ACCEPT only where nothing that comes can
 * matter (early.h): it ends all checks of the message.
 */
#ifndef MILTER_ANSWER_H
#define MILTER_ANSWER_H

#include "session.h"

#include <libmilter/mfapi.h>

/* Go on; a session that promised silence for this step (SMFIP_NR_...) says nothing. */
sfsistat answer_go_on(const struct session *session, unsigned long step);

/* There is no memory for a session. */
sfsistat answer_no_session(SMFICTX *context);

/* Trouble of the daemon itself rather than of the evaluation. REASON_NONE: it has been recorded before. */
sfsistat answer_trouble(SMFICTX *context, struct session *session, enum stage stage, enum reason reason);

/* What the policies in force say. */
sfsistat answer_outcome(SMFICTX *context, struct session *session, const struct outcome *outcome);

/*
 * Nothing that follows can matter (early.h): the MTA is told that the message is let through. No abort and no end comes after that, so
 * it is recorded here, and over in the session.
 */
sfsistat answer_yes(SMFICTX *context, struct session *session, const struct outcome *outcome);

/* Are the policies in the shadow to be asked about what those in force have just let pass? */
bool answer_shadow_asked(const struct session *session, const struct outcome *outcome);

/* What they say: recorded, never told. */
void answer_shadow(SMFICTX *context, struct session *session, struct outcome outcome);

/* At MAIL: if there was no memory to ask them about this message at all, record that. `outcome` is that of those in force. */
void answer_shadow_lost(SMFICTX *context, struct session *session, const struct outcome *outcome);

#endif
