/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * control_ask: the client's side of the daemon's control socket (milter/control.h).
 */
#ifndef SETTINGS_CONTROL_ASK_H
#define SETTINGS_CONTROL_ASK_H

#include <stdbool.h>

/* Longest request, in bytes, with its line break. */
#define CONTROL_REQUEST_MAX 4096

struct sockaddr_un;

/* The address of a path. False: it is too long (errno). */
bool control_address(const char *path, struct sockaddr_un *address);

/* A connection, or -1 and errno: ENOENT, ECONNREFUSED: no daemon is there; EAGAIN: one is, and takes no more. */
int control_connect(const char *path);

/* Send a request, without its line break, and read the answer, to be freed. NULL: errno, as above; ETIMEDOUT: no answer came. */
char *control_ask(const char *path, const char *request);

#endif
