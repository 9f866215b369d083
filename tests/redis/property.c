/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * property: random decisions of the script in Redis, by a clock of the test's own, beside
 *
 *     the counts in memory (quota_memory.h): the whole answer is the same, each time;
 *     an exact log of what was admitted: a day is never passed, and refused only what does not fit into a day and five minutes.
 *
 *     property STORE SEED DECISIONS [SCRIPT]
 *
 * With a file of Lua each decision is that script's or the present one's, as it comes: two versions of the daemon beside each other.
 */
#include "redis/fake_clock.h"

#include "quota/quota_memory.h"
#include "quota/quota_redis_reply.h"
#include "quota/quota_redis_state.h"
#include "quota/quota_store.h"
#include "unit/check.h"

#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)
#define LATE (300 * SECOND)

enum { KEYS = 6, SEED = 40 };

static int64_t now = 1700000000 * SECOND;

static int64_t now_of(void *context)
{
	(void)context;
	return now;
}

/* What was admitted of one key. */
struct sent {
	int64_t moment, recipients;
};

struct history {
	struct sent *sent;
	size_t count, room;
};

static struct history histories[KEYS];

static struct quota_key keys[KEYS] = {
	{ QUOTA_ACCOUNT, TEXT(""), { 900, 20000, 100, false }, 0 },
	{ QUOTA_IDENTITY, TEXT("example.net"), { 700, QUOTA_UNLIMITED, 1, false }, 0 },
	{ QUOTA_IDENTITY, TEXT("example.org"), { QUOTA_UNLIMITED, 333, 70, false }, 0 },
	{ QUOTA_PRINCIPAL, TEXT("arn:aws:iam::123456789012:user/a"), { 300, 50, 1, false }, 0 },
	{ QUOTA_PRINCIPAL, TEXT("arn:aws:iam::123456789012:user/b"), { 200, QUOTA_UNLIMITED, 1, true }, 0 },
	{ QUOTA_SENDER, TEXT("a b@example.net"), { 250, 1000, 60, false }, SEED },
};

static void history_add(struct history *history, int64_t recipients)
{
	if (history->count == history->room) {
		history->room = history->room ? 2 * history->room : 1024;
		history->sent = realloc(history->sent, history->room * sizeof *history->sent);
		if (!history->sent)
			abort();
	}
	history->sent[history->count++] = (struct sent){ now, recipients };
}

static int64_t history_since(const struct history *history, int64_t moment)
{
	int64_t sum = 0;

	for (size_t i = history->count; i > 0 && history->sent[i - 1].moment > moment; i--)
		sum += history->sent[i - 1].recipients;
	return sum;
}

static void wrong(size_t decision, const char *what)
{
	printf("decision %zu, at %" PRId64 ": %s\n", decision, now, what);
	exit(1);
}

static void same(size_t decision, const struct quota_answer *redis, const struct quota_answer *memory)
{
	char said[1000];

#define SAME(member) \
	if (redis->member != memory->member) { \
		snprintf(said, sizeof said, #member " is %" PRId64 " in Redis, %" PRId64 " in memory (result %d, key %zu)", \
			(int64_t)redis->member, (int64_t)memory->member, memory->result, memory->key); \
		wrong(decision, said); \
	}
	SAME(result)
	SAME(would)
	SAME(unmetered)
	if (memory->would == QUOTA_TAKEN)
		return;
	SAME(key)
	SAME(used)
	SAME(retry_after)
	SAME(full_for)
#undef SAME
}

static bool chosen(uint64_t *random, const struct quota_key *out[KEYS], size_t *count)
{
	*count = 0;
	for (size_t i = 0; i < KEYS; i++)
		if (check_below(random, 3) > 0)
			out[(*count)++] = &keys[i];
	return *count > 0;
}

/* Mostly moments, sometimes hours, once in a while more than a day. */
static void time_pass(uint64_t *random)
{
	static const int64_t steps[] = { 0, 1, 1000, SECOND, 20 * SECOND, 300 * SECOND, 3600 * SECOND };
	size_t which = check_below(random, 400);

	if (which == 0)
		now += (int64_t)check_below(random, 3 * DAY);
	else
		now += (int64_t)check_below(random, (size_t)(2 * steps[which % COUNT_OF(steps)] + 1));
}

static void limits_change(uint64_t *random)
{
	struct quota_limit *limit = &keys[check_below(random, KEYS)].limit;

	if (limit->per_day >= 0)
		limit->per_day = (int64_t)check_below(random, 1000);
	if (limit->rate > 0)
		limit->rate = 1 + (int64_t)check_below(random, 30000);
	limit->burst = 1 + (int64_t)check_below(random, 100);
}

static struct quota_redis_client *client;
static struct quota_store *memory;

/* The present one first. */
static struct version {
	const char *script, *sha1;
} versions[2];
static size_t version_count;

static void version_add(void)
{
	versions[version_count++] = (struct version){ client->script, client->sha1 };
}

static void versions_make(const char *file)
{
	static char *other;

	fake_clock_use(client);
	version_add();
	if (!file)
		return;
	if (!g_file_get_contents(file, &other, NULL, NULL)) {
		printf("%s cannot be read\n", file);
		exit(2);
	}
	fake_clock_use_body(client, other);
	version_add();
}

static void version_choose(uint64_t *random)
{
	const struct version *version = &versions[version_count > 1 ? check_below(random, version_count) : 0];

	client->script = version->script;
	client->sha1 = version->sha1;
}

static redisReply *asked(struct quota_redis_command *command, size_t decision)
{
	struct quota_redis_trouble trouble;
	redisReply *reply;

	fake_clock_set(client, now);
	reply = quota_redis_ask_script(client, command, quota_redis_trouble_now() + 30 * SECOND, &trouble);
	quota_redis_command_free(command);
	if (!reply)
		wrong(decision, trouble.text);
	return reply;
}

static void give_back(size_t decision, const struct quota_key *const *some, size_t count, int64_t n, int64_t bucket)
{
	struct quota_redis_command command;

	quota_redis_command_back(&command, text_of(client->site), some, count, n, bucket);
	freeReplyObject(asked(&command, decision));
	memory->kind->give_back(memory, some, count, n, bucket);
	for (size_t i = 0; i < count; i++)
		histories[some[i] - keys].count--;
}

/* An exact log of the one that refuses for its day, and of all that were admitted and are not only watched. */
static void check_log(size_t decision, const struct quota_key *const *some, size_t count, int64_t n,
	const struct quota_answer *answer, unsigned how)
{
	if (answer->would == QUOTA_DAY_FULL) {
		const struct quota_key *key = some[answer->key];

		if (history_since(&histories[key - keys], now - DAY - LATE) + n + (key->scope == QUOTA_SENDER ? SEED : 0) <=
			key->limit.per_day)
			wrong(decision, "refused, although it fits");
	}
	if (answer->result != QUOTA_TAKEN)
		return;
	for (size_t i = 0; i < count; i++) {
		const struct quota_limit *limit = &some[i]->limit;

		history_add(&histories[some[i] - keys], n);
		/* Keys in memory end by the test's clock, and those in Redis by its own: only the first of them has a seed. */
		keys[some[i] - keys].seed = 0;
		if (limit->per_day >= 0 && !limit->monitor && !(how & QUOTA_FORCE) &&
			history_since(&histories[some[i] - keys], now - DAY) > limit->per_day)
			wrong(decision, "a day holds more than its limit");
	}
}

static void decide(size_t decision, uint64_t *random)
{
	const struct quota_key *some[KEYS];
	struct quota_redis_command command;
	struct quota_redis_taken taken;
	int64_t n = 1 + (int64_t)check_below(random, check_below(random, 4) ? 6 : 50);
	unsigned how = check_below(random, 50) == 0 ? QUOTA_FORCE : 0;
	size_t count;

	if (!chosen(random, some, &count))
		return;
	struct quota_answer expected = memory->kind->take(memory, some, count, n, how);
	quota_redis_command_take(&command, text_of(client->site), some, count, n, how);
	redisReply *reply = asked(&command, decision);
	if (!quota_redis_reply_take(reply, count, &taken))
		wrong(decision, "no answer of the script's");
	freeReplyObject(reply);
	same(decision, &taken.answer, &expected);
	if (taken.answer.reached_80 != expected.reached_80 || taken.answer.reached_100 != expected.reached_100)
		wrong(decision, "80 or 100 percent are told of other keys");
	check_log(decision, some, count, n, &taken.answer, how);
	if (taken.answer.result == QUOTA_TAKEN && check_below(random, 20) == 0)
		give_back(decision, some, count, n, taken.answer.bucket);
}

int main(int argc, char **argv)
{
	struct faults faults;

	if (argc < 4 || argc > 5)
		return 2;
	struct quota_options options = { .store = argv[1], .timeout_ms = 10000, .site = "1/r", .now = now_of };
	uint64_t random = strtoull(argv[2], NULL, 10);
	faults_init(&faults);
	struct quota_store *redis = quota_open(&options, &faults);
	memory = quota_memory_open(&options);
	if (!redis || !memory) {
		puts(faults.first ? faults.first->text : "memory is short");
		return 2;
	}
	client = &((struct quota_redis_store *)redis)->client;
	versions_make(argc == 5 ? argv[4] : NULL);
	for (size_t i = 0; i < strtoul(argv[3], NULL, 10); i++) {
		time_pass(&random);
		if (check_below(&random, 300) == 0)
			limits_change(&random);
		version_choose(&random);
		decide(i, &random);
	}
	puts("held");
	for (size_t i = 0; i < KEYS; i++)
		free(histories[i].sent);
	quota_close(redis, 1000);
	quota_close(memory, 0);
	return 0;
}
