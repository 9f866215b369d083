/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decide: the event of a stage, put to the policies in force and then to those in the shadow.
 */
#ifndef MILTER_DECIDE_H
#define MILTER_DECIDE_H

#include "session.h"

#include <libmilter/mfapi.h>

/* An argument of MAIL or RCPT, and the MTA's form of it. */
struct envelope_argument {
	struct text raw, completed;
};

/* What the MTA is to be answered. The session has a message on its way; `argument` is that of MAIL or RCPT, else NULL. */
sfsistat decide(SMFICTX *context, struct session *session, enum stage stage, const struct envelope_argument *argument);

#endif
