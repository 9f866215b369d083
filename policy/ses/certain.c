/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/certain.h"

#include "ses/message_parts.h"

bool certain_recipients_matter(const struct generation *generation)
{
	return generation_counts(generation) || generation->slot[KEY_RECIPIENTS] >= 0 || generation->sandbox ||
		generation->form_check || generation->account_state.refuses_suppressed;
}

enum stage certain_stage(const struct generation *generation)
{
	const struct account_state *account = &generation->account_state;

	/* Recipients are counted at the end. Of an account that is paused nothing is let through. */
	if (generation_counts(generation) || generation->wants_headers ||
		(account->paused && (account->pause_refuses || account->pause_defers)))
		return STAGE_EOM;
	return certain_recipients_matter(generation) ? STAGE_DATA : STAGE_MAIL;
}

bool certain_yes(const struct message *message, enum stage stage)
{
	enum message_state judged = stage == STAGE_DATA ? MESSAGE_CLOSED : MESSAGE_JUDGED;

	return stage <= STAGE_DATA && stage >= certain_stage(message->generation) && message->state == judged &&
		message_is_allowed(message);
}
