/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * process: what must be so before the first thread, the first log line and the
 * first socket.
 */
#ifndef MILTER_PROCESS_H
#define MILTER_PROCESS_H

#include <stdbool.h>

/*
 * Open /dev/null on descriptors 0 to 2 that are closed (else a connection of
 * the MTA gets such a number, and a log line goes into the milter protocol);
 * ignore SIGPIPE; block SIGHUP, SIGUSR1, SIGTERM and SIGINT in this thread and
 * all that it will make. False: errno says why.
 */
bool process_prepare(void);

/* Raise the limit of open files as far as it goes; the limit then in force. */
unsigned long process_raise_files(void);

#endif
