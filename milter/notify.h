/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * notify: tells systemd how it goes (sd_notify(3)): ready, reloading, stopping, a
 * line of status, and with WatchdogSec= a sign of life. Without systemd, or in a
 * build without libsystemd, nothing happens. Nobody waits for systemd: what it does
 * not take yet waits in a thread of its own.
 *
 * The sign of life is given only when a milter negotiation of our own, over the
 * very socket that MTAs use, was answered: it says that mail is checked. While its place is
 * somebody else's (see watch) nothing is asked: a restart would not change that.
 */
#ifndef MILTER_NOTIFY_H
#define MILTER_NOTIFY_H

#include "settings/socket_spec.h"

#include <stdbool.h>

/* Before anything is told. `spec` must live as long as the process. False: errno. */
bool notify_start(const struct socket_spec *spec);

/* The socket listens. Starts the thread of status and watchdog. False: errno. */
bool notify_ready(const char *summary);

/* A reload begins, and ends: `result` is the line for the status (`in force: ...`, `refused: ...`), `summary` of what is in force now. */
void notify_reloading(void);
void notify_reloaded(const char *result, const char *summary);

/* SIGTERM has come. For any thread. */
void notify_stopping(void);

/* Wait until what was told is taken, but no longer than that. */
void notify_drain(unsigned milliseconds);

#endif
