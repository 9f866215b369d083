/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * site_notes: what the people who load policies should know of the site although nothing is wrong.
 *
 * An Allow of a user's policy that rests on an identity which the site does not
 * know (site.h). Mail is sent as a verified identity, and that a user's policy
 * names one does not verify it, so the Allow allows less than it seems to.
 */
#ifndef SES_SITE_NOTES_H
#define SES_SITE_NOTES_H

#include "ses/generation.h"

/* Add the notes (base/fault.h) of a generation that has been loaded. False when memory is short. */
bool site_notes_find(struct generation *generation, struct faults *faults);

#endif
