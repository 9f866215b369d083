/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message_state: where a message is on its way through SMTP, what an event does there, and where the message is then.
 *
 * The MTA's events come in the order of SMTP. Those that were not negotiated do not come: each may skip others, none
 * may go back. One out of its order is our own trouble, for what it brings would pass unseen: the message is lost.
 */
#ifndef SES_MESSAGE_STATE_H
#define SES_MESSAGE_STATE_H

enum message_state {
	MESSAGE_EMPTY, /* MAIL has not come */
	MESSAGE_UNJUDGED, /* recipients come; of what came some has not been judged: its stage could not tell a refusal, or its work is spent */
	MESSAGE_JUDGED,  /* recipients come; all that came has been judged, and nothing forbids it */
	MESSAGE_CLOSED,  /* no more recipients: DATA or a header has come */
	MESSAGE_SETTLED, /* no more headers: what they say has become senders and questions */
	MESSAGE_ENDED,   /* the last word has been said */
	MESSAGE_DOOMED,  /* certain to be refused, as soon as a stage can tell it */
	MESSAGE_LOST,    /* our own trouble, such as too little memory: nothing of it is let through */
	MESSAGE_STATES
};

/* What comes from the MTA. */
enum message_event { EVENT_MAIL, EVENT_RCPT, EVENT_DATA, EVENT_HEADER, EVENT_EOH, EVENT_EOM, MESSAGE_EVENTS };

/* What it does. */
enum message_step {
	STEP_LOSE,   /* answer trouble */
	STEP_TAKE,   /* take what it brings; judge the message if a refusal can be told */
	STEP_SETTLE, /* the same, but first take in what the headers say */
	STEP_TELL,   /* tell the refusal that is certain, if this stage can; a recipient else is kept for the record */
};

/* What turns up while a message is judged. */
enum message_turn {
	TURN_JUDGED,  /* each question was put, and nothing forbids the message so far */
	TURN_WAITS,   /* what came has not been judged, or not wholly */
	TURN_REFUSED, /* the message as a whole is refused (one recipient's refusal is only its own) */
	TURN_TROUBLE, /* ours */
	MESSAGE_TURNS
};

/* What an event does, and the state then. ROW(state, MAIL, RCPT, DATA, HEADER, EOH, EOM) */
#define MESSAGE_EVENT_ROWS(ROW, LOSE, TAKE, SETTLE, TELL) \
	ROW(EMPTY, TAKE(UNJUDGED), LOSE, LOSE, LOSE, LOSE, LOSE) \
	ROW(UNJUDGED, LOSE, TAKE(UNJUDGED), TAKE(CLOSED), TAKE(CLOSED), SETTLE(SETTLED), SETTLE(ENDED)) \
	ROW(JUDGED, LOSE, TAKE(JUDGED), TAKE(CLOSED), TAKE(CLOSED), SETTLE(SETTLED), SETTLE(ENDED)) \
	ROW(CLOSED, LOSE, LOSE, LOSE, TAKE(CLOSED), SETTLE(SETTLED), SETTLE(ENDED)) \
	ROW(SETTLED, LOSE, LOSE, LOSE, LOSE, LOSE, TAKE(ENDED)) \
	ROW(ENDED, LOSE, LOSE, LOSE, LOSE, LOSE, LOSE) \
	ROW(DOOMED, LOSE, TELL(DOOMED), TELL(DOOMED), TAKE(DOOMED), TELL(DOOMED), TELL(DOOMED)) \
	ROW(LOST, LOSE, LOSE, LOSE, LOSE, LOSE, LOSE)

/* The state after a turn. ROW(state, JUDGED, WAITS, REFUSED, TROUBLE) */
#define MESSAGE_TURN_ROWS(ROW) \
	ROW(EMPTY, LOST, LOST, LOST, LOST) \
	ROW(UNJUDGED, JUDGED, UNJUDGED, DOOMED, LOST) \
	ROW(JUDGED, JUDGED, UNJUDGED, DOOMED, LOST) \
	ROW(CLOSED, CLOSED, CLOSED, DOOMED, LOST) \
	ROW(SETTLED, SETTLED, SETTLED, DOOMED, LOST) \
	ROW(ENDED, ENDED, ENDED, DOOMED, LOST) \
	ROW(DOOMED, DOOMED, DOOMED, DOOMED, LOST) \
	ROW(LOST, LOST, LOST, LOST, LOST)

/* An event has come: what to do, `state` being that after it. */
enum message_step message_state_event(enum message_state *state, enum message_event event);

void message_state_turn(enum message_state *state, enum message_turn turn);

#endif
