/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/message_quota.h"

#include "ses/message_parts.h"
#include "ses/refusal_quota.h"

#include <string.h>

#define IDENTITY TEXT(":identity/")

/* A name that a pattern covers, in the one form that counts. NULL at .at: memory is short. */
static struct text name_under_pattern(struct message *message, struct text name)
{
	struct text copy = arena_text(&message->arena, name);

	for (size_t i = 0; copy.at && i < copy.length; i++)
		((char *)copy.at)[i] = text_lower(copy.at[i]);
	return copy;
}

static bool has_key(const struct message_keys *keys, enum quota_scope scope, struct text name)
{
	for (size_t i = 0; i < keys->count; i++)
		if (keys->at[i].scope == scope && text_equals(keys->at[i].name, name))
			return true;
	return false;
}

static enum message_keys_found add_key(struct message *message, enum quota_scope scope, struct text name, struct message_keys *keys)
{
	const struct quotas *quotas = &message->generation->quotas;
	const struct quota_rule *rule = quotas_find(quotas, scope, name);

	if (!rule)
		return MESSAGE_KEYS_FOUND;
	name = rule->pattern ? name_under_pattern(message, name) : rule->name;
	if (!name.at)
		return MESSAGE_KEYS_MEMORY;
	if (has_key(keys, scope, name))
		return MESSAGE_KEYS_FOUND;
	if (keys->count == QUOTA_KEYS_MAX || name.length > QUOTA_NAME_MAX)
		return MESSAGE_KEYS_TOO_MANY;
	keys->at[keys->count++] = (struct quota_key){
		.scope = scope,
		.name = name,
		.limit = rule->limit,
		.seed = scope == QUOTA_ACCOUNT ? quotas->seed : 0,
	};
	return MESSAGE_KEYS_FOUND;
}

/* Behind the prefix that all ARNs of identities have. */
static struct text identity_name(struct text resource)
{
	for (size_t i = text_find(resource, ':', 0); i < resource.length; i = text_find(resource, ':', i + 1))
		if (text_starts_with(text_from(resource, i), IDENTITY))
			return text_from(resource, i + IDENTITY.length);
	return TEXT("");
}

static enum message_keys_found add_identities(struct message *message, struct message_keys *keys)
{
	enum message_keys_found found = MESSAGE_KEYS_FOUND;

	for (size_t i = 0; i < message->sender_count && found == MESSAGE_KEYS_FOUND; i++) {
		struct text name = identity_name(message->senders[i].resource);
		if (message->senders[i].address.length && name.length)
			found = add_key(message, QUOTA_IDENTITY, name, keys);
	}
	return found;
}

static enum message_keys_found add_senders(struct message *message, struct message_keys *keys)
{
	enum message_keys_found found = MESSAGE_KEYS_FOUND;
	bool null = message->sender.kind != MAILBOX_ADDRESS;

	for (unsigned i = 0; !null && i < message->envelope.count && found == MESSAGE_KEYS_FOUND; i++)
		if (message->envelope.at[i].kind == MAILBOX_ADDRESS)
			found = add_key(message, QUOTA_SENDER, message->envelope.at[i].address, keys);
	for (size_t i = 0; null && i < message->from.count && found == MESSAGE_KEYS_FOUND; i++)
		if (message->from.at[i].mailbox.kind == MAILBOX_ADDRESS)
			found = add_key(message, QUOTA_SENDER, message->from.at[i].mailbox.address, keys);
	return found;
}

enum message_keys_found message_quota_keys(struct message *message, struct message_keys *keys)
{
	const struct quota_rules *rules = message->generation->quotas.rules;
	enum message_keys_found found = MESSAGE_KEYS_FOUND;

	keys->count = 0;
	if (rules[QUOTA_ACCOUNT].count)
		found = add_key(message, QUOTA_ACCOUNT, TEXT(""), keys);
	if (found == MESSAGE_KEYS_FOUND && rules[QUOTA_IDENTITY].count)
		found = add_identities(message, keys);
	if (found == MESSAGE_KEYS_FOUND && rules[QUOTA_PRINCIPAL].count)
		found = add_key(message, QUOTA_PRINCIPAL, message->caller.text, keys);
	if (found == MESSAGE_KEYS_FOUND && rules[QUOTA_SENDER].count)
		found = add_senders(message, keys);
	return found;
}

int64_t message_quota_recipients(const struct message *message)
{
	return (int64_t)message->recipient_count;
}

struct text message_quota_name(const struct quota_key *key)
{
	size_t at = key->name.length;

	if (key->scope == QUOTA_ACCOUNT)
		return TEXT("the account");
	if (key->scope != QUOTA_PRINCIPAL)
		return key->name;
	while (at && key->name.at[at - 1] != ':')
		at--;
	return text_from(key->name, at);
}

struct outcome message_quota_crowded(struct message *message, enum stage stage)
{
	return outcome_refuse(message, stage, REASON_CROWDED, message->sender.address);
}

struct outcome message_quota_refusal(struct message *message, enum stage stage, const struct quota_key *key,
	enum quota_result result, const struct quota_answer *answer, int64_t recipients)
{
	static const enum reason reasons[QUOTA_RESULTS] = {
		[QUOTA_DAY_FULL] = REASON_QUOTA,
		[QUOTA_TOO_FAST] = REASON_QUOTA,
		[QUOTA_TOO_LARGE] = REASON_QUOTA_SIZE,
	};
	struct text name = message_quota_name(key);

	switch (result) {
	case QUOTA_DAY_FULL:
		refusal_quota_day(message->text, name, answer->used, answer->limit, answer->retry_after);
		break;
	case QUOTA_TOO_FAST:
		refusal_quota_rate(message->text, name, answer->limit);
		break;
	case QUOTA_TOO_LARGE:
		refusal_quota_size(message->text, name, recipients, answer->limit);
		break;
	default: {
		struct outcome outcome = outcome_trouble(message, stage);
		outcome.reason = REASON_QUOTA_UNAVAILABLE;
		outcome.text = reason_rows[REASON_QUOTA_UNAVAILABLE].text;
		return outcome;
	}
	}
	return outcome_refuse(message, stage, reasons[result], message->sender.address);
}
