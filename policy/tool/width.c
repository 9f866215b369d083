/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/width.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define USUAL 80
/* Narrower than this nothing could be read. */
#define LEAST 20

size_t width_of_output(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	char *end;

	if (!isatty(STDOUT_FILENO))
		return 0;
	unsigned long given = columns ? strtoul(columns, &end, 10) : 0;
	if (columns && *columns && !*end && given >= LEAST && given <= 10000)
		return given;
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col >= LEAST)
		return size.ws_col;
	return USUAL;
}
