/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keys that the settings do not give, or give all messages alike: a Deny that therefore refuses every message, an Allow that
 * matches none, and conditions that say nothing. Only where settings are known, and what they make certain (supply.h).
 */
#include "lint/check_common.h"
#include "lint/checks.h"
#include "lint/check_supply.h"
#include "lint/clients.h"
#include "lint/probe.h"
#include "lint/supply.h"

#include "value/glob.h"

#define MAIL TEXT("ses:SendRawEmail")

/* Can an entry name a resource of this site? */
static bool is_of_site(const struct lint_site *site, const struct resource_pattern *pattern)
{
	const struct text *field = pattern->arn.field;

	return pattern->any || pattern->template ||
		(glob_match(field[ARN_SERVICE], TEXT("ses")) &&
			(!site->region || glob_match(field[ARN_REGION], text_of(site->region))) &&
			(!site->account || glob_match(field[ARN_ACCOUNT], text_of(site->account))));
}

/* Is it about mail of somebody here? */
static bool concerns(const struct subject_statement *s)
{
	const struct statement *statement = s->statement;
	const struct lint_site *site = s->subject->site;
	bool resource = statement->not_resource, principal = s->subject->identity || statement->not_principal;

	for (size_t i = 0; i < statement->resource_count; i++)
		resource |= is_of_site(site, &statement->resources[i]);
	for (size_t i = 0; i < statement->principals.count; i++) {
		const struct principal_entry *entry = &statement->principals.entries[i];
		principal |= entry->kind == PRINCIPAL_ENTRY_ANYONE;
		if (entry->kind == PRINCIPAL_ENTRY_ACCOUNT)
			principal |= !site->account || text_equals(entry->account, text_of(site->account));
		else if (entry->kind == PRINCIPAL_ENTRY_ARN || entry->kind == PRINCIPAL_ENTRY_ROLE)
			principal |= !site->clients || clients_give(site->clients, entry->text);
	}
	return resource && principal && probe_statement_takes(statement, MAIL);
}

/* Does everybody's mail fall to it, whatever its resource? */
static bool is_about_all(const struct subject_statement *s)
{
	const struct statement *statement = s->statement;
	bool anything = false, anyone = s->subject->identity;

	for (size_t i = 0; i < statement->resource_count; i++)
		anything |= statement->resources[i].any ||
			text_equals(statement->resources[i].arn.field[ARN_RESOURCE], TEXT("*")) ||
			text_equals(statement->resources[i].arn.field[ARN_RESOURCE], TEXT("identity/*"));
	for (size_t i = 0; i < statement->principals.count; i++)
		anyone |= statement->principals.entries[i].kind == PRINCIPAL_ENTRY_ANYONE ||
			statement->principals.entries[i].kind == PRINCIPAL_ENTRY_ACCOUNT;
	return anything && anyone && !statement->not_resource && !statement->not_principal;
}

/* A value to show in a remedy: the policy's own, where that is plain. */
static const char *value_of(const struct supply *supply, const struct condition *c)
{
	const struct subject *subject = supply->subject;
	bool plain = supply_key(supply, c) == c->slot && c->value_count && c->how.op->type != TYPE_NULL && check_is_fixed(c, 0) &&
		!glob_has_wildcard(c->values[0]) && text_find(c->values[0], '/', 0) == c->values[0].length;

	return plain ? subject_show(subject, c->values[0]) : "VALUE";
}

static struct text key_text(const struct supply *supply, const struct condition *c)
{
	int key = supply_key(supply, c);

	return key == c->slot ? c->key_text : policy_set_key_name(supply->subject->set, (size_t)key);
}

/* What would give the key. */
static const char *remedy(const struct supply *supply, const struct condition *c)
{
	const struct subject *subject = supply->subject;
	const struct key_info *info = key_find(key_text(supply, c));
	const char *key = subject_show(subject, key_text(supply, c)), *value = value_of(supply, c);
	bool vpc = supply->connection.relay && !supply->connection.egress_count;

	if (info && info->caller == CALLER_ENDPOINT && !vpc)
		return subject_say(subject,
			"if the relay reaches SES through a VPC endpoint, write \"connection\": \"relay\", \"egress\": \"" EGRESS_VPC
			"\" and \"context\": {\"%s\": \"%s\"}",
			key, value);
	if (!info || info->presence == PRESENCE_NEVER || info->presence == PRESENCE_SERVICE_CALL)
		return "mail by SMTP never has it: take the condition out";
	if (info && text_ends_with(text_of(info->name), TEXT("/")))
		return subject_say(subject,
			"write \"context\": {\"%s\": \"%s\"}, there or in the entry of \"principals\" that has it", key, value);
	return subject_say(subject, "if messages have it at SES, write \"context\": {\"%s\": \"%s\"}", key, value);
}

/* What is certain of the key. */
static const char *what(const struct supply *supply, const struct condition *c)
{
	const struct subject *subject = supply->subject;
	const struct slot *slot = &supply->open.slots[supply_key(supply, c)];
	const char *key = subject_show(subject, key_text(supply, c));

	switch (supply_reason(supply, c)) {
	case SUPPLY_NOBODY:
		return subject_say(subject, "your settings do not give %s", key);
	case SUPPLY_ENDPOINT:
		return "\"egress\" is \"" EGRESS_VPC "\", so no message has aws:SourceIp";
	case SUPPLY_TENANT:
		return subject_say(subject, "every message must pass without %s", key);
	case SUPPLY_EGRESS:
		return subject_say(subject, "\"egress\" gives aws:SourceIp %s", subject_show(subject, slot->values[0].text));
	case SUPPLY_CONTEXT:
	case SUPPLY_REGION:
		return subject_say(subject, "your settings give %s \"%s\"", key, subject_show(subject, slot->values[0].text));
	case SUPPLY_MESSAGE:
		break;
	}
	return key;
}

/* What to do about it. */
static const char *what_to_do(const struct supply *supply, const struct condition *c)
{
	const struct subject *subject = supply->subject;

	switch (supply_reason(supply, c)) {
	case SUPPLY_NOBODY:
		return remedy(supply, c);
	case SUPPLY_ENDPOINT:
		return "if the relay reaches SES by the Internet, write its public addresses into \"egress\"";
	case SUPPLY_EGRESS:
		return "if clients of the relay are meant, write \"connection\": \"client\"; else correct the list of networks, or \"egress\"";
	case SUPPLY_CONTEXT:
		return subject_say(subject, "correct \"context\": {\"%s\": ...}, or the policy",
			subject_show(subject, key_text(supply, c)));
	case SUPPLY_REGION:
		return "correct \"region\", or the policy";
	case SUPPLY_TENANT:
	case SUPPLY_MESSAGE:
		break;
	}
	return "take the condition out";
}

/*
 * The condition that makes the statement come to this, which others only might; a key that is missing before one that is
 * given. NULL: none that the settings decide.
 */
static const struct condition *culprit(const struct supply *supply, const struct statement *statement, enum truth truth)
{
	const struct condition *found = NULL;

	for (size_t i = 0; i < statement->condition_count; i++) {
		const struct condition *c = &statement->conditions[i];
		enum supply_reason reason = supply_reason(supply, c);
		if (reason != SUPPLY_MESSAGE && supply_holds(supply, c) == truth &&
			(!found || reason < supply_reason(supply, found)))
			found = c;
	}
	return found;
}

/* A key that does not exist, and is an error of its own: what is wrong is its name. */
static bool is_misspelt(const struct supply *supply, const struct condition *c)
{
	struct text key = key_text(supply, c);

	return !key_find(key) &&
		(text_starts_with_fold(key, TEXT("ses:")) || text_starts_with_fold(key, TEXT("aws:")) ||
			text_find(key, ':', 0) == key.length || check_nearest_key(key));
}

/* Others say so of keys that mail never has; and who writes IfExists or Null has thought of it. */
static bool is_minded(const struct supply *supply, const struct condition *c)
{
	const struct key_info *info = policy_set_keys(supply->subject->set)[supply_key(supply, c)].info;

	return c->how.if_exists || c->how.op->type == TYPE_NULL || !info ||
		(info->presence != PRESENCE_ALWAYS && info->presence != PRESENCE_BY_SMTP);
}

static void tell(const struct subject_statement *s, const struct supply *supply, const struct condition *c, enum kind_number kind,
	const char *so, const char *mail)
{
	const struct subject *subject = s->subject;
	struct place place;

	subject_report_statement(s, kind, place_key(&place, s, c),
		subject_say(subject, "%s: %s; %s", what(supply, c), so, what_to_do(supply, c)), mail, NULL);
}

/* From one address is enough, for a message must pass from each. */
static bool refuses_all(const struct subject_statement *s, struct supply *supply)
{
	for (size_t i = 0; i < supply_count(supply); i++) {
		supply_enter(supply, i);
		if (supply_matches(supply, s->statement) != TRUTH_TRUE)
			continue;
		const struct condition *c = culprit(supply, s->statement, TRUTH_TRUE);
		if (c && !is_misspelt(supply, c))
			tell(s, supply, c, KIND_DENY_OF_ALL,
				is_about_all(s) ? "this Deny refuses every message"
						: "this Deny refuses every message that it is about",
				"mail from this site that falls to it is refused, whatever it is");
		return true;
	}
	return false;
}

/* Conditions on a key that nobody gives say nothing: they are true for every message, or the statement is never. */
static void says_nothing(const struct subject_statement *s, const struct supply *supply)
{
	bool deny = s->statement->effect == EFFECT_DENY, never = supply_matches(supply, s->statement) == TRUTH_FALSE;

	for (size_t i = 0; i < s->statement->condition_count; i++) {
		const struct condition *c = &s->statement->conditions[i];
		enum truth holds = supply_holds(supply, c);
		if (supply_reason(supply, c) != SUPPLY_NOBODY || is_minded(supply, c) || holds == TRUTH_PENDING)
			continue;
		if (holds == TRUTH_FALSE && deny)
			tell(s, supply, c, KIND_KEY_NOT_GIVEN, "this Deny refuses no message",
				"mail that it was written to refuse would pass");
		else if (holds == TRUTH_TRUE && deny && !never)
			tell(s, supply, c, KIND_KEY_NOT_GIVEN,
				"the condition is true for every message, and keeps none from being refused",
				"the Deny refuses all that its other conditions fit");
	}
}

/* The addresses of the relay from which an Allow may match, one bit each. */
static uint64_t reach_of(struct supply *supply, const struct statement *statement)
{
	uint64_t reach = 0;

	for (size_t i = 0; i < supply_count(supply); i++) {
		supply_enter(supply, i);
		reach |= (uint64_t)(supply_matches(supply, statement) != TRUTH_FALSE) << i;
	}
	supply_enter(supply, 0);
	return reach;
}

static bool has_certain_key(const struct supply *supply, const struct statement *statement)
{
	for (size_t i = 0; i < statement->condition_count; i++)
		if (supply_reason(supply, &statement->conditions[i]) != SUPPLY_MESSAGE)
			return true;
	return false;
}

/* Most statements are about what each message has for itself. */
static bool may_be_certain(const struct subject_statement *s)
{
	const unsigned own = SOURCE_SENDER | SOURCE_RECIPIENTS | SOURCES_OF_HEADERS | SOURCE_TIME | SOURCE_PRINCIPAL;

	for (size_t i = 0; i < s->statement->condition_count; i++) {
		const struct condition *c = &s->statement->conditions[i];
		enum key_source source = key_source(policy_set_keys(s->subject->set)[c->slot].info);
		if (!(source & own) || source == SOURCE_TENANT || c->template_count)
			return true;
	}
	return false;
}

void check_supply(const struct subject_statement *s)
{
	struct supply supply;

	/* What does not load of it might have been a condition. */
	if (s->in_part || !s->subject->site->options || !may_be_certain(s) || !concerns(s))
		return;
	if (supply_open(&supply, s->subject) && has_certain_key(&supply, s->statement)) {
		bool deny = s->statement->effect == EFFECT_DENY;
		if (!deny && !reach_of(&supply, s->statement)) {
			const struct condition *c = culprit(&supply, s->statement, TRUTH_FALSE);
			if (c && !is_misspelt(&supply, c))
				tell(s, &supply, c, KIND_ALLOW_OF_NONE, "this Allow matches no message", "it allows nothing");
		} else if (!deny || !refuses_all(s, &supply)) {
			supply_enter(&supply, 0);
			says_nothing(s, &supply);
		}
	}
	supply_close(&supply);
}

/* From which addresses may an Allow of the document match? 0 also when there is no Allow for mail. */
static uint64_t document_reach(const struct subject *subject, struct supply *supply, const struct statement **last)
{
	uint64_t reach = 0;

	for (size_t i = 0; i < subject->policy->count; i++) {
		const struct statement *statement = policy_set_statement(subject->set, subject->policy->first + i);
		if (statement->effect != EFFECT_ALLOW || !probe_statement_takes(statement, MAIL))
			continue;
		reach |= reach_of(supply, statement);
		*last = statement;
	}
	return reach;
}

bool check_supply_grants(const struct subject *subject)
{
	struct supply supply;
	const struct statement *last = NULL;
	bool grants = !subject->site->options || !supply_open(&supply, subject) || document_reach(subject, &supply, &last);

	if (subject->site->options)
		supply_close(&supply);
	return grants;
}

void check_supply_reach(const struct subject *subject)
{
	const struct statement *last = NULL;
	struct subject_statement s;
	struct supply supply;

	if (!subject->site->options || !subject->identity || !subject->alone)
		return;
	if (supply_open(&supply, subject)) {
		size_t count = supply_count(&supply), lost = 0;
		uint64_t reach = document_reach(subject, &supply, &last);
		while (lost < count && reach >> lost & 1)
			lost++;
		supply_enter(&supply, lost < count ? lost : 0);
		const struct condition *c = last && lost < count ? culprit(&supply, last, TRUTH_FALSE) : NULL;
		if (c) {
			struct place place;
			subject_statement_open(subject, last->index, &s);
			subject_report_statement(&s, KIND_ALLOWED_NOTHING, place_key(&place, &s, c),
				subject_say(subject, "%s, and this principal has no other Allow: all of its mail is refused",
					what(&supply, c)),
				"all mail of the principal is refused", NULL);
		}
	}
	supply_close(&supply);
}
