/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/message_readings.h"

#include <string.h>

/* ---- spellings of one address ---- */

enum mailbox_kind spelled_find(struct message *message, struct text raw, struct text completed, const struct mailbox *mailbox,
	struct spelled *spelled)
{
	struct mailbox *all = arena_array(&message->arena, SPELLINGS, sizeof *all);
	enum mailbox_kind kind = !all ? MAILBOX_MEMORY
				      : spellings_find(&message->arena, mailbox, raw, completed, message->client->own_name,
						message->generation->address_case, all);
	for (unsigned i = 1; kind == MAILBOX_ADDRESS && i < SPELLINGS; i++)
		if (!text_equals(all[i].address, all[0].address))
			*spelled = (struct spelled){ all, SPELLINGS };
	return kind;
}

const struct mailbox *spelled_in(const struct spelled *spelled, unsigned reading)
{
	return &spelled->at[spelled->count == 1 ? 0 : reading % SPELLINGS];
}

unsigned spelled_readings(const struct spelled *spelled, unsigned index)
{
	unsigned readings = 0;

	if (spelled->count == 1)
		return READINGS_ALL;
	for (unsigned i = 0; i < index; i++)
		if (text_equals(spelled->at[i].address, spelled->at[index].address))
			return 0;
	for (unsigned reading = 0; reading < READINGS; reading++)
		if (text_equals(spelled_in(spelled, reading)->address, spelled->at[index].address))
			readings |= 1u << reading;
	return readings;
}

/* ---- the readings of the message ---- */

static struct slot *slot_at(struct message *message, int slot)
{
	return slot < 0 ? NULL : &message->request.slots[slot];
}

static void keep(struct slot *out, const struct slot *slot)
{
	if (slot)
		*out = *slot;
}

static void load(struct slot *slot, const struct slot *kept)
{
	if (slot)
		*slot = *kept;
}

void readings_change(struct message *message, size_t index)
{
	struct slot *recipients = slot_at(message, message->generation->slot[KEY_RECIPIENTS]);
	struct slot *feedback = slot_at(message, message->generation->slot[KEY_FEEDBACK_ADDRESS]);

	keep(&message->readings[message->reading].recipients, recipients);
	keep(&message->readings[message->reading].feedback, feedback);
	load(recipients, &message->readings[index].recipients);
	load(feedback, &message->readings[index].feedback);
	message->reading = index;
}

/* Values of its own for a slot that another one has too. */
static bool copy_values(struct message *message, struct slot *slot)
{
	if (!slot->room)
		return true;
	struct value *values = arena_array(&message->arena, slot->room, sizeof *values);
	if (!values)
		return false;
	memcpy(values, slot->values, slot->count * sizeof *values);
	slot->values = values;
	return true;
}

/* These readings leave class `index`, and are a class of their own. False when memory is short. */
static bool leave(struct message *message, size_t index, unsigned readings)
{
	struct reading *reading = &message->readings[message->reading_count];

	readings_enter(message, index);
	*reading = (struct reading){ .of = readings };
	keep(&reading->recipients, slot_at(message, message->generation->slot[KEY_RECIPIENTS]));
	keep(&reading->feedback, slot_at(message, message->generation->slot[KEY_FEEDBACK_ADDRESS]));
	if (!copy_values(message, &reading->recipients) || !copy_values(message, &reading->feedback))
		return false;
	message->readings[index].of &= ~readings;
	message->reading_count++;
	return true;
}

/* Part those in which a text is not the same. `of` has one text a reading. False when memory is short. */
static bool part(struct message *message, const struct text of[READINGS])
{
	if (!message->readings) {
		message->readings = arena_array(&message->arena, READINGS, sizeof *message->readings);
		if (!message->readings)
			return false;
		message->readings[0].of = READINGS_ALL;
	}
	for (size_t i = 0; i < message->reading_count; i++) {
		unsigned all = message->readings[i].of, others = 0;
		struct text first = of[__builtin_ctz(all)];
		for (unsigned reading = 0; reading < READINGS; reading++)
			if (all & 1u << reading && !text_equals(of[reading], first))
				others |= 1u << reading;
		/* What is not the same among them is parted in its turn. */
		if (others && !leave(message, i, others))
			return false;
	}
	return true;
}

bool readings_recipient_apart(struct message *message, const struct spelled *spelled)
{
	int slot = message->generation->slot[KEY_RECIPIENTS];
	struct text of[READINGS];

	if (slot < 0)
		return true;
	for (unsigned reading = 0; reading < READINGS; reading++)
		of[reading] = spelled_in(spelled, reading)->address;
	if (!part(message, of))
		return false;
	for (size_t i = 0; i < message->reading_count; i++) {
		readings_enter(message, i);
		if (!request_value(&message->request, slot, of[__builtin_ctz(message->readings[i].of)]))
			return false;
	}
	return true;
}

void readings_recipient_back(struct message *message)
{
	for (size_t i = 0; i < message->reading_count; i++) {
		readings_enter(message, i);
		request_value_back(&message->request, message->generation->slot[KEY_RECIPIENTS]);
	}
}

void readings_state_apart(struct message *message, int slot, enum slot_state state)
{
	for (size_t i = 0; i < message->reading_count; i++) {
		readings_enter(message, i);
		request_state(&message->request, slot, state);
	}
}

bool readings_feedback(struct message *message, const struct header_mailbox *header)
{
	const struct spelled *envelope = &message->envelope;
	int slot = message->generation->slot[KEY_FEEDBACK_ADDRESS];
	struct text of[READINGS];

	if (slot < 0)
		return true;
	if (!header && envelope->count == 1 && message->reading_count == 1)
		return request_value_only(&message->request, slot, envelope->at->address);
	for (unsigned reading = 0; reading < READINGS; reading++) {
		enum feedback which = header ? reading / SPELLINGS : FEEDBACK_ENVELOPE;
		const struct mailbox *written = header && header->written.kind == MAILBOX_ADDRESS ? &header->written : NULL;
		of[reading] = which == FEEDBACK_ENVELOPE       ? spelled_in(envelope, reading)->address
			: which == FEEDBACK_WRITTEN && written ? written->address
							       : header->mailbox.address;
	}
	if (!part(message, of))
		return false;
	for (size_t i = 0; i < message->reading_count; i++) {
		readings_enter(message, i);
		if (!request_value_only(&message->request, slot, of[__builtin_ctz(message->readings[i].of)]))
			return false;
	}
	return true;
}
