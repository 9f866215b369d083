/* SPDX-License-Identifier: BSD-2-Clause */
/* What records and explanations ask a message that may be read in several ways. */
#include "ses/message_report.h"

#include "ses/message_ask.h"
#include "ses/message_readings.h"

/* The MTA's form of it, where it is another one. */
static struct text completed_form(const struct spelled *spelled)
{
	struct text given = spelled_in(spelled, SPELLING_GIVEN)->address, told = spelled_in(spelled, SPELLING_TOLD)->address;

	return text_equals(given, told) ? TEXT("") : told;
}

struct text message_sender_completed(const struct message *message)
{
	return message->envelope.count ? completed_form(&message->envelope) : TEXT("");
}

struct text message_recipient_completed(const struct message *message, size_t index)
{
	size_t low = 0, high = message->respelled_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (message->respelled[middle].recipient < index)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == message->respelled_count || message->respelled[low].recipient != index)
		return TEXT("");
	return completed_form(&message->respelled[low].spelled);
}

/* Each ask in each of the readings in which it is asked; those of one reading together. False: there are not so many. */
static bool request_find(const struct message *message, size_t index, size_t *ask, size_t *reading)
{
	for (*reading = 0; *reading < message->reading_count; ++*reading)
		for (*ask = 0; *ask < message->ask_count; ++*ask)
			if (message->asks[*ask].readings & readings_of(message, *reading) && index-- == 0)
				return true;
	return false;
}

size_t message_request_count(const struct message *message)
{
	size_t count = 0;

	for (size_t reading = 0; reading < message->reading_count; reading++)
		for (size_t i = 0; i < message->ask_count; i++)
			count += (message->asks[i].readings & readings_of(message, reading)) != 0;
	return count;
}

const struct request *message_request(struct message *message, size_t index)
{
	size_t ask, reading;

	/* To explain takes as long as it takes. */
	message->request.work = NULL;
	if (!request_find(message, index, &ask, &reading) || !ask_load(message, &message->asks[ask]))
		return NULL;
	readings_enter(message, reading);
	return &message->request;
}

struct text message_request_sender(const struct message *message, size_t index)
{
	size_t ask, reading;

	return request_find(message, index, &ask, &reading) ? message->senders[message->asks[ask].sender].address : TEXT("");
}
