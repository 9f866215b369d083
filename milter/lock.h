/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lock: one daemon to a socket. The lock file `SOCKET.lock` stands beside the
 * socket and is locked (flock) as long as the daemon lives; the kernel gives
 * the lock back however it dies. The file goes away with an orderly end.
 */
#ifndef MILTER_LOCK_H
#define MILTER_LOCK_H

#include <limits.h>
#include <stdbool.h>

struct lock {
	int fd; /* -1: not held */
	char path[PATH_MAX];
};

enum lock_result { LOCK_HELD, LOCK_TAKEN, LOCK_FAILED };

/*
 * Lock `SOCKET.lock`. LOCK_TAKEN: another process holds it (`holder`: its pid
 * as the file has it, 0 if it has none). LOCK_FAILED: errno says why.
 */
enum lock_result lock_acquire(struct lock *lock, const char *socket, long *holder);

/* The same for a lock that is held or was: if it is still held under its name, nothing happens; else it is taken again. */
enum lock_result lock_renew(struct lock *lock, const char *socket, long *holder);

/* Remove the file, if it is still ours and may be removed, and unlock. */
void lock_release(struct lock *lock);

#endif
