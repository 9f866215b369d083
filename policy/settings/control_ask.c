/* SPDX-License-Identifier: BSD-2-Clause */
#include "settings/control_ask.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/* The daemon takes a connection at once, or hangs. */
#define ASK_SECONDS 2

bool control_address(const char *path, struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof address->sun_path) {
		errno = ENAMETOOLONG;
		return false;
	}
	strcpy(address->sun_path, path);
	return true;
}

int control_connect(const char *path)
{
	struct sockaddr_un address;
	const struct timeval patience = { .tv_sec = ASK_SECONDS };
	int fd = control_address(path, &address) ? socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) : -1;

	/* Where the queue is full, connect(2) waits as long as that. */
	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
		int reason = errno;
		close(fd);
		errno = reason;
		return -1;
	}
	return fd;
}

/* Read to the end. NULL: errno. */
static char *read_answer(int fd)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	size_t used = 0, room = 0;
	char *text = NULL;

	for (;;) {
		if (used + 1 >= room) {
			char *grown = realloc(text, room = 2 * room + 4096);
			if (!grown)
				break;
			text = grown;
		}
		/* The daemon answers at once, or hangs. */
		int polled = poll(&ready, 1, 10 * ASK_SECONDS * 1000);
		ssize_t n = polled > 0 ? read(fd, text + used, room - used - 1) : -1;
		if (n > 0) {
			used += (size_t)n;
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (polled == 0)
			errno = ETIMEDOUT;
		if (n == 0 && used == 0)
			errno = ECONNRESET;
		if (n < 0 || used == 0)
			break;
		text[used] = '\0';
		return text;
	}
	int reason = errno;
	free(text);
	errno = reason;
	return NULL;
}

char *control_ask(const char *path, const char *request)
{
	int fd = control_connect(path);

	if (fd < 0)
		return NULL;
	char *text = NULL;
	if (send(fd, request, strlen(request), MSG_NOSIGNAL) == (ssize_t)strlen(request) && send(fd, "\n", 1, MSG_NOSIGNAL) == 1)
		text = read_answer(fd);
	int reason = errno;
	close(fd);
	errno = reason;
	return text;
}
