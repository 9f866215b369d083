/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metrics_server: GET /metrics over HTTP (libmicrohttpd, on a thread of its own); and for probes /healthz, which answers
 * while the process lives, and /readyz, which says 503 while new connections do not reach the filter.
 * A connection is for one request and stays for ten seconds at most; of too many the
 * oldest has to go (slots.h). It reads counters and holds up no mail.
 */
#ifndef MILTER_METRICS_SERVER_H
#define MILTER_METRICS_SERVER_H

#include "base/fault.h"
#include "settings/socket_spec.h"

#include <stdbool.h>

/* Is it part of this build? Else a fault that says so. */
bool metrics_server_is_built(struct faults *faults);

/*
 * Bind and listen, as the user that serves. A unix socket gets mode 0660; one that is
 * there already is replaced if nobody answers at it. -1, errno and a fault.
 */
int metrics_server_open(const struct socket_spec *spec, struct faults *faults);

/* Serve at what metrics_server_open gave, to the end of the process. False: errno. */
bool metrics_server_start(int fd);

/* The process ends: remove a unix socket. */
void metrics_server_remove(const struct socket_spec *spec);

#endif
