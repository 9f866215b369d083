/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/facts.h"

#include "ses/stage.h"

#include <stdio.h>

bool facts_of_generation(struct request *request, const struct generation *generation)
{
	request->action = TEXT(SES_ACTION);
	/* The SMTP interface counts as version 2 of the API. */
	return request_value(request, generation->slot[KEY_API_VERSION], TEXT("2")) &&
		request_value(request, generation->slot[KEY_REQUESTED_REGION], generation->region) &&
		connection_facts(generation, request);
}

void facts_of_identity(struct request *request, const struct principal_rule *rule, const struct caller *caller)
{
	request->caller = *caller;
	request->policies = caller->entity ? &caller->entity->policies : &rule->policies;
}

/* What IAM says of the caller, where the site does not: its tags and id. False when memory is short. */
static bool entity_values(struct request *request, const struct directory_entity *entity)
{
	for (size_t i = 0; entity && i < entity->value_count; i++) {
		const struct directory_value *value = &entity->values[i];
		if (value->slot >= 0 && request->slots[value->slot].state == SLOT_ABSENT &&
			!request_value(request, value->slot, value->text))
			return false;
	}
	return true;
}

bool facts_of_caller(struct request *request, const struct generation *generation, const struct principal_rule *rule,
	const struct caller *caller)
{
	struct principal_facts facts = rule->facts;

	if (rule->has_login && !principal_facts_find(request->arena, caller, &facts))
		return false;
	facts_of_identity(request, rule, caller);
	return request_value(request, generation->slot[KEY_PRINCIPAL_ARN], facts.arn) &&
		request_value(request, generation->slot[KEY_PRINCIPAL_ACCOUNT], caller->account) &&
		request_value_only(request, generation->slot[KEY_PRINCIPAL_TYPE], facts.type) &&
		request_value_only(request, generation->slot[KEY_USERNAME], facts.user_name) &&
		context_apply(&rule->context, request) && entity_values(request, caller->entity);
}

void facts_pending(struct request *request, const struct generation *generation)
{
	for (size_t i = 0; i < MESSAGE_KEYS; i++) {
		int slot = generation->slot[i];
		bool open = key_rows[i].source == SOURCE_RECIPIENTS;
		if (open ||
			(slot >= 0 && generation_source(generation, slot) != SOURCE_SITE &&
				request->slots[slot].state == SLOT_ABSENT))
			request_state(request, slot, open ? SLOT_OPEN : SLOT_PENDING);
	}
	connection_pending(generation, request);
	for (size_t i = 0; i < generation->principals.count; i++)
		context_pending(&generation->principals.rules[i].context, request);
	for (size_t i = 0; generation->principals.directory && i < generation->principals.directory->slot_count; i++)
		if (request->slots[generation->principals.directory->slots[i]].state == SLOT_ABSENT)
			request_state(request, generation->principals.directory->slots[i], SLOT_PENDING);
	for (size_t i = 0; i < generation->network_count; i++)
		context_pending(&generation->networks[i].context, request);
	context_pending(&generation->context, request);
}

/* A printed value for a slot; no slot, nothing to print. */
static bool printed(struct request *request, int slot, const char *text)
{
	if (slot < 0)
		return true;
	struct text copy = arena_text(request->arena, text_of(text));
	return copy.at && request_value(request, slot, copy);
}

static bool source_ip(struct request *request, int slot, const struct client *client)
{
	struct text printed = client->printed;
	char text[IP_TEXT_SIZE];

	if (!client->ip.family || slot < 0)
		return true;
	if (!printed.length)
		printed = arena_text(request->arena, text_of(ip_print(&client->ip, text)));
	return printed.at && request_value_ip(request, slot, printed, &client->ip);
}

static bool connection_of_client(struct request *request, const struct generation *generation, const struct client *client)
{
	return source_ip(request, generation->slot[KEY_SOURCE_IP], client) &&
		request_value(request, generation->slot[KEY_SECURE_TRANSPORT], client->tls ? TEXT("true") : TEXT("false"));
}

static bool moment(struct request *request, const struct generation *generation, const struct instant *now)
{
	char text[INSTANT_TEXT_SIZE], epoch[INSTANT_TEXT_SIZE];

	if (generation->slot[KEY_CURRENT_TIME] >= 0)
		instant_print(now, text);
	if (generation->slot[KEY_EPOCH_TIME] >= 0)
		snprintf(epoch, sizeof epoch, "%lld", (long long)now->seconds);
	return printed(request, generation->slot[KEY_CURRENT_TIME], text) &&
		printed(request, generation->slot[KEY_EPOCH_TIME], epoch);
}

/* Of the first network that the client is in. */
static bool network_context(struct request *request, const struct generation *generation, const struct ip *ip)
{
	for (size_t i = 0; i < generation->network_count; i++)
		if (ip->family && ip_network_holds(&generation->networks[i].network, ip))
			return context_apply(&generation->networks[i].context, request);
	return true;
}

bool facts_of_client(struct request *request, const struct generation *generation, const struct client *client,
	const struct instant *now)
{
	request_state(request, generation->slot[KEY_RECIPIENTS], SLOT_OPEN);
	return (generation->connection.relay || connection_of_client(request, generation, client)) &&
		moment(request, generation, now) && network_context(request, generation, &client->ip) &&
		context_apply(&generation->context, request);
}
