/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * target: the filter's socket, and what goes to it.
 */
#ifndef BENCH_TARGET_H
#define BENCH_TARGET_H

#include "wire.h"

#include <sys/socket.h>

struct target {
	struct sockaddr_storage address;
	socklen_t size;
};

/* unix:PATH or inet:PORT@IP. NULL, or what is wrong with it (a constant string). */
const char *target_parse(const char *text, struct target *target);

/* A connection, or -1 with errno. */
int target_connect(const struct target *target);

/* Send all that the buffer holds. Blocking: it fits in the socket's buffer, or the filter reads it soon. */
bool target_send(int fd, struct wire_buffer *out);

#endif
