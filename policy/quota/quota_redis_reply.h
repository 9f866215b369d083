/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_redis_reply: what answers of Redis and Sentinel mean. They come from another host: what does not have exactly the
 * form that is expected is no answer, whatever it holds.
 */
#ifndef QUOTA_QUOTA_REDIS_REPLY_H
#define QUOTA_QUOTA_REDIS_REPLY_H

#include "quota/quota.h"
#include "quota/quota_redis_address.h"

#include <hiredis/hiredis.h>

#define QUOTA_REDIS_BORN_SIZE 24

/* Of the script's `take`. */
struct quota_redis_taken {
	struct quota_answer answer;       /* `limit` is not known here */
	bool went_back;                   /* Redis's clock was set back */
	bool damaged;                     /* a key could not be read: answer.key, or one that is not enforced */
	char born[QUOTA_REDIS_BORN_SIZE]; /* "" if nothing was ever counted */
};

/* Of its `show`, for one key. */
struct quota_redis_shown {
	enum { QUOTA_REDIS_NO_KEY, QUOTA_REDIS_KEY, QUOTA_REDIS_BAD_KEY } found;
	int64_t used, next_release, released; /* as in struct quota_row */
};

/* All false: no such answer. `keys`: how many were asked for. */
bool quota_redis_reply_take(const redisReply *reply, size_t keys, struct quota_redis_taken *taken);
bool quota_redis_reply_show(const redisReply *reply, size_t keys, struct quota_redis_shown *shown);
bool quota_redis_reply_number(const redisReply *reply, int64_t least, int64_t most, int64_t *number);

/* A page of SCAN: where to go on ("0": the end), and the names, which are the reply's. */
bool quota_redis_reply_scan(const redisReply *reply, struct text *cursor, size_t *count);
struct text quota_redis_reply_name(const redisReply *reply, size_t i);

/* "MOVED SLOT HOST:PORT". The host is "" if it is the one that was asked. */
bool quota_redis_reply_moved(const redisReply *reply, struct quota_redis_host *host);

/* Of SENTINEL get-master-addr-by-name. */
bool quota_redis_reply_master(const redisReply *reply, struct quota_redis_host *host);

/* Of ROLE: "master", "slave" or "sentinel"; the reply's. */
bool quota_redis_reply_role(const redisReply *reply, struct text *role);

/* Of INFO: the value of a line. */
bool quota_redis_reply_info(const redisReply *reply, const char *name, struct text *value);

#endif
