/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fake_milter: stands in for libmilter in unit tests of the daemon: keeps the
 * private pointer, hands out macros, remembers the reply, and the filter that
 * was registered.
 */
#ifndef UNIT_FAKE_MILTER_H
#define UNIT_FAKE_MILTER_H

#include <stdbool.h>

#include <libmilter/mfapi.h>

struct smfi_str {
	void *private;
	const char *macros
		[16]
		[2]; /* name, value; NULL-terminated: what the MTA tells with fake_packet(); addresses, and its own name, it tells in any case */
	char (*kept)[64], (*kept_recipient)[64]; /* the values of the last packet before MAIL, and RCPT, as libmilter keeps them */
	char reply[1024];                        /* of the last smfi_setreply; empty: none */
	char symlist[8][128];                    /* by SMFIM_ */
};

extern struct smfiDesc fake_filter;

/* A packet of macros comes, before RCPT or before MAIL. */
void fake_packet(SMFICTX *context, bool recipient);

/* Make the calls fail from now on. */
extern bool fake_setpriv_fails, fake_setsymlist_fails;

#endif
