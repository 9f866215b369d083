/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: what a Redis sends, one answer after the other.
 *
 * Promises: whatever comes, each reading of it takes only answers of its form. What is taken for counts names a key that was
 * asked for, has no negative numbers, is not refused and counted at the same time, and says when to try again where something is full;
 * a host holds nothing but a name or an address, and a port; what goes into the log is printable.
 */
#include "fuzz/fuzz.h"
#include "quota/quota_redis_link.h"
#include "quota/quota_redis_reply.h"

#include <string.h>

enum { KEYS = 3 };

static void take_check(const redisReply *reply)
{
	struct quota_redis_taken taken;

	if (!quota_redis_reply_take(reply, KEYS, &taken))
		return;
	const struct quota_answer *answer = &taken.answer;
	FUZZ_CHECK(answer->key < KEYS && answer->used >= 0 && answer->bucket >= 0);
	FUZZ_CHECK(answer->result == QUOTA_TAKEN || answer->result == answer->would);
	FUZZ_CHECK(answer->result == QUOTA_TAKEN || !(answer->reached_80 | answer->reached_100));
	FUZZ_CHECK((answer->reached_80 | answer->reached_100) >> KEYS == 0);
	FUZZ_CHECK(answer->retry_after >= 0 && answer->full_for >= 0);
	if (answer->would == QUOTA_DAY_FULL || answer->would == QUOTA_TOO_FAST)
		FUZZ_CHECK(answer->retry_after > 0);
	FUZZ_CHECK(strspn(taken.born, "0123456789") == strlen(taken.born));
}

static void show_check(const redisReply *reply)
{
	struct quota_redis_shown shown[KEYS];

	if (!quota_redis_reply_show(reply, KEYS, shown))
		return;
	for (size_t i = 0; i < KEYS; i++)
		FUZZ_CHECK(shown[i].used >= 0 && shown[i].released >= 0 && (shown[i].next_release > 0) == (shown[i].released > 0));
}

static void host_check(const struct quota_redis_host *host)
{
	size_t length = strlen(host->name);

	FUZZ_CHECK(length < sizeof host->name && host->port > 0);
	for (size_t i = 0; i < length; i++)
		FUZZ_CHECK(strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:%", host->name[i]));
}

static void others_check(const redisReply *reply)
{
	struct quota_redis_host host;
	struct quota_redis_trouble trouble;
	struct text value;
	size_t count;
	int64_t number;

	if (quota_redis_reply_moved(reply, &host))
		host_check(&host);
	if (quota_redis_reply_master(reply, &host)) {
		host_check(&host);
		FUZZ_CHECK(host.name[0]);
	}
	if (quota_redis_reply_scan(reply, &value, &count))
		for (size_t i = 0; i < count; i++)
			FUZZ_CHECK(quota_redis_reply_name(reply, i).length <= 1 << 20);
	if (quota_redis_reply_number(reply, 0, 1, &number))
		FUZZ_CHECK(number == 0 || number == 1);
	if (quota_redis_reply_role(reply, &value) || quota_redis_reply_info(reply, "maxmemory_policy", &value))
		FUZZ_CHECK(value.length <= 1 << 20);
	quota_redis_link_refused(reply, "fuzz", &trouble);
	FUZZ_CHECK(strlen(trouble.text) < sizeof trouble.text);
	for (const char *c = trouble.text; *c; c++)
		FUZZ_CHECK((unsigned char)*c >= ' ' && *c != 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	redisReader *reader = quota_redis_link_reader();
	void *reply = NULL;

	FUZZ_CHECK(reader != NULL);
	if (redisReaderFeed(reader, (const char *)data, size) == REDIS_OK)
		while (redisReaderGetReply(reader, &reply) == REDIS_OK && reply) {
			take_check(reply);
			show_check(reply);
			others_check(reply);
			freeReplyObject(reply);
			reply = NULL;
		}
	redisReaderFree(reader);
	return 0;
}
