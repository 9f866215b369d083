/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * system_log: a line to the system's log, facility mail, over /dev/log as syslog(3)
 * sends it. Not by syslog(3) itself: while that waits for the log's reader it holds a
 * lock that every thread's call needs, and it tells nobody whether a line was taken.
 * For one thread at a time.
 */
#ifndef MILTER_SYSTEM_LOG_H
#define MILTER_SYSTEM_LOG_H

#include <stdbool.h>

/* Does somebody read /dev/log? False: errno. */
bool system_log_open(void);

/* One line, waiting so many milliseconds for a reader that is behind; -1: as long as it takes. False: it was not taken, errno. */
bool system_log_write(int priority, const char *text, int milliseconds);

#endif
