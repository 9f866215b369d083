/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * watch: looks again and again whether new connections reach the filter: whether a unix
 * socket is still in its place. One that is gone, or in whose place is a socket that
 * nobody answers at, is made again, as it was at the start; libmilter goes on with it, and
 * no session ends. What somebody else answers at, and what is no socket, stays.
 * Each change of this is said in the log, once.
 */
#ifndef MILTER_WATCH_H
#define MILTER_WATCH_H

#include "listener.h"

/* Seconds between two looks. */
#define WATCH_SECONDS 5

#define WATCH_TEXT_SIZE 512

/* Taken: what is there is somebody else's, and would be after a restart too. */
enum watch_state { WATCH_OPEN, WATCH_CLOSED, WATCH_TAKEN };

/* What is looked at. Before there are threads; `listener` must live as long as the process. */
void watch_start(struct listener *listener);

/* Look, and make the socket again where that is needed. Only on the loading thread. */
void watch_look(void);

/* What the last look saw. Unless WATCH_OPEN, `out` says in one line what is wrong and what to do; else it is empty. For any thread. */
enum watch_state watch_verdict(char out[WATCH_TEXT_SIZE]);

#endif
