/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_redis_state.h"

#include <syslog.h>

#define MINUTE ((int64_t)60000000)

bool quota_redis_state_may_say(struct quota_redis_store *redis, enum quota_redis_line line)
{
	int64_t now = quota_redis_trouble_now(), last = atomic_load(&redis->said[line]);

	return (last == 0 || now - last >= MINUTE) && atomic_compare_exchange_strong(&redis->said[line], &last, now);
}

void quota_redis_state_outcome(struct quota_redis_store *redis, enum quota_redis_pass pass, int64_t began, bool good,
	const struct quota_redis_trouble *trouble)
{
	int64_t now = quota_redis_trouble_now();
	enum quota_redis_turn turn = quota_redis_breaker_leave(&redis->breaker, pass, good, now);

	quota_tally_time(&redis->store.tally, now - began);
	atomic_store(&redis->answered, good);
	if (!good)
		quota_tally_error(&redis->store.tally, trouble->error);
	if (turn == QUOTA_REDIS_OPENED)
		quota_store_say(&redis->store, LOG_ERR,
			"quota store %s: %s; after %d failures it is left alone, and tried again every 1 to 30 s", redis->shown,
			trouble->text, QUOTA_REDIS_FAILURES);
	else if (turn == QUOTA_REDIS_CLOSED)
		quota_store_say(&redis->store, LOG_NOTICE, "quota store %s: it answers again", redis->shown);
	else if (!good && quota_redis_state_may_say(redis, QUOTA_REDIS_LINE_TROUBLE))
		quota_store_say(&redis->store, LOG_WARNING, "quota store %s: %s", redis->shown, trouble->text);
}
