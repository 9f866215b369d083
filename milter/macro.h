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

#include "base/text.h"
#include "ses/generation.h"

#include <libmilter/mfapi.h>

/* Its value, with a NUL behind it; empty: there is none, or the MTA says that it is empty. Until the callback returns. */
struct text macro_value(SMFICTX *context, const char *name);

/*
 * Have the macros of MAIL or RCPT come with it? The MTA sends them in a packet before the event. When libmilter has no
 * memory for the packet it drops it and goes on (engine.c, st_macros): a login would then not be there, and the client be
 * somebody else. An MTA that was asked for macros by name tells an address with each of the two, empty or not. So none is a
 * packet that was lost, and so is one that was forgotten and is still in its place: libmilter reads a packet before it
 * gives back the last. `last`: where it was with the last such event of the connection; NULL: there was none.
 */
bool macro_packet_has_come(SMFICTX *context, enum stage stage, const char **last);

/* From now on there is none, until the MTA tells it again. What macro_value gave of it is gone. */
void macro_forget(SMFICTX *context, const char *name);

#endif
