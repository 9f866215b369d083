/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bounds that quotas promise, for random mail against a log of every message:
 *
 *   day    what is let through never makes more than per_day in any 24 hours; what is refused would have, in 24 hours and five minutes
 *   pace   in any D seconds at most burst + D * rate + n - 1
 *
 * QUOTA_DECISIONS in the environment is the number of messages (make quota-bounds QUOTA_DECISIONS=10000000).
 */
#include "unit/check.h"
#include "unit/quota_fixture.h"

#include "quota/quota_memory.h"

#include <stdlib.h>

#define DECISIONS 3000000
#define LOGGED 262144
/* Intervals that are looked at for each message let through: those that begin with one of the last so many. */
#define INTERVALS 150
#define RECIPIENTS_MOST 50

struct logged {
	int64_t moment, recipients;
};

struct exact_log {
	struct logged entries[LOGGED];
	size_t end;       /* entries so far */
	size_t day, late; /* the first within 24 hours; within 24 hours and 5 minutes */
	int64_t in_day, in_late;
	__extension__ __int128 debt; /* recipients, times 10^9 */
	int64_t debt_at;
	int64_t since_paid; /* messages since the debt was 0 */
};

static struct logged *entry_of(struct exact_log *log, size_t at)
{
	return &log->entries[at % LOGGED];
}

static void log_forget(struct exact_log *log, int64_t now)
{
	for (; log->day < log->end && entry_of(log, log->day)->moment <= now - DAYS; log->day++)
		log->in_day -= entry_of(log, log->day)->recipients;
	for (; log->late < log->end && entry_of(log, log->late)->moment <= now - DAYS - 5 * MINUTES; log->late++)
		log->in_late -= entry_of(log, log->late)->recipients;
}

static void log_drain(struct exact_log *log, int64_t now, int64_t rate)
{
	log->debt -= (__int128)(now - log->debt_at) * rate;
	log->debt_at = now;
	if (log->debt <= 0) {
		log->debt = 0;
		log->since_paid = 0;
	}
}

static void log_add(struct exact_log *log, int64_t now, int64_t recipients)
{
	assert_true(log->end - log->late < LOGGED);
	*entry_of(log, log->end++) = (struct logged){ now, recipients };
	log->in_day += recipients;
	log->in_late += recipients;
	log->debt += (__int128)recipients * 1000000000;
	log->since_paid++;
}

static void check_intervals(struct exact_log *log, const struct quota_limit *limit)
{
	int64_t sum = 0, now = entry_of(log, log->end - 1)->moment;

	for (size_t back = 1; back <= INTERVALS && back <= log->end; back++) {
		const struct logged *entry = entry_of(log, log->end - back);
		__int128 most = (__int128)(limit->burst + RECIPIENTS_MOST - 1) * 1000000000 +
			(__int128)(now - entry->moment) * limit->rate;
		sum += entry->recipients;
		assert_true((__int128)sum * 1000000000 <= most);
	}
}

/* How time goes on: in bursts, in a stream, and with pauses of hours. Where the pace is to be seen there are fewer of those. */
static int64_t pause_of(uint64_t *random, bool paced)
{
	switch (check_below(random, paced ? 4000 : 40)) {
	case 0:
		return (int64_t)check_below(random, 8 * HOURS);
	case 1:
	case 2:
		return (int64_t)check_below(random, 20 * MINUTES);
	case 3:
	case 4:
	case 5:
		return 0;
	default:
		return (int64_t)check_below(random, (paced ? 20 : 90) * SECONDS);
	}
}

struct bounds_site {
	struct quota_store *store;
	int64_t now;
	struct quota_key key;
	struct exact_log *log;
	uint64_t random;
	size_t taken, full, fast;
};

static void check_taken(struct bounds_site *site, int64_t recipients)
{
	const struct quota_limit *limit = &site->key.limit;

	if (limit->rate > 0) {
		assert_true(site->log->debt <= (__int128)(limit->burst - 1) * 1000000000);
	}
	log_add(site->log, site->now, recipients);
	if (limit->per_day >= 0)
		assert_true(site->log->in_day <= limit->per_day);
	if (limit->rate > 0)
		check_intervals(site->log, limit);
	site->taken++;
}

/* What the answer says of when to come again is so. */
static void check_retry(struct bounds_site *site, const struct quota_answer *answer, int64_t recipients)
{
	int64_t refused = site->now;

	if (answer->retry_after > 1) {
		site->now = refused + (answer->retry_after - 1) * SECONDS;
		assert_int_not_equal(quota_take(site->store, &site->key, 1, recipients, 0).result, QUOTA_TAKEN);
	}
	site->now = refused + answer->retry_after * SECONDS;
	log_forget(site->log, site->now);
	if (site->key.limit.rate > 0)
		log_drain(site->log, site->now, site->key.limit.rate);
	struct quota_answer again = quota_take(site->store, &site->key, 1, recipients, 0);
	if (again.result == QUOTA_TAKEN)
		check_taken(site, recipients);
	/* The other of the two may stand in the way now. */
	else
		assert_int_not_equal(again.result, answer->result);
}

static void decide(struct bounds_site *site)
{
	const struct quota_limit *limit = &site->key.limit;
	int64_t recipients = check_below(&site->random, 3) ? 1 + (int64_t)check_below(&site->random, 4)
							   : 1 + (int64_t)check_below(&site->random, RECIPIENTS_MOST);

	site->now += pause_of(&site->random, limit->rate > 0);
	log_forget(site->log, site->now);
	if (limit->rate > 0)
		log_drain(site->log, site->now, limit->rate);
	struct quota_answer answer = quota_take(site->store, &site->key, 1, recipients, 0);
	switch (answer.result) {
	case QUOTA_TAKEN:
		check_taken(site, recipients);
		return;
	case QUOTA_DAY_FULL:
		site->full++;
		assert_true(site->log->in_late + recipients > limit->per_day);
		assert_true(answer.used >= site->log->in_day && answer.used <= site->log->in_late);
		break;
	case QUOTA_TOO_FAST:
		site->fast++;
		/* A microsecond for each message since, at most. */
		assert_true(
			site->log->debt > (__int128)(limit->burst - 1) * 1000000000 - (site->log->since_paid + 2) * limit->rate);
		break;
	default:
		fail_msg("result %d", (int)answer.result);
	}
	if (check_below(&site->random, 50) == 0)
		check_retry(site, &answer, recipients);
}

static size_t decisions(void)
{
	const char *given = getenv("QUOTA_DECISIONS");

	return given ? strtoull(given, NULL, 10) : DECISIONS;
}

static void bounds_hold(void **state)
{
	static const struct quota_limit limits[] = {
		{ 200, QUOTA_UNLIMITED, 1, false },
		{ 50, QUOTA_UNLIMITED, 1, false },
		{ 5000, QUOTA_UNLIMITED, 1, false },
		{ QUOTA_UNLIMITED, 1000, 1, false },
		{ QUOTA_UNLIMITED, 500, 84, false },
		{ QUOTA_UNLIMITED, 333, 10, false },
		{ 2000, 70, 50, false },
		{ 20000, 500, 60, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(limits); i++) {
		struct bounds_site site = { .now = INT64_C(1800000000) * SECONDS + 123456,
			.random = i,
			.log = calloc(1, sizeof *site.log) };
		struct quota_options options = { .now = quota_fixture_now, .now_context = &site.now };
		assert_non_null(site.log);
		site.store = quota_memory_open(&options);
		assert_non_null(site.store);
		site.key = (struct quota_key){ QUOTA_PRINCIPAL, TEXT("arn:aws:iam::123456789012:user/billing"), limits[i], 0 };
		for (size_t k = 0; k < decisions() / COUNT_OF(limits); k++)
			decide(&site);
		/* Neither end of it was all. */
		assert_true(site.taken > 100);
		assert_true(limits[i].per_day < 0 || site.full > 100);
		assert_true(limits[i].rate < 0 || site.fast > 20);
		quota_close(site.store, 0);
		free(site.log);
	}
}

/* Amazon SES: a message to several recipients passes if any of the quota is left, and the rest is a debt. */
static void debt_is_paid(void **state)
{
	int64_t now = DAYS;
	struct quota_options options = { .now = quota_fixture_now, .now_context = &now };
	struct quota_store *store = quota_memory_open(&options);
	struct quota_key key = quota_fixture_paced(QUOTA_ACCOUNT, "", QUOTA_UNLIMITED, 1000, 1);

	(void)state;
	assert_int_equal(quota_take(store, &key, 1, 50, 0).result, QUOTA_TAKEN);
	now += 49 * SECONDS;
	struct quota_answer answer = quota_take(store, &key, 1, 1, 0);
	assert_int_equal(answer.result, QUOTA_TOO_FAST);
	assert_int_equal(answer.retry_after, 1);
	assert_int_equal(answer.limit, 1000);
	now += 1 * SECONDS;
	assert_int_equal(quota_take(store, &key, 1, 1, 0).result, QUOTA_TAKEN);
	quota_close(store, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds_hold),
		cmocka_unit_test(debt_is_paid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
