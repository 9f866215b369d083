/* SPDX-License-Identifier: BSD-2-Clause */
#include "decide.h"

#include "answer.h"
#include "counters.h"
#include "recorder.h"

/* The event, given to a message. */
static struct outcome step(struct message *message, enum stage stage, const struct envelope_argument *argument, bool may_refuse)
{
	switch (stage) {
	case STAGE_MAIL:
		return message_sender(message, argument->raw, argument->completed, may_refuse);
	case STAGE_RCPT:
		return message_recipient(message, argument->raw, argument->completed, may_refuse);
	case STAGE_DATA:
		return message_data(message, may_refuse);
	case STAGE_EOH:
		return message_headers_end(message, may_refuse);
	default:
		return message_end(message);
	}
}

sfsistat decide(SMFICTX *context, struct session *session, enum stage stage, const struct envelope_argument *argument)
{
	uint64_t start = counters_clock();
	struct outcome outcome = step(session->message, stage, argument, session_may_refuse(session, stage));

	session->spent += counters_clock() - start;
	if (stage == STAGE_MAIL)
		recorder_stray_login(session);
	sfsistat status = answer_outcome(context, session, &outcome);
	/* A refusal in the shadow is told to nobody, so it can come at any stage; but mail that did not come by SMTP loses no single recipient. */
	if (answer_shadow_asked(session, &outcome))
		answer_shadow(context, session,
			step(session->shadow, stage, argument, stage != STAGE_RCPT || !session->submission));
	if (stage == STAGE_MAIL)
		answer_shadow_lost(context, session, &outcome);
	return status;
}
