/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint/supply.h"

#include "iam/condition_match.h"
#include "iam/key.h"

#include <string.h>

/* Of the keys that the message fills in, what is certain all the same. */
static bool message_keys(struct supply *supply)
{
	const struct lint_site *site = supply->subject->site;
	struct request *open = &supply->open;
	bool relay = supply->connection.relay;

	for (size_t i = 0; i < MESSAGE_KEYS; i++) {
		int slot = request_slot(open, text_of(key_rows[i].name));
		enum key_source source = key_rows[i].source;
		if (i == KEY_REQUESTED_REGION && site->region) {
			if (!request_value(open, slot, text_of(site->region)))
				return false;
		} else if (i == KEY_SECURE_TRANSPORT && relay) {
			if (!request_value(open, slot, TEXT("true")))
				return false;
		} else if (source == SOURCE_RECIPIENTS) {
			request_state(open, slot, SLOT_OPEN);
		} else if (source != SOURCE_TENANT && (i != KEY_SOURCE_IP || !relay)) {
			request_state(open, slot, SLOT_PENDING);
		}
	}
	return true;
}

/* The first to speak wins: what one client's principal or network says is not what another's does. */
static void of_some(struct supply *supply, const struct map *context)
{
	for (size_t i = 0; i < context->count; i++)
		request_state(&supply->open, request_slot(&supply->open, text_of(context->at[i].name)), SLOT_PENDING);
}

/* What IAM says of a user or role: its id and its tags (iam/directory.h). */
static void of_iam(struct supply *supply)
{
	const struct text tags = TEXT("aws:PrincipalTag/");

	for (size_t slot = 0; slot < policy_set_key_count(supply->subject->set); slot++) {
		struct text name = policy_set_key_name(supply->subject->set, slot);
		if (text_equals_fold(name, TEXT("aws:userid")) || text_starts_with_fold(name, tags))
			request_state(&supply->open, (int)slot, SLOT_PENDING);
	}
}

static bool of_all(struct supply *supply, const struct map *context)
{
	for (size_t i = 0; i < context->count; i++) {
		int slot = request_slot(&supply->open, text_of(context->at[i].name));
		if (slot < 0 || supply->open.slots[slot].state != SLOT_ABSENT)
			continue;
		for (size_t n = 0; n < context->at[i].values.count; n++)
			if (!request_value(&supply->open, slot, text_of(context->at[i].values.at[n])))
				return false;
	}
	return true;
}

static bool fill(struct supply *supply)
{
	const struct site_options *options = supply->subject->site->options;
	struct faults faults;

	faults_init(&faults);
	bool good = connection_compile(&supply->arena, options, &supply->connection, &faults) || !faults.out_of_memory;
	faults_free(&faults);
	if (!good || !request_init(&supply->open, supply->subject->set, &supply->arena) || !message_keys(supply))
		return false;
	for (size_t i = 0; i < options->principals.count; i++)
		of_some(supply, &options->principals.at[i].context);
	for (size_t i = 0; i < options->networks.count; i++)
		of_some(supply, &options->networks.at[i].context);
	if (options->iam)
		of_iam(supply);
	return of_all(supply, &options->context);
}

bool supply_open(struct supply *supply, const struct subject *subject)
{
	*supply = (struct supply){ .subject = subject };
	bool good = fill(supply);

	supply->source_ip = good ? request_slot(&supply->open, text_of(key_rows[KEY_SOURCE_IP].name)) : -1;
	subject->findings->out_of_memory |= !good;
	if (good)
		supply_enter(supply, 0);
	return good;
}

void supply_close(struct supply *supply)
{
	arena_free(&supply->arena);
}

size_t supply_count(const struct supply *supply)
{
	return supply->connection.egress_count && supply->source_ip >= 0 ? supply->connection.egress_count : 1;
}

void supply_enter(struct supply *supply, size_t index)
{
	if (!supply->connection.egress_count || supply->source_ip < 0)
		return;
	const struct egress *egress = &supply->connection.egress[index];
	supply->open.slots[supply->source_ip].count = 0;
	/* A slot has room for one value from the beginning. */
	(void)request_value_ip(&supply->open, supply->source_ip, egress->text, &egress->ip);
}

/* The variable that keeps a text from being filled in, by its slot; -1: none. */
static int unresolved(const struct supply *supply, const struct template *template)
{
	for (size_t i = 0; i < template->count; i++) {
		const struct template_piece *piece = &template->pieces[i];
		if (piece->slot >= 0 && !piece->text.at && supply->open.slots[piece->slot].state == SLOT_ABSENT)
			return piece->slot;
	}
	return -1;
}

static bool is_open(const struct supply *supply, int slot)
{
	enum slot_state state = supply->open.slots[slot].state;

	return state == SLOT_PENDING || state == SLOT_OPEN;
}

int supply_key(const struct supply *supply, const struct condition *c)
{
	int key = c->slot;

	if (!is_open(supply, c->slot) || !c->template_count || c->template_count != c->value_count)
		return key;
	for (size_t i = 0; i < c->template_count; i++) {
		key = unresolved(supply, &c->templates[i]);
		if (key < 0)
			return c->slot;
	}
	return key;
}

enum supply_reason supply_reason(const struct supply *supply, const struct condition *c)
{
	int key = supply_key(supply, c);
	const struct key_info *info = policy_set_keys(supply->subject->set)[key].info;
	enum slot_state state = supply->open.slots[key].state;

	if (is_open(supply, key))
		return SUPPLY_MESSAGE;
	if (key == supply->source_ip)
		return supply->connection.egress_count ? SUPPLY_EGRESS : SUPPLY_ENDPOINT;
	switch (key_source(info)) {
	case SOURCE_SETTINGS:
		return state == SLOT_ABSENT ? SUPPLY_NOBODY : SUPPLY_CONTEXT;
	case SOURCE_TENANT:
		return SUPPLY_TENANT;
	case SOURCE_SITE:
		return SUPPLY_REGION;
	default:
		return SUPPLY_MESSAGE;
	}
}

/* No value of the policy comes to anything: what that makes of a value that is there, and of a key that is not. */
static enum truth without_values(const struct condition *c)
{
	bool present = c->how.op->negated;
	bool absent = c->how.if_exists || c->how.quantifier == QUANTIFIER_ALL ||
		(c->how.op->negated && c->how.quantifier == QUANTIFIER_NONE);

	return c->how.op->type != TYPE_STRING || present != absent ? TRUTH_PENDING : truth_of(present);
}

enum truth supply_holds(const struct supply *supply, const struct condition *c)
{
	if (supply_key(supply, c) != c->slot)
		return without_values(c);
	struct request folded = supply->open;
	enum truth written = condition_match(c, &supply->open);

	folded.folded = true;
	enum truth other = condition_match(c, &folded);
	return c->deny ? truth_or(written, other) : truth_and(written, other);
}

enum truth supply_matches(const struct supply *supply, const struct statement *statement)
{
	enum truth truth = TRUTH_TRUE;

	for (size_t i = 0; i < statement->condition_count; i++)
		truth = truth_and(truth, supply_holds(supply, &statement->conditions[i]));
	return truth;
}
