/* SPDX-License-Identifier: BSD-2-Clause */
#include "read_ahead_trial.h"

#include "log.h"
#include "read_ahead.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Negotiation of version 6 without actions and steps: nothing is learned from this session for others. And the end. */
static const unsigned char session[] = { 0, 0, 0, 13, 'O', 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 'Q' };

/* Before the first word, in nanoseconds: so that the thread which waits for all sessions has a part in it. */
#define PAUSE (20 * 1000 * 1000)

/* The process may be busy with its start. */
#define SECONDS 30

static const struct socket_spec *door;

/* An address that no other connection comes from: one that the kernel chooses. It is known before the filter sees it. */
static bool announce(int fd)
{
	struct sockaddr_storage own;
	socklen_t length = socket_spec_address(door, &own);

	if (door->family == AF_UNIX) {
		length = sizeof own.ss_family;
	} else if (door->family == AF_INET) {
		struct sockaddr_in *address = (struct sockaddr_in *)&own;
		address->sin_port = 0;
		if (address->sin_addr.s_addr == htonl(INADDR_ANY))
			address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	} else {
		struct sockaddr_in6 *address = (struct sockaddr_in6 *)&own;
		address->sin6_port = 0;
		if (IN6_IS_ADDR_UNSPECIFIED(&address->sin6_addr))
			address->sin6_addr = in6addr_loopback;
	}
	if (bind(fd, (struct sockaddr *)&own, length) != 0)
		return false;
	length = sizeof own;
	memset(&own, 0, sizeof own);
	if (getsockname(fd, (struct sockaddr *)&own, &length) != 0)
		return false;
	read_ahead_try((struct sockaddr *)&own, length);
	return true;
}

/* NULL, or why not. */
static const char *converse(int fd)
{
	struct sockaddr_storage address;
	socklen_t length = socket_spec_address(door, &address);
	unsigned char answer[64];
	size_t got = 0;
	ssize_t more;

	if (connect(fd, (struct sockaddr *)&address, length) != 0)
		return strerror(errno);
	nanosleep(&(struct timespec){ .tv_nsec = PAUSE }, NULL);
	if (send(fd, session, sizeof session, MSG_NOSIGNAL) != (ssize_t)sizeof session)
		return strerror(errno);
	while (got < sizeof answer && (more = recv(fd, answer + got, sizeof answer - got, 0)) > 0)
		got += (size_t)more;
	if (got < sizeof answer && more < 0)
		return errno == EAGAIN ? "no answer in time" : strerror(errno);
	if (got < 5 || answer[4] != 'O')
		return "no answer to the negotiation";
	unsigned seen = read_ahead_seen();
	if (!(seen & READ_AHEAD_ACCEPTED))
		return "libmilter does not take connections as expected";
	if (!(seen & READ_AHEAD_SERVED))
		return "libmilter does not read as expected";
	return seen & READ_AHEAD_CLOSED ? NULL : "libmilter does not end connections as expected";
}

static void *try_it(void *unused)
{
	const struct timeval limit = { .tv_sec = SECONDS };
	int fd = socket(door->family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)unused;
	/* SO_SNDTIMEO bounds connect too. */
	const char *wrong = fd < 0 || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) != 0 ||
			setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0 || !announce(fd)
		? strerror(errno)
		: converse(fd);
	if (wrong)
		log_line(LOG_WARNING, "read_ahead: off, libmilter reads by itself: %s", wrong);
	else
		log_line(LOG_INFO, "read_ahead: on");
	if (wrong)
		read_ahead_listen(-1);
	read_ahead_use(!wrong);
	if (fd >= 0)
		close(fd);
	return NULL;
}

void read_ahead_trial_start(const struct listener *listener, bool wanted)
{
	pthread_t thread;
	int error;

	door = listener->spec;
	/* Over TCP what was read is confirmed at once, also where nothing is read ahead. */
	if (listener->fd >= 0 && (wanted || door->family != AF_UNIX))
		read_ahead_listen(listener->fd);
	if (!wanted)
		return;
	if (listener->fd < 0 || !read_ahead_is_ours()) {
		log_line(LOG_WARNING, "read_ahead: off, libmilter reads by itself: %s",
			listener->fd < 0 ? "the descriptor of its socket was not found"
					 : "the C library's accept, read, poll or close is in force, not ours");
		read_ahead_listen(-1);
		return;
	}
	error = pthread_create(&thread, NULL, try_it, NULL);
	if (error == 0)
		error = pthread_detach(thread);
	if (error) {
		log_line(LOG_WARNING, "read_ahead: off, libmilter reads by itself: %s", strerror(error));
		read_ahead_listen(-1);
	}
}
