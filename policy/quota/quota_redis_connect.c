/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_redis_connect.h"

#include "quota/quota_redis_reply.h"

#include <stdio.h>

bool quota_redis_target_init(struct quota_redis_target *target)
{
	return quota_redis_names_init(&target->names) && pthread_mutex_init(&target->mutex, NULL) == 0;
}

void quota_redis_target_clear(struct quota_redis_target *target)
{
	quota_redis_names_clear(&target->names);
	pthread_mutex_destroy(&target->mutex);
	quota_redis_trust_free(target->trust);
	explicit_bzero(target->secrets, sizeof target->secrets);
}

void quota_redis_target_name(struct quota_redis_target *target)
{
	struct quota_redis_peer peers[QUOTA_REDIS_PEERS_MAX];
	struct quota_redis_trouble trouble;

	for (size_t i = 0; i < target->address.count; i++)
		quota_redis_names_find(&target->names, &target->address.hosts[i], peers, &trouble);
}

void quota_redis_target_secret(struct quota_redis_target *target, enum quota_redis_place place, const char *secret)
{
	pthread_mutex_lock(&target->mutex);
	snprintf(target->secrets[place], sizeof target->secrets[place], "%s", secret);
	pthread_mutex_unlock(&target->mutex);
}

void quota_redis_target_trust(struct quota_redis_target *target, struct ssl_ctx_st *trust)
{
	pthread_mutex_lock(&target->mutex);
	struct ssl_ctx_st *before = target->trust;
	target->trust = trust;
	pthread_mutex_unlock(&target->mutex);
	quota_redis_trust_free(before);
}

/* For one who connects, and gives it back afterwards. */
static struct ssl_ctx_st *trust_of(struct quota_redis_target *target)
{
	pthread_mutex_lock(&target->mutex);
	struct ssl_ctx_st *trust = quota_redis_trust_share(target->trust);
	pthread_mutex_unlock(&target->mutex);
	return trust;
}

void quota_redis_target_move(struct quota_redis_target *target, const struct quota_redis_host *host)
{
	pthread_mutex_lock(&target->mutex);
	if (!host->name[0] && !target->moved.name[0])
		target->moved = target->address.hosts[0];
	if (host->name[0])
		target->moved = *host;
	target->moved.port = host->port;
	pthread_mutex_unlock(&target->mutex);
}

static struct quota_redis_host where(struct quota_redis_target *target)
{
	pthread_mutex_lock(&target->mutex);
	struct quota_redis_host host = target->moved.name[0] ? target->moved : target->address.hosts[0];
	pthread_mutex_unlock(&target->mutex);
	return host;
}

/* The node has gone: the one in the setting knows which one has the keys now. */
static void move_back(struct quota_redis_target *target)
{
	pthread_mutex_lock(&target->mutex);
	target->moved.name[0] = '\0';
	pthread_mutex_unlock(&target->mutex);
}

/* Of what is left until the deadline, the part of the first of `of`. */
static int64_t share(int64_t deadline, size_t of)
{
	int64_t now = quota_redis_trouble_now();

	return now + (deadline - now) / (int64_t)of;
}

/* One address of a host after the other. */
static bool open_host(struct quota_redis_target *target, const struct quota_redis_host *host, struct quota_redis_link *link,
	int64_t deadline, struct quota_redis_trouble *trouble)
{
	struct quota_redis_peer peers[QUOTA_REDIS_PEERS_MAX];
	size_t count = quota_redis_names_find(&target->names, host, peers, trouble);
	struct ssl_ctx_st *trust = trust_of(target);
	bool good = false;

	for (size_t i = 0; i < count && !good; i++)
		good = quota_redis_link_open(link, &peers[i], trust, share(deadline, count - i), trouble);
	quota_redis_trust_free(trust);
	return good;
}

static bool open_path(const char *path, struct quota_redis_link *link, int64_t deadline, struct quota_redis_trouble *trouble)
{
	struct quota_redis_peer peer = { .length = sizeof(struct sockaddr_un), .name = path };
	struct sockaddr_un *un = (struct sockaddr_un *)&peer.address;

	un->sun_family = AF_UNIX;
	snprintf(un->sun_path, sizeof un->sun_path, "%s", path);
	return quota_redis_link_open(link, &peer, NULL, deadline, trouble);
}

/* A command that is answered by OK. */
static bool ask_ok(struct quota_redis_link *link, const char *what, size_t count, const struct text *words, int64_t deadline,
	struct quota_redis_trouble *trouble)
{
	redisReply *reply = quota_redis_link_ask(link, count, words, deadline, trouble);

	if (!reply)
		return false;
	bool good = reply->type == REDIS_REPLY_STATUS || quota_redis_link_refused(reply, what, trouble);
	freeReplyObject(reply);
	return good;
}

static bool log_in(struct quota_redis_target *target, enum quota_redis_place place, struct quota_redis_link *link, int64_t deadline,
	struct quota_redis_trouble *trouble)
{
	const char *what = place == QUOTA_REDIS_AT_SERVER ? "logging in" : "logging in at a Sentinel";
	struct text words[3] = { TEXT("AUTH") };
	char secret[QUOTA_REDIS_SECRET_SIZE];
	size_t count = 1;

	pthread_mutex_lock(&target->mutex);
	memcpy(secret, target->secrets[place], sizeof secret);
	pthread_mutex_unlock(&target->mutex);
	if (target->users[place][0])
		words[count++] = text_of(target->users[place]);
	words[count++] = text_of(secret);
	bool good = !secret[0] || ask_ok(link, what, count, words, deadline, trouble);
	explicit_bzero(secret, sizeof secret);
	return good;
}

static bool select_database(unsigned database, struct quota_redis_link *link, int64_t deadline, struct quota_redis_trouble *trouble)
{
	char number[16];

	if (database == 0)
		return true;
	snprintf(number, sizeof number, "%u", database);
	return ask_ok(link, "choosing the database", 2, (struct text[]){ TEXT("SELECT"), text_of(number) }, deadline, trouble);
}

/*
 * Sentinel may name one that was the master a moment ago (Redis, "Guidelines for Redis clients with support for Redis
 * Sentinel", step 3). One that does not let us ask tells by refusing to write.
 */
static bool check_role(struct quota_redis_link *link, int64_t deadline, struct quota_redis_trouble *trouble)
{
	redisReply *reply = quota_redis_link_ask(link, 1, (struct text[]){ TEXT("ROLE") }, deadline, trouble);
	struct text role;

	if (!reply)
		return false;
	bool good = quota_redis_link_says(reply, "NOPERM");
	if (!good && !quota_redis_reply_role(reply, &role))
		quota_redis_link_refused(reply, "ROLE", trouble);
	else if (!good && !(good = text_equals(role, TEXT("master"))))
		quota_redis_trouble_set(trouble, QUOTA_ERROR_REFUSED, "what Sentinel calls the master is none (yet)");
	freeReplyObject(reply);
	return good;
}

/* An answer that names no master. */
static bool no_master(const struct quota_redis_target *target, const struct quota_redis_host *sentinel, const redisReply *reply,
	struct quota_redis_trouble *trouble)
{
	if (reply->type == REDIS_REPLY_NIL)
		return quota_redis_trouble_set(trouble, QUOTA_ERROR_ANSWER, "the Sentinel %s knows no master `%s`", sentinel->name,
			target->address.master);
	if (quota_redis_link_says(reply, "NOAUTH"))
		return quota_redis_trouble_set(trouble, QUOTA_ERROR_REFUSED,
			"the Sentinel %s wants a password; name its file as `store_sentinel_password_file` (`store_password_file` is for "
			"Redis alone)",
			sentinel->name);
	return quota_redis_link_refused(reply, "asking Sentinel", trouble);
}

/* Who the master is, as one Sentinel knows it. */
static bool ask_sentinel(struct quota_redis_target *target, const struct quota_redis_host *sentinel,
	struct quota_redis_host *master, int64_t deadline, struct quota_redis_trouble *trouble)
{
	const struct text words[] = { TEXT("SENTINEL"), TEXT("get-master-addr-by-name"), text_of(target->address.master) };
	struct quota_redis_link link = { 0 };
	redisReply *reply = NULL;

	if (!open_host(target, sentinel, &link, deadline, trouble))
		return false;
	if (log_in(target, QUOTA_REDIS_AT_SENTINEL, &link, deadline, trouble))
		reply = quota_redis_link_ask(&link, 3, words, deadline, trouble);
	bool good = reply && (quota_redis_reply_master(reply, master) || no_master(target, sentinel, reply, trouble));
	if (reply)
		freeReplyObject(reply);
	quota_redis_link_close(&link);
	return good;
}

/* The one that answered last comes first. */
static bool find_master(struct quota_redis_target *target, struct quota_redis_host *master, int64_t deadline,
	struct quota_redis_trouble *trouble)
{
	size_t count = target->address.count;

	pthread_mutex_lock(&target->mutex);
	size_t first = target->sentinel;
	pthread_mutex_unlock(&target->mutex);
	for (size_t i = 0; i < count; i++) {
		size_t at = (first + i) % count;

		/* The master wants its part of the time, too. */
		if (!ask_sentinel(target, &target->address.hosts[at], master, share(deadline, count - i + 1), trouble))
			continue;
		pthread_mutex_lock(&target->mutex);
		target->sentinel = at;
		pthread_mutex_unlock(&target->mutex);
		return true;
	}
	return false;
}

static bool open_any(struct quota_redis_target *target, struct quota_redis_link *link, int64_t deadline,
	struct quota_redis_trouble *trouble)
{
	struct quota_redis_host host;

	if (target->address.way == QUOTA_REDIS_UNIX)
		return open_path(target->address.path, link, deadline, trouble);
	if (target->address.way == QUOTA_REDIS_SENTINEL)
		return find_master(target, &host, deadline, trouble) && open_host(target, &host, link, deadline, trouble);
	host = where(target);
	bool good = open_host(target, &host, link, deadline, trouble);
	if (!good)
		move_back(target);
	return good;
}

bool quota_redis_connect(struct quota_redis_target *target, struct quota_redis_link *link, int64_t deadline,
	struct quota_redis_trouble *trouble)
{
	if (!open_any(target, link, deadline, trouble))
		return false;
	if (log_in(target, QUOTA_REDIS_AT_SERVER, link, deadline, trouble) &&
		select_database(target->address.database, link, deadline, trouble) &&
		(target->address.way != QUOTA_REDIS_SENTINEL || check_role(link, deadline, trouble)))
		return true;
	quota_redis_link_close(link);
	return false;
}
