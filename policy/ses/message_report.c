/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/message_report.h"

#include "ses/message_query.h"
#include "ses/message_readings.h"

struct text message_login(const struct message *message)
{
	struct text name;

	login_name(&message->generation->principals.realms, message->client->login, &name);
	return name;
}

bool message_login_strays(const struct message *message)
{
	return message->rule && stray_login_is(&message->generation->principals, message->rule, message->client->login);
}

const char *message_login_stray(const struct message *message, char out[STRAY_LOGIN_SIZE])
{
	return stray_login_say(&message->generation->principals, message->rule, message->client->login, &message->client->ip, out);
}

struct text message_sender_address(const struct message *message)
{
	return message->sender.address;
}

size_t message_recipient_count(const struct message *message)
{
	return message->recipient_count;
}

struct text message_recipient_address(const struct message *message, size_t index)
{
	return message->recipients[index];
}

size_t message_from_count(const struct message *message)
{
	return message->from.count;
}

struct text message_from_address(const struct message *message, size_t index)
{
	const struct header_mailbox *from = &message->from.at[index];

	return from->written.kind == MAILBOX_ADDRESS ? from->written.address : from->mailbox.address;
}

bool message_from_is_read(const struct message *message)
{
	return message->from_read;
}

bool message_from_is_named(const struct message *message)
{
	return message->from_read && message->generation->slot[KEY_FROM_DISPLAY_NAME] >= 0;
}

struct text message_from_name(const struct message *message, size_t index)
{
	return message->from.at[index].name;
}

bool message_from_headers(const struct message *message, const struct text **values, size_t *count)
{
	const struct header_values *from = &message->headers.of[HEADER_FROM];

	*values = from->values;
	*count = from->kept;
	return message->headers_come && (message->generation->wants_headers || message->generation->keeps_headers) &&
		from->kept == from->count;
}

struct text message_return_path(const struct message *message)
{
	return message->return_path;
}

struct text message_header_value(const struct message *message, enum header_field field)
{
	const struct header_values *values = &message->headers.of[field];

	return values->kept ? values->values[0] : TEXT("");
}

size_t message_resource_count(const struct message *message)
{
	return message->query_count;
}

struct text message_resource(const struct message *message, size_t index)
{
	return message->queries[index].resource;
}

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

/* Each query in each of the readings that it is for; those of one reading together. False: there are not so many. */
static bool request_find(const struct message *message, size_t index, size_t *query, size_t *reading)
{
	for (*reading = 0; *reading < message->reading_count; ++*reading)
		for (*query = 0; *query < message->query_count; ++*query)
			if (message->queries[*query].readings & readings_of(message, *reading) && index-- == 0)
				return true;
	return false;
}

size_t message_request_count(const struct message *message)
{
	size_t count = 0;

	for (size_t reading = 0; reading < message->reading_count; reading++)
		for (size_t i = 0; i < message->query_count; i++)
			count += (message->queries[i].readings & readings_of(message, reading)) != 0;
	return count * connection_count(message->generation);
}

const struct request *message_request(struct message *message, size_t index)
{
	size_t query, reading, addresses = connection_count(message->generation);

	/* To explain takes as long as it takes. */
	message->request.work = NULL;
	if (!request_find(message, index / addresses, &query, &reading) || !query_load(message, &message->queries[query]))
		return NULL;
	readings_enter(message, reading);
	connection_enter(message->generation, &message->request, index % addresses);
	return &message->request;
}

struct text message_request_sender(const struct message *message, size_t index)
{
	size_t query, reading;

	index /= connection_count(message->generation);
	return request_find(message, index, &query, &reading) ? message->senders[message->queries[query].sender].address : TEXT("");
}

unsigned message_request_sender_of(const struct message *message, size_t index, enum from_address setting)
{
	struct text address = message_request_sender(message, index);
	unsigned of = 0;

	for (unsigned i = 0; address.length && i < message->envelope.count; i++)
		if (message->sender.kind == MAILBOX_ADDRESS && text_equals(message->envelope.at[i].address, address))
			of |= SENDER_OF_ENVELOPE;
	for (size_t i = 0; address.length && i < message->from.count; i++) {
		const struct header_mailbox *from = &message->from.at[i];
		if (text_equals(from->mailbox.address, address) ||
			(from->written.kind == MAILBOX_ADDRESS && text_equals(from->written.address, address)))
			of |= SENDER_OF_HEADER;
	}
	if (setting == FROM_ENVELOPE)
		return of & SENDER_OF_ENVELOPE;
	return setting == FROM_HEADER && of & SENDER_OF_HEADER ? SENDER_OF_HEADER : of;
}

struct text message_request_egress(const struct message *message, size_t index)
{
	return connection_address(message->generation, index % connection_count(message->generation));
}
