/* SPDX-License-Identifier: BSD-2-Clause */
#include "throttle.h"

#include "counters.h"
#include "log.h"
#include "meter.h"

#include <inttypes.h>

static enum throttled_kind kind_of(enum quota_result result)
{
	return result == QUOTA_DAY_FULL ? THROTTLED_DAY : result == QUOTA_TOO_FAST ? THROTTLED_SECOND : THROTTLED_SIZE;
}

static bool is_limit(enum quota_result result)
{
	return result == QUOTA_DAY_FULL || result == QUOTA_TOO_FAST || result == QUOTA_TOO_LARGE;
}

static void set_against(struct session *session, enum stage stage, enum quota_result result, struct throttle *throttle)
{
	const struct quota_key *key = &throttle->keys.at[throttle->answer.key];
	const struct quota_answer *answer = &throttle->answer;

	throttle->against = message_quota_refusal(session->message, stage, key, result, answer, throttle->recipients);
	if (is_limit(result))
		throttle->throttled = (struct throttled){ key, kind_of(result), answer->used, answer->limit, throttle->recipients,
			answer->retry_after };
}

/* Keys that have come near their limit of a day, once for each of them in 24 hours. */
static void warn(const struct throttle *throttle)
{
	const struct quota_answer *answer = &throttle->answer;
	char shown[200];

	for (size_t i = 0; i < throttle->keys.count; i++) {
		const struct quota_key *key = &throttle->keys.at[i];
		bool full = answer->reached_100 >> i & 1;
		if (full || answer->reached_80 >> i & 1)
			log_line(LOG_WARNING, "quota: %s has used %s of its %" PRId64 " recipients in 24 hours",
				text_escape(message_quota_name(key), shown, sizeof shown), full ? "all" : "80 percent",
				key->limit.per_day);
	}
}

static unsigned how_to_take(const struct session *session)
{
	unsigned how = 0;

	if (session_monitors(session))
		how |= QUOTA_FORCE;
	if (session->hold->generation->quotas.accept)
		how |= QUOTA_ACCEPT;
	return how;
}

static void take(struct session *session, struct throttle *throttle)
{
	struct quota_store *store = meter_enter();
	struct quota_answer *answer = &throttle->answer;

	if (!store) {
		*answer = (struct quota_answer){ .result = QUOTA_UNAVAILABLE, .would = QUOTA_UNAVAILABLE };
		return;
	}
	*answer = quota_take(store, throttle->keys.at, throttle->keys.count, throttle->recipients, how_to_take(session));
	meter_leave();
}

void throttle_take(struct session *session, struct throttle *throttle)
{
	struct quota_answer *answer = &throttle->answer;

	throttle->verdict = THROTTLE_PASSES;
	throttle->counted = throttle->unmetered = false;
	throttle->throttled.key = NULL;
	if (!generation_counts(session->hold->generation))
		return;
	throttle->recipients = message_quota_recipients(session->message);
	enum message_keys_found found = message_quota_keys(session->message, &throttle->keys);
	if (found != MESSAGE_KEYS_FOUND) {
		throttle->verdict = THROTTLE_AGAINST;
		throttle->against = found == MESSAGE_KEYS_MEMORY ? outcome_trouble(session->message, STAGE_EOM)
								 : message_quota_crowded(session->message, STAGE_EOM);
		return;
	}
	if (!throttle->recipients || !throttle->keys.count)
		return;
	take(session, throttle);
	warn(throttle);
	throttle->unmetered = answer->unmetered;
	throttle->counted = answer->result == QUOTA_TAKEN && !answer->unmetered;
	if (answer->unmetered)
		counters_add(&counters.quota_unmetered, 1);
	if (answer->result != QUOTA_TAKEN) {
		throttle->verdict = THROTTLE_AGAINST;
		set_against(session, STAGE_EOM, answer->result, throttle);
	} else if (is_limit(answer->would)) {
		throttle->verdict = THROTTLE_WOULD;
		set_against(session, STAGE_EOM, answer->would, throttle);
	}
}

void throttle_give_back(const struct throttle *throttle)
{
	struct quota_store *store = throttle->counted ? meter_enter() : NULL;

	if (!store)
		return;
	quota_give_back(store, throttle->keys.at, throttle->keys.count, throttle->recipients, throttle->answer.bucket);
	meter_leave();
}

bool throttle_is_full(struct session *session, enum stage stage, struct throttle *throttle)
{
	struct quota_store *store;
	int64_t seconds = 0;

	if (session_monitors(session) || !generation_counts(session->hold->generation) ||
		message_quota_keys(session->message, &throttle->keys) != MESSAGE_KEYS_FOUND || !(store = meter_enter()))
		return false;
	for (size_t i = 0; i < throttle->keys.count && !seconds; i++) {
		const struct quota_key *key = &throttle->keys.at[i];
		seconds = quota_full_for(store, key);
		throttle->answer = (struct quota_answer){ .key = i,
			.used = -1,
			.limit = key->limit.per_day,
			.retry_after = seconds };
	}
	meter_leave();
	if (!seconds)
		return false;
	throttle->recipients = message_quota_recipients(session->message);
	throttle->counted = throttle->unmetered = false;
	throttle->verdict = THROTTLE_AGAINST;
	set_against(session, stage, QUOTA_DAY_FULL, throttle);
	return true;
}
