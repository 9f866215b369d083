/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/message_account.h"

#include "ses/account_suppressed.h"
#include "ses/message_judge.h"

bool message_account_recipient(struct message *message, const struct spelled *spelled, struct outcome *against)
{
	const struct account_state *state = &message->generation->account_state;

	for (unsigned i = 0; state->refused_reasons && i < spelled->count; i++)
		if (!(account_suppressed_find(state, spelled->at[i].address) & state->refused_reasons))
			return true;
	if (!state->refused_reasons)
		return true;
	refusal_suppressed(message->text, spelled->at->address);
	*against = outcome_refuse(message, STAGE_RCPT, REASON_SUPPRESSED, spelled->at->address);
	return false;
}

/* May a policy still say no later on? */
static bool is_decided(const struct message *message, enum stage stage, const struct outcome *outcome)
{
	if (stage == STAGE_EOM)
		return true;
	return outcome->decision == DECISION_ALLOWED && (stage == STAGE_EOH || !message->generation->wants_headers);
}

struct outcome message_account_pause(struct message *message, enum stage stage, struct outcome outcome)
{
	const struct account_state *state = &message->generation->account_state;

	if (outcome.action != OUTCOME_CONTINUE || (!state->paused_refuse && !state->paused_defer) ||
		!is_decided(message, stage, &outcome))
		return outcome;
	outcome = outcome_refuse(message, stage, state->paused_refuse ? REASON_PAUSED : REASON_PAUSED_NOW, message->sender.address);
	return message_tell(message, outcome, true);
}
