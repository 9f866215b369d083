/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_redis_command: the words of a call to the script (quota_redis_script.h).
 */
#ifndef QUOTA_QUOTA_REDIS_COMMAND_H
#define QUOTA_QUOTA_REDIS_COMMAND_H

#include "base/arena.h"
#include "quota/quota.h"

/* EVALSHA, the sum, the number of keys; `born` and the keys; three words and one for each key. */
#define QUOTA_REDIS_WORDS_MAX (3 + 1 + QUOTA_KEYS_MAX + 3 + QUOTA_KEYS_MAX)

/* What `take` is told of a message and of each key, in one word. */
#define QUOTA_REDIS_NUMBERS_MAX (2 + 5 * QUOTA_KEYS_MAX)

/* Where in it stand the command's name and the script, for the one that sends it. */
#define QUOTA_REDIS_WORD_COMMAND 0
#define QUOTA_REDIS_WORD_SCRIPT 1

struct quota_redis_command {
	struct text words[QUOTA_REDIS_WORDS_MAX];
	size_t count;
	unsigned char numbers[8 * QUOTA_REDIS_NUMBERS_MAX];
	struct arena arena; /* what the other words are in; .failed: memory was short, and it must not be sent */
};

/* Who asks for what: a key as quota_key.h writes it. */
struct quota_redis_named {
	enum quota_scope scope;
	struct text name;
};

/* `site` is "ACCOUNT/REGION". Each is to be given back with quota_redis_command_free(). */
void quota_redis_command_take(struct quota_redis_command *command, struct text site, const struct quota_key *const *keys,
	size_t count, int64_t recipients, unsigned how);
void quota_redis_command_back(struct quota_redis_command *command, struct text site, const struct quota_key *const *keys,
	size_t count, int64_t recipients, int64_t bucket);

/* `operation` is "show" or "reset", of up to QUOTA_KEYS_MAX keys, or "set" of one. */
void quota_redis_command_named(struct quota_redis_command *command, struct text site, const char *operation,
	const struct quota_redis_named *names, size_t count, int64_t recipients);

void quota_redis_command_free(struct quota_redis_command *command);

/* "sesq:{SITE}:", in the arena. */
struct text quota_redis_command_prefix(struct arena *arena, struct text site);

#endif
