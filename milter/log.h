/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log: what the daemon tells its operator: syslog (facility mail), or standard
 * error with --foreground. One call, one line, one write. Text from outside is
 * the caller's to escape. For any thread.
 */
#ifndef MILTER_LOG_H
#define MILTER_LOG_H

#include <stdbool.h>
#include <syslog.h>

/*
 * Must be called before libmilter logs: it writes through the process's
 * syslog(3) settings, so that its lines too carry our name and facility, and
 * reach standard error in the foreground.
 */
void log_open(bool foreground);

/* Is --foreground in force? */
bool log_is_foreground(void);

/*
 * Start the thread of log_later; before, it writes like log_line. Signals must be
 * blocked, the user must be the one that serves. False: errno.
 */
bool log_start(void);

/* priority: LOG_ERR, LOG_WARNING, LOG_NOTICE, LOG_INFO. Cut at 2000 bytes. */
void log_line(int priority, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * The same for the mail path: the line is only put down, and a thread writes it, in
 * the order of these calls. Mail never waits for a slow log; what finds no more room
 * is lost (false), and the log says how many when it moves again.
 */
bool log_later(int priority, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Wait until what was put down is written, but no longer than that. */
void log_drain(unsigned milliseconds);

#endif
