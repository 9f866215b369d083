/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * macro: what the MTA tells beside an event: login, TLS, the address as it completes it.
 *
 * libmilter keeps the macros of MAIL, and those of RCPT, until others come for the same stage (engine.c, st_macros), and
 * offers no call that forgets them. An event that comes without any would inherit them from the message, or the
 * recipient, before. So what holds for one event alone is emptied where libmilter keeps it, once it has been used.
 */
#ifndef MILTER_MACRO_H
#define MILTER_MACRO_H

#include "iam/text.h"

#include <libmilter/mfapi.h>

/* Its value, with a NUL behind it; empty: there is none, or the MTA says that it is empty. Until the callback returns. */
struct text macro_value(SMFICTX *context, const char *name);

/* From now on there is none, until the MTA tells it again. What macro_value gave of it is gone. */
void macro_forget(SMFICTX *context, const char *name);

#endif
