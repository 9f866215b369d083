/* SPDX-License-Identifier: BSD-2-Clause */
#include "system_log.h"

#include <errno.h>
#include <paths.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define LINE_MAX_BYTES 2200

static int fd = -1;
static bool stream; /* some logs are read as a stream: a line ends with its NUL */

static void leave(void)
{
	int reason = errno;

	close(fd);
	fd = -1;
	errno = reason;
}

static bool connect_as(int type)
{
	const struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = _PATH_LOG };

	fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return false;
	stream = type == SOCK_STREAM;
	if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
		return true;
	leave();
	return false;
}

bool system_log_open(void)
{
	return fd >= 0 || connect_as(SOCK_DGRAM) || (errno == EPROTOTYPE && connect_as(SOCK_STREAM));
}

static bool push(const char *bytes, size_t length, int milliseconds)
{
	struct pollfd wait = { .fd = fd, .events = POLLOUT };

	while (length) {
		ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL);
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

bool system_log_write(int priority, const char *text, int milliseconds)
{
	char line[LINE_MAX_BYTES], stamp[32];
	time_t now = time(NULL);
	struct tm local;

	strftime(stamp, sizeof stamp, "%b %e %H:%M:%S", localtime_r(&now, &local));
	snprintf(line, sizeof line, "<%d>%s ses-policy-milter[%ld]: %s", LOG_MAIL | priority, stamp, (long)getpid(), text);
	/* If its reader has gone, another may have come. */
	for (int attempt = 0; attempt < 2; attempt++) {
		if (!system_log_open())
			return false;
		if (push(line, strlen(line) + stream, milliseconds))
			return true;
		leave();
		if (errno == EAGAIN)
			return false;
	}
	return false;
}
