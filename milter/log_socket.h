/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log_socket: the unix socket of a log's reader. It may go and come back at any time, and be behind. For one thread at a time.
 */
#ifndef MILTER_LOG_SOCKET_H
#define MILTER_LOG_SOCKET_H

#include <stdbool.h>
#include <stddef.h>

struct log_socket {
	/* set by the owner */
	const char *path;
	/* its own */
	int fd;
	bool stream; /* some logs are read as a stream: a line ends with its NUL */
};

#define LOG_SOCKET(where) \
	{ \
		.path = (where), .fd = -1 \
	}

/* Does somebody read it? False: errno. */
bool log_socket_open(struct log_socket *log);

/*
 * One line, behind which stands a NUL, waiting so many milliseconds for a reader that is behind; -1: as long as it takes. False: it was
 * not taken, errno.
 */
bool log_socket_write(struct log_socket *log, const char *bytes, size_t length, int milliseconds);

#endif
