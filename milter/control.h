/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * control: the socket at which the daemon answers its operator: root and the user that it serves as (mode 0600).
 *
 * A client sends one line of words and reads one JSON object. A request is at most CONTROL_REQUEST_MAX bytes long; request and answer take
 * at most CONTROL_SECONDS; CONTROL_CLIENTS are served at a time, others wait in the socket's queue. It has a thread of its own, and holds up no mail.
 */
#ifndef MILTER_CONTROL_H
#define MILTER_CONTROL_H

#include "base/fault.h"
#include "settings/control_ask.h"

#include <stdbool.h>
#include <stddef.h>

#define CONTROL_SECONDS 2
#define CONTROL_CLIENTS 8

/* A request: its first word, and who answers. The rest of the line may be written to. The answer is to be freed; NULL: memory is short. */
struct control_command {
	const char *word;
	char *(*answer)(char *rest, size_t *length);
};

/* Bind and listen, as the user that serves; a socket that nobody answers at is replaced. -1, and a fault. */
int control_open(const char *path, struct faults *faults);

/* Serve at what control_open gave, to the end of the process. `commands` ends with a NULL word. False: errno. */
bool control_start(int fd, const struct control_command *commands);

/* The process ends. */
void control_remove(const char *path);

#endif
