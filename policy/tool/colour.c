/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/colour.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool wanted(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no && *no) && term && strcmp(term, "dumb") != 0;
}

const char *colour(enum colour colour)
{
	static const char *const sequences[] = {
		[COLOUR_OFF] = "\033[0m",
		[COLOUR_GOOD] = "\033[32m",
		[COLOUR_BAD] = "\033[31m",
		[COLOUR_DIM] = "\033[2m",
		[COLOUR_STRONG] = "\033[1m",
	};

	return wanted() ? sequences[colour] : "";
}
