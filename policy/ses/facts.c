/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/facts.h"

#include <stdio.h>

/* The friendly name: what follows the path in user/path/NAME. */
static struct text user_name(struct text principal)
{
	size_t at = principal.length;

	while (at && principal.at[at - 1] != '/')
		at--;
	return text_from(principal, at);
}

bool facts_of_generation(struct request *request, const struct generation *generation)
{
	const struct generation *g = generation;

	request->action = TEXT(SES_ACTION);
	request->identity_allows_all = g->identity_allows_all;
	return request_caller(request, g->principal) &&
		/* The SMTP interface counts as version 2 of the API. */
		request_value(request, g->slot_api_version, TEXT("2")) &&
		request_value(request, g->slot_principal_arn, g->principal) &&
		request_value(request, g->slot_principal_account, g->account) &&
		request_value(request, g->slot_principal_type, TEXT("User")) &&
		request_value(request, g->slot_username, user_name(g->principal)) &&
		request_value(request, g->slot_region, g->region) &&
		request_value(request, g->slot_resource_account, g->account);
}

void facts_of_no_message(struct request *request, const struct generation *generation)
{
	const int pending[] = {
		generation->slot_from, generation->slot_feedback, generation->slot_source_ip,
		generation->slot_current_time, generation->slot_epoch_time, generation->slot_secure_transport,
	};

	for (size_t i = 0; i < sizeof pending / sizeof *pending; i++)
		request_state(request, pending[i], SLOT_PENDING);
	request_state(request, generation->slot_recipients, SLOT_OPEN);
}

/* A printed value for a slot; no slot, nothing to print. */
static bool printed(struct request *request, int slot, const char *text)
{
	if (slot < 0)
		return true;
	struct text copy = arena_text(request->arena, text_of(text));
	return copy.at && request_value(request, slot, copy);
}

static bool source_ip(struct request *request, int slot, const struct ip *ip)
{
	char text[IP_TEXT_SIZE];

	return !ip->family || slot < 0 || printed(request, slot, ip_print(ip, text));
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

bool facts_of_message(struct request *request, const struct generation *generation, struct text sender,
	const struct client *client, const struct instant *now)
{
	request_state(request, generation->slot_recipients, SLOT_OPEN);
	return request_value(request, generation->slot_from, sender) &&
		request_value(request, generation->slot_feedback, sender) &&
		source_ip(request, generation->slot_source_ip, &client->ip) &&
		moment(request, generation, now) &&
		request_value(request, generation->slot_secure_transport, client->tls ? TEXT("true") : TEXT("false"));
}
