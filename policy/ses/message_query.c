/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/message_query.h"

#include "base/arena_grow.h"
#include "ses/facts.h"
#include "iam/plan.h"

#include <string.h>

bool query_prepare(struct message *message, enum principal_found *found)
{
	const struct generation *generation = message->generation;
	const struct principal_rule *rule;

	*found = PRINCIPAL_MEMORY;
	if (!request_init(&message->request, generation->set, &message->arena))
		return false;
	*found = principal_find(&generation->principals, &message->arena, message->client->login, &message->client->ip, &rule,
		&message->caller);
	/* Of one who is nobody there is nothing more to say. */
	if (*found != PRINCIPAL_FOUND)
		return *found != PRINCIPAL_MEMORY;
	message->rule = rule;
	return facts_of_generation(&message->request, generation) &&
		facts_of_caller(&message->request, generation, rule, &message->caller) &&
		facts_of_client(&message->request, generation, message->client, &message->now);
}

static const struct plan *plan_at_load(const struct message *message, const struct known_resource *known)
{
	return known && message->rule->plans ? message->rule->plans[known - message->generation->resources] : NULL;
}

static bool append(struct message *message, const struct query *query)
{
	message->crowded = message->crowded || message->query_count == QUERIES_MAX;
	if (message->crowded ||
		!arena_grow(&message->arena, &message->queries, message->query_count, &message->query_room,
			sizeof *message->queries))
		return false;
	message->queries[message->query_count++] = *query;
	message->queried = NULL;
	return true;
}

static bool add(struct message *message, unsigned sender, struct text resource, const struct known_resource *known, bool open,
	bool recipient, unsigned readings)
{
	for (size_t i = 0; i < message->query_count && readings; i++)
		if (message->queries[i].sender == sender && text_equals(message->queries[i].resource, resource)) {
			readings &= ~message->queries[i].readings;
			message->queries[i].recipient = message->queries[i].recipient && recipient;
		}
	return !readings ||
		append(message,
			&(struct query){ .sender = sender,
				.resource = resource,
				.known = known,
				.open = open,
				.recipient = recipient,
				.readings = readings,
				.plan = plan_at_load(message, known) });
}

bool query_again(struct message *message, const struct query *query)
{
	struct query again = *query;

	again.allowed = 0;
	again.tenantless = true;
	return append(message, &again);
}

enum identity_found message_identity_resource(struct message *message, const struct mailbox *mailbox, struct text *resource,
	const struct known_resource **known)
{
	const struct generation *generation = message->generation;
	struct text identity;
	size_t index;
	enum identity_found found = identity_of(&message->arena, generation->identities, generation->identity_count, mailbox,
		&identity, &index);

	*known = found == IDENTITY_KNOWN ? &generation->resources[index] : NULL;
	if (*known)
		*resource = (*known)->text;
	else if (found == IDENTITY_UNKNOWN)
		*resource = identity_arn(&message->arena, generation->partition, generation->region, generation->account, identity);
	if (found == IDENTITY_MEMORY || !resource->at)
		return IDENTITY_MEMORY;
	return *known && (*known)->unverified ? IDENTITY_UNKNOWN : found;
}

/* The number of a sender; that of the next one if it is not there yet. */
static unsigned sender_find(const struct message *message, const struct mailbox *mailbox, struct text name)
{
	unsigned i = mailbox ? 0 : (unsigned)message->sender_count;

	while (i < message->sender_count &&
		!(text_equals(message->senders[i].address, mailbox->address) && text_equals(message->senders[i].name, name) &&
			(!message->senders[i].name_open || message->generation->slot[KEY_FROM_DISPLAY_NAME] < 0)))
		i++;
	return i;
}

bool query_sender(struct message *message, const struct mailbox *mailbox, struct text name, bool name_open, unsigned readings)
{
	const struct generation *generation = message->generation;
	/* Of a sender who is not known: whatever identity it will be. */
	const struct known_resource *known = &generation->resources[generation->identity_count];
	struct text resource = known->text;

	/* The header most often names whom the envelope names. */
	unsigned index = sender_find(message, mailbox, name);
	if (index < message->sender_count && (message->senders[index].readings & readings) == readings)
		return true;
	if (mailbox && message_identity_resource(message, mailbox, &resource, &known) == IDENTITY_MEMORY)
		return false;
	if (index == message->sender_count) {
		if (!arena_grow(&message->arena, &message->senders, message->sender_count, &message->sender_room,
			    sizeof *message->senders))
			return false;
		message->senders[message->sender_count++] = (struct sender){ .address = mailbox ? mailbox->address : TEXT(""),
			.name = name,
			.name_open = name_open,
			.resource = resource };
	}
	message->senders[index].readings |= readings;
	return add(message, index, resource, known, !mailbox, false, readings);
}

static bool query_all(struct message *message, struct text resource, const struct known_resource *known, bool recipient,
	unsigned readings)
{
	for (unsigned i = 0; i < message->sender_count; i++)
		if (!add(message, i, resource, known, false, recipient, readings & message->senders[i].readings))
			return false;
	return true;
}

bool query_resource(struct message *message, struct text resource, unsigned readings)
{
	return query_all(message, resource, NULL, false, readings);
}

enum identity_found query_identity(struct message *message, const struct mailbox *mailbox, unsigned readings, bool recipient)
{
	const struct known_resource *known;
	struct text resource;
	enum identity_found found = message_identity_resource(message, mailbox, &resource, &known);

	return found != IDENTITY_MEMORY && query_all(message, resource, known, recipient, readings) ? found : IDENTITY_MEMORY;
}

bool message_recipient_is_simulator(const struct mailbox *mailbox)
{
	return text_equals_fold(mailbox->domain, TEXT("simulator.amazonses.com"));
}

void query_clear(struct message *message)
{
	message->sender_count = message->query_count = 0;
	message->queried = NULL;
}

static bool load_resource(struct request *request, const struct query *query)
{
	if (!query->known)
		return request_resource(request, query->resource);
	request_resource_fields(request, query->resource, &query->known->fields, query->open);
	return true;
}

bool query_load(struct message *message, struct query *query)
{
	const struct generation *generation = message->generation;
	const struct sender *sender = &message->senders[query->sender];
	struct request *request = &message->request;

	if (message->queried == query)
		return true;
	message->queried = query;
	if (!load_resource(request, query) || !request_value_only(request, generation->slot[KEY_FROM_ADDRESS], sender->address) ||
		!request_value_only(request, generation->slot[KEY_FROM_DISPLAY_NAME], sender->name) ||
		!request_value_only(request, generation->slot[KEY_RESOURCE_ACCOUNT], request->resource.field[ARN_ACCOUNT]))
		return false;
	if (!sender->address.length)
		request_state(request, generation->slot[KEY_FROM_ADDRESS], SLOT_PENDING);
	if (sender->name_open)
		request_state(request, generation->slot[KEY_FROM_DISPLAY_NAME], SLOT_PENDING);
	if (message->tenant.length &&
		!request_value_only(request, generation->slot[KEY_TENANT_NAME], query->tenantless ? TEXT("") : message->tenant))
		return false;
	request->plan = query->plan;
	if (!query->plan && !plan_prepare(request))
		return false;
	query->plan = request->plan;
	message->queried = query;
	return true;
}
