/* SPDX-License-Identifier: BSD-2-Clause */
#include "arguments.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

bool argument_complain(const char *what, const char *of)
{
	fprintf(stderr, "%s: %s%s%s\n", program_invocation_short_name, of ? of : "", of ? ": " : "", what);
	return false;
}

bool argument_count(const char *text, size_t least, size_t most, size_t *count)
{
	char *end;
	unsigned long long number;

	errno = 0;
	number = strtoull(text, &end, 10);
	if (errno || *end || end == text || *text == '-' || number < least || number > most) {
		fprintf(stderr, "%s: %s: must be a number from %zu to %zu\n", program_invocation_short_name, text, least, most);
		return false;
	}
	*count = (size_t)number;
	return true;
}

bool argument_seconds(const char *text, double *seconds)
{
	char *end;

	*seconds = strtod(text, &end);
	if (*end || end == text || !(*seconds >= 0 && *seconds <= 3600))
		return argument_complain("must be a number of seconds from 0 to 3600", text);
	return true;
}
