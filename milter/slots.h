/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * slots: the connections of a small server, so that slow clients keep nobody out.
 *
 * Each may stay for a while, whatever it sends or takes. When more come than
 * may stay, the newest stays, and the oldest of that peer goes that has the most:
 * so a peer with many sends away its own. One is sent away by shutdown(2), which
 * the server sees as its end. For one thread.
 */
#ifndef MILTER_SLOTS_H
#define MILTER_SLOTS_H

#include "value/ip.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* So many may stay, for so long. */
#define SLOTS_STAY 32
#define SLOTS_MILLISECONDS 10000

/* So many may be there, with those that have been sent away and have not left yet. */
#define SLOTS_ROOM 64

struct connection_slot {
	bool used, gone; /* gone: has been sent away */
	int fd;
	struct ip peer; /* of IPv6 its first 64 bits, of one site; family 0: others, all the same */
	uint64_t since; /* milliseconds of the monotonic clock */
};

/* A zeroed struct is empty. */
struct slots {
	struct connection_slot at[SLOTS_ROOM];
};

/* A connection has come; another may be sent away for it. NULL: there is no room even so. */
struct connection_slot *slots_enter(struct slots *slots, int fd, const struct sockaddr *peer, uint64_t now);

/* It is over; its descriptor is still open. */
void slots_leave(struct connection_slot *slot);

/* Send away those whose time is over. Milliseconds until that of the next one; -1: there is none. */
int slots_clear(struct slots *slots, uint64_t now);

#endif
