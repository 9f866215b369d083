/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * negotiate: what to ask the MTA to send, and where to promise not to answer.
 * Every round trip costs more than the evaluation itself, so events that no
 * loaded policy can need are left out, and stages that cannot refuse answer
 * nothing. libmilter turns a refusal under such a promise into silence: a
 * session remembers its promises, and decides at a later stage when a reload
 * asks for more than was negotiated. The end of the message is always answered.
 *
 * DATA is always shown: a message that was sent, and never comes to its end, is told from one that was taken back (unended.h).
 */
#ifndef MILTER_NEGOTIATE_H
#define MILTER_NEGOTIATE_H

#include "holder.h"

#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

/*
 * The SMFIP_ steps for the policies in force and those in their shadow, out of those
 * the MTA offers. The shadow needs to see, but never answers.
 */
unsigned long negotiate_steps(const struct hold *hold, unsigned long offered, bool macros_by_name);

/* Ask for the macros that are used, at the stages where they are used. False: memory is short. */
bool negotiate_macros(SMFICTX *context);

/* The promise of silence for a stage; 0 for those that are always answered. */
static inline unsigned long negotiate_silence(enum stage stage)
{
	static const unsigned long silences[STAGES] = {
		[STAGE_MAIL] = SMFIP_NR_MAIL,
		[STAGE_RCPT] = SMFIP_NR_RCPT,
		[STAGE_DATA] = SMFIP_NR_DATA,
		[STAGE_EOH] = SMFIP_NR_EOH,
	};

	return silences[stage];
}

/* Note steps that a session was given, and whether it was told which macros to send, for negotiate_ever. For any thread. */
void negotiate_note(unsigned long steps, bool macros_by_name);

/*
 * All steps that any session was ever given. A connection that takes over
 * another's context (SMFIC_QUIT_NC) does not negotiate again, and its promises
 * are no longer known: where no session ever promised silence, a reply is safe.
 */
unsigned long negotiate_ever(void);

/* Was any session ever told which macros to send? Where one was, macros that do not come are trouble. */
bool negotiate_ever_by_name(void);

#endif
