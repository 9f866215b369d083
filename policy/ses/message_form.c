/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/message_form.h"

static bool refuse(struct message *message, enum reason reason, struct text value, struct outcome *against)
{
	*against = outcome_refuse(message, against->stage, reason, value);
	return false;
}

bool message_form_address(struct message *message, struct text raw, struct outcome *against)
{
	size_t i = 0;

	while (i < raw.length && (unsigned char)raw.at[i] < 0x80)
		i++;
	if (i == raw.length)
		return true;
	/* The outcome outlives the event that brought it. */
	struct text address = arena_text(&message->arena, raw);
	if (address.at) {
		refusal_not_ascii(message->text, against->stage == STAGE_MAIL ? "MAIL FROM" : "RCPT TO");
		return refuse(message, REASON_FORM_ADDRESS, address, against);
	}
	*against = outcome_trouble(message, against->stage);
	return false;
}

/* A From header that nobody else reads. False when memory is short. */
static bool mailboxes_are_read(struct message *message, struct text value, struct header_mailboxes *out)
{
	return value.length <= FORM_MAILBOX_MAX ||
		from_header_read(&message->arena, value, message->generation->address_case, false, out) != HEADER_MEMORY;
}

bool message_form_headers(struct message *message, struct outcome *against)
{
	const struct header_values *from = &message->headers.of[HEADER_FROM];
	const struct generation *generation = message->generation;
	struct header_mailboxes read = { 0 };

	if (!generation->form_check)
		return true;
	if (message->form.illegal.at) {
		refusal_form(message->text, "Illegal header", message->form.illegal);
		return refuse(message, REASON_FORM, message->form.illegal, against);
	}
	if (message->form.twice) {
		refusal_form(message->text, "Duplicate header", text_of(message->form.twice));
		return refuse(message, REASON_FORM, text_of(message->form.twice), against);
	}
	if (!from->count && message->client->headers_complete && message->client->headers_whole) {
		refusal_form(message->text, "Missing required header", TEXT("From"));
		return refuse(message, REASON_FORM, TEXT("From"), against);
	}
	if (from->kept && !from->values[0].length) {
		refusal_form(message->text, "Empty required header", TEXT("From"));
		return refuse(message, REASON_FORM, TEXT("From"), against);
	}
	if (generation->wants_from || !from->kept)
		return true;
	if (mailboxes_are_read(message, from->values[0], &read))
		return message_form_mailboxes(message, &read, against);
	*against = outcome_trouble(message, against->stage);
	return false;
}

bool message_form_mailboxes(struct message *message, const struct header_mailboxes *from, struct outcome *against)
{
	for (size_t i = 0; message->generation->form_check && i < from->count; i++)
		if (from->at[i].bytes > FORM_MAILBOX_MAX) {
			refusal_too_long(message->text);
			return refuse(message, REASON_FORM, from->at[i].mailbox.address, against);
		}
	return true;
}
