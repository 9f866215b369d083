/* SPDX-License-Identifier: BSD-2-Clause */
#include "target.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

const char *target_parse(const char *text, struct target *target)
{
	struct sockaddr_un *local = (struct sockaddr_un *)&target->address;
	struct sockaddr_in *inet = (struct sockaddr_in *)&target->address;
	const char *host;

	if (!strncmp(text, "unix:", 5)) {
		if (strlen(text + 5) >= sizeof local->sun_path)
			return "path is too long for a socket";
		local->sun_family = AF_UNIX;
		strcpy(local->sun_path, text + 5);
		target->size = sizeof *local;
		return NULL;
	}
	host = strchr(text, '@');
	if (!strncmp(text, "inet:", 5) && host && inet_pton(AF_INET, host + 1, &inet->sin_addr) == 1) {
		inet->sin_family = AF_INET;
		inet->sin_port = htons((uint16_t)atoi(text + 5));
		target->size = sizeof *inet;
		return NULL;
	}
	return "socket must be unix:PATH or inet:PORT@IP";
}

int target_connect(const struct target *target)
{
	int fd = socket(target->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int reason;

	if (fd < 0 || !connect(fd, (const struct sockaddr *)&target->address, target->size))
		return fd;
	reason = errno;
	close(fd);
	errno = reason;
	return -1;
}

bool target_send(int fd, struct wire_buffer *out)
{
	while (out->start < out->end) {
		ssize_t sent = send(fd, out->bytes + out->start, out->end - out->start, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return false;
		out->start += (size_t)sent;
	}
	out->start = out->end = 0;
	return true;
}
