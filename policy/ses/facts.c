/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/facts.h"

#include <stdio.h>

bool facts_of_generation(struct request *request, const struct generation *generation)
{
	request->action = TEXT(SES_ACTION);
	/* The SMTP interface counts as version 2 of the API. */
	return request_value(request, generation->slot_api_version, TEXT("2")) &&
		request_value(request, generation->slot_region, generation->region);
}

void facts_of_identity(struct request *request, const struct principal_rule *rule, const struct caller *caller)
{
	request->caller = *caller;
	request->identity_group = rule->group;
	request->identity_allows_all = rule->group == POLICY_GROUP_RESOURCE;
}

bool facts_of_caller(struct request *request, const struct generation *generation, const struct principal_rule *rule,
	const struct caller *caller)
{
	struct principal_facts facts = rule->facts;

	if (rule->has_login && !principal_facts_find(request->arena, caller, &facts))
		return false;
	facts_of_identity(request, rule, caller);
	return request_value(request, generation->slot_principal_arn, facts.arn) &&
		request_value(request, generation->slot_principal_account, caller->account) &&
		request_value_only(request, generation->slot_principal_type, facts.type) &&
		request_value_only(request, generation->slot_username, facts.user_name) &&
		context_apply(&rule->context, request);
}

void facts_pending(struct request *request, const struct generation *generation)
{
	const struct generation *g = generation;
	const int pending[] = {
		g->slot_from, g->slot_display_name, g->slot_feedback, g->slot_source_ip, g->slot_current_time, g->slot_epoch_time,
		g->slot_secure_transport, g->slot_principal_arn, g->slot_principal_account, g->slot_principal_type,
		g->slot_username, g->slot_resource_account, g->slot_tenant,
	};

	for (size_t i = 0; i < sizeof pending / sizeof *pending; i++)
		if (pending[i] >= 0 && request->slots[pending[i]].state == SLOT_ABSENT)
			request_state(request, pending[i], SLOT_PENDING);
	for (size_t i = 0; i < g->principals.count; i++)
		context_pending(&g->principals.rules[i].context, request);
	for (size_t i = 0; i < g->network_count; i++)
		context_pending(&g->networks[i].context, request);
	context_pending(&g->context, request);
	request_state(request, g->slot_recipients, SLOT_OPEN);
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

static bool moment(struct request *request, const struct generation *generation, const struct instant *now)
{
	char text[INSTANT_TEXT_SIZE], epoch[INSTANT_TEXT_SIZE];

	if (generation->slot_current_time >= 0)
		instant_print(now, text);
	if (generation->slot_epoch_time >= 0)
		snprintf(epoch, sizeof epoch, "%lld", (long long)now->seconds);
	return printed(request, generation->slot_current_time, text) && printed(request, generation->slot_epoch_time, epoch);
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
	request_state(request, generation->slot_recipients, SLOT_OPEN);
	return source_ip(request, generation->slot_source_ip, client) &&
		moment(request, generation, now) &&
		request_value(request, generation->slot_secure_transport, client->tls ? TEXT("true") : TEXT("false")) &&
		network_context(request, generation, &client->ip) &&
		context_apply(&generation->context, request);
}
