/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * process: what must be so before the first thread, the first log line and the
 * first socket.
 */
#ifndef MILTER_PROCESS_H
#define MILTER_PROCESS_H

#include <stdbool.h>

/*
 * Block SIGHUP, SIGUSR1, SIGTERM and SIGINT in this thread and all that it will make:
 * what comes during the start is done after it. Ignore signals that would end the process
 * and mean nothing here; among them SIGPIPE and SIGXFSZ (a file of records at its limit is an error of write(2), no end). Open /dev/null on descriptors 0 to 2 that are closed (else a connection of
 * the MTA gets such a number, and a log line goes into the milter protocol). False: errno says why.
 */
bool process_prepare(void);

/* For a task that serves nobody: SIGHUP, SIGTERM, SIGINT end it as usual. */
void process_unblock(void);

/*
 * Memory of large blocks, as generations are made of, goes back to the system
 * when it is freed: two generations of a million entries otherwise leave holes of
 * their size in the heap, reload after reload.
 */
void process_give_memory_back(void);

/* The calling thread's work can wait for that of the others. */
void process_step_back(void);

/*
 * What a relay may ask for. Postfix opens a connection for each smtpd and each
 * cleanup that takes local mail, by default 100 of either (default_process_limit);
 * a busy relay several times that.
 */
#define PROCESS_FILES_POSTFIX 200u
#define PROCESS_FILES_WANTED 1024u

/* Raise the limit of open files as far as it goes; the limit then in force. */
unsigned long process_raise_files(void);

#endif
