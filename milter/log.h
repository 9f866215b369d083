/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log: what the daemon tells its operator: systemd's journal, the system's log (facility mail), or
 * standard error with --foreground and as long as there is no /dev/log. One call,
 * one line, one write. Text from outside is the caller's to escape. For any thread.
 *
 * What libmilter tells comes the same way: this program exports a syslog(3) of its
 * own, which libmilter's calls find as they find its sigwait.
 */
#ifndef MILTER_LOG_H
#define MILTER_LOG_H

#include <stdbool.h>
#include <syslog.h>

enum log_to {
	LOG_TO_UNIT,    /* the journal if systemd has connected standard error to it; else as LOG_TO_SYSLOG */
	LOG_TO_JOURNAL, /* with fields (journal.h) */
	LOG_TO_SYSLOG,  /* /dev/log */
	LOG_TO_STDERR,
	LOG_TO_JSON, /* standard error, each line an object (json_log.h) */
};

/* Must be called before the first line. Says so if nobody reads that log: lines go to standard error then, until somebody does. */
void log_open(enum log_to to);

/*
 * Start the thread that writes. Before, each line is written by its caller, who waits a
 * second at most. Signals must be blocked, the user must be the one that serves. False: errno.
 */
bool log_start(void);

/*
 * priority: LOG_ERR, LOG_WARNING, LOG_NOTICE, LOG_INFO. Cut at 2000 bytes. Nobody waits for a
 * slow log: the line is only put down, and written in the order of these calls. What finds no
 * more room is lost and counted, and the log says how many when it moves again.
 */
void log_line(int priority, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same of a record's line (record.h), of which some logs keep the pairs apart. */
void log_record(int priority, const char *line);

/*
 * Why the daemon does not start, or another of its tasks fails: to standard error (as an object with LOG_TO_JSON), and to
 * the system's log too where standard error does not lead there.
 */
void log_failure(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Wait until what was put down is written, but no longer than that. */
void log_drain(unsigned milliseconds);

#endif
