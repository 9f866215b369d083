/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/log_lines.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

char log_lines[8192];

void __wrap_log_line(int priority, const char *format, ...) __attribute__((format(printf, 2, 3)));

void __wrap_log_line(int priority, const char *format, ...)
{
	size_t used = strlen(log_lines);
	va_list arguments;

	(void)priority;
	va_start(arguments, format);
	/* One byte is left for the line break. */
	vsnprintf(log_lines + used, sizeof log_lines - used - 1, format, arguments);
	va_end(arguments);
	strcat(log_lines, "\n");
}
