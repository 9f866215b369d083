/* SPDX-License-Identifier: BSD-2-Clause */
/* throttle: what becomes of a message by what the store of counts says, and where it can say nothing. */
#include "unit/check.h"
#include "unit/log_lines.h"
#include "unit/generation_of.h"

#include "counters.h"
#include "holder.h"
#include "meter.h"
#include "session.h"
#include "throttle.h"

#include <stdio.h>
#include <string.h>

static int made; /* stands for a store */
#define STORE ((struct quota_store *)&made)

/* What is said by the message and by the store, and what was asked of it. */
static enum message_keys_found found;
static struct message_keys keys;
static int64_t recipients;
static bool away;
static struct quota_answer answer;
static int64_t full[2]; /* seconds, of each key */
static unsigned how;
static int inside, taken, given_back;

enum message_keys_found __wrap_message_quota_keys(struct message *message, struct message_keys *out);
int64_t __wrap_message_quota_recipients(const struct message *message);
struct quota_store *__wrap_meter_enter(void);
void __wrap_meter_leave(void);
struct quota_answer __wrap_quota_take(struct quota_store *store, const struct quota_key *at, size_t count, int64_t number,
	unsigned in);
void __wrap_quota_give_back(struct quota_store *store, const struct quota_key *at, size_t count, int64_t number, int64_t bucket);
int64_t __wrap_quota_full_for(struct quota_store *store, const struct quota_key *key);

enum message_keys_found __wrap_message_quota_keys(struct message *message, struct message_keys *out)
{
	(void)message;
	*out = keys;
	return found;
}

int64_t __wrap_message_quota_recipients(const struct message *message)
{
	(void)message;
	return recipients;
}

struct quota_store *__wrap_meter_enter(void)
{
	inside += !away;
	return away ? NULL : STORE;
}

void __wrap_meter_leave(void)
{
	inside--;
}

struct quota_answer __wrap_quota_take(struct quota_store *store, const struct quota_key *at, size_t count, int64_t number,
	unsigned in)
{
	assert_true(store == STORE && at && count == keys.count && number == recipients);
	how = in;
	taken++;
	return answer;
}

void __wrap_quota_give_back(struct quota_store *store, const struct quota_key *at, size_t count, int64_t number, int64_t bucket)
{
	assert_true(store == STORE && at && count == keys.count && number == recipients && bucket == 77);
	given_back++;
}

int64_t __wrap_quota_full_for(struct quota_store *store, const struct quota_key *key)
{
	assert_true(store == STORE);
	return full[key->scope == QUOTA_ACCOUNT ? 0 : 1];
}

static struct hold hold;
static struct session session;

#define A "a@example.net"
static const struct quota_key both[] = { { .scope = QUOTA_ACCOUNT, .limit = { .per_day = 100, .rate = QUOTA_UNLIMITED } },
	{ .scope = QUOTA_SENDER, .name = { A, sizeof A - 1 }, .limit = { .per_day = 10, .rate = QUOTA_UNLIMITED } } };

static const struct {
	const char *name;
	bool monitor, accept, uncounted, away;
	enum message_keys_found found;
	int64_t recipients;
	size_t keys;
	struct quota_answer answer;
	enum throttle_verdict verdict;
	enum outcome_action action; /* of AGAINST and WOULD */
	enum reason reason;
	unsigned how;
	bool counted, unmetered;
	int told; /* 1 + the kind of limit; 0: none */
	const char *lines;
} cases[] = {
	{ .name = "nothing is counted here", .uncounted = true, .recipients = 1, .keys = 2 },
	{ .name = "nobody is left", .recipients = 0, .keys = 2 },
	{ .name = "nobody has a limit", .recipients = 1, .keys = 0 },
	{ .name = "it passes", .recipients = 2, .keys = 2, .answer = { .bucket = 77 }, .counted = true },
	{ .name = "near the limit",
		.recipients = 2,
		.keys = 2,
		.answer = { .bucket = 77, .reached_80 = 2 },
		.counted = true,
		.lines = "quota: " A " has used 80 percent of its 10 recipients in 24 hours\n" },
	{ .name = "at the limit of both",
		.recipients = 2,
		.keys = 2,
		.answer = { .bucket = 77, .reached_80 = 2, .reached_100 = 3 },
		.counted = true,
		.lines = "quota: the account has used all of its 100 recipients in 24 hours\n"
			 "quota: " A " has used all of its 10 recipients in 24 hours\n" },
	{ .name = "the day is full",
		.recipients = 2,
		.keys = 2,
		.answer = { .result = QUOTA_DAY_FULL,
			.would = QUOTA_DAY_FULL,
			.key = 1,
			.used = 10,
			.limit = 10,
			.retry_after = 60 },
		.verdict = THROTTLE_AGAINST,
		.action = OUTCOME_REFUSE,
		.reason = REASON_QUOTA,
		.told = 1 + THROTTLED_DAY },
	{ .name = "too fast",
		.recipients = 2,
		.keys = 2,
		.answer = { .result = QUOTA_TOO_FAST, .limit = 1000, .retry_after = 1 },
		.verdict = THROTTLE_AGAINST,
		.action = OUTCOME_REFUSE,
		.reason = REASON_QUOTA,
		.told = 1 + THROTTLED_SECOND },
	{ .name = "it can never pass",
		.recipients = 11,
		.keys = 2,
		.answer = { .result = QUOTA_TOO_LARGE, .key = 1, .limit = 10 },
		.verdict = THROTTLE_AGAINST,
		.action = OUTCOME_REFUSE,
		.reason = REASON_QUOTA_SIZE,
		.told = 1 + THROTTLED_SIZE },
	{ .name = "it cannot be told",
		.recipients = 2,
		.keys = 2,
		.answer = { .result = QUOTA_UNAVAILABLE },
		.verdict = THROTTLE_AGAINST,
		.action = OUTCOME_TROUBLE,
		.reason = REASON_QUOTA_UNAVAILABLE },
	{ .name = "there is no store any more",
		.away = true,
		.recipients = 2,
		.keys = 2,
		.verdict = THROTTLE_AGAINST,
		.action = OUTCOME_TROUBLE,
		.reason = REASON_QUOTA_UNAVAILABLE },
	{ .name = "a limit that is only watched",
		.recipients = 2,
		.keys = 2,
		.answer = { .result = QUOTA_TAKEN, .would = QUOTA_DAY_FULL, .bucket = 77 },
		.verdict = THROTTLE_WOULD,
		.action = OUTCOME_REFUSE,
		.reason = REASON_QUOTA,
		.counted = true,
		.told = 1 + THROTTLED_DAY },
	{ .name = "monitor mode",
		.monitor = true,
		.recipients = 2,
		.keys = 2,
		.answer = { .bucket = 77 },
		.how = QUOTA_FORCE,
		.counted = true },
	{ .name = "the store may be away",
		.accept = true,
		.recipients = 2,
		.keys = 2,
		.answer = { .result = QUOTA_TAKEN, .would = QUOTA_UNAVAILABLE, .unmetered = true },
		.how = QUOTA_ACCEPT,
		.unmetered = true },
	{ .name = "memory is short",
		.found = MESSAGE_KEYS_MEMORY,
		.recipients = 2,
		.keys = 2,
		.verdict = THROTTLE_AGAINST,
		.action = OUTCOME_TROUBLE,
		.reason = REASON_MEMORY },
	{ .name = "a crowd",
		.found = MESSAGE_KEYS_TOO_MANY,
		.recipients = 2,
		.keys = 2,
		.verdict = THROTTLE_AGAINST,
		.action = OUTCOME_REFUSE,
		.reason = REASON_CROWDED },
};

static void prepare_case(size_t i)
{
	static struct quota_rule rule = { .name = { "", 0 } };

	hold.conduct.monitor = cases[i].monitor;
	hold.generation->quotas.accept = cases[i].accept;
	hold.generation->quotas.rules[QUOTA_ACCOUNT] = cases[i].uncounted ? (struct quota_rules){ NULL, 0 }
									  : (struct quota_rules){ &rule, 1 };
	away = cases[i].away;
	found = cases[i].found;
	recipients = cases[i].recipients;
	keys.count = cases[i].keys;
	memcpy(keys.at, both, sizeof both);
	answer = cases[i].answer;
	how = 0;
	taken = given_back = 0;
	*log_lines = '\0';
}

static void messages_are_counted(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *name = cases[i].name;
		struct throttle throttle;

		prepare_case(i);
		throttle_take(&session, &throttle);
		CHECK_CASE(failures, name, throttle.verdict == cases[i].verdict);
		if (throttle.verdict != THROTTLE_PASSES)
			CHECK_CASE(failures, name,
				throttle.against.action == cases[i].action && throttle.against.reason == cases[i].reason &&
					throttle.against.stage == STAGE_EOM);
		CHECK_CASE(failures, name, how == cases[i].how);
		CHECK_CASE(failures, name, throttle.counted == cases[i].counted && throttle.unmetered == cases[i].unmetered);
		CHECK_CASE(failures, name, !throttle.throttled.key == !cases[i].told);
		if (cases[i].told && throttle.throttled.key)
			CHECK_CASE(failures, name,
				(int)throttle.throttled.kind == cases[i].told - 1 && throttle.throttled.asked == recipients &&
					throttle.throttled.key == &throttle.keys.at[answer.key]);
		CHECK_CASE(failures, name, !strcmp(log_lines, cases[i].lines ? cases[i].lines : ""));
		/* Only what was counted is given back, and the store is left each time. */
		throttle_give_back(&throttle);
		CHECK_CASE(failures, name, given_back == cases[i].counted);
		CHECK_CASE(failures, name, inside == 0);
	}
	assert_int_equal(failures, 0);
}

static void a_full_day_is_told_early(void **state)
{
	static const struct {
		const char *name;
		bool monitor, uncounted, away;
		enum message_keys_found found;
		int64_t full[2];
		int key; /* that is told; -1: none */
	} rows[] = {
		{ "none is full", false, false, false, MESSAGE_KEYS_FOUND, { 0, 0 }, -1 },
		{ "the first", false, false, false, MESSAGE_KEYS_FOUND, { 60, 90 }, 0 },
		{ "the second", false, false, false, MESSAGE_KEYS_FOUND, { 0, 90 }, 1 },
		{ "monitor mode", true, false, false, MESSAGE_KEYS_FOUND, { 60, 90 }, -1 },
		{ "nothing is counted", false, true, false, MESSAGE_KEYS_FOUND, { 60, 90 }, -1 },
		{ "no store", false, false, true, MESSAGE_KEYS_FOUND, { 60, 90 }, -1 },
		{ "memory is short", false, false, false, MESSAGE_KEYS_MEMORY, { 60, 90 }, -1 },
	};
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct throttle throttle = { .counted = true };

		prepare_case(rows[i].uncounted ? 0 : 3);
		hold.conduct.monitor = rows[i].monitor;
		away = rows[i].away;
		found = rows[i].found;
		memcpy(full, rows[i].full, sizeof full);
		CHECK_CASE(failures, rows[i].name, throttle_is_full(&session, STAGE_MAIL, &throttle) == (rows[i].key >= 0));
		CHECK_CASE(failures, rows[i].name, inside == 0);
		if (rows[i].key < 0)
			continue;
		CHECK_CASE(failures, rows[i].name, throttle.verdict == THROTTLE_AGAINST && !throttle.counted);
		CHECK_CASE(failures, rows[i].name,
			throttle.against.action == OUTCOME_REFUSE && throttle.against.reason == REASON_QUOTA &&
				throttle.against.stage == STAGE_MAIL);
		CHECK_CASE(failures, rows[i].name, throttle.throttled.key == &throttle.keys.at[rows[i].key]);
		CHECK_CASE(failures, rows[i].name,
			throttle.throttled.retry_after == rows[i].full[rows[i].key] && throttle.throttled.used == -1);
	}
	assert_int_equal(failures, 0);
}

static int prepare(void **state)
{
	const struct instant now = { .seconds = 1780000000 };
	static const struct client client = { .headers_complete = true };

	(void)state;
	hold.generation = generation_of_one(
		"{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:*\","
		"\"Resource\":\"arn:aws:ses:us-west-2:123456789012:identity/example.org\"}}");
	session.hold = &hold;
	session.message = message_new();
	if (!session.message)
		return -1;
	message_begin(session.message, hold.generation, &client, &now, true);
	return message_sender(session.message, TEXT("<" A ">"), TEXT(""), true).action == OUTCOME_CONTINUE ? 0 : -1;
}

static int tidy(void **state)
{
	(void)state;
	message_free(session.message);
	hold.generation->quotas = (struct quotas){ 0 };
	generation_free(hold.generation);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_are_counted),
		cmocka_unit_test(a_full_day_is_told_early),
	};

	return cmocka_run_group_tests_name("throttle", tests, prepare, tidy);
}
