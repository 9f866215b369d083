/* SPDX-License-Identifier: BSD-2-Clause */
#include "log.h"

#include "outlet.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES 2000

/* Some five hundred of the longest lines. */
#define WAITING_MAX (1024u * 1024)

static bool foreground;
static atomic_ulong lost;

static void write_later(int priority, const char *line, size_t length);

static struct outlet later = OUTLET(WAITING_MAX, write_later);

void log_open(bool to_stderr)
{
	foreground = to_stderr;
	openlog("ses-policy-milter", LOG_PID | (to_stderr ? LOG_PERROR : 0), LOG_MAIL);
}

bool log_is_foreground(void)
{
	return foreground;
}

static void write_line(int priority, const char *text)
{
	char line[LINE_MAX_BYTES + 64];

	if (!foreground) {
		syslog(priority, "%s", text);
		return;
	}
	int length = snprintf(line, sizeof line, "ses-policy-milter[%ld]: %s\n", (long)getpid(), text);
	/* A line that standard error does not take has nowhere else to go. */
	ssize_t written = write(STDERR_FILENO, line, (size_t)length);
	(void)written;
}

static void write_later(int priority, const char *line, size_t length)
{
	unsigned long missing = atomic_exchange(&lost, 0);
	char notice[96];

	(void)length;
	if (missing) {
		snprintf(notice, sizeof notice, "the log takes lines too slowly: %lu were lost here", missing);
		write_line(LOG_ERR, notice);
	}
	write_line(priority, line);
}

void log_line(int priority, const char *format, ...)
{
	char line[LINE_MAX_BYTES];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	write_line(priority, line);
}

bool log_later(int priority, const char *format, ...)
{
	char line[LINE_MAX_BYTES];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	if (outlet_put(&later, priority, line, strlen(line)))
		return true;
	atomic_fetch_add(&lost, 1);
	return false;
}

bool log_start(void)
{
	return outlet_start(&later);
}

void log_drain(unsigned milliseconds)
{
	outlet_drain(&later, milliseconds);
}
