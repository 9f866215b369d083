/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fake_quota: a site without quotas, for unit tests of the daemon. Who asks for keys or a store all the same ends the test.
 */
#include "meter.h"
#include "ses/message_quota.h"

#include <stdlib.h>

bool generation_counts(const struct generation *generation)
{
	(void)generation;
	return false;
}

enum message_keys_found message_quota_keys(struct message *message, struct message_keys *keys)
{
	(void)message, (void)keys;
	abort();
}

int64_t message_quota_recipients(const struct message *message)
{
	(void)message;
	abort();
}

struct text message_quota_name(const struct quota_key *key)
{
	return key->name;
}

struct outcome message_quota_crowded(struct message *message, enum stage stage)
{
	(void)message, (void)stage;
	abort();
}

struct outcome message_quota_refusal(struct message *message, enum stage stage, const struct quota_key *key,
	enum quota_result result, const struct quota_answer *answer, int64_t recipients)
{
	(void)message, (void)stage, (void)key, (void)result, (void)answer, (void)recipients;
	abort();
}

/* Only trouble of memory asks it. */
struct outcome outcome_trouble(struct message *message, enum stage stage)
{
	(void)message, (void)stage;
	abort();
}

struct quota_store *meter_enter(void)
{
	abort();
}

void meter_leave(void)
{
	abort();
}
