/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/message_account.h"

#include "ses/account_sets.h"
#include "ses/account_suppressed.h"
#include "ses/account_tenants.h"
#include "ses/configuration_set.h"

#include <string.h>

static bool refuse(struct message *message, enum reason reason, struct text value, struct outcome *against)
{
	*against = outcome_refuse(message, against->stage, reason, value);
	return false;
}

unsigned message_account_suppressed_find(const struct message *message, const struct spelled *spelled)
{
	const struct account_state *state = &message->generation->account_state;
	unsigned all = ~0u;

	for (unsigned i = 0; i < spelled->count && all; i++) {
		unsigned found = account_suppressed_find(state, spelled->at[i].address), of = 0;
		for (unsigned reasons = 0; reasons < SUPPRESSION_SETS; reasons++)
			of |= reasons & found ? 1u << reasons : 0;
		all &= of;
	}
	return all;
}

/* The reasons for which each set that the message may still have suppresses. */
static unsigned certain_reasons(const struct message *message)
{
	const struct generation *generation = message->generation;
	const struct account_state *state = &generation->account_state;
	unsigned reasons = ~0u;

	/* With no header that names a set, and the sender known, it is that of the sender's identity. */
	if (!generation->ses_headers_refuse || !state->knows_defaults || generation->from_address != FROM_ENVELOPE ||
		message->sender.kind != MAILBOX_ADDRESS)
		return state->certain;
	for (size_t i = 0; i < message->sender_count; i++)
		reasons &= account_set_reasons(state, configuration_set_of_arn(generation, message->senders[i].resource));
	return reasons & (SUPPRESSION_SETS - 1);
}

bool message_account_recipient(struct message *message, unsigned suppressed, struct text address, struct outcome *against)
{
	if (!suppressed || !(suppressed >> certain_reasons(message) & 1))
		return true;
	against->stage = STAGE_RCPT;
	refusal_suppressed(message->text, address);
	return refuse(message, REASON_SUPPRESSED, address, against);
}

bool message_account_set(struct message *message, struct text name, struct outcome *against)
{
	const struct account_state *state = &message->generation->account_state;

	if (!state->has[PART_SETS])
		return true;
	const struct account_set *set = name.length ? account_set_find(state, name) : NULL;
	if (name.length && !set) {
		refusal_unknown_set(message->text, name);
		return refuse(message, REASON_UNKNOWN_SET, name, against);
	}
	if (set && set->off)
		message->paused_set = set->name;
	message->suppressing |= 1u << account_set_reasons(state, name);
	return true;
}

void message_account_any_set(struct message *message)
{
	message->suppressing |= 1u << message->generation->account_state.certain_by_default;
}

bool message_account_tenant(struct message *message, struct outcome *against)
{
	const struct account_state *state = &message->generation->account_state;

	if (!message->tenant.length || !state->has[PART_TENANTS])
		return true;
	message->account_tenant = account_tenant_find(state, message->tenant);
	if (message->account_tenant)
		return true;
	refusal_unknown_tenant(message->text, message->tenant);
	return refuse(message, REASON_UNKNOWN_TENANT, message->tenant, against);
}

bool message_account_resources(struct message *message, struct outcome *against)
{
	for (size_t i = 0; message->account_tenant && i < message->query_count; i++) {
		const struct query *query = &message->queries[i];
		if (query->open || query->recipient || account_tenant_has(message->account_tenant, query->resource))
			continue;
		refusal_tenant_resource(message->text, query->resource);
		refuse(message, REASON_TENANT_RESOURCE, message->tenant, against);
		against->resource = query->resource;
		return false;
	}
	return true;
}

/* May a policy still say no later on? */
static bool is_decided(const struct message *message, enum stage stage)
{
	if (stage == STAGE_EOM)
		return true;
	return message_is_allowed(message) && (stage == STAGE_EOH || !message->generation->wants_headers);
}

/* Each recipient is suppressed, whichever set the message has. */
static bool is_lost_on_all(const struct message *message)
{
	return message->suppressing && !(message->reached & message->suppressing) && message->recipient_count;
}

/* What is paused of the account, the set and the tenant; `now` and `ever` are its reasons. */
static bool is_paused(struct message *message, enum reason *now, enum reason *ever)
{
	*now = REASON_PAUSED_NOW;
	*ever = REASON_PAUSED;
	if (message->generation->account_state.paused)
		return true;
	if (message->paused_set.length) {
		refusal_paused(message->text, "configuration set", message->paused_set);
		*now = REASON_SET_PAUSED_NOW;
		*ever = REASON_SET_PAUSED;
		return true;
	}
	if (!message->account_tenant || !message->account_tenant->paused)
		return false;
	refusal_paused(message->text, "tenant", message->tenant);
	*now = REASON_TENANT_PAUSED_NOW;
	*ever = REASON_TENANT_PAUSED;
	return true;
}

bool message_account_judge(struct message *message, enum stage stage, struct outcome *against)
{
	const struct account_state *state = &message->generation->account_state;
	enum reason now, ever;

	if (!is_decided(message, stage))
		return true;
	against->stage = stage;
	if (is_lost_on_all(message)) {
		refusal_suppressed(message->text, message->recipients[0]);
		return refuse(message, REASON_SUPPRESSED, message->recipients[0], against);
	}
	if ((!state->pause_refuses && !state->pause_defers) || !is_paused(message, &now, &ever))
		return true;
	return refuse(message, state->pause_refuses ? ever : now, message->sender.address, against);
}
