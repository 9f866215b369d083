/* SPDX-License-Identifier: BSD-2-Clause */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES 2000

static bool foreground;

void log_open(bool to_stderr)
{
	foreground = to_stderr;
	openlog("ses-policy-milter", LOG_PID | (to_stderr ? LOG_PERROR : 0), LOG_MAIL);
}

bool log_is_foreground(void)
{
	return foreground;
}

void log_line(int priority, const char *format, ...)
{
	char line[LINE_MAX_BYTES + 64];
	va_list arguments;

	size_t head = foreground ? (size_t)snprintf(line, sizeof line, "ses-policy-milter[%ld]: ", (long)getpid()) : 0;
	va_start(arguments, format);
	vsnprintf(line + head, LINE_MAX_BYTES, format, arguments);
	va_end(arguments);
	if (!foreground) {
		syslog(priority, "%s", line);
		return;
	}
	size_t length = strlen(line);
	line[length++] = '\n';
	/* A line that standard error does not take has nowhere else to go. */
	ssize_t written = write(STDERR_FILENO, line, length);
	(void)written;
}
