/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch.h"

#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* How long the former socket may still hold connections that libmilter has not taken. */
#define TURNS 20
#define TURN_NANOSECONDS (5 * 1000 * 1000)

static struct listener *door;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static enum watch_state state; /* under the mutex, as is its text */
static char verdict[WATCH_TEXT_SIZE];

void watch_start(struct listener *listener)
{
	door = listener;
}

enum watch_state watch_verdict(char out[WATCH_TEXT_SIZE])
{
	pthread_mutex_lock(&mutex);
	enum watch_state now = state;
	strcpy(out, verdict);
	pthread_mutex_unlock(&mutex);
	return now;
}

/* False without errno: it is not; with errno: that cannot be seen. */
static bool is_in_place(void)
{
	struct stat status;

	/* A link that leads there is as good. */
	if (stat(door->spec->path, &status) != 0) {
		if (errno == ENOENT)
			errno = 0;
		return false;
	}
	errno = 0;
	return status.st_dev == door->device && status.st_ino == door->inode;
}

/* The socket as listener_open made it. bind(2) takes no name that is there already. */
static bool publish(int fd, struct stat *status)
{
	struct sockaddr_storage address;
	socklen_t length = socket_spec_address(door->spec, &address);
	const char *path = door->spec->path;

	if (bind(fd, (struct sockaddr *)&address, length) != 0)
		return false;
	if (lstat(path, status) == 0 && (status->st_gid == door->group || lchown(path, (uid_t)-1, door->group) == 0) &&
		chmod(path, door->mode) == 0 && listen(fd, LISTENER_BACKLOG) == 0)
		return true;
	int reason = errno;
	unlink(path);
	errno = reason;
	return false;
}

/*
 * Put the socket in the place of the one that libmilter listens at. Its poll(2) that is under way
 * goes on to wait for the former one, five seconds at most; when that one wakes it up it looks at the
 * descriptor again, and ends if somebody is at the new socket. So we knock there. The new socket is
 * not one to wait at (O_NONBLOCK), should nobody be there any more.
 */
static bool hand_over(int fd)
{
	static const struct timespec turn = { .tv_nsec = TURN_NANOSECONDS };
	int former = fcntl(door->fd, F_DUPFD_CLOEXEC, 3);
	struct pollfd waiting = { .fd = former, .events = POLLIN };

	if (former < 0)
		return false;
	for (int i = 0; i < TURNS && poll(&waiting, 1, 0) == 1; i++)
		nanosleep(&turn, NULL);
	bool done = dup3(fd, door->fd, O_CLOEXEC) >= 0;
	if (done) {
		int knock = socket_spec_connect(door->spec);
		shutdown(former, SHUT_RD);
		if (knock >= 0)
			close(knock);
	}
	close(former);
	return done;
}

static bool replace(struct faults *faults)
{
	const char *path = door->spec->path;
	struct stat status;

	/* It has just been seen that nobody answers there. */
	if (unlink(path) != 0 && errno != ENOENT) {
		fault_add(faults, "socket: %s: %s; let the user of the daemon write in that folder", path, strerror(errno));
		return false;
	}
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool published = fd >= 0 && publish(fd, &status), done = published && hand_over(fd);
	int reason = errno;
	if (published && !done)
		unlink(path);
	if (fd >= 0)
		close(fd);
	if (done) {
		door->device = status.st_dev;
		door->inode = status.st_ino;
	} else {
		fault_add(faults, "socket: %s cannot be made again: %s; restart the daemon", path, strerror(reason));
	}
	return done;
}

/* It is not in its place; `reason`: that cannot be seen. */
static enum watch_state make_again(int reason, struct faults *faults)
{
	struct stat found;
	int status;

	if (reason) {
		fault_add(faults, "socket: %s: %s; let the user of the daemon look into that folder", door->spec->path,
			strerror(reason));
		return WATCH_CLOSED;
	}
	if (door->fd < 0) {
		fault_add(faults, "socket: %s is gone; restart the daemon", door->spec->path);
		return WATCH_CLOSED;
	}
	status = listener_claim(door, faults);
	if (status == 0 && replace(faults))
		return WATCH_OPEN;
	return status == LISTENER_TAKEN || lstat(door->spec->path, &found) == 0 ? WATCH_TAKEN : WATCH_CLOSED;
}

static void settle(enum watch_state now, const char *text)
{
	char before[WATCH_TEXT_SIZE];

	pthread_mutex_lock(&mutex);
	strcpy(before, verdict);
	state = now;
	snprintf(verdict, sizeof verdict, "%s%s", *text ? "no new connection reaches the filter: " : "", text);
	bool changed = strcmp(before, verdict) != 0;
	pthread_mutex_unlock(&mutex);
	if (changed && now == WATCH_OPEN)
		log_line(LOG_NOTICE, "new connections reach the filter again");
	else if (changed)
		log_line(LOG_ERR, "%s", verdict);
}

void watch_look(void)
{
	enum watch_state now = WATCH_OPEN;
	struct faults faults;

	if (door->spec->family != AF_UNIX)
		return;
	faults_init(&faults);
	pthread_mutex_lock(&door->mutex);
	/* Not in place any more: the process ends. */
	if (door->in_place && !is_in_place()) {
		now = make_again(errno, &faults);
		if (now == WATCH_OPEN)
			log_line(LOG_WARNING, "socket: %s was gone; it has been made again", door->spec->path);
	}
	pthread_mutex_unlock(&door->mutex);
	settle(now, now == WATCH_OPEN ? "" : faults.first ? faults.first->text : "memory is short");
	faults_free(&faults);
}
