/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter_probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Version 6, no actions, no steps to leave out or promise: nothing is learned from this session for others. */
static const unsigned char negotiation[] = { 0, 0, 0, 13, 'O', 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0 };
static const unsigned char quit[] = { 0, 0, 0, 1, 'Q' };

/*
 * Before the first word, in nanoseconds: a worker of libmilter that finds nothing to read gives the session to the thread
 * that waits for all sessions. Without that one (it ends when it gets no memory at its start) a quick word is answered
 * all the same, and no MTA's is.
 */
#define PAUSE (50 * 1000 * 1000)

/* Its answer: a packet of a length, then `O`. */
#define ANSWER_HEAD 5

static const char *ask(int fd, int milliseconds)
{
	unsigned char head[ANSWER_HEAD];
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	nanosleep(&(struct timespec){ .tv_nsec = PAUSE }, NULL);
	if (send(fd, negotiation, sizeof negotiation, MSG_NOSIGNAL) != (ssize_t)sizeof negotiation)
		return "the connection was closed";
	if (poll(&wait, 1, milliseconds) != 1)
		return "no answer in time";
	if (recv(fd, head, sizeof head, MSG_WAITALL) != ANSWER_HEAD || head[4] != 'O')
		return "the negotiation was refused";
	send(fd, quit, sizeof quit, MSG_NOSIGNAL);
	return NULL;
}

const char *milter_probe(const struct socket_spec *spec, int milliseconds)
{
	struct sockaddr_storage address;
	socklen_t length = socket_spec_address(spec, &address);
	const struct timeval limit = { milliseconds / 1000, milliseconds % 1000 * 1000 };
	int fd = socket(spec->family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	/* Want of descriptors says nothing of the filter, and a restart would not cure it. */
	if (fd < 0)
		return NULL;
	/* SO_SNDTIMEO bounds connect too. */
	const char *wrong = setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) != 0 ||
			setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0 ||
			connect(fd, (struct sockaddr *)&address, length) != 0
		? strerror(errno)
		: ask(fd, milliseconds);
	close(fd);
	return wrong;
}
