/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/completion_name.h"

#include <stdio.h>

const char *completion_name(const struct completed_program *program, char room[COMPLETION_NAME_SIZE])
{
	snprintf(room, COMPLETION_NAME_SIZE, "_%s", program->name);
	for (char *at = room; *at; at++)
		if (*at == '-')
			*at = '_';
	return room;
}
