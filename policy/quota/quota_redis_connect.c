/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_redis_connect.h"

#include "quota/quota_redis_reply.h"

#include <stdio.h>

bool quota_redis_target_init(struct quota_redis_target *target)
{
	target->secret[0] = target->moved.name[0] = '\0';
	target->sentinel = 0;
	return quota_redis_names_init(&target->names) && pthread_mutex_init(&target->mutex, NULL) == 0;
}

void quota_redis_target_clear(struct quota_redis_target *target)
{
	quota_redis_names_clear(&target->names);
	pthread_mutex_destroy(&target->mutex);
	explicit_bzero(target->secret, sizeof target->secret);
}

void quota_redis_target_name(struct quota_redis_target *target)
{
	struct quota_redis_peer peers[QUOTA_REDIS_PEERS_MAX];
	struct quota_redis_trouble trouble;

	for (size_t i = 0; i < target->address.count; i++)
		quota_redis_names_find(&target->names, &target->address.hosts[i], peers, &trouble);
}

void quota_redis_target_secret(struct quota_redis_target *target, const char *secret)
{
	pthread_mutex_lock(&target->mutex);
	snprintf(target->secret, sizeof target->secret, "%s", secret);
	pthread_mutex_unlock(&target->mutex);
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
	bool tls = target->address.way == QUOTA_REDIS_TLS;

	for (size_t i = 0; i < count; i++)
		if (quota_redis_link_open(link, &peers[i], tls, share(deadline, count - i), trouble))
			return true;
	return false;
}

static bool open_path(const char *path, struct quota_redis_link *link, int64_t deadline, struct quota_redis_trouble *trouble)
{
	struct quota_redis_peer peer = { .length = sizeof(struct sockaddr_un), .name = path };
	struct sockaddr_un *un = (struct sockaddr_un *)&peer.address;

	un->sun_family = AF_UNIX;
	snprintf(un->sun_path, sizeof un->sun_path, "%s", path);
	return quota_redis_link_open(link, &peer, false, deadline, trouble);
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

static bool log_in(struct quota_redis_target *target, struct quota_redis_link *link, int64_t deadline,
	struct quota_redis_trouble *trouble)
{
	char secret[QUOTA_REDIS_SECRET_SIZE];
	bool good = true;

	pthread_mutex_lock(&target->mutex);
	memcpy(secret, target->secret, sizeof secret);
	pthread_mutex_unlock(&target->mutex);
	if (secret[0] && target->user[0])
		good = ask_ok(link, "logging in", 3, (struct text[]){ TEXT("AUTH"), text_of(target->user), text_of(secret) },
			deadline, trouble);
	else if (secret[0])
		good = ask_ok(link, "logging in", 2, (struct text[]){ TEXT("AUTH"), text_of(secret) }, deadline, trouble);
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

/* Who the master is, as one Sentinel knows it. */
static bool ask_sentinel(struct quota_redis_target *target, const struct quota_redis_host *sentinel,
	struct quota_redis_host *master, int64_t deadline, struct quota_redis_trouble *trouble)
{
	const struct text words[] = { TEXT("SENTINEL"), TEXT("get-master-addr-by-name"), text_of(target->address.master) };
	struct quota_redis_link link = { 0 };

	if (!open_host(target, sentinel, &link, deadline, trouble))
		return false;
	redisReply *reply = quota_redis_link_ask(&link, 3, words, deadline, trouble);
	bool good = reply && quota_redis_reply_master(reply, master);
	if (reply && reply->type == REDIS_REPLY_NIL)
		quota_redis_trouble_set(trouble, QUOTA_ERROR_ANSWER, "the Sentinel %s knows no master `%s`", sentinel->name,
			target->address.master);
	else if (reply && quota_redis_link_says(reply, "NOAUTH"))
		quota_redis_trouble_set(trouble, QUOTA_ERROR_REFUSED,
			"the Sentinel %s wants a password, and is given none: `store_password_file` is for Redis alone; take `requirepass` out "
			"of sentinel.conf, and let only the relays reach it",
			sentinel->name);
	else if (reply && !good)
		quota_redis_link_refused(reply, "asking Sentinel", trouble);
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
	if (log_in(target, link, deadline, trouble) && select_database(target->address.database, link, deadline, trouble) &&
		(target->address.way != QUOTA_REDIS_SENTINEL || check_role(link, deadline, trouble)))
		return true;
	quota_redis_link_close(link);
	return false;
}
