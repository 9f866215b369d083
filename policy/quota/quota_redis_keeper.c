/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_redis_keeper.h"

#include "quota/quota_redis_access.h"
#include "quota/quota_redis_reply.h"

#include <errno.h>
#include <stdio.h>
#include <syslog.h>
#include <time.h>

#define EVERY ((int64_t)30000000)
#define START_LONGEST ((int64_t)2000000)

/* What was told, so that it is told once. */
struct keeper_told {
	char policy[64], aof[8];
	bool secret_bad[QUOTA_REDIS_PLACES], trust_bad, blind;
};

/* A file was read again, or not: what is wrong with it is told once. */
static void tell_file(struct quota_redis_store *redis, bool good, const char *stays, const struct faults *faults, bool *told_bad)
{
	if (!good && !*told_bad && faults->first)
		quota_store_say(&redis->store, LOG_WARNING, "quota store %s: %s: %s", redis->shown, stays, faults->first->text);
	*told_bad = !good;
}

/* A new password is taken. */
static void read_secret(struct quota_redis_store *redis, enum quota_redis_place place, bool *told_bad)
{
	char secret[QUOTA_REDIS_SECRET_SIZE];
	struct faults faults;

	if (!redis->password_files[place][0])
		return;
	faults_init(&faults);
	bool good = quota_redis_secret_read(quota_redis_password_settings[place], redis->password_files[place], secret, &faults);
	if (good)
		quota_redis_target_secret(&redis->client.target, place, secret);
	tell_file(redis, good, "the old password stays in use", &faults, told_bad);
	explicit_bzero(secret, sizeof secret);
	faults_free(&faults);
}

/* Connections that are there stay: the next ones are judged by what the file says now. */
static void read_trust(struct quota_redis_store *redis, bool *told_bad)
{
	struct faults faults;

	if (!redis->ca_file[0])
		return;
	faults_init(&faults);
	struct ssl_ctx_st *trust = quota_redis_trust_make(redis->ca_file, &faults);
	if (trust)
		quota_redis_target_trust(&redis->client.target, trust);
	tell_file(redis, trust != NULL, "the old certificates stay trusted", &faults, told_bad);
	faults_free(&faults);
}

static void read_files(struct quota_redis_store *redis, struct keeper_told *told)
{
	for (enum quota_redis_place place = 0; place < QUOTA_REDIS_PLACES; place++)
		read_secret(redis, place, &told->secret_bad[place]);
	read_trust(redis, &told->trust_bad);
}

/* True: it is another than before. */
static bool changed(const redisReply *reply, const char *name, char *last, size_t size)
{
	struct text value;
	char now[64];

	if (!quota_redis_reply_info(reply, name, &value))
		return false;
	text_escape(value, now, sizeof now);
	if (strncmp(now, last, size - 1) == 0)
		return false;
	snprintf(last, size, "%s", now);
	return true;
}

static void look_at_info(struct quota_redis_store *redis, const redisReply *reply, struct keeper_told *told)
{
	if (changed(reply, "maxmemory_policy", told->policy, sizeof told->policy) && strcmp(told->policy, "noeviction") != 0)
		quota_store_say(&redis->store, LOG_WARNING,
			"quota store %s: it may throw counts away when its memory is full (maxmemory-policy %s); set `maxmemory-policy "
			"noeviction` in redis.conf",
			redis->shown, told->policy);
	if (changed(reply, "aof_enabled", told->aof, sizeof told->aof) && strcmp(told->aof, "0") == 0)
		quota_store_say(&redis->store, LOG_NOTICE,
			"quota store %s: it forgets what it counted last when it is killed (appendonly no); set `appendonly yes` in redis.conf",
			redis->shown);
}

/* One that does not let us ask has answered, and nothing is known of it. */
static void ask_info(struct quota_redis_store *redis, struct keeper_told *told)
{
	struct text words[] = { TEXT("INFO") };
	struct quota_redis_trouble trouble = { 0 };
	int64_t began = quota_redis_trouble_now();
	enum quota_redis_pass pass = quota_redis_breaker_enter(&redis->breaker, began);

	if (pass == QUOTA_REDIS_STOP)
		return;
	redisReply *reply = quota_redis_ask(&redis->client, words, 1, began + redis->timeout, &trouble);
	bool blind = !reply && strstr(trouble.text, "NOPERM");
	quota_redis_state_outcome(redis, pass, began, reply || blind, &trouble);
	if (blind && !told->blind)
		quota_store_say(&redis->store, LOG_INFO,
			"quota store %s: it does not let us see whether it may throw counts away; allow `+info` to its user",
			redis->shown);
	told->blind |= blind;
	if (!reply)
		return;
	look_at_info(redis, reply, told);
	freeReplyObject(reply);
}

static void *keep(void *context)
{
	struct quota_redis_store *redis = context;
	struct keeper_told told = { 0 };

	do {
		quota_redis_names_look_up(&redis->client.target.names);
		read_files(redis, &told);
		ask_info(redis, &told);
	} while (quota_redis_names_pause(&redis->client.target.names, EVERY));
	return NULL;
}

bool quota_redis_keeper_start(struct quota_redis_store *redis)
{
	errno = pthread_create(&redis->thread, NULL, keep, redis);
	if (errno != 0)
		return false;
	redis->started = true;
	quota_redis_names_wait(&redis->client.target.names, START_LONGEST);
	return true;
}

/*
 * Looks again and again: of the calls that wait for a thread, pthread_timedjoin_np() goes by the wall clock, which may be
 * set meanwhile, and ThreadSanitizer does not know pthread_clockjoin_np().
 */
static bool join_within(pthread_t thread, int64_t milliseconds)
{
	static const struct timespec little = { .tv_nsec = 1000000 };
	int64_t until = quota_redis_trouble_now() + milliseconds * 1000;

	while (pthread_tryjoin_np(thread, NULL) != 0) {
		if (quota_redis_trouble_now() >= until)
			return false;
		nanosleep(&little, NULL);
	}
	return true;
}

bool quota_redis_keeper_stop(struct quota_redis_store *redis, int64_t milliseconds)
{
	if (!redis->started)
		return true;
	quota_redis_names_stop(&redis->client.target.names);
	if (join_within(redis->thread, milliseconds))
		return true;
	pthread_detach(redis->thread);
	return false;
}
