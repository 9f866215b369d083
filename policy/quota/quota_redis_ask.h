/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_redis_ask: one question to the Redis that counts, on a connection of the pool or a new one.
 *
 * A command is sent once. Two answers say that it was not done, and only after these it is sent again: NOSCRIPT, then
 * with the script itself (EVAL); MOVED, then to the node that it names; once each. And a connection of the pool may turn out to be
 * closed before anything is sent. After all other trouble nobody knows whether it was counted.
 */
#ifndef QUOTA_QUOTA_REDIS_ASK_H
#define QUOTA_QUOTA_REDIS_ASK_H

#include "quota/quota_redis_command.h"
#include "quota/quota_redis_connect.h"
#include "quota/quota_redis_pool.h"

/* "ACCOUNT/REGION" */
#define QUOTA_REDIS_SITE_SIZE 256

struct quota_redis_client {
	struct quota_redis_target target;
	struct quota_redis_pool pool;
	char site[QUOTA_REDIS_SITE_SIZE]; /* under the target's mutex once others ask */
	const char *script, *sha1;        /* of quota_redis_script.h, but in some tests */
};

/* False: memory is short. The target's address and user, and the site, are the caller's to fill in. */
bool quota_redis_client_init(struct quota_redis_client *client);
void quota_redis_client_clear(struct quota_redis_client *client);

/* Whose keys are asked for from now on; a copy of that. */
void quota_redis_client_set_site(struct quota_redis_client *client, const char *site);
struct text quota_redis_client_site(struct quota_redis_client *client, char copy[QUOTA_REDIS_SITE_SIZE]);

/* The answer, never an error; NULL and the trouble. `deadline` is a moment of quota_redis_trouble_now(). */
redisReply *quota_redis_ask(struct quota_redis_client *client, struct text *words, size_t count, int64_t deadline,
	struct quota_redis_trouble *trouble);

/* The same with the script. */
redisReply *quota_redis_ask_script(struct quota_redis_client *client, struct quota_redis_command *command, int64_t deadline,
	struct quota_redis_trouble *trouble);

/* An answer made no sense: what comes next on that connection, or on others, may not either. */
void quota_redis_ask_anew(struct quota_redis_client *client);

#endif
