/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_redis_names: the addresses of the hosts that a store is reached at.
 *
 * A name service may take many seconds, so nobody who counts a message asks one. A thread of the store's own does, again
 * and again; who connects gets what it found last. Addresses in numbers need no asking.
 */
#ifndef QUOTA_QUOTA_REDIS_NAMES_H
#define QUOTA_QUOTA_REDIS_NAMES_H

#include "quota/quota_redis_address.h"
#include "quota/quota_redis_link.h"

#include <pthread.h>

#define QUOTA_REDIS_NAMES_MAX 32
#define QUOTA_REDIS_PEERS_MAX 4

struct quota_redis_names {
	pthread_mutex_t mutex;
	pthread_cond_t wake, looked;
	struct quota_redis_name {
		char name[256];
		struct sockaddr_storage addresses[QUOTA_REDIS_PEERS_MAX]; /* without a port */
		socklen_t lengths[QUOTA_REDIS_PEERS_MAX];
		size_t count;
		bool asked; /* at least once */
	} all[QUOTA_REDIS_NAMES_MAX];
	size_t count;
	bool wanted, stop;
};

bool quota_redis_names_init(struct quota_redis_names *names);
void quota_redis_names_clear(struct quota_redis_names *names);

/*
 * The addresses of a host, with its port; how many. 0 and the trouble: the name is not known, and will be looked up
 * soon. `host` must outlive the peers.
 */
size_t quota_redis_names_find(struct quota_redis_names *names, const struct quota_redis_host *host,
	struct quota_redis_peer peers[QUOTA_REDIS_PEERS_MAX], struct quota_redis_trouble *trouble);

/* ---- for the thread ---- */

/* Look all of them up. One that is not found keeps the addresses it had. */
void quota_redis_names_look_up(struct quota_redis_names *names);

/* Wait until somebody wants it to be done again, or for so long at most. False: the thread is to end. */
bool quota_redis_names_pause(struct quota_redis_names *names, int64_t microseconds);

/* ---- for its owner ---- */

/* Have it done again soon. */
void quota_redis_names_want(struct quota_redis_names *names);
/* Wait until all names have been asked for once, or for so long at most. */
void quota_redis_names_wait(struct quota_redis_names *names, int64_t microseconds);
void quota_redis_names_stop(struct quota_redis_names *names);

#endif
