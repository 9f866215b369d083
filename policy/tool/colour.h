/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * colour: marks for the eye, on a terminal only, and not where NO_COLOR is set
 * (no-color.org) or TERM is dumb. Elsewhere all of these are empty.
 */
#ifndef TOOL_COLOUR_H
#define TOOL_COLOUR_H

enum colour { COLOUR_OFF, COLOUR_GOOD, COLOUR_BAD, COLOUR_DIM, COLOUR_STRONG };

/* The sequence that turns it on standard output, or "". */
const char *colour(enum colour colour);

#endif
