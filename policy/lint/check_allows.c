/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Conditions on an Allow that are meant to restrict, and restrict nobody: users of the identity's own account send what
 * their own policies allow, and either Allow suffices. Only a Deny restricts them. (IAM User Guide, "Policy evaluation
 * logic", requests within one account.)
 */
#include "lint/checks.h"
#include "lint/check_common.h"
#include "lint/check_who.h"
#include "lint/probe.h"

#include "iam/policy_set.h"

#include <stdlib.h>
#include <string.h>

/* Longer lists of values are not printed. */
#define VALUES 20

/* Of two operators either the one holds or the other, wherever the key is there. */
static const char *opposite(const char *name)
{
	static const char *const pairs[][2] = {
		{ "StringEquals", "StringNotEquals" },
		{ "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase" },
		{ "StringLike", "StringNotLike" },
		{ "NumericEquals", "NumericNotEquals" },
		{ "NumericLessThan", "NumericGreaterThanEquals" },
		{ "NumericGreaterThan", "NumericLessThanEquals" },
		{ "DateEquals", "DateNotEquals" },
		{ "DateLessThan", "DateGreaterThanEquals" },
		{ "DateGreaterThan", "DateLessThanEquals" },
		{ "IpAddress", "NotIpAddress" },
		{ "ArnEquals", "ArnNotEquals" },
		{ "ArnLike", "ArnNotLike" },
	};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		for (size_t n = 0; n < 2; n++)
			if (!strcmp(pairs[i][n], name))
				return pairs[i][1 - n];
	return NULL;
}

/* Is the condition one on the message or its way here, rather than on who asks? */
static bool on_mail(const struct condition *c)
{
	const struct key_info *key = key_find(c->key_text);

	if (!key || c->how.op->type == TYPE_NULL)
		return false;
	return key->caller == CALLER_ANY ? key->presence <= PRESENCE_BY_SMTP : text_equals_fold(c->key_text, TEXT("aws:SourceIp"));
}

static bool is_ses(const struct condition *c)
{
	return on_mail(c) && text_starts_with_fold(c->key_text, TEXT("ses:"));
}

/* The account of all identities that the statement is about; empty: there are several, or wildcards. */
static struct text account_of(const struct statement *statement)
{
	struct text account = { 0 };

	for (size_t i = 0; i < statement->resource_count; i++) {
		const struct resource_pattern *pattern = &statement->resources[i];
		struct text own = pattern->any ? (struct text){ 0 } : pattern->arn.field[ARN_ACCOUNT];
		if (!arn_is_account(own) || (i && !text_equals(own, account)))
			return (struct text){ 0 };
		account = own;
	}
	return account;
}

/* The account of a principal; empty: it has none. */
static struct text principal_account(const struct principal_entry *entry)
{
	struct caller caller;

	if (entry->kind == PRINCIPAL_ENTRY_ACCOUNT || entry->kind == PRINCIPAL_ENTRY_ROLE)
		return entry->account;
	if (entry->kind == PRINCIPAL_ENTRY_ARN && caller_parse(entry->text, &caller))
		return caller.account;
	return (struct text){ 0 };
}

/* Is the user one of the settings that has no policies of its own, so that it needs this Allow? */
static bool needs_allow(const struct lint_site *site, struct text arn)
{
	for (size_t i = 0; site->options && i < site->options->principals.count; i++) {
		const struct principal_option *one = &site->options->principals.at[i];
		if (one->arn && text_equals(text_of(one->arn), arn))
			return one->policies.at && !one->policies.count;
	}
	return false;
}

/* Are all principals of the account that holds the identity, and may they send without this statement? */
static bool all_own(const struct subject_statement *s)
{
	const struct statement *statement = s->statement;
	struct text account = account_of(statement);

	for (size_t i = 0; i < statement->principals.count; i++) {
		const struct principal_entry *entry = &statement->principals.entries[i];
		if (!account.length || !text_equals(principal_account(entry), account) ||
			needs_allow(s->subject->site, entry->text))
			return false;
	}
	return statement->principals.count;
}

static bool is_anyone(const struct statement *statement)
{
	for (size_t i = 0; i < statement->principals.count; i++)
		if (statement->principals.entries[i].kind == PRINCIPAL_ENTRY_ANYONE)
			return true;
	return false;
}

/* Another address at the statement's own identity, where it is a domain. */
static struct text another_sender(struct probe *probe)
{
	const struct statement *statement = probe->s->statement;
	struct text name = statement->resource_count ? statement->resources[0].arn.field[ARN_RESOURCE] : TEXT("");
	const struct text prefix = TEXT("identity/");

	if (!text_starts_with(name, prefix) || statement->resources[0].template || text_find(name, '*', 0) < name.length ||
		text_find(name, '?', 0) < name.length)
		return (struct text){ 0 };
	return text_of(arena_printf(&probe->arena, "somebody.else@%.*s", TEXT_ARGS(domain_of(text_from(name, prefix.length)))));
}

/* A value that the condition is not for, put into the request; .at NULL: none was found. */
static struct text other_value(struct probe *probe, const struct condition *c)
{
	struct text value = { 0 };

	if (text_equals_fold(c->key_text, TEXT("ses:Recipients")))
		value = TEXT(PROBE_OUTSIDER);
	else if (key_holds_addresses(c->key_text))
		value = another_sender(probe);
	if (value.at && probe_set(probe, c->key_text, &value, 1) && !probe_holds(probe, c))
		return value;
	/* Mail from another domain is no mail of this identity. */
	return text_equals_fold(c->key_text, TEXT("ses:FromAddress")) && value.at ? (struct text){ 0 }
										  : probe_choose(probe, c, false);
}

/* The condition of the Deny that does what the Allow was meant to; NULL: it cannot be shown shortly. */
static const char *deny_for(const struct subject_statement *s, const struct condition *c)
{
	const char *name = opposite(c->how.op->name);
	char operator[64];

	if (!name || c->value_count > VALUES)
		return NULL;
	snprintf(operator, sizeof operator, "%s%s", c->plural ? "ForAnyValue:" : "", name);
	json_t *values = json_object_get(json_object_get(json_object_get(s->json, "Condition"), c->operator_text.at),
		c->key_text.at);
	json_t *condition = json_pack("{s:{s:O}}", operator, c->key_text.at, values);
	char *text = condition ? json_dumps(condition, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
	const char *told = text ? subject_say(s->subject, "%s", text) : NULL;

	s->subject->findings->out_of_memory |= !text;
	free(text);
	json_decref(condition);
	return told;
}

/* "a message to x@evil.test" */
static const char *message_of(const struct subject *subject, const struct condition *c, struct text value)
{
	const char *name = subject_show(subject, value);

	if (text_equals_fold(c->key_text, TEXT("ses:Recipients")))
		return subject_say(subject, "a message to %s", name);
	if (text_equals_fold(c->key_text, TEXT("ses:FromAddress")))
		return subject_say(subject, "a message from %s", name);
	return subject_say(subject, "a message whose %s is \"%s\"", subject_show(subject, c->key_text), name);
}

/*
 * Does mail pass that does not meet the condition, and no Deny of the document refuses? With `plain` the condition is
 * one that all mail of the identity meets: then no message is shown.
 */
static bool passes(const struct subject_statement *s, const struct condition *c, bool anyone, bool plain)
{
	const struct subject *subject = s->subject;
	struct probe probe = { .s = s };
	struct place place;
	struct text account = account_of(s->statement);

	/* Whether the other conditions are met is no matter: the message passes without the statement. */
	probe_open(&probe, s, c->key_text);
	const char *user = arena_printf(&probe.arena, "arn:aws:iam::%.*s:user/smtp-relay",
		TEXT_ARGS((account.length ? account : TEXT("123456789012"))));
	bool good = !probe.arena.failed && probe.request.set &&
		(!anyone || (user && request_caller(&probe.request, text_of(user))));
	struct text value = !good ? (struct text){ 0 } : plain ? probe_choose(&probe, c, false) : other_value(&probe, c);
	bool found = value.at && !probe_denied(&probe);

	if (found) {
		const char *deny = deny_for(s, c);
		const char *own = anyone ? "users of the identity's own account" : "its users";
		subject_report_statement(s, KIND_RESTRICTS_NOBODY, place_key(&place, s, c),
			deny ? subject_say(subject,
				       "the conditions of this Allow restrict nobody of the identity's own account: %s send what their "
				       "own policies allow; a Deny restricts them, of the same Principal, Action and Resource with "
				       "\"Condition\": %s%s",
				       own, deny,
				       s->statement->condition_count > 1 ? ", and one more for each other condition" : "")
			     : subject_say(subject,
				       "the conditions of this Allow restrict nobody of the identity's own account: %s send what their "
				       "own policies allow; a Deny with the opposite condition restricts them",
				       own),
			subject_say(subject, "%s passes if the policies of its user allow it, with this statement or without",
				plain ? "every message" : message_of(subject, c, value)),
			NULL);
	}
	probe_close(&probe);
	return found;
}

void check_allows(const struct subject_statement *s)
{
	const struct statement *statement = s->statement;

	if (s->subject->identity || statement->effect != EFFECT_ALLOW || statement->not_principal || statement->not_resource ||
		(!probe_statement_takes(statement, TEXT("ses:SendRawEmail")) &&
			!probe_statement_takes(statement, TEXT("ses:SendEmail"))))
		return;
	bool anyone = is_anyone(statement);
	if (anyone ? check_says_who(s) : !all_own(s))
		return;
	for (int plain = 0; plain < 2; plain++)
		for (size_t n = 0; n < statement->condition_count; n++)
			if ((anyone ? is_ses : on_mail)(&statement->conditions[n]) &&
				passes(s, &statement->conditions[n], anyone, plain))
				return;
}
