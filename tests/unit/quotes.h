/* SPDX-License-Identifier: BSD-2-Clause */
/* quotes: JSON in C tables without backslashes: every ' becomes ". */
#ifndef UNIT_QUOTES_H
#define UNIT_QUOTES_H

#include <stdlib.h>
#include <string.h>

/* A copy for the caller to free. */
static inline char *quotes(const char *text)
{
	char *copy = strdup(text);
	for (char *at = copy; at && *at; at++)
		if (*at == '\'')
			*at = '"';
	return copy;
}

#endif
