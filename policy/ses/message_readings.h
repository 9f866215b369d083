/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message_readings: the ways in which a message may be read: the spellings of its
 * addresses, and what the keys are in each reading (message_parts.h).
 */
#ifndef SES_MESSAGE_READINGS_H
#define SES_MESSAGE_READINGS_H

#include "ses/message_parts.h"

/* The spellings of an address that has several. */
enum mailbox_kind spelled_find(struct message *message, struct text raw, struct text completed, const struct mailbox *mailbox,
	struct spelled *spelled);

/*
 * An argument of MAIL or RCPT: `mailbox` becomes what mailbox_parse() makes of it, `spelled` all its spellings. `mailbox`
 * must live as long as they do. MAILBOX_INVALID with a `mailbox` that is one: the MTA's form of it is none.
 */
static inline enum mailbox_kind envelope_read(struct message *message, struct text raw, struct text completed,
	struct mailbox *mailbox, struct spelled *spelled)
{
	*mailbox = mailbox_parse(&message->arena, raw, completed, message->generation->address_case);
	*spelled = (struct spelled){ mailbox, 1 };
	if (mailbox->kind != MAILBOX_ADDRESS || spellings_agree(mailbox, raw, completed))
		return mailbox->kind;
	return spelled_find(message, raw, completed, mailbox, spelled);
}

/* The spelling of a reading. */
const struct mailbox *spelled_in(const struct spelled *spelled, unsigned reading);

/* The readings in which spelling `index` stands; none if one before it is the same. */
unsigned spelled_readings(const struct spelled *spelled, unsigned index);

/* Which readings `message->readings[index]` is of. */
static inline unsigned readings_of(const struct message *message, size_t index)
{
	return message->readings ? message->readings[index].of : READINGS_ALL;
}

/* Have the request hold what the keys are in message->readings[index]. */
void readings_change(struct message *message, size_t index);
static inline void readings_enter(struct message *message, size_t index)
{
	if (index != message->reading)
		readings_change(message, index);
}

/* One more recipient, which may be another one in each reading. False when memory is short. */
bool readings_recipient_apart(struct message *message, const struct spelled *spelled);

/* One more recipient, or the last one less. False when memory is short. */
static inline bool readings_recipient(struct message *message, const struct spelled *spelled)
{
	if (spelled->count == 1 && message->reading_count == 1)
		return request_value(&message->request, message->generation->slot[KEY_RECIPIENTS], spelled->at->address);
	return readings_recipient_apart(message, spelled);
}
void readings_recipient_back(struct message *message);

/* Set the state of a slot in all of them. */
void readings_state_apart(struct message *message, int slot, enum slot_state state);
static inline void readings_state(struct message *message, int slot, enum slot_state state)
{
	if (message->reading_count > 1)
		readings_state_apart(message, slot, state);
	else
		request_state(&message->request, slot, state);
}

/*
 * ses:FeedbackAddress: the envelope's sender; with a Return-Path header its address, too. SES takes the header's where it
 * gets one, but MTAs remove it (Postfix before we see it, Sendmail behind us). False when memory is short.
 */
bool readings_feedback(struct message *message, const struct header_mailbox *header);

#endif
