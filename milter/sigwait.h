/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sigwait: keeps SIGHUP out of libmilter's hands.
 *
 * libmilter waits in sigwait(3) for SIGHUP, SIGTERM and SIGINT and stops at any
 * of them; there is no call to leave SIGHUP out. POSIX gives a signal to any one
 * of the threads that wait for it, so a reload thread of our own loses now and
 * then, surely when a second SIGHUP comes during a reload. Therefore this
 * program exports a sigwait of its own; libmilter calls it as the dynamic
 * linker's search order has it (the program first). It waits for what it is
 * asked except SIGHUP and SIGUSR1.
 */
#ifndef MILTER_SIGWAIT_H
#define MILTER_SIGWAIT_H

#include <signal.h>
#include <stdbool.h>

/* Is this program's sigwait the one that libraries call? */
bool sigwait_is_ours(void);

/*
 * Have `stopping` called, on libmilter's signal thread, when it is about to be
 * told of SIGTERM or SIGINT; it need not return. Set before smfi_main.
 */
void sigwait_on_stop(void (*stopping)(void));

#endif
