/* SPDX-License-Identifier: BSD-2-Clause */
#include "answer.h"

#include "counters.h"
#include "macro.h"
#include "negotiate.h"
#include "recorder.h"
#include "reply.h"
#include "throttle.h"
#include "unended.h"

#include <libmilter/mfdef.h>

/* Go on. A session that promised silence for this step says nothing. */
sfsistat answer_go_on(const struct session *session, unsigned long step)
{
	/* Unasked-for silence would leave the MTA waiting; libmilter keeps promises that we have forgotten. */
	return session && session->negotiated && session_is_silent(session, step) ? SMFIS_NOREPLY : SMFIS_CONTINUE;
}

/* Without memory for a session there is nothing to remember the trouble in: later stages meet it again, the end always. */
sfsistat answer_no_session(SMFICTX *context)
{
	const struct reason_info *memory = &reason_rows[REASON_MEMORY];
	const struct reply reply = { memory->code, memory->xcode, memory->text, "none" };

	counters_error(REASON_MEMORY);
	return holder_monitors() ? SMFIS_CONTINUE : reply_send(context, &reply);
}

/* The id that the MTA has told last. */
static const char *queue_of(SMFICTX *context, const struct session *session)
{
	struct text told = macro_value(context, "i");

	if (told.length)
		return told.at;
	return session->queue[0] ? session->queue : NULL;
}

/* A record of what is, or would be, told. `reply` NULL: the message is let through. False as recorder_take. */
static bool recorded(SMFICTX *context, struct session *session, const struct outcome *outcome, const struct reply *reply,
	enum record_mode mode, const struct throttled *throttled)
{
	struct record record = { session, outcome, reply, NULL, mode, throttled };

	if (recorder_tells(session, outcome)) {
		session_id(session);
		record.queue = queue_of(context, session);
	}
	return recorder_take(&record);
}

static struct reply reply_of(struct session *session, const struct outcome *outcome)
{
	const struct reason_info *info = &reason_rows[outcome->reason];

	return (struct reply){ info->code, info->xcode, outcome->text, session_id(session) };
}

/* Our own trouble: 451 here if it can be told, and at all later stages of this message that can tell it. */
static sfsistat troubled(SMFICTX *context, struct session *session, const struct outcome *outcome)
{
	const struct reply reply = reply_of(session, outcome);
	bool first = session->state != SESSION_TROUBLED || outcome->reason != REASON_NONE;
	bool monitor = session_monitors(session);

	session->state = monitor ? SESSION_PASSED : SESSION_TROUBLED;
	if (first)
		recorded(context, session, outcome, &reply, monitor ? RECORD_MONITOR : RECORD_ENFORCE, NULL);
	if (monitor || !session_may_refuse(session, outcome->stage))
		return answer_go_on(session, negotiate_silence(outcome->stage));
	return reply_send(context, &reply);
}

/* Trouble of the daemon itself rather than of the evaluation. REASON_NONE: it has been logged before. */
sfsistat answer_trouble(SMFICTX *context, struct session *session, enum stage stage, enum reason reason)
{
	const struct outcome outcome = {
		.action = OUTCOME_TROUBLE,
		.stage = stage,
		.statement = -1,
		.reason = reason,
		.text = reason_rows[reason].text,
	};

	return troubled(context, session, &outcome);
}

/* `throttled` NULL: it is no limit that refuses it. */
static sfsistat refused(SMFICTX *context, struct session *session, const struct outcome *outcome, const struct throttled *throttled)
{
	const struct reply reply = reply_of(session, outcome);

	if (session_monitors(session)) {
		recorded(context, session, outcome, &reply, RECORD_MONITOR, throttled);
		/* A refused recipient leaves the evaluated message, as it would in enforce mode; the others go on. */
		if (outcome->stage != STAGE_RCPT)
			session->state = SESSION_PASSED;
		return answer_go_on(session, negotiate_silence(outcome->stage));
	}
	if (!recorded(context, session, outcome, &reply, RECORD_ENFORCE, throttled))
		return answer_trouble(context, session, outcome->stage, REASON_RECORD);
	sfsistat status = reply_send(context, &reply);
	/* libmilter calls no abort after a refusal of ours: this message is over. */
	if (outcome->stage != STAGE_RCPT)
		session_end(session);
	return status;
}

/* What the policies in the shadow say: recorded, never told. What those in force refuse they are not asked about. */
void answer_shadow(SMFICTX *context, struct session *session, struct outcome outcome)
{
	if (outcome.action == OUTCOME_CONTINUE)
		return;
	const struct reply reply = reply_of(session, &outcome);
	recorded(context, session, &outcome, &reply, RECORD_SHADOW, NULL);
	if (outcome.action == OUTCOME_TROUBLE || outcome.stage != STAGE_RCPT)
		session->shadowed = false;
}

/* The record of a message that is let through. False as recorder_take. */
static bool recorded_yes(SMFICTX *context, struct session *session, const struct outcome *outcome)
{
	return recorded(context, session, outcome, NULL, session_monitors(session) ? RECORD_MONITOR : RECORD_ENFORCE, NULL);
}

static sfsistat throttled(SMFICTX *context, struct session *session, const struct throttle *throttle)
{
	if (throttle->against.action == OUTCOME_TROUBLE)
		return troubled(context, session, &throttle->against);
	return refused(context, session, &throttle->against, throttle->throttled.key ? &throttle->throttled : NULL);
}

/* A limit that is only watched: it would have refused the message, which is let through. False as recorder_take. */
static bool recorded_would(SMFICTX *context, struct session *session, const struct throttle *throttle)
{
	if (throttle->verdict != THROTTLE_WOULD)
		return true;
	const struct reply reply = reply_of(session, &throttle->against);
	return recorded(context, session, &throttle->against, &reply, RECORD_MONITOR, &throttle->throttled);
}

/* The policies let the whole message pass: it is counted, then recorded, then told. */
static sfsistat ended(SMFICTX *context, struct session *session, struct outcome outcome)
{
	struct throttle throttle;

	throttle_take(session, &throttle);
	if (throttle.verdict == THROTTLE_AGAINST)
		return throttled(context, session, &throttle);
	if (throttle.unmetered)
		outcome.reason = REASON_QUOTA_UNAVAILABLE;
	if (recorded_would(context, session, &throttle) && recorded_yes(context, session, &outcome))
		return answer_go_on(session, negotiate_silence(STAGE_EOM));
	throttle_give_back(&throttle);
	return answer_trouble(context, session, STAGE_EOM, REASON_RECORD);
}

/* Nothing is said against the message so far; at its end that is a decision. */
static sfsistat passed(SMFICTX *context, struct session *session, const struct outcome *outcome)
{
	struct throttle full;

	if (outcome->stage == STAGE_EOM)
		return ended(context, session, *outcome);
	if ((outcome->stage == STAGE_MAIL || outcome->stage == STAGE_DATA) && session_may_refuse(session, outcome->stage) &&
		throttle_is_full(session, outcome->stage, &full))
		return throttled(context, session, &full);
	return answer_go_on(session, negotiate_silence(outcome->stage));
}

sfsistat answer_outcome(SMFICTX *context, struct session *session, const struct outcome *outcome)
{
	bool over = outcome->action == OUTCOME_TROUBLE || outcome->stage == STAGE_EOM ||
		(outcome->action == OUTCOME_REFUSE && outcome->stage != STAGE_RCPT);

	if (over)
		counters_evaluation(session->spent);
	switch (outcome->action) {
	case OUTCOME_CONTINUE:
		return passed(context, session, outcome);
	case OUTCOME_REFUSE:
		if (session_may_refuse(session, outcome->stage))
			return refused(context, session, outcome, NULL);
		return answer_trouble(context, session, outcome->stage, REASON_REFUSAL_UNTOLD);
	default:
		return troubled(context, session, outcome);
	}
}

sfsistat answer_yes(SMFICTX *context, struct session *session, const struct outcome *outcome)
{
	counters_evaluation(session->spent);
	if (!recorded_yes(context, session, outcome))
		return answer_trouble(context, session, outcome->stage, REASON_RECORD);
	unended_note_end();
	session_end(session);
	return SMFIS_ACCEPT;
}

/* Without memory for a message of its own it cannot be asked; no word of it would mean that it lets the message pass. */
void answer_shadow_lost(SMFICTX *context, struct session *session, const struct outcome *outcome)
{
	if (session->state != SESSION_MESSAGE || outcome->action != OUTCOME_CONTINUE || !session->hold->shadow || session->shadow)
		return;
	answer_shadow(context, session,
		(struct outcome){ .action = OUTCOME_TROUBLE,
			.stage = STAGE_MAIL,
			.statement = -1,
			.reason = REASON_MEMORY,
			.text = reason_rows[REASON_MEMORY].text });
}

/* Is the shadow to be asked about what those in force have just let pass? */
bool answer_shadow_asked(const struct session *session, const struct outcome *outcome)
{
	return session->shadowed && session->state == SESSION_MESSAGE && outcome->action == OUTCOME_CONTINUE;
}
