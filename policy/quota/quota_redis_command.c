/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_redis_command.h"

#include "quota/pace.h"
#include "quota/quota_key.h"

#include <endian.h>
#include <stdint.h>

/* The longest debt of pace.h. */
#define LONGEST (INT64_C(1) << 52)

static void add(struct quota_redis_command *command, struct text word)
{
	if (!word.at)
		command->arena.failed = true;
	command->words[command->count++] = word;
}

static void add_number(struct quota_redis_command *command, int64_t number)
{
	char digits[24], *at = digits + sizeof digits;
	/* The least of all has no positive counterpart that fits. */
	uint64_t left = number < 0 ? -(uint64_t)number : (uint64_t)number;

	do
		*--at = (char)('0' + left % 10);
	while (left /= 10);
	if (number < 0)
		*--at = '-';
	add(command, arena_text(&command->arena, (struct text){ at, (size_t)(digits + sizeof digits - at) }));
}

struct text quota_redis_command_prefix(struct arena *arena, struct text site)
{
	const struct text parts[] = { TEXT("sesq:{"), site, TEXT("}:") };

	return arena_join(arena, parts, 3);
}

/* The prefix of the keys, which stand behind. */
static struct text begin(struct quota_redis_command *command, struct text site, size_t keys)
{
	arena_init(&command->arena);
	command->count = 0;
	/* The one that sends it fills these in. */
	add(command, TEXT(""));
	add(command, TEXT(""));
	add_number(command, (int64_t)keys + 1);
	struct text prefix = quota_redis_command_prefix(&command->arena, site);
	const struct text born[] = { prefix, TEXT("born") };
	add(command, arena_join(&command->arena, born, 2));
	return prefix;
}

static void add_key(struct quota_redis_command *command, struct text prefix, enum quota_scope scope, struct text name)
{
	struct text word = quota_scope_name(scope);
	const struct text parts[] = { prefix, word, name.length ? TEXT(" ") : TEXT(""), name };

	add(command, arena_join(&command->arena, parts, sizeof parts / sizeof *parts));
}

static int64_t cost_of(const struct quota_limit *limit, int64_t recipients)
{
	return limit->rate > 0 ? pace_add(0, 0, limit->rate, limit->burst, recipients) : -1;
}

static int64_t slack_of(const struct quota_limit *limit)
{
	return limit->rate > 0 ? LONGEST - pace_wait(LONGEST, 0, limit->rate, limit->burst) : -1;
}

/* As the double that Lua makes of it, lowest byte first. */
static unsigned char *number_write(int64_t number, unsigned char *out)
{
	double value = (double)number;
	uint64_t bits;

	memcpy(&bits, &value, sizeof bits);
	bits = htole64(bits);
	memcpy(out, &bits, sizeof bits);
	return out + sizeof bits;
}

void quota_redis_command_take(struct quota_redis_command *command, struct text site, const struct quota_key *const *keys,
	size_t count, int64_t recipients, unsigned how)
{
	struct text prefix = begin(command, site, count);
	unsigned char *at = command->numbers;

	for (size_t i = 0; i < count; i++)
		add_key(command, prefix, keys[i]->scope, keys[i]->name);
	at = number_write(recipients, at);
	at = number_write(how & (QUOTA_FORCE | QUOTA_ACCEPT), at);
	for (size_t i = 0; i < count; i++) {
		const struct quota_limit *limit = &keys[i]->limit;

		at = number_write(limit->per_day, at);
		at = number_write(cost_of(limit, recipients), at);
		at = number_write(slack_of(limit), at);
		at = number_write(limit->monitor, at);
		at = number_write(keys[i]->seed > 0 ? keys[i]->seed : 0, at);
	}
	add(command, TEXT("take"));
	add(command, (struct text){ (const char *)command->numbers, (size_t)(at - command->numbers) });
}

void quota_redis_command_back(struct quota_redis_command *command, struct text site, const struct quota_key *const *keys,
	size_t count, int64_t recipients, int64_t bucket)
{
	struct text prefix = begin(command, site, count);

	for (size_t i = 0; i < count; i++)
		add_key(command, prefix, keys[i]->scope, keys[i]->name);
	add(command, TEXT("back"));
	add_number(command, recipients);
	add_number(command, bucket);
	for (size_t i = 0; i < count; i++)
		add_number(command, cost_of(&keys[i]->limit, recipients));
}

void quota_redis_command_named(struct quota_redis_command *command, struct text site, const char *operation,
	const struct quota_redis_named *names, size_t count, int64_t recipients)
{
	struct text prefix = begin(command, site, count);

	for (size_t i = 0; i < count; i++)
		add_key(command, prefix, names[i].scope, names[i].name);
	add(command, text_of(operation));
	add_number(command, recipients);
}

void quota_redis_command_free(struct quota_redis_command *command)
{
	arena_free(&command->arena);
}
