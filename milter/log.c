/* SPDX-License-Identifier: BSD-2-Clause */
#include "log.h"

#include "counters.h"
#include "outlet.h"
#include "system_log.h"

#include <errno.h>
#include <paths.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_MAX_BYTES 2000

/* Some five hundred of the longest lines. */
#define WAITING_MAX (1024u * 1024)

/* Milliseconds that a line waits for the log as long as there is no thread to do it. */
#define PATIENCE 1000

static bool foreground;
static atomic_bool on_stderr; /* for want of /dev/log */
static atomic_ulong lost;

static void write_waiting(int priority, const char *line, size_t length);

static struct outlet waiting = OUTLET(WAITING_MAX, write_waiting);

static bool write_stderr(const char *text, int milliseconds)
{
	char line[LINE_MAX_BYTES + 64];
	struct pollfd wait = { .fd = STDERR_FILENO, .events = POLLOUT };
	size_t length = (size_t)snprintf(line, sizeof line, "ses-policy-milter[%ld]: %s\n", (long)getpid(), text);

	for (const char *at = line; length;) {
		if (milliseconds >= 0 && poll(&wait, 1, milliseconds) == 0)
			return false;
		ssize_t n = write(STDERR_FILENO, at, length);
		if (n >= 0) {
			at += n;
			length -= (size_t)n;
		} else if (errno == EAGAIN) {
			poll(&wait, 1, milliseconds);
		} else if (errno != EINTR) {
			return false;
		}
	}
	return true;
}

static void fall_back(int milliseconds)
{
	char notice[128];

	if (atomic_exchange(&on_stderr, true))
		return;
	snprintf(notice, sizeof notice, "log: " _PATH_LOG ": %s; lines go to standard error", strerror(errno));
	write_stderr(notice, milliseconds);
}

void log_open(bool to_stderr)
{
	foreground = to_stderr;
	if (!foreground && !system_log_open())
		fall_back(PATIENCE);
}

static bool write_line(int priority, const char *text, int milliseconds)
{
	if (!foreground) {
		if (system_log_write(priority, text, milliseconds)) {
			atomic_store(&on_stderr, false);
			return true;
		}
		fall_back(milliseconds);
	}
	return write_stderr(text, milliseconds);
}

static void write_waiting(int priority, const char *line, size_t length)
{
	/* On its own thread it can wait. */
	int milliseconds = waiting.started ? -1 : PATIENCE;
	unsigned long missing = atomic_exchange(&lost, 0);
	char notice[96];

	(void)length;
	if (missing) {
		snprintf(notice, sizeof notice, "the log takes lines too slowly: %lu were lost here", missing);
		if (!write_line(LOG_ERR, notice, milliseconds))
			atomic_fetch_add(&lost, missing);
	}
	if (!write_line(priority, line, milliseconds)) {
		counters_add(&counters.records_lost, 1);
		atomic_fetch_add(&lost, 1);
	}
}

static __attribute__((format(printf, 2, 0))) void put_line(int priority, const char *format, va_list arguments)
{
	char line[LINE_MAX_BYTES];

	vsnprintf(line, sizeof line, format, arguments);
	if (!outlet_put(&waiting, priority, line, strlen(line))) {
		counters_add(&counters.records_lost, 1);
		atomic_fetch_add(&lost, 1);
	}
}

void log_line(int priority, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	put_line(priority, format, arguments);
	va_end(arguments);
}

/* systemd.exec(5), JOURNAL_STREAM: device and inode, if it has connected the process to the journal. */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat status;

	return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 && fstat(STDERR_FILENO, &status) == 0 &&
		status.st_dev == device && status.st_ino == inode;
}

void log_failure(const char *format, ...)
{
	char line[LINE_MAX_BYTES];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	fprintf(stderr, "ses-policy-milter: %s\n", line);
	if (!foreground && !atomic_load(&on_stderr) && !stderr_is_journal())
		log_line(LOG_ERR, "%s", line);
}

bool log_start(void)
{
	return outlet_start(&waiting);
}

void log_drain(unsigned milliseconds)
{
	outlet_drain(&waiting, milliseconds);
}

/*
 * syslog(3) for libmilter, also as _FORTIFY_SOURCE calls it. The C library's would keep
 * its thread, which is that of a session, waiting for the log.
 */
void log_take(int priority, const char *format, ...) __asm__("syslog")
	__attribute__((format(printf, 2, 3), visibility("default"), used));
void log_take_checked(int priority, int flag, const char *format, ...) __asm__("__syslog_chk")
	__attribute__((format(printf, 3, 4), visibility("default"), used));

void log_take(int priority, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	put_line(LOG_PRI(priority), format, arguments);
	va_end(arguments);
}

void log_take_checked(int priority, int flag, const char *format, ...)
{
	va_list arguments;

	(void)flag;
	va_start(arguments, format);
	put_line(LOG_PRI(priority), format, arguments);
	va_end(arguments);
}
