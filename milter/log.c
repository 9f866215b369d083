/* SPDX-License-Identifier: BSD-2-Clause */
#include "log.h"

#include "counters.h"
#include "journal.h"
#include "json_log.h"
#include "outlet.h"
#include "system_log.h"

#include <errno.h>
#include <paths.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES 2000

/* Some five hundred of the longest lines. */
#define WAITING_MAX (1024u * 1024)

/* Milliseconds that a line waits for the log as long as there is no thread to do it. */
#define PATIENCE 1000

/* sd-daemon(3) */
#define SD_ERR "<3>"

/* Beside the priority of a line that waits. */
#define IS_RECORD 0x10000

/* Where lines go, first choice first; the last is standard error. */
static bool write_journal(int priority, const char *text, int milliseconds);
static bool write_system(int priority, const char *text, int milliseconds);
static bool write_stderr(int priority, const char *text, int milliseconds);
static bool write_json(int priority, const char *text, int milliseconds);

typedef bool write_to(int priority, const char *text, int milliseconds);

static write_to *const to_journal[] = { write_journal, write_stderr, NULL };
static write_to *const to_unit[] = { write_journal, write_system, write_stderr, NULL };
static write_to *const to_system[] = { write_system, write_stderr, NULL };
static write_to *const to_stderr[] = { write_stderr, NULL };
static write_to *const to_json[] = { write_json, NULL };

static write_to *const *places = to_system;
static atomic_bool on_stderr; /* for want of the others */
static atomic_ulong lost;

static void write_waiting(int priority, const char *line, size_t length);

static struct outlet waiting = OUTLET(WAITING_MAX, write_waiting);

static bool write_journal(int priority, const char *text, int milliseconds)
{
	return journal_write(LOG_PRI(priority), text, priority & IS_RECORD, milliseconds);
}

static bool write_system(int priority, const char *text, int milliseconds)
{
	return system_log_write(LOG_PRI(priority), text, milliseconds);
}

static bool push_stderr(const char *line, size_t length, int milliseconds)
{
	struct pollfd wait = { .fd = STDERR_FILENO, .events = POLLOUT };

	while (length) {
		if (milliseconds >= 0 && poll(&wait, 1, milliseconds) == 0)
			return false;
		ssize_t n = write(STDERR_FILENO, line, length);
		if (n >= 0) {
			line += n;
			length -= (size_t)n;
		} else if (errno == EAGAIN) {
			poll(&wait, 1, milliseconds);
		} else if (errno != EINTR) {
			return false;
		}
	}
	return true;
}

static bool write_stderr(int priority, const char *text, int milliseconds)
{
	char line[LINE_MAX_BYTES + 64];

	(void)priority;
	return push_stderr(line, (size_t)snprintf(line, sizeof line, "ses-policy-milter[%ld]: %s\n", (long)getpid(), text),
		milliseconds);
}

static bool write_json(int priority, const char *text, int milliseconds)
{
	char line[JSON_LOG_MAX];

	return push_stderr(line, json_log_print(LOG_PRI(priority), text, priority & IS_RECORD, line), milliseconds);
}

static void fall_back(int milliseconds)
{
	char notice[128];

	if (atomic_exchange(&on_stderr, true))
		return;
	snprintf(notice, sizeof notice, "log: %s: %s; lines go to standard error", places == to_journal ? JOURNAL_PATH : _PATH_LOG,
		strerror(errno));
	write_stderr(LOG_ERR, notice, milliseconds);
}

void log_open(enum log_to to)
{
	switch (to) {
	case LOG_TO_UNIT:
		places = journal_has_stderr() && journal_open() ? to_unit : to_system;
		break;
	case LOG_TO_JOURNAL:
		places = to_journal;
		break;
	case LOG_TO_SYSLOG:
		places = to_system;
		break;
	case LOG_TO_STDERR:
		places = to_stderr;
		break;
	case LOG_TO_JSON:
		places = to_json;
		break;
	}
	if ((places == to_system && !system_log_open()) || (places == to_journal && !journal_open()))
		fall_back(PATIENCE);
}

static bool write_line(int priority, const char *text, int milliseconds)
{
	for (write_to *const *place = places; *place; place++) {
		bool last_resort = place != places && !place[1];
		if (last_resort)
			fall_back(milliseconds);
		if ((*place)(priority, text, milliseconds)) {
			if (!last_resort)
				atomic_store(&on_stderr, false);
			return true;
		}
	}
	return false;
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

static void put_text(int priority, const char *line)
{
	if (!outlet_put(&waiting, priority, line, strlen(line))) {
		counters_add(&counters.records_lost, 1);
		atomic_fetch_add(&lost, 1);
	}
}

static __attribute__((format(printf, 2, 0))) void put_line(int priority, const char *format, va_list arguments)
{
	char line[LINE_MAX_BYTES];

	vsnprintf(line, sizeof line, format, arguments);
	put_text(priority, line);
}

void log_line(int priority, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	put_line(priority, format, arguments);
	va_end(arguments);
}

void log_record(int priority, const char *line)
{
	put_text(priority | IS_RECORD, line);
}

void log_failure(const char *format, ...)
{
	char line[LINE_MAX_BYTES];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	if (places == to_json) {
		log_line(LOG_ERR, "%s", line);
		return;
	}
	/*
	 * The journal takes the priority from a prefix (sd-daemon(3)). Of a process that is gone at once it knows only by this stream to which
	 * unit it belonged.
	 */
	fprintf(stderr, "%sses-policy-milter: %s\n", places == to_unit ? SD_ERR : "", line);
	if (places != to_stderr && !atomic_load(&on_stderr) && !journal_has_stderr())
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
