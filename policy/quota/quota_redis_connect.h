/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_redis_connect: a connection to the Redis that counts, whatever leads there: an address, a Sentinel that knows the
 * master, or a node of a cluster that has named another one.
 */
#ifndef QUOTA_QUOTA_REDIS_CONNECT_H
#define QUOTA_QUOTA_REDIS_CONNECT_H

#include "quota/quota_redis_names.h"
#include "quota/quota_redis_secret.h"

/* Where one logs in, each with its own user and password. */
enum quota_redis_place { QUOTA_REDIS_AT_SERVER, QUOTA_REDIS_AT_SENTINEL, QUOTA_REDIS_PLACES };

#define QUOTA_REDIS_USER_SIZE 256

struct quota_redis_target {
	struct quota_redis_address address;
	struct quota_redis_names names;
	char users[QUOTA_REDIS_PLACES][QUOTA_REDIS_USER_SIZE];     /* "": none */
	pthread_mutex_t mutex;                                     /* of what follows */
	char secrets[QUOTA_REDIS_PLACES][QUOTA_REDIS_SECRET_SIZE]; /* "": none */
	struct ssl_ctx_st *trust;                                  /* NULL: without TLS */
	struct quota_redis_host moved;                             /* the node that holds our keys; "": the one in `address` */
	size_t sentinel;                                           /* that answered last */
};

/* Of one that is zeroed. `address` and `users` are the caller's to fill in. False: memory is short. */
bool quota_redis_target_init(struct quota_redis_target *target);
void quota_redis_target_clear(struct quota_redis_target *target);

/* Have all names asked for by the thread from now on. */
void quota_redis_target_name(struct quota_redis_target *target);

/* Connected, logged in, at the database, and with Sentinel at a master. False: nothing is left open. */
bool quota_redis_connect(struct quota_redis_target *target, struct quota_redis_link *link, int64_t deadline,
	struct quota_redis_trouble *trouble);

/* Our keys are on another node: connect there from now on. An empty name is the host that said so. */
void quota_redis_target_move(struct quota_redis_target *target, const struct quota_redis_host *host);

void quota_redis_target_secret(struct quota_redis_target *target, enum quota_redis_place place, const char *secret);

/* From now on these are trusted; it is the target's then. */
void quota_redis_target_trust(struct quota_redis_target *target, struct ssl_ctx_st *trust);

#endif
