/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/explain_account.h"

#include "iam/arn.h"
#include "ses/account_sets.h"
#include "ses/account_suppressed.h"
#include "ses/account_tenants.h"
#include "ses/identity.h"

#include <stdarg.h>
#include <stdio.h>

#define SHOWN_SIZE 256

struct account_lines {
	const struct generation *generation;
	const struct account_state *state;
	struct arena *arena;
	struct explained *out;
	struct text set; /* that the message names, or empty */
};

static bool put(const struct account_lines *lines, const char *text)
{
	lines->out->account[lines->out->account_count] = text;
	return text && ++lines->out->account_count;
}

static bool put_account(const struct account_lines *lines)
{
	const struct account_state *state = lines->state;
	char when[INSTANT_TEXT_SIZE];

	instant_print(&state->oldest, when);
	if (!state->has[PART_ACCOUNT])
		return put(lines, arena_printf(lines->arena, "the account, as of %s", when));
	return put(lines,
		arena_printf(lines->arena, "the account, as of %s: %s, %s", when, state->paused ? "paused" : "sends",
			state->sandbox ? "in the sandbox" : "has production access"));
}

static bool is_verified(const struct generation *generation, struct text name)
{
	for (size_t i = 0; i < generation->identity_count; i++)
		if (text_equals(generation->identities[i], name))
			return !generation->resources[i].unverified;
	return false;
}

static bool put_identity(const struct account_lines *lines, struct text name)
{
	char shown[SHOWN_SIZE];

	if (!lines->state->has[PART_IDENTITIES])
		return true;
	return put(lines,
		arena_printf(lines->arena, "identity %s: %s", text_escape(name, shown, sizeof shown),
			is_verified(lines->generation, name) ? "verified" : "not verified"));
}

static bool put_set(const struct account_lines *lines, struct text name)
{
	const struct account_set *set = account_set_find(lines->state, name);
	char shown[SHOWN_SIZE];

	if (!lines->state->has[PART_SETS])
		return true;
	return put(lines,
		arena_printf(lines->arena, "configuration set %s: %s", text_escape(name, shown, sizeof shown),
			!set               ? "does not exist"
				: set->off ? "paused"
					   : "sends"));
}

static bool put_tenant(const struct account_lines *lines, struct text name)
{
	const struct account_tenant *tenant = account_tenant_find(lines->state, name);
	char shown[SHOWN_SIZE];

	if (!lines->state->has[PART_TENANTS] || !name.length)
		return true;
	return put(lines,
		arena_printf(lines->arena, "tenant %s: %s", text_escape(name, shown, sizeof shown),
			!tenant                  ? "does not exist"
				: tenant->paused ? "paused"
						 : "sends"));
}

static bool put_recipient(const struct account_lines *lines, struct text address)
{
	unsigned found = account_suppressed_find(lines->state, address);
	bool bounce = found >> SUPPRESSION_BOUNCE & 1, complaint = found >> SUPPRESSION_COMPLAINT & 1;
	char shown[SHOWN_SIZE];

	return !found ||
		put(lines,
			arena_printf(lines->arena, "recipient %s: suppressed for %s%s%s", text_escape(address, shown, sizeof shown),
				bounce ? "BOUNCE" : "", bounce && complaint ? " and " : "", complaint ? "COMPLAINT" : ""));
}

static bool resource_before(const struct message *message, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (text_equals(message_resource(message, i), message_resource(message, index)))
			return true;
	return false;
}

/* A resource of this account and region; what is open has no name yet. */
static bool put_resource(const struct account_lines *lines, struct text resource)
{
	const struct generation *generation = lines->generation;
	struct text identity = TEXT("identity/"), set = TEXT("configuration-set/"), name;
	struct arn arn;

	if (!arn_split(resource, &arn) || !text_equals(arn.field[ARN_ACCOUNT], generation->account) ||
		!text_equals(arn.field[ARN_REGION], generation->region))
		return true;
	name = arn.field[ARN_RESOURCE];
	if (text_starts_with(name, identity) && name.length > identity.length)
		return put_identity(lines, text_from(name, identity.length));
	if (!text_starts_with(name, set) || text_equals(text_from(name, set.length), lines->set))
		return true;
	return put_set(lines, text_from(name, set.length));
}

static bool put_resources(const struct account_lines *lines, const struct message *message)
{
	for (size_t i = 0; i < message_resource_count(message); i++)
		if (!resource_before(message, i) && !put_resource(lines, message_resource(message, i)))
			return false;
	return true;
}

/* It is no resource of a message that has been stopped before. */
static bool put_named_set(const struct account_lines *lines)
{
	return !lines->set.length || put_set(lines, lines->set);
}

bool explain_account(const struct message *message, const struct generation *generation, struct arena *arena, struct explained *out)
{
	const struct account_lines lines = { generation, &generation->account_state, arena, out,
		message_header_value(message, HEADER_CONFIGURATION_SET) };
	size_t recipients = message_recipient_count(message);

	if (!lines.state->loaded)
		return true;
	/* The account, a set, a tenant; each resource; each recipient. */
	out->account = arena_array(arena, 3 + message_resource_count(message) + recipients, sizeof *out->account);
	if (!out->account || !put_account(&lines) || !put_resources(&lines, message) || !put_named_set(&lines) ||
		!put_tenant(&lines, message_header_value(message, HEADER_TENANT)))
		return false;
	for (size_t i = 0; i < recipients; i++)
		if (!put_recipient(&lines, message_recipient_address(message, i)))
			return false;
	return true;
}
