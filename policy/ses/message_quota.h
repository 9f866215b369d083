/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message_quota: under which keys a message counts (quotas.h), as far as it is known at a stage:
 *
 *   account     the account
 *   identity    the most specific identity of each sender that is asked about
 *   principal   the ARN of the client
 *   sender      the envelope's, in each form in which it may be relayed; of the null sender, those of the From header
 *
 * A key without a limit is none. The same key counts once. What counts are recipients, as often as they were named and
 * let through, as SES does it (Developer Guide, "Managing your Amazon SES sending limits").
 */
#ifndef SES_MESSAGE_QUOTA_H
#define SES_MESSAGE_QUOTA_H

#include "quota/quota.h"
#include "ses/message.h"

struct message_keys {
	struct quota_key at[QUOTA_KEYS_MAX];
	size_t count;
};

enum message_keys_found {
	MESSAGE_KEYS_FOUND,
	MESSAGE_KEYS_TOO_MANY, /* it has more senders than can be counted at once */
	MESSAGE_KEYS_MEMORY,
};

/* Names are the message's or its generation's, until the message's next call. */
enum message_keys_found message_quota_keys(struct message *message, struct message_keys *keys);

/* Recipients of the message so far. */
int64_t message_quota_recipients(const struct message *message);

/* A key for people: "the account", "user/billing", "example.net": of an ARN what stands behind the last colon. */
struct text message_quota_name(const struct quota_key *key);

/* That the message has too many senders. */
struct outcome message_quota_crowded(struct message *message, enum stage stage);

/* No, by the key at `answer->key`: not `recipients` more. `answer` is not QUOTA_TAKEN. */
struct outcome message_quota_refusal(struct message *message, enum stage stage, const struct quota_key *key,
	enum quota_result result, const struct quota_answer *answer, int64_t recipients);

#endif
