/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stop: makes smfi_main return soon after SIGTERM. libmilter looks whether it
 * is to stop only when its listening poll(2) ends, which takes up to five
 * seconds; a connection ends it at once. A thread of its own makes that
 * connection, again and again until the process is gone: the first may come
 * before libmilter has taken note of the signal.
 */
#ifndef MILTER_STOP_H
#define MILTER_STOP_H

#include "settings/socket_spec.h"

/* Start the thread. `spec` must live as long as the process. False: errno. */
bool stop_prepare(const struct socket_spec *spec);

/* The process is to stop: start to knock. For any thread. */
void stop_requested(void);

#endif
