/* SPDX-License-Identifier: BSD-2-Clause */
#include "redis/fake_clock.h"

#include "quota/quota_redis_script.h"

#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define KEY "sesq:{clock}:now"

static const char clock_line[] = "local now = tonumber(redis.call('HMGET', '" KEY "', 'now')[1])\n";

void fake_clock_use_body(struct quota_redis_client *client, const char *body)
{
	client->script = g_strconcat(clock_line, body, NULL);
	client->sha1 = g_compute_checksum_for_string(G_CHECKSUM_SHA1, client->script, -1);
}

void fake_clock_use(struct quota_redis_client *client)
{
	fake_clock_use_body(client, quota_redis_script_body);
}

void fake_clock_set(struct quota_redis_client *client, int64_t now)
{
	char number[32];
	struct quota_redis_trouble trouble;

	snprintf(number, sizeof number, "%" PRId64, now);
	struct text words[] = { TEXT("HSET"), TEXT(KEY), TEXT("now"), text_of(number) };
	redisReply *reply = quota_redis_ask(client, words, 4, quota_redis_trouble_now() + 10000000, &trouble);
	if (!reply) {
		fprintf(stderr, "the clock cannot be set: %s\n", trouble.text);
		exit(2);
	}
	freeReplyObject(reply);
}
