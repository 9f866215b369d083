/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_redis_people.h"

#include "quota/quota_key.h"
#include "quota/quota_redis_reply.h"
#include "quota/quota_redis_state.h"

#include <stdlib.h>

#define SECOND ((int64_t)1000000)
/* Keys that are looked at by one question: each takes Redis some 30 us. */
#define KEYS_AT_ONCE 32

static struct quota_redis_store *redis_of(struct quota_store *store)
{
	return (struct quota_redis_store *)store;
}

static int64_t deadline_of(const struct quota_redis_store *redis)
{
	return quota_redis_trouble_now() + (redis->timeout > SECOND ? redis->timeout : SECOND);
}

static bool say(const struct quota_redis_store *redis, const struct quota_redis_trouble *trouble, struct faults *faults)
{
	fault_add_as(faults, FAULT_PASSING, "quota store %s: %s", redis->shown, trouble->text);
	return false;
}

static bool nonsense(const struct quota_redis_store *redis, struct faults *faults)
{
	struct quota_redis_trouble trouble;

	quota_redis_trouble_set(&trouble, QUOTA_ERROR_ANSWER, "an answer that our script does not give");
	return say(redis, &trouble, faults);
}

/* NULL and a fault. */
static redisReply *ask(struct quota_redis_store *redis, const char *operation, const struct quota_redis_named *names, size_t count,
	int64_t recipients, struct faults *faults)
{
	struct quota_redis_trouble trouble;
	struct quota_redis_command command;
	char site[QUOTA_REDIS_SITE_SIZE];

	quota_redis_command_named(&command, quota_redis_client_site(&redis->client, site), operation, names, count, recipients);
	redisReply *reply = quota_redis_ask_script(&redis->client, &command, deadline_of(redis), &trouble);
	quota_redis_command_free(&command);
	if (!reply)
		say(redis, &trouble, faults);
	return reply;
}

static bool show(struct quota_redis_store *redis, const struct quota_redis_named *names, size_t count,
	struct quota_redis_shown *shown, struct faults *faults)
{
	redisReply *reply = ask(redis, "show", names, count, 0, faults);

	if (!reply)
		return false;
	bool good = quota_redis_reply_show(reply, count, shown) || nonsense(redis, faults);
	freeReplyObject(reply);
	return good;
}

static struct quota_row row_of(const struct quota_redis_named *name, const struct quota_redis_shown *shown)
{
	return (struct quota_row){ name->scope, name->name, shown->used, shown->next_release, shown->released,
		shown->found == QUOTA_REDIS_BAD_KEY };
}

enum quota_found quota_redis_people_show(struct quota_store *store, enum quota_scope scope, struct text name, struct quota_row *row,
	struct faults *faults)
{
	struct quota_redis_named named = { scope, name };
	struct quota_redis_shown shown;

	if (!show(redis_of(store), &named, 1, &shown, faults))
		return QUOTA_FAILED;
	*row = row_of(&named, &shown);
	return shown.found == QUOTA_REDIS_NO_KEY ? QUOTA_ABSENT : QUOTA_FOUND;
}

enum quota_found quota_redis_people_reset(struct quota_store *store, enum quota_scope scope, struct text name,
	struct faults *faults)
{
	struct quota_redis_named named = { scope, name };
	redisReply *reply = ask(redis_of(store), "reset", &named, 1, 0, faults);
	int64_t were;

	if (!reply)
		return QUOTA_FAILED;
	bool good = quota_redis_reply_number(reply, 0, 1, &were) || nonsense(redis_of(store), faults);
	freeReplyObject(reply);
	if (!good)
		return QUOTA_FAILED;
	return were ? QUOTA_FOUND : QUOTA_ABSENT;
}

bool quota_redis_people_set(struct quota_store *store, enum quota_scope scope, struct text name, int64_t used,
	struct faults *faults)
{
	struct quota_redis_named named = { scope, name };
	redisReply *reply = ask(redis_of(store), "set", &named, 1, used, faults);
	int64_t done;

	if (!reply)
		return false;
	bool good = quota_redis_reply_number(reply, 1, 1, &done) || nonsense(redis_of(store), faults);
	freeReplyObject(reply);
	return good;
}

/* ---- all of them ---- */

struct found {
	struct arena arena;
	struct text *names; /* as quota_key.h writes them */
	size_t count, room;
};

static bool found_add(struct found *found, struct text name)
{
	if (found->count == found->room) {
		size_t room = found->room ? 2 * found->room : 256;
		struct text *grown = reallocarray(found->names, room, sizeof *grown);

		if (!grown)
			return false;
		found->names = grown;
		found->room = room;
	}
	struct text copy = arena_text(&found->arena, name);
	if (!copy.at)
		return false;
	found->names[found->count++] = copy;
	return true;
}

static bool page_add(struct found *found, const redisReply *reply, size_t count, struct text prefix)
{
	for (size_t i = 0; i < count; i++) {
		struct text name = quota_redis_reply_name(reply, i);
		/* Redis reads the prefix as a pattern. */
		if (text_starts_with(name, prefix) && !found_add(found, text_from(name, prefix.length)))
			return false;
	}
	return true;
}

/* A page of SCAN; false and a fault. `cursor` is where to go on, in the arena. */
static bool scan_page(struct quota_redis_store *redis, struct found *found, struct text prefix, struct text pattern,
	struct text *cursor, struct faults *faults)
{
	struct text words[] = { TEXT("SCAN"), *cursor, TEXT("MATCH"), pattern, TEXT("COUNT"), TEXT("200") };
	struct quota_redis_trouble trouble;
	size_t count;
	redisReply *reply = quota_redis_ask(&redis->client, words, sizeof words / sizeof *words, deadline_of(redis), &trouble);

	if (!reply)
		return say(redis, &trouble, faults);
	bool good = quota_redis_reply_scan(reply, cursor, &count) || nonsense(redis, faults);
	if (good) {
		*cursor = arena_text(&found->arena, *cursor);
		good = cursor->at && page_add(found, reply, count, prefix);
		if (!good)
			fault_memory(faults);
	}
	freeReplyObject(reply);
	return good;
}

static bool scan(struct quota_redis_store *redis, struct found *found, struct faults *faults)
{
	char site[QUOTA_REDIS_SITE_SIZE];
	struct text prefix = quota_redis_command_prefix(&found->arena, quota_redis_client_site(&redis->client, site)),
		    cursor = TEXT("0");
	struct text pattern = arena_join(&found->arena, (struct text[]){ prefix, TEXT("*") }, 2);

	if (!prefix.at || !pattern.at) {
		fault_memory(faults);
		return false;
	}
	do {
		if (!scan_page(redis, found, prefix, pattern, &cursor, faults))
			return false;
	} while (!text_equals(cursor, TEXT("0")));
	return true;
}

static int by_bytes(const void *a, const void *b)
{
	return text_compare(*(const struct text *)a, *(const struct text *)b);
}

static bool tell(struct quota_redis_store *redis, const struct quota_redis_named *names, size_t count, quota_each *each,
	void *context, struct faults *faults)
{
	struct quota_redis_shown shown[KEYS_AT_ONCE];

	if (count == 0)
		return true;
	if (!show(redis, names, count, shown, faults))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct quota_row row = row_of(&names[i], &shown[i]);

		/* It may have gone meanwhile. */
		if (shown[i].found != QUOTA_REDIS_NO_KEY)
			each(context, &row);
	}
	return true;
}

/* SCAN may name one twice. */
static bool tell_all(struct quota_redis_store *redis, struct found *found, quota_each *each, void *context, struct faults *faults)
{
	struct quota_redis_named names[KEYS_AT_ONCE];
	size_t count = 0;

	if (found->count > 0)
		qsort(found->names, found->count, sizeof *found->names, by_bytes);
	for (size_t i = 0; i < found->count; i++) {
		if (i > 0 && text_equals(found->names[i], found->names[i - 1]))
			continue;
		if (quota_key_parse(found->names[i], &names[count].scope, &names[count].name))
			count++;
		if (count < KEYS_AT_ONCE)
			continue;
		if (!tell(redis, names, count, each, context, faults))
			return false;
		count = 0;
	}
	return tell(redis, names, count, each, context, faults);
}

bool quota_redis_people_list(struct quota_store *store, quota_each *each, void *context, struct faults *faults)
{
	struct found found = { 0 };
	bool good;

	arena_init(&found.arena);
	good = scan(redis_of(store), &found, faults) && tell_all(redis_of(store), &found, each, context, faults);
	free(found.names);
	arena_free(&found.arena);
	return good;
}
