/* SPDX-License-Identifier: BSD-2-Clause */
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum lock_place { PLACE_OURS, PLACE_ANOTHERS, PLACE_UNKNOWN };

/* The file that is open may have been removed by its last holder between open and flock. UNKNOWN: errno. */
static enum lock_place place_of(const struct lock *lock)
{
	struct stat opened, named;

	if (fstat(lock->fd, &opened) != 0)
		return PLACE_UNKNOWN;
	if (lstat(lock->path, &named) != 0)
		return errno == ENOENT ? PLACE_ANOTHERS : PLACE_UNKNOWN;
	return opened.st_dev == named.st_dev && opened.st_ino == named.st_ino ? PLACE_OURS : PLACE_ANOTHERS;
}

static void drop(struct lock *lock)
{
	int reason = errno;

	close(lock->fd);
	lock->fd = -1;
	errno = reason;
}

static long read_pid(int fd)
{
	char text[24];
	ssize_t n = pread(fd, text, sizeof text - 1, 0);

	if (n <= 0)
		return 0;
	text[n] = '\0';
	return strtol(text, NULL, 10);
}

enum lock_result lock_acquire(struct lock *lock, const char *socket, long *holder)
{
	char pid[24];

	*holder = 0;
	lock->fd = -1;
	if ((size_t)snprintf(lock->path, sizeof lock->path, "%s.lock", socket) >= sizeof lock->path) {
		errno = ENAMETOOLONG;
		return LOCK_FAILED;
	}
	for (;;) {
		lock->fd = open(lock->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (lock->fd < 0)
			return LOCK_FAILED;
		if (flock(lock->fd, LOCK_EX | LOCK_NB) < 0) {
			bool taken = errno == EWOULDBLOCK;
			if (taken)
				*holder = read_pid(lock->fd);
			drop(lock);
			return taken ? LOCK_TAKEN : LOCK_FAILED;
		}
		enum lock_place place = place_of(lock);
		if (place == PLACE_OURS)
			break;
		drop(lock);
		if (place == PLACE_UNKNOWN)
			return LOCK_FAILED;
	}
	/* The pid is for people; a full disk does not keep mail from being checked. */
	int length = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
	if (ftruncate(lock->fd, 0) == 0) {
		ssize_t written = pwrite(lock->fd, pid, (size_t)length, 0);
		(void)written;
	}
	return LOCK_HELD;
}

enum lock_result lock_renew(struct lock *lock, const char *socket, long *holder)
{
	if (lock->fd >= 0) {
		enum lock_place place = place_of(lock);
		if (place != PLACE_ANOTHERS)
			return place == PLACE_OURS ? LOCK_HELD : LOCK_FAILED;
		drop(lock);
	}
	return lock_acquire(lock, socket, holder);
}

void lock_release(struct lock *lock)
{
	if (lock->fd < 0)
		return;
	if (place_of(lock) == PLACE_OURS)
		unlink(lock->path);
	drop(lock);
}
