/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/message_state.h"

struct message_change {
	enum message_step step;
	enum message_state next;
};

#define CHANGE(step, next) \
	(struct message_change) \
	{ \
		STEP_##step, MESSAGE_##next \
	}
#define LOSE CHANGE(LOSE, LOST)
#define TAKE(next) CHANGE(TAKE, next)
#define SETTLE(next) CHANGE(SETTLE, next)
#define TELL(next) CHANGE(TELL, next)

static const struct message_change changes[MESSAGE_STATES][MESSAGE_EVENTS] = {
#define ROW(state, ...) [MESSAGE_##state] = { __VA_ARGS__ },
	MESSAGE_EVENT_ROWS(ROW, LOSE, TAKE, SETTLE, TELL)
#undef ROW
};

static const enum message_state turns[MESSAGE_STATES][MESSAGE_TURNS] = {
#define ROW(state, judged, waits, refused, trouble) \
	[MESSAGE_##state] = { MESSAGE_##judged, MESSAGE_##waits, MESSAGE_##refused, MESSAGE_##trouble },
	MESSAGE_TURN_ROWS(ROW)
#undef ROW
};

enum message_step message_state_event(enum message_state *state, enum message_event event)
{
	const struct message_change *change = &changes[*state][event];

	*state = change->next;
	return change->step;
}

void message_state_turn(enum message_state *state, enum message_turn turn)
{
	*state = turns[*state][turn];
}
