/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/outcome.h"

#include "ses/connection.h"
#include "ses/facts.h"
#include "ses/message_parts.h"
#include "ses/message_report.h"
#include "ses/needs.h"

/* What is known of the message whatever becomes of it. */
static inline struct outcome outcome_plain(const struct message *message, enum stage stage, enum outcome_action action,
	enum decision decision)
{
	return (struct outcome){
		.action = action,
		.stage = stage,
		.decision = decision,
		.statement = -1,
		.principal = message->caller.text,
		.address = message->sender.address,
		.resource = message->sender_count ? message->senders[0].resource : (struct text){ NULL, 0 },
	};
}

struct outcome outcome_carry_on(const struct message *message, enum stage stage)
{
	return outcome_plain(message, stage, OUTCOME_CONTINUE, message_is_allowed(message) ? DECISION_ALLOWED : DECISION_PENDING);
}

struct outcome outcome_refuse(struct message *message, enum stage stage, enum reason reason, struct text address)
{
	struct outcome outcome = outcome_plain(message, stage, OUTCOME_REFUSE, DECISION_IMPLICIT_DENY);

	outcome.reason = reason;
	outcome.text = reason_rows[reason].text ? reason_rows[reason].text : message->text;
	outcome.address = address;
	return outcome;
}

struct outcome outcome_trouble(struct message *message, enum stage stage)
{
	if (message->crowded)
		return outcome_refuse(message, stage, REASON_CROWDED, message->sender.address);
	struct outcome outcome = outcome_plain(message, stage, OUTCOME_TROUBLE, DECISION_PENDING);
	message_state_turn(&message->state, TURN_TROUBLE);
	outcome.reason = REASON_MEMORY;
	outcome.text = reason_rows[REASON_MEMORY].text;
	return outcome;
}

struct outcome outcome_bad_address(struct message *message, enum stage stage, struct text raw)
{
	struct text address = arena_text(&message->arena, raw);

	refusal_bad_address(message->text, raw);
	return !address.at
		? outcome_trouble(message, stage)
		: outcome_refuse(message, stage, stage == STAGE_MAIL ? REASON_BAD_SENDER : REASON_BAD_RECIPIENT, address);
}

struct outcome outcome_bad_client(struct message *message, enum principal_found found)
{
	enum reason reason = REASON_LOGIN;

	switch (found) {
	case PRINCIPAL_REFUSED:
		reason = REASON_CLIENT_REFUSED;
		refusal_client(message->text, message_login(message));
		break;
	case PRINCIPAL_UNKNOWN:
		reason = REASON_PRINCIPAL_UNKNOWN;
		refusal_unknown(message->text, message_login(message));
		break;
	case PRINCIPAL_TWINS:
		reason = REASON_PRINCIPAL_UNKNOWN;
		refusal_twins(message->text, message_login(message));
		break;
	case PRINCIPAL_LOGIN_CASE:
		refusal_login_case(message->text, message_login(message));
		break;
	default:
		refusal_login(message->text, message->client->login);
	}
	return outcome_refuse(message, STAGE_MAIL, reason, message->sender.address);
}

struct outcome outcome_unverified(struct message *message, enum stage stage, struct text address, enum reason reason)
{
	refusal_unverified(message->text, address, message->generation->region);
	return outcome_refuse(message, stage, reason, address);
}

/* Which address the policies refuse: the recipient's, where it is the recipient that they look at. */
static struct text refused_address(const struct message *message, const struct query *query, const struct statement *statement,
	struct text recipient)
{
	struct text sender = message->senders[query->sender].address;

	if (recipient.length && (!statement || needs_recipients(message->generation, statement)))
		return recipient;
	return sender.length ? sender : message->sender.address;
}

/* Who has not allowed it, where no statement forbids it. */
static enum reason reason_without(enum policy_layer layer)
{
	return layer == LAYER_BOUNDARY ? REASON_BOUNDARY : layer == LAYER_SCP ? REASON_ORGANIZATION : REASON_NO_ALLOW;
}

struct outcome outcome_by_policy(struct message *message, enum stage stage, const struct query *query, struct verdict verdict,
	size_t egress, struct text recipient)
{
	const struct statement *statement = verdict.statement;
	struct outcome outcome = outcome_refuse(message, stage, statement ? REASON_POLICY : reason_without(verdict.layer),
		refused_address(message, query, statement, recipient));

	outcome.resource = query->resource;
	if (query->open) {
		/* Whatever identity it will be. */
		outcome.resource = text_of(arena_printf(&message->arena, "%.*s*", TEXT_ARGS(query->resource)));
		if (!outcome.resource.length)
			return outcome_trouble(message, stage);
	}
	if (statement) {
		outcome.decision = DECISION_EXPLICIT_DENY;
		outcome.policy = statement->policy->name;
		outcome.sid = statement->sid;
		outcome.statement = (int)statement->index;
	}
	outcome.layer = text_of(policy_layer_name(verdict.layer));
	outcome.level = verdict.level;
	outcome.egress = connection_named(message->generation, statement, egress);
	refusal_by_policy(message->text, outcome.address, outcome.principal, SES_ACTION, outcome.resource, outcome.egress,
		&verdict);
	return outcome;
}
