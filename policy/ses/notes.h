/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * notes: what the people who load policies should know although nothing is
 * wrong: start, --check and reload tell each in a line.
 *
 * An Allow of a user's policy that rests on an identity which the site does not
 * know (site.h). Mail is sent as a verified identity, and that a user's policy
 * names one does not verify it, so the Allow allows less than it seems to.
 */
#ifndef SES_NOTES_H
#define SES_NOTES_H

#include <stdbool.h>
#include <stddef.h>

struct generation;

/* More are counted, not kept. */
#define NOTES_KEPT 20

struct notes {
	const char *texts[NOTES_KEPT]; /* printable, a line each */
	size_t kept, count;
};

/* Fill in the notes of a generation whose site has been found. False when memory is short. */
bool notes_find(struct generation *generation);

#endif
