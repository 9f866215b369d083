/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * macros: have the macros of an event come with it? The MTA sends them in a packet of its own before the event. When
 * libmilter has no memory for such a packet it drops it and goes on (st_macros in its engine.c): a login is then not
 * there, or is that of the message before, and the client would be somebody else.
 *
 * Where macros are asked for by name every MTA has an address for MAIL and one for RCPT, empty or not, so that
 * none at all is a packet that was lost. One that stands at the same place in memory as that of the event before has not been
 * sent again: libmilter reads a packet before it gives back the last.
 */
#ifndef MILTER_MACROS_H
#define MILTER_MACROS_H

#include "ses/generation.h"

#include <stdint.h>

#include <libmilter/mfapi.h>

/* What was seen with the last event of a kind; zeroed: nothing. */
struct macros_seen {
	const char *at;   /* only to be compared: it may point nowhere by now */
	uint64_t content;
};

/*
 * STAGE_MAIL or STAGE_RCPT, in the callback of that event, whose argument is `raw`; once for each event. False: none have
 * come. `seen` is of events of that kind on this connection.
 */
bool macros_have_come(SMFICTX *context, enum stage stage, struct text raw, struct macros_seen *seen);

#endif
