/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_redis_ask.h"

#include "quota/quota_redis_reply.h"
#include "quota/quota_redis_script.h"

#include <stdio.h>
#include <string.h>

bool quota_redis_client_init(struct quota_redis_client *client)
{
	client->script = quota_redis_script_text();
	client->sha1 = quota_redis_script_sha1();
	if (!quota_redis_target_init(&client->target))
		return false;
	quota_redis_pool_init(&client->pool);
	return true;
}

void quota_redis_client_clear(struct quota_redis_client *client)
{
	quota_redis_pool_clear(&client->pool);
	quota_redis_target_clear(&client->target);
}

void quota_redis_client_set_site(struct quota_redis_client *client, const char *site)
{
	pthread_mutex_lock(&client->target.mutex);
	snprintf(client->site, sizeof client->site, "%s", site ? site : "");
	pthread_mutex_unlock(&client->target.mutex);
}

struct text quota_redis_client_site(struct quota_redis_client *client, char copy[QUOTA_REDIS_SITE_SIZE])
{
	pthread_mutex_lock(&client->target.mutex);
	memcpy(copy, client->site, QUOTA_REDIS_SITE_SIZE);
	pthread_mutex_unlock(&client->target.mutex);
	return text_of(copy);
}

static bool get_link(struct quota_redis_client *client, struct quota_redis_link *link, int64_t deadline,
	struct quota_redis_trouble *trouble)
{
	return quota_redis_pool_take(&client->pool, link) || quota_redis_connect(&client->target, link, deadline, trouble);
}

/* Our keys are elsewhere: go there. */
static bool follow(struct quota_redis_client *client, const redisReply *reply, struct quota_redis_link *link, int64_t deadline,
	struct quota_redis_trouble *trouble)
{
	struct quota_redis_host host;

	if (!quota_redis_reply_moved(reply, &host))
		return quota_redis_link_refused(reply, "the script", trouble);
	quota_redis_target_move(&client->target, &host);
	quota_redis_pool_renew(&client->pool, link->generation);
	struct quota_redis_link next;
	if (!get_link(client, &next, deadline, trouble))
		return false;
	quota_redis_link_close(link);
	*link = next;
	return true;
}

/* An answer that is an error: other connections lead to the same server. */
static void refused(struct quota_redis_client *client, const redisReply *reply, const struct quota_redis_link *link,
	struct quota_redis_trouble *trouble)
{
	quota_redis_link_refused(reply, "counting", trouble);
	if (quota_redis_link_says(reply, "READONLY") || quota_redis_link_says(reply, "MOVED"))
		quota_redis_pool_renew(&client->pool, link->generation);
}

/* On a connection, as often as it may be. NULL: the connection is to be closed. */
static redisReply *converse(struct quota_redis_client *client, struct quota_redis_link *link, struct text *words, size_t count,
	int64_t deadline, struct quota_redis_trouble *trouble)
{
	bool loaded = false, moved = false;

	for (;;) {
		redisReply *reply = quota_redis_link_ask(link, count, words, deadline, trouble);
		bool again = false;

		if (!reply || reply->type != REDIS_REPLY_ERROR)
			return reply;
		if (quota_redis_link_says(reply, "NOSCRIPT") && !loaded) {
			words[QUOTA_REDIS_WORD_COMMAND] = TEXT("EVAL");
			words[QUOTA_REDIS_WORD_SCRIPT] = text_of(client->script);
			again = loaded = true;
		} else if (quota_redis_link_says(reply, "MOVED") && !moved) {
			moved = true;
			again = follow(client, reply, link, deadline, trouble);
		} else {
			refused(client, reply, link, trouble);
		}
		freeReplyObject(reply);
		if (!again)
			return NULL;
	}
}

redisReply *quota_redis_ask(struct quota_redis_client *client, struct text *words, size_t count, int64_t deadline,
	struct quota_redis_trouble *trouble)
{
	for (;;) {
		struct quota_redis_link link;

		if (!get_link(client, &link, deadline, trouble))
			return NULL;
		redisReply *reply = converse(client, &link, words, count, deadline, trouble);
		if (reply) {
			quota_redis_pool_put(&client->pool, &link);
			return reply;
		}
		quota_redis_link_close(&link);
		/* The server had closed it meanwhile: the question is still to be asked. */
		if (!link.rested || !link.unsent)
			return NULL;
	}
}

redisReply *quota_redis_ask_script(struct quota_redis_client *client, struct quota_redis_command *command, int64_t deadline,
	struct quota_redis_trouble *trouble)
{
	if (command->arena.failed) {
		quota_redis_trouble_set(trouble, QUOTA_ERROR_MEMORY, "memory is short");
		return NULL;
	}
	command->words[QUOTA_REDIS_WORD_COMMAND] = TEXT("EVALSHA");
	command->words[QUOTA_REDIS_WORD_SCRIPT] = text_of(client->sha1);
	return quota_redis_ask(client, command->words, command->count, deadline, trouble);
}

void quota_redis_ask_anew(struct quota_redis_client *client)
{
	struct quota_redis_link link;

	while (quota_redis_pool_take(&client->pool, &link))
		quota_redis_link_close(&link);
}
