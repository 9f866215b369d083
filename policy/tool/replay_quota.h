/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay_quota: the messages that the new policies allow at their end, with the keys under which they count. Each
 * worker has a list of its own; replay_quota_count.h counts them all, in the order of time.
 */
#ifndef TOOL_REPLAY_QUOTA_H
#define TOOL_REPLAY_QUOTA_H

#include "ses/message.h"
#include "ses/message_quota.h"
#include "tool/replay_decide.h"

struct replay_quota_times {
	size_t messages;
	int64_t recipients;
	int64_t first; /* moment of the first of them; microseconds since 1970 */
};

struct replay_quota_key {
	struct quota_key key;
	uint64_t hash;
	struct replay_quota_key *whole;            /* the same key in the list of all workers */
	struct replay_quota_times deferred, never; /* never: more recipients than a day may have */
};

struct replay_quota_keys {
	struct replay_quota_key **table; /* open addressing; NULL: free */
	size_t room, count;
};

/* One message. */
struct replay_quota_entry {
	int64_t time;   /* microseconds since 1970 */
	uint64_t order; /* of the record in the input */
	int64_t recipients;
	struct replay_quota_key **keys;
	unsigned key_count;
	bool throttled; /* in its day, too */
};

struct replay_quota {
	struct arena arena;
	struct replay_quota_keys keys;
	struct replay_quota_entry *entries;
	size_t count, room;
	size_t unknown; /* records that lack what counting needs */
	size_t crowded; /* messages of more senders than can be counted at once */
	size_t changed; /* messages that passed in their day and would not, or would and did not */
};

void replay_quota_free(struct replay_quota *quota);

/* Take a message as `now` judged it, before the message's next call. False when memory is short. */
bool replay_quota_take(struct replay_quota *quota, struct message *message, const struct replay_record *record,
	const struct judgement *now, uint64_t order);

/* The one that is equal to `key`, made if there is none. NULL when memory is short. */
struct replay_quota_key *replay_quota_key(struct replay_quota *quota, const struct quota_key *key);

#endif
