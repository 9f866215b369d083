/* SPDX-License-Identifier: BSD-2-Clause */
#include "log_socket.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void leave(struct log_socket *log)
{
	int reason = errno;

	close(log->fd);
	log->fd = -1;
	errno = reason;
}

static bool connect_as(struct log_socket *log, int type)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof address.sun_path, "%s", log->path);
	log->fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (log->fd < 0)
		return false;
	log->stream = type == SOCK_STREAM;
	if (connect(log->fd, (const struct sockaddr *)&address, sizeof address) == 0)
		return true;
	leave(log);
	return false;
}

bool log_socket_open(struct log_socket *log)
{
	return log->fd >= 0 || connect_as(log, SOCK_DGRAM) || (errno == EPROTOTYPE && connect_as(log, SOCK_STREAM));
}

static bool push(const struct log_socket *log, const char *bytes, size_t length, int milliseconds)
{
	struct pollfd wait = { .fd = log->fd, .events = POLLOUT };

	while (length) {
		ssize_t n = send(log->fd, bytes, length, MSG_NOSIGNAL);
		if (n >= 0) {
			bytes += n;
			length -= (size_t)n;
		} else if (errno == EAGAIN) {
			if (poll(&wait, 1, milliseconds) == 0) {
				errno = EAGAIN;
				return false;
			}
		} else if (errno != EINTR) {
			return false;
		}
	}
	return true;
}

bool log_socket_write(struct log_socket *log, const char *bytes, size_t length, int milliseconds)
{
	/* If its reader has gone, another may have come. */
	for (int attempt = 0; attempt < 2; attempt++) {
		if (!log_socket_open(log))
			return false;
		if (push(log, bytes, length + log->stream, milliseconds))
			return true;
		leave(log);
		if (errno == EAGAIN)
			return false;
	}
	return false;
}
