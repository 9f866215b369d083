/* SPDX-License-Identifier: BSD-2-Clause */
#include "redis/fake_clock.h"

#include "quota/quota_redis_script.h"

#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define KEY "sesq:{clock}:now"

static const char clock_line[] = "local now = tonumber(redis.call('HMGET', '" KEY "', 'now')[1])\n";

void fake_clock_use(struct quota_redis_client *client)
{
	static char *script, *sha1;

	if (!script) {
		script = g_strconcat(clock_line, quota_redis_script_body, NULL);
		sha1 = g_compute_checksum_for_string(G_CHECKSUM_SHA1, script, -1);
	}
	client->script = script;
	client->sha1 = sha1;
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
