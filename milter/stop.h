/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stop: the end of a daemon that serves, in milliseconds and whatever libmilter
 * does. smfi_main is not waited for: it looks whether it is to stop only when
 * its listening poll(2) ends, up to five seconds later; and as it stops, the
 * controller of its pool of workers destroys the mutex that the others still
 * use (libmilter/worker.c, 8.17), so that now and then it waits for ever.
 *
 * Sessions are dropped, as libmilter would drop them; to the MTA that is the
 * filter's failure, so with default_action=tempfail its client hears 451.
 * Nothing is freed: callbacks may still be at work.
 */
#ifndef MILTER_STOP_H
#define MILTER_STOP_H

#include "listener.h"

/* What is to be closed in the end. Before there are threads; `listener` must live as long as the process. */
void stop_prepare(struct listener *listener);

/*
 * Remove the socket and the lock, say so in the log and end the process. For
 * any thread; if several call it, the first one's status is the daemon's. A
 * log that does not take the line (a pipe that nobody reads, a stuck syslog)
 * is left after a third of a second.
 */
_Noreturn void stop_now(int status);

/* The process was told to stop: stop_now(0), for sigwait_on_stop. */
void stop_requested(void);

#endif
