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

/* priority: LOG_ERR, LOG_WARNING, LOG_NOTICE, LOG_INFO. Cut at 2000 bytes. */
void log_line(int priority, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
