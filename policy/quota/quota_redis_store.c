/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_redis_store.h"

#include "quota/quota_key.h"
#include "quota/quota_redis_keeper.h"
#include "quota/quota_redis_people.h"
#include "quota/quota_redis_reply.h"
#include "quota/quota_redis_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>

static struct quota_redis_store *redis_of(struct quota_store *store)
{
	return (struct quota_redis_store *)store;
}

/* Has the store forgotten what it had? Answers to questions that were asked before that was noticed say nothing new. */
static void notice_born(struct quota_redis_store *redis, const char *born, int64_t began)
{
	bool lost = false;

	pthread_mutex_lock(&redis->mutex);
	if (began >= redis->born_changed && (!redis->seen || strcmp(redis->born, born) != 0)) {
		/* Empty before and not now: the first count has come in. */
		lost = redis->seen && redis->born[0];
		snprintf(redis->born, sizeof redis->born, "%s", born);
		redis->seen = true;
		redis->born_changed = quota_redis_trouble_now();
	}
	pthread_mutex_unlock(&redis->mutex);
	if (!lost)
		return;
	quota_tally_lost(&redis->store.tally);
	quota_store_say(&redis->store, LOG_ERR,
		"quota store %s: counts were lost: it has forgotten what was sent, and counts from zero; look whether it keeps its data "
		"(appendonly yes), and set what is known with `ses-policy quota set`",
		redis->shown);
}

static void notice_damage(struct quota_redis_store *redis, const struct quota_key *key)
{
	char written[QUOTA_KEY_SIZE], shown[300];
	size_t length = quota_key_write(key->scope, key->name, written, sizeof written);

	quota_tally_error(&redis->store.tally, QUOTA_ERROR_DAMAGED);
	if (quota_redis_state_may_say(redis, QUOTA_REDIS_LINE_DAMAGE))
		quota_store_say(&redis->store, LOG_ERR,
			"quota store %s: the count of `%s` cannot be read; forget it with `ses-policy quota reset`, or set it with "
			"`ses-policy quota set`",
			redis->shown, text_escape((struct text){ written, length }, shown, sizeof shown));
}

static void notice(struct quota_redis_store *redis, const struct quota_redis_taken *taken, const struct quota_key *const *keys,
	int64_t began)
{
	notice_born(redis, taken->born, began);
	if (taken->went_back && quota_redis_state_may_say(redis, QUOTA_REDIS_LINE_CLOCK))
		quota_store_say(&redis->store, LOG_WARNING,
			"quota store %s: its clock was set back; what was counted after the present time is taken as counted now",
			redis->shown);
	if (taken->damaged)
		notice_damage(redis, keys[taken->answer.key]);
}

static struct quota_answer unavailable(void)
{
	return (struct quota_answer){ .result = QUOTA_UNAVAILABLE, .would = QUOTA_UNAVAILABLE };
}

static bool take_by(struct quota_redis_store *redis, const struct quota_key *const *keys, size_t count, int64_t recipients,
	unsigned how, int64_t deadline, struct quota_redis_taken *taken, struct quota_redis_trouble *trouble)
{
	struct quota_redis_command command;
	char site[QUOTA_REDIS_SITE_SIZE];
	redisReply *reply;
	bool good = false;

	quota_redis_command_take(&command, quota_redis_client_site(&redis->client, site), keys, count, recipients, how);
	reply = quota_redis_ask_script(&redis->client, &command, deadline, trouble);
	quota_redis_command_free(&command);
	if (reply) {
		good = quota_redis_reply_take(reply, count, taken);
		freeReplyObject(reply);
		if (!good) {
			quota_redis_trouble_set(trouble, QUOTA_ERROR_ANSWER, "an answer that our script does not give");
			quota_redis_ask_anew(&redis->client);
		}
	}
	return good;
}

static struct quota_answer take(struct quota_store *store, const struct quota_key *const *keys, size_t count, int64_t recipients,
	unsigned how)
{
	struct quota_redis_store *redis = redis_of(store);
	struct quota_redis_trouble trouble;
	struct quota_redis_taken taken;
	int64_t began = quota_redis_trouble_now();
	enum quota_redis_pass pass = quota_redis_breaker_enter(&redis->breaker, began);

	if (pass == QUOTA_REDIS_STOP)
		return unavailable();
	bool good = take_by(redis, keys, count, recipients, how, began + redis->timeout, &taken, &trouble);
	quota_redis_state_outcome(redis, pass, began, good, &trouble);
	if (!good)
		return unavailable();
	notice(redis, &taken, keys, began);
	const struct quota_limit *limit = &keys[taken.answer.key]->limit;
	if (taken.answer.would != QUOTA_TAKEN)
		taken.answer.limit = taken.answer.would == QUOTA_TOO_FAST ? limit->rate : limit->per_day;
	return taken.answer;
}

static void give_back(struct quota_store *store, const struct quota_key *const *keys, size_t count, int64_t recipients,
	int64_t bucket)
{
	struct quota_redis_store *redis = redis_of(store);
	struct quota_redis_trouble trouble;
	struct quota_redis_command command;
	char site[QUOTA_REDIS_SITE_SIZE];
	int64_t began = quota_redis_trouble_now();
	enum quota_redis_pass pass = quota_redis_breaker_enter(&redis->breaker, began);

	if (pass == QUOTA_REDIS_STOP)
		return;
	quota_redis_command_back(&command, quota_redis_client_site(&redis->client, site), keys, count, recipients, bucket);
	redisReply *reply = quota_redis_ask_script(&redis->client, &command, began + redis->timeout, &trouble);
	quota_redis_command_free(&command);
	quota_redis_state_outcome(redis, pass, began, reply != NULL, &trouble);
	if (reply)
		freeReplyObject(reply);
}

/* The first count of another site is nothing that was forgotten. */
static void change_site(struct quota_redis_store *redis, const char *site)
{
	char copy[QUOTA_REDIS_SITE_SIZE];

	if (text_equals(quota_redis_client_site(&redis->client, copy), text_of(site)))
		return;
	quota_redis_client_set_site(&redis->client, site);
	pthread_mutex_lock(&redis->mutex);
	redis->seen = false;
	redis->born_changed = quota_redis_trouble_now();
	pthread_mutex_unlock(&redis->mutex);
}

static void reloaded(struct quota_store *store, const char *site)
{
	change_site(redis_of(store), site);
	quota_redis_names_want(&redis_of(store)->client.target.names);
}

static void status(struct quota_store *store, struct quota_status *out)
{
	struct quota_redis_store *redis = redis_of(store);

	out->up = atomic_load(&redis->answered) && !quota_redis_breaker_is_open(&redis->breaker);
}

static void give_all_back(struct quota_redis_store *redis)
{
	quota_redis_client_clear(&redis->client);
	pthread_mutex_destroy(&redis->mutex);
	quota_store_clear(&redis->store);
	free(redis);
}

static bool start(struct quota_store *store)
{
	return quota_redis_keeper_start(redis_of(store));
}

/* A name service may hold the thread for long. The process is about to end: what the thread uses is then left to it. */
static void close_store(struct quota_store *store, int64_t milliseconds)
{
	if (quota_redis_keeper_stop(redis_of(store), milliseconds))
		give_all_back(redis_of(store));
}

static const struct quota_store_kind redis_kind = {
	.start = start,
	.close = close_store,
	.take = take,
	.give_back = give_back,
	.list = quota_redis_people_list,
	.show = quota_redis_people_show,
	.reset = quota_redis_people_reset,
	.set = quota_redis_people_set,
	.reloaded = reloaded,
	.status = status,
};

static void copy(char *to, size_t size, const char *text)
{
	snprintf(to, size, "%s", text ? text : "");
}

static void fill(struct quota_redis_store *redis, const struct quota_options *options, const struct quota_redis_address *address)
{
	struct quota_redis_target *target = &redis->client.target;

	target->address = *address;
	copy(target->users[QUOTA_REDIS_AT_SERVER], sizeof target->users[0], options->user);
	copy(target->users[QUOTA_REDIS_AT_SENTINEL], sizeof target->users[0], options->sentinel_user);
	copy(redis->password_files[QUOTA_REDIS_AT_SERVER], sizeof redis->password_files[0], options->password_file);
	copy(redis->password_files[QUOTA_REDIS_AT_SENTINEL], sizeof redis->password_files[0], options->sentinel_password_file);
	copy(redis->ca_file, sizeof redis->ca_file, options->ca_file);
	text_escape(text_of(options->store), redis->shown, sizeof redis->shown);
	redis->timeout = options->timeout_ms * 1000;
}

struct quota_store *quota_redis_store_open(const struct quota_options *options, const struct quota_redis_access *access,
	struct faults *faults)
{
	struct quota_redis_store *redis = calloc(1, sizeof *redis);

	if (!redis || !quota_store_make(&redis->store, &redis_kind, options)) {
		free(redis);
		fault_memory(faults);
		return NULL;
	}
	fill(redis, options, &access->address);
	quota_redis_breaker_init(&redis->breaker);
	pthread_mutex_init(&redis->mutex, NULL);
	if (!quota_redis_client_init(&redis->client)) {
		give_all_back(redis);
		fault_memory(faults);
		return NULL;
	}
	quota_redis_client_set_site(&redis->client, options->site);
	for (enum quota_redis_place place = 0; place < QUOTA_REDIS_PLACES; place++)
		quota_redis_target_secret(&redis->client.target, place, access->secrets[place]);
	quota_redis_target_trust(&redis->client.target, quota_redis_trust_share(access->trust));
	quota_redis_target_name(&redis->client.target);
	return &redis->store;
}
