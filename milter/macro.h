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

/* What holds for one MAIL or RCPT, and is always looked at: the address and the mailer of it, and with MAIL alone the login. */
enum macro_of_event { MACRO_ADDRESS, MACRO_MAILER, MACRO_LOGIN, MACROS };

/*
 * All of one event, each looked up once: a look-up goes through all names of all packets. NULL: not told. The values
 * are libmilter's, until the callback returns.
 */
struct macro_packet {
	char *of[MACROS];
};

/* Of MAIL or of RCPT. `mailer`: look for that one even where the address tells that the macros have come. */
void macro_packet_read(SMFICTX *context, enum stage stage, bool mailer, struct macro_packet *out);

/*
 * Have the macros of MAIL or RCPT come with it? The MTA sends them in a packet before the event. When libmilter has no
 * memory for the packet it drops it and goes on (engine.c, st_macros): a login would then not be there, and the client be
 * somebody else. An MTA that was asked for macros by name tells an address with each of the two, empty or not. So none is a
 * packet that was lost, and so is one that was forgotten and is still in its place: libmilter reads a packet before it
 * gives back the last. `last`: where it was with the last such event of the connection; NULL: there was none.
 */
bool macro_packet_has_come(const struct macro_packet *packet, const char **last);

/* From now on it is empty, until the MTA tells it again. */
void macro_forget(struct macro_packet *packet, enum macro_of_event macro);
void macro_forget_value(struct text value);

#endif
