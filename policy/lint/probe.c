/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint/probe.h"

#include "value/glob.h"
#include "iam/condition_match.h"
#include "iam/key.h"
#include "iam/policy_set.h"
#include "iam/statement_match.h"
#include "lint/probe_sample.h"

#include <stdio.h>
#include <string.h>

#define ACCOUNT "123456789012"
#define USER "user/smtp-relay"

bool probe_statement_takes(const struct statement *statement, struct text action)
{
	bool match = false;

	for (size_t i = 0; i < statement->action_count && !match; i++)
		match = glob_match_fold(statement->actions[i], action);
	return match != statement->not_action;
}

/* Values that hardly any policy names, one of each type; tried when a condition must not hold, or is negated. */
static const char *const outsiders[] = {
	PROBE_OUTSIDER,
	"a@a.test",
	"203.0.113.77",
	"2001:db8::77",
	"true",
	"false",
	"0",
	"999999999999",
	"1970-01-02T00:00:00Z",
	"2999-01-01T00:00:00Z",
	"arn:aws:iam::999999999999:user/other",
};

static struct text literal_or(struct text pattern, const char *otherwise)
{
	return pattern.length && !glob_has_wildcard(pattern) ? pattern : text_of(otherwise);
}

/* The resource as the filter asks for it: identities that are domains in lower case, and domains of addresses by the site. */
static struct text lowered_identity(struct probe *probe, struct text resource)
{
	bool address = text_find(resource, '@', 0) < resource.length;

	if (!resource.at || !text_starts_with(resource, TEXT("identity/")) ||
		(address && probe->s->subject->site->address_case == MAILBOX_CASE_PRESERVE))
		return resource;
	return domain_lowered(&probe->arena, resource);
}

static bool takes_resource(const struct resource_pattern *pattern, const struct request *request, enum effect effect)
{
	bool written = resource_match(pattern, request, false) == TRUTH_TRUE,
	     folded = resource_match(pattern, request, true) == TRUTH_TRUE;

	return effect == EFFECT_DENY ? written || folded : written && folded;
}

/* A resource that the statement is about; false: there is none that sending is about. */
static bool resource_choose(struct probe *probe, struct text *account)
{
	const struct statement *statement = probe->s->statement;
	struct text any = TEXT("arn:aws:ses:us-east-1:" ACCOUNT ":identity/example.com");

	*account = TEXT(ACCOUNT);
	for (size_t i = 0; !statement->not_resource && i < statement->resource_count; i++) {
		const struct resource_pattern *pattern = &statement->resources[i];
		if (pattern->any)
			return request_resource(&probe->request, any);
		struct text partition = literal_or(pattern->arn.field[ARN_PARTITION], "aws");
		struct text region = literal_or(pattern->arn.field[ARN_REGION], "us-east-1");
		struct text resource = pattern->arn.field[ARN_RESOURCE];
		*account = literal_or(pattern->arn.field[ARN_ACCOUNT], ACCOUNT);
		if (!glob_match(pattern->arn.field[ARN_SERVICE], TEXT("ses")) || pattern->template)
			continue;
		if (text_equals(resource, TEXT("*")) || text_equals(resource, TEXT("identity/*")))
			resource = TEXT("identity/example.com");
		resource = lowered_identity(probe, probe_sample(&probe->arena, resource, false));
		const char *arn = resource.at ? arena_printf(&probe->arena, "arn:%.*s:ses:%.*s:%.*s:%.*s", TEXT_ARGS(partition),
							TEXT_ARGS(region), TEXT_ARGS(*account), TEXT_ARGS(resource))
					      : NULL;
		if (arn && request_resource(&probe->request, text_of(arn)) &&
			takes_resource(pattern, &probe->request, statement->effect))
			return true;
	}
	return statement->not_resource && request_resource(&probe->request, any);
}

/* Whom the statement is about, as a user of SMTP if it can be. */
static bool caller_choose(struct probe *probe, struct text account)
{
	const struct statement *statement = probe->s->statement;
	const char *user = arena_printf(&probe->arena, "arn:aws:iam::%.*s:" USER, TEXT_ARGS(account));

	if (!user)
		return false;
	if (probe->s->subject->identity || statement->not_principal)
		return request_caller(&probe->request, text_of(user));
	for (size_t i = 0; i < statement->principals.count; i++) {
		const struct principal_entry *entry = &statement->principals.entries[i];
		struct text text = entry->text;
		if (entry->kind == PRINCIPAL_ENTRY_NOBODY)
			continue;
		if (entry->kind == PRINCIPAL_ENTRY_ANYONE)
			text = text_of(user);
		if (entry->kind == PRINCIPAL_ENTRY_ACCOUNT) {
			struct text partition = entry->partition.length ? entry->partition : TEXT("aws");
			const char *arn = arena_printf(&probe->arena, "arn:%.*s:iam::%.*s:" USER, TEXT_ARGS(partition),
				TEXT_ARGS(entry->account));
			if (!arn)
				return false;
			text = text_of(arn);
		}
		if (request_caller(&probe->request, text))
			return true;
	}
	return false;
}

bool probe_set(struct probe *probe, struct text key, const struct text *values, size_t count)
{
	int number = request_slot(&probe->request, key);

	if (number < 0)
		return true;
	struct slot *slot = &probe->request.slots[number];
	slot->count = 0;
	slot->state = SLOT_ABSENT;
	for (size_t i = 0; i < count; i++) {
		struct text value = values[i];
		if (key_holds_addresses(key) && probe->s->subject->site->address_case == MAILBOX_CASE_DOMAIN &&
			domain_has_capitals(value))
			value = domain_lowered(&probe->arena, value);
		if (!value.at || !request_value(&probe->request, number, value))
			return false;
	}
	return true;
}

bool probe_holds(const struct probe *probe, const struct condition *c)
{
	struct request folded = probe->request;
	bool written = condition_match(c, &probe->request) == TRUTH_TRUE;

	folded.folded = true;
	bool other = condition_match(c, &folded) == TRUTH_TRUE;
	return c->deny ? written || other : written && other;
}

/* What a request holds where a statement asks for nothing in particular. */
static bool facts_fill(struct probe *probe, struct text account)
{
	char time[INSTANT_TEXT_SIZE], epoch[INSTANT_TEXT_SIZE];
	struct text values[MESSAGE_KEYS];

	instant_print(&probe->s->subject->now, time);
	snprintf(epoch, sizeof epoch, "%lld", (long long)probe->s->subject->now.seconds);
	for (size_t i = 0; i < MESSAGE_KEYS; i++)
		values[i] = text_of(key_rows[i].sample);
	values[KEY_CURRENT_TIME] = arena_text(&probe->arena, text_of(time));
	values[KEY_EPOCH_TIME] = arena_text(&probe->arena, text_of(epoch));
	values[KEY_PRINCIPAL_ARN] = probe->request.caller.text;
	values[KEY_PRINCIPAL_ACCOUNT] = probe->request.caller.account;
	values[KEY_RESOURCE_ACCOUNT] = account;
	bool good = values[KEY_CURRENT_TIME].at && values[KEY_EPOCH_TIME].at;
	for (size_t i = 0; good && i < MESSAGE_KEYS; i++)
		good = !values[i].length || probe_set(probe, text_of(key_rows[i].name), &values[i], 1);
	return good;
}

struct text probe_value(struct probe *probe, const struct condition *c, size_t i)
{
	return probe_candidate(probe, c, c->values[i], 0);
}

/* Do all conditions of the statement on this key hold, as the request stands? */
static bool key_holds(const struct probe *probe, struct text key)
{
	const struct statement *statement = probe->s->statement;

	for (size_t i = 0; i < statement->condition_count; i++)
		if (text_equals_fold(statement->conditions[i].key_text, key) && !probe_holds(probe, &statement->conditions[i]))
			return false;
	return true;
}

/* A value for the key, as the search for one goes on. */
struct probe_search {
	struct probe *probe;
	struct text key;
	bool (*good)(const struct probe *probe, struct text key);
};

static bool good_value(const struct probe_search *search, struct text value)
{
	return value.at && probe_set(search->probe, search->key, &value, 1) && search->good(search->probe, search->key);
}

/* Of the values that a statement compares the key with. */
static bool search_statement(const struct probe_search *search, const struct statement *statement)
{
	for (size_t i = 0; i < statement->condition_count; i++) {
		const struct condition *c = &statement->conditions[i];
		if (!text_equals_fold(c->key_text, search->key))
			continue;
		for (size_t v = 0; v < c->value_count; v++)
			for (int n = 0; n < PROBE_CANDIDATES; n++)
				if (good_value(search, probe_candidate(search->probe, c, c->values[v], n)))
					return true;
	}
	return false;
}

static bool search_outsiders(const struct probe_search *search)
{
	for (size_t i = 0; i < sizeof outsiders / sizeof *outsiders; i++)
		if (good_value(search, text_of(outsiders[i])))
			return true;
	return probe_set(search->probe, search->key, NULL, 0) && search->good(search->probe, search->key);
}

/* Values for the key that make all conditions on it hold; the default is tried first, absence last. */
static bool key_fill(struct probe *probe, struct text key)
{
	struct probe_search search = { probe, key, key_holds };

	return key_holds(probe, key) || search_statement(&search, probe->s->statement) || search_outsiders(&search);
}

/* The other statements that deny; NULL: no more. */
static const struct statement *other_deny(const struct probe *probe, size_t *i)
{
	const struct subject *subject = probe->s->subject;

	while (*i < subject->policy->count) {
		const struct statement *statement = policy_set_statement(subject->set, subject->policy->first + (*i)++);
		if (statement != probe->s->statement && statement->effect == EFFECT_DENY)
			return statement;
	}
	return NULL;
}

/* Does no other Deny get any nearer to matching by this key, and does the statement itself still fit? */
static bool key_dodges(const struct probe *probe, struct text key)
{
	const struct statement *statement;

	for (size_t at = 0; (statement = other_deny(probe, &at));)
		for (size_t i = 0; i < statement->condition_count; i++)
			if (text_equals_fold(statement->conditions[i].key_text, key) &&
				probe_holds(probe, &statement->conditions[i]))
				return false;
	return key_holds(probe, key);
}

/* More statements than this are not searched for values. */
#define DODGE_STATEMENTS 64

/*
 * What the check is about is shown best by a message that no other Deny refuses: values are chosen for that where
 * there are any. No harm if not: the proof then fails.
 */
static bool dodge(struct probe *probe, struct text but)
{
	const struct statement *statement, *from;
	bool good = true;

	if (probe->s->subject->policy->count > DODGE_STATEMENTS)
		return true;
	for (size_t at = 0; good && (statement = other_deny(probe, &at));)
		for (size_t i = 0; good && i < statement->condition_count; i++) {
			struct text key = statement->conditions[i].key_text;
			struct probe_search search = { probe, key, key_dodges };
			int slot = request_slot(&probe->request, key);
			if ((but.length && text_equals_fold(key, but)) || key_dodges(probe, key))
				continue;
			struct slot before = probe->request.slots[slot];
			struct text value = before.count ? before.values[0].text : (struct text){ 0 };
			bool found = search_statement(&search, probe->s->statement);
			for (size_t n = 0; !found && (from = other_deny(probe, &n));)
				found = search_statement(&search, from);
			if (!found && !search_outsiders(&search))
				good = probe_set(probe, key, &value, before.count ? 1 : 0);
		}
	return good;
}

static const unsigned identity_groups[] = { IDENTITY_GROUP };
static const struct caller_policies identity_policies = { .own = identity_groups, .own_count = 1 };

bool probe_open(struct probe *probe, const struct subject_statement *s, struct text but)
{
	const struct statement *statement = s->statement;
	struct text account;

	*probe = (struct probe){ .s = s };
	if (!request_init(&probe->request, s->subject->set, &probe->arena))
		return false;
	probe->request.action = TEXT("ses:SendRawEmail");
	/* As the filter treats a user of the relay that has no policies of its own. */
	probe->request.policies = s->subject->identity ? &identity_policies : &caller_policies_allow_all;
	if (!resource_choose(probe, &account) || !caller_choose(probe, account) || !facts_fill(probe, account))
		return false;
	for (size_t i = 0; i < statement->condition_count; i++) {
		struct text key = statement->conditions[i].key_text;
		if (!(but.length && text_equals_fold(key, but)) && !key_fill(probe, key))
			return false;
	}
	return dodge(probe, but);
}

void probe_close(struct probe *probe)
{
	/* What was not proved for want of memory must not count as sound. */
	if (probe->arena.failed)
		probe->s->subject->findings->out_of_memory = true;
	arena_free(&probe->arena);
}

bool probe_matches(const struct probe *probe)
{
	struct request folded = probe->request;
	bool written = statement_match(probe->s->statement, &probe->request, NULL) == TRUTH_TRUE;

	folded.folded = true;
	bool other = statement_match(probe->s->statement, &folded, NULL) == TRUTH_TRUE;
	return probe->s->statement->effect == EFFECT_DENY ? written || other : written && other;
}

bool probe_denied(const struct probe *probe)
{
	return evaluate(&probe->request).decision == DECISION_EXPLICIT_DENY;
}

bool probe_granted(const struct probe *probe)
{
	return probe->s->statement->effect == EFFECT_ALLOW && probe_matches(probe) && !probe_denied(probe);
}

struct text probe_choose(struct probe *probe, const struct condition *c, bool holds)
{
	for (size_t v = 0; v < c->value_count; v++)
		for (int n = 0; n < PROBE_CANDIDATES; n++) {
			struct text value = probe_candidate(probe, c, c->values[v], n);
			if (value.at && probe_set(probe, c->key_text, &value, 1) && probe_holds(probe, c) == holds)
				return value;
		}
	for (size_t i = 0; i < sizeof outsiders / sizeof *outsiders; i++) {
		struct text value = text_of(outsiders[i]);
		if (probe_set(probe, c->key_text, &value, 1) && probe_holds(probe, c) == holds)
			return value;
	}
	return (struct text){ 0 };
}
