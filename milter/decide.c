/* SPDX-License-Identifier: BSD-2-Clause */
#include "decide.h"

#include "answer.h"
#include "counters.h"
#include "negotiate.h"
#include "recorder.h"
#include "ses/certain.h"

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

/*
 * This stage has let the message go on, also in the shadow. Is it allowed for certain, and can that be told here? Not where the reply
 * of the stage was negotiated away in this session, whatever is in force by now: libmilter would send nothing, and the MTA wait.
 */
static bool is_certain(const struct session *session, enum stage stage)
{
	if (session->state != SESSION_MESSAGE || !session->hold->conduct.may_accept[stage] ||
		session_is_silent(session, negotiate_silence(stage)))
		return false;
	return certain_yes(session->message, stage) && (!session->shadowed || certain_yes(session->shadow, stage));
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
	if (outcome.action == OUTCOME_CONTINUE && is_certain(session, stage))
		return answer_yes(context, session, &outcome);
	return status;
}
