/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_redis_reply.h"

#include "quota/quota_redis_script.h"
#include "quota/ring.h"

/* Counts end at 2^53, where doubles, which the script counts with, no longer hold whole numbers. */
#define NUMBER_MAX (INT64_C(1) << 53)

/* The words of the answer, in their order, with a space between them. */
enum taken_word { RESULT, WOULD, KEY, USED, WAIT, FULL, MOMENT, DOUBT, BACK, NUMBERS };

static bool array_of(const redisReply *reply, size_t count)
{
	return reply->type == REDIS_REPLY_ARRAY && reply->elements == count;
}

static bool string_of(const redisReply *reply, struct text *string)
{
	if (reply->type != REDIS_REPLY_STRING && reply->type != REDIS_REPLY_STATUS)
		return false;
	*string = (struct text){ reply->str, reply->len };
	return true;
}

bool quota_redis_reply_number(const redisReply *reply, int64_t least, int64_t most, int64_t *number)
{
	if (reply->type != REDIS_REPLY_INTEGER || reply->integer < least || reply->integer > most)
		return false;
	*number = reply->integer;
	return true;
}

static bool result_of(int64_t number, enum quota_result *result)
{
	static const enum quota_result results[QUOTA_REDIS_RESULTS] = {
		[QUOTA_REDIS_TAKEN] = QUOTA_TAKEN,
		[QUOTA_REDIS_DAY_FULL] = QUOTA_DAY_FULL,
		[QUOTA_REDIS_TOO_FAST] = QUOTA_TOO_FAST,
		[QUOTA_REDIS_TOO_LARGE] = QUOTA_TOO_LARGE,
		[QUOTA_REDIS_DAMAGED] = QUOTA_UNAVAILABLE,
	};

	if (number < 0 || number >= QUOTA_REDIS_RESULTS)
		return false;
	*result = results[number];
	return true;
}

static int64_t seconds_of(int64_t microseconds)
{
	return microseconds > 0 ? (microseconds + 999999) / 1000000 : 1;
}

/* A whole number and the space behind it, of which the rest is left. */
static bool number_read(struct text *rest, int64_t *number)
{
	bool negative = rest->length > 0 && rest->at[0] == '-';
	size_t at = negative, digits = at;
	int64_t value = 0;

	/* 2^53 has 16 digits. */
	for (; at < rest->length && rest->at[at] >= '0' && rest->at[at] <= '9' && at - digits < 16; at++)
		value = 10 * value + (rest->at[at] - '0');
	if (at == digits || at == rest->length || rest->at[at] != ' ' || value > NUMBER_MAX)
		return false;
	*number = negative ? -value : value;
	*rest = text_from(*rest, at + 1);
	return true;
}

/* What the script says of the one key that refuses. */
static bool verdict_read(const int64_t *number, size_t keys, struct quota_answer *answer)
{
	if (!result_of(number[RESULT], &answer->result) || !result_of(number[WOULD], &answer->would) || number[KEY] < 0 ||
		number[KEY] >= (int64_t)keys || number[USED] < 0 || number[MOMENT] < 0)
		return false;
	if (answer->result != QUOTA_TAKEN && answer->would != answer->result)
		return false;
	answer->key = (size_t)number[KEY];
	answer->used = number[USED];
	answer->bucket = number[MOMENT] / RING_BUCKET_MICROSECONDS;
	if (answer->would == QUOTA_DAY_FULL || answer->would == QUOTA_TOO_FAST)
		answer->retry_after = seconds_of(number[WAIT]);
	if (answer->would == QUOTA_DAY_FULL && number[FULL] != 0)
		answer->full_for = seconds_of(number[FULL]);
	return true;
}

/* "-": none was reached. */
static bool marks_read(struct text marks, size_t keys, struct quota_answer *answer)
{
	if (text_equals(marks, TEXT("-")))
		return true;
	if (marks.length != keys)
		return false;
	for (size_t i = 0; i < keys; i++) {
		if (marks.at[i] < '0' || marks.at[i] > '2')
			return false;
		answer->reached_80 |= (uint64_t)(marks.at[i] == '1') << i;
		answer->reached_100 |= (uint64_t)(marks.at[i] == '2') << i;
	}
	return answer->result == QUOTA_TAKEN || (answer->reached_80 | answer->reached_100) == 0;
}

static bool born_read(struct text string, char born[QUOTA_REDIS_BORN_SIZE])
{
	if (string.length >= QUOTA_REDIS_BORN_SIZE)
		return false;
	for (size_t i = 0; i < string.length; i++)
		if (string.at[i] < '0' || string.at[i] > '9')
			return false;
	memcpy(born, string.at, string.length);
	born[string.length] = '\0';
	return true;
}

bool quota_redis_reply_take(const redisReply *reply, size_t keys, struct quota_redis_taken *taken)
{
	int64_t numbers[NUMBERS];
	struct text rest;

	memset(taken, 0, sizeof *taken);
	if (keys > QUOTA_KEYS_MAX || !string_of(reply, &rest))
		return false;
	for (size_t i = 0; i < NUMBERS; i++)
		if (!number_read(&rest, &numbers[i]))
			return false;
	size_t space = text_find(rest, ' ', 0);
	if (!verdict_read(numbers, keys, &taken->answer) || numbers[DOUBT] < 0 || numbers[DOUBT] > 1 || numbers[BACK] < 0 ||
		numbers[BACK] > 1 || space == rest.length || !marks_read(text_first(rest, space), keys, &taken->answer) ||
		!born_read(text_from(rest, space + 1), taken->born))
		return false;
	taken->went_back = numbers[BACK] == 1;
	taken->damaged = numbers[DOUBT] == 1 || taken->answer.would == QUOTA_UNAVAILABLE;
	taken->answer.unmetered = numbers[DOUBT] == 1 && taken->answer.result == QUOTA_TAKEN;
	return true;
}

bool quota_redis_reply_show(const redisReply *reply, size_t keys, struct quota_redis_shown *shown)
{
	if (!array_of(reply, keys))
		return false;
	for (size_t i = 0; i < keys; i++) {
		const redisReply *one = reply->element[i];
		int64_t found, ends;

		if (!array_of(one, 4) || !quota_redis_reply_number(one->element[0], 0, QUOTA_REDIS_BAD_KEY, &found) ||
			!quota_redis_reply_number(one->element[1], 0, NUMBER_MAX, &shown[i].used) ||
			!quota_redis_reply_number(one->element[2], 0, NUMBER_MAX, &ends) ||
			!quota_redis_reply_number(one->element[3], 0, NUMBER_MAX, &shown[i].released))
			return false;
		shown[i].found = found == 0 ? QUOTA_REDIS_NO_KEY : found == 1 ? QUOTA_REDIS_KEY : QUOTA_REDIS_BAD_KEY;
		shown[i].next_release = shown[i].released ? seconds_of(ends) : 0;
	}
	return true;
}

bool quota_redis_reply_scan(const redisReply *reply, struct text *cursor, size_t *count)
{
	struct text name;

	if (!array_of(reply, 2) || !string_of(reply->element[0], cursor) || reply->element[1]->type != REDIS_REPLY_ARRAY)
		return false;
	/* A number of 64 bits without a sign. */
	if (cursor->length == 0 || cursor->length > 20)
		return false;
	for (size_t i = 0; i < cursor->length; i++)
		if (cursor->at[i] < '0' || cursor->at[i] > '9')
			return false;
	*count = reply->element[1]->elements;
	for (size_t i = 0; i < *count; i++)
		if (!string_of(reply->element[1]->element[i], &name))
			return false;
	return true;
}

struct text quota_redis_reply_name(const redisReply *reply, size_t i)
{
	const redisReply *name = reply->element[1]->element[i];

	return (struct text){ name->str, name->len };
}

bool quota_redis_reply_moved(const redisReply *reply, struct quota_redis_host *host)
{
	struct text said = { reply->str, reply->len };

	if (reply->type != REDIS_REPLY_ERROR || !text_starts_with(said, TEXT("MOVED ")))
		return false;
	size_t space = text_find(said, ' ', TEXT("MOVED ").length);
	/* Redis 7 may name the host once more behind a second space. */
	struct text where = text_from(said, space + 1);
	return quota_redis_address_host(text_first(where, text_find(where, ' ', 0)), host);
}

bool quota_redis_reply_master(const redisReply *reply, struct quota_redis_host *host)
{
	struct text name, port;
	char written[300];

	if (!array_of(reply, 2) || !string_of(reply->element[0], &name) || !string_of(reply->element[1], &port) ||
		name.length == 0 || name.length + port.length + 2 > sizeof written)
		return false;
	memcpy(written, name.at, name.length);
	written[name.length] = ':';
	if (port.length)
		memcpy(written + name.length + 1, port.at, port.length);
	return quota_redis_address_host((struct text){ written, name.length + 1 + port.length }, host);
}

bool quota_redis_reply_role(const redisReply *reply, struct text *role)
{
	return reply->type == REDIS_REPLY_ARRAY && reply->elements > 0 && string_of(reply->element[0], role);
}

bool quota_redis_reply_info(const redisReply *reply, const char *name, struct text *value)
{
	struct text all, wanted = text_of(name);

	if (!string_of(reply, &all))
		return false;
	for (size_t at = 0; at < all.length;) {
		size_t end = text_find(all, '\n', at);
		struct text line = text_first(text_from(all, at), end - at);

		at = end + 1;
		if (!text_starts_with(line, wanted) || line.length == wanted.length || line.at[wanted.length] != ':')
			continue;
		*value = text_from(line, wanted.length + 1);
		if (value->length > 0 && value->at[value->length - 1] == '\r')
			value->length--;
		return true;
	}
	return false;
}
