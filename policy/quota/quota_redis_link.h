/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_redis_link: one connection to a Redis (or a Sentinel), on which every call ends by a moment.
 *
 * hiredis makes the commands and reads the answers. The waiting is done here: its own time-out is one for each read, so a
 * server that sends a byte now and then would hold its caller for ever. Nothing is sent twice. Not for two threads at a time.
 */
#ifndef QUOTA_QUOTA_REDIS_LINK_H
#define QUOTA_QUOTA_REDIS_LINK_H

#include "base/text.h"
#include "quota/quota_redis_trouble.h"
#include "quota/quota_redis_trust.h"

#include <hiredis/hiredis.h>
#include <sys/socket.h>

struct quota_redis_link {
	redisContext *context;
	bool tls;
	bool local;               /* a unix socket: sending fails at once if the server has closed it */
	bool rested;              /* it was in the pool */
	bool unsent;              /* the last question failed, and nothing of it has reached the server */
	int64_t read_longest;     /* without TLS: microseconds that the system waits in a read */
	unsigned long generation; /* of what it was connected to: quota_redis_pool.h */
};

/* Where to, for people and for TLS. */
struct quota_redis_peer {
	struct sockaddr_storage address;
	socklen_t length;
	const char *name; /* the name that its certificate must bear */
};

/* Connect, with TLS if `trust` is not NULL. False: nothing is left open. `deadline` is a moment of quota_redis_trouble_now(). */
bool quota_redis_link_open(struct quota_redis_link *link, const struct quota_redis_peer *peer, struct ssl_ctx_st *trust,
	int64_t deadline, struct quota_redis_trouble *trouble);

/*
 * The answer to a command, to be given back with freeReplyObject(); also one that is an error of the server's. NULL and the
 * trouble: the connection is of no more use, and the command may have been done (QUOTA_ERROR_TIMEOUT) or not.
 */
redisReply *quota_redis_link_ask(struct quota_redis_link *link, size_t count, const struct text *words, int64_t deadline,
	struct quota_redis_trouble *trouble);

/*
 * Has the server closed it, or said something that nobody asked for? It then must not be used again. A local one is not
 * looked at, which saves a call for each question: the next question tells (`unsent`).
 */
bool quota_redis_link_is_stale(const struct quota_redis_link *link);

void quota_redis_link_close(struct quota_redis_link *link);

/* What reads answers: arrays of more elements than ours have are no answers. NULL: memory is short. */
redisReader *quota_redis_link_reader(void);

/* The error of an answer that is one: what the server said is told, and which kind it is. */
bool quota_redis_link_refused(const redisReply *reply, const char *what, struct quota_redis_trouble *trouble);

/* Does the answer begin with this word, and is it an error? */
bool quota_redis_link_says(const redisReply *reply, const char *word);

#endif
