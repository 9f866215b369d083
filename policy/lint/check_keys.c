/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Condition keys: those that there are, and those that mail by SMTP has. (Service Authorization Reference, "Amazon SES";
 * IAM User Guide, "AWS global condition context keys"; SES developer guide, "Policy anatomy", for what SES promises.)
 */
#include "lint/checks.h"
#include "lint/fix.h"
#include "lint/probe.h"
#include "lint/check_common.h"
#include "iam/condition_match.h"

#include <string.h>

/* Is the condition true where the key is missing? */
static bool holds_missing(const struct condition *c)
{
	return c->how.quantifier == QUANTIFIER_ALL || c->how.if_exists ||
		(c->how.op->negated && c->how.quantifier == QUANTIFIER_NONE);
}

/* What a key that is missing does to a condition. */
static const char *missing(const struct subject_statement *s, const struct condition *c)
{
	bool deny = s->statement->effect == EFFECT_DENY, holds = holds_missing(c);

	if (c->how.op->type == TYPE_NULL)
		return "no message has the key";
	if (holds)
		return deny ? "the condition is true for every message, so it keeps none from being refused"
			    : "the condition is true for every message, so it keeps none from being allowed";
	return deny ? "the condition is true for no message, so the Deny refuses none"
		    : "the condition is true for no message, so the Allow allows none";
}

/* What it does to a condition that its key is there at last. */
static enum reach named(const struct condition *c)
{
	if (c->how.op->type == TYPE_NULL)
		return c->set.truths.on_false == c->set.truths.on_true ? REACH_MIXED
			: c->set.truths.on_true                        ? REACH_LESS
								       : REACH_MORE;
	return holds_missing(c) ? REACH_LESS : REACH_MORE;
}

/* What people look for among the keys of SES, and what there is for it. */
static const char *remedy_for(struct text key)
{
	static const struct {
		const char *name, *remedy;
	} remedies[] = {
		{ "ConfigurationSet", "name the set in Resource: arn:aws:ses:REGION:ACCOUNT:configuration-set/NAME" },
		{ "ConfigurationSetName", "name the set in Resource: arn:aws:ses:REGION:ACCOUNT:configuration-set/NAME" },
		{ "ConfigurationSetArn", "name the set in Resource: arn:aws:ses:REGION:ACCOUNT:configuration-set/NAME" },
		{ "Identity", "name the identity in Resource: arn:aws:ses:REGION:ACCOUNT:identity/NAME" },
		{ "IdentityArn", "name the identity in Resource: arn:aws:ses:REGION:ACCOUNT:identity/NAME" },
		{ "TemplateName", "name the template in Resource: arn:aws:ses:REGION:ACCOUNT:template/NAME" },
		{ "FromDomain", "ses:FromAddress with a pattern such as *@example.com is for it" },
		{ "SenderDomain", "ses:FromAddress with a pattern such as *@example.com is for it" },
		{ "RecipientDomain", "ses:Recipients with a pattern such as *@example.com is for it" },
		{ "Subject", "policies do not look at the subject of a message" },
		{ "ReplyTo", "policies do not look at Reply-To" },
		{ "ReplyToAddress", "policies do not look at Reply-To" },
		{ "ReplyToAddresses", "policies do not look at Reply-To" },
		{ "Tags", "policies do not look at the tags of a message" },
		{ "MessageTags", "policies do not look at the tags of a message" },
	};
	const struct text prefix = TEXT("ses:");

	for (size_t i = 0; text_starts_with_fold(key, prefix) && i < sizeof remedies / sizeof *remedies; i++)
		if (text_equals_fold(text_from(key, prefix.length), text_of(remedies[i].name)))
			return remedies[i].remedy;
	return NULL;
}

static void unknown(const struct subject_statement *s, const struct condition *c)
{
	const struct subject *subject = s->subject;
	struct place place;
	const char *remedy = remedy_for(c->key_text), *near = remedy ? NULL : check_nearest_key(c->key_text);
	const char *key = subject_show(subject, c->key_text);
	enum kind_number kind = KIND_FOREIGN_KEY;

	if (text_starts_with_fold(c->key_text, TEXT("ses:")) || (near && text_starts_with(text_of(near), TEXT("ses:"))))
		kind = KIND_INVALID_SES_KEY;
	else if (near || text_find(c->key_text, ':', 0) == c->key_text.length)
		kind = KIND_INVALID_GLOBAL_KEY;
	else if (text_starts_with_fold(c->key_text, TEXT("aws:")))
		kind = KIND_INVALID_GLOBAL_KEY;
	else if (!check_about_ses(s->statement))
		return;
	if (near && text_ends_with(text_of(near), TEXT("/")))
		subject_report_statement(s, kind, place_key(&place, s, c),
			subject_say(subject, "\"%s\" does not say which tag; write \"%sTAG\"", key, near), missing(s, c), NULL);
	else
		subject_report_statement(s, kind, place_key(&place, s, c),
			near             ? subject_say(subject, "there is no key \"%s\"; did you mean \"%s\"?", key, near)
				: remedy ? subject_say(subject, "there is no key \"%s\"; %s", key, remedy)
				: kind == KIND_FOREIGN_KEY ? subject_say(subject, "\"%s\" is a key of another service", key)
							   : subject_say(subject, "there is no key \"%s\"", key),
			missing(s, c), near ? fix_kept(s, named(c), fix_key(s, c, near)) : NULL);
}

/* Does a service ask, or may it? */
static bool has_service(const struct statement *statement)
{
	for (size_t i = 0; i < statement->principals.count; i++)
		if (statement->principals.entries[i].kind == PRINCIPAL_ENTRY_SERVICE ||
			statement->principals.entries[i].kind == PRINCIPAL_ENTRY_ANYONE)
			return true;
	return statement->not_principal;
}

/* Has the author thought of requests that lack the key? */
static bool minds_missing(const struct statement *statement, const struct condition *c)
{
	return c->how.if_exists || c->how.op->type == TYPE_NULL || subject_condition_on(statement, c->key_text, TYPE_NULL);
}

static void presence_check(const struct subject_statement *s, const struct condition *c, enum key_presence presence)
{
	const struct subject *subject = s->subject;
	struct place place;
	const char *key = subject_show(subject, c->key_text);

	if (presence == PRESENCE_ALWAYS || presence == PRESENCE_BY_SMTP || check_site_has_key(subject->site, c->key_text) ||
		minds_missing(s->statement, c) || !probe_statement_takes(s->statement, TEXT("ses:SendRawEmail")))
		return;
	/* A statement on everything is not one on mail. */
	if (!check_about_ses(s->statement) && subject->identity)
		return;
	if (presence == PRESENCE_SERVICE_CALL && !subject->identity && has_service(s->statement))
		return;
	/* The other way round the header decides. */
	if (presence == PRESENCE_SENDER_SAYS && (s->statement->effect == EFFECT_DENY) != holds_missing(c))
		return;
	if (presence == PRESENCE_UNPROMISED)
		subject_report_statement(s, KIND_NOT_PROMISED, place_key(&place, s, c),
			subject_say(subject, "SES does not say that requests have %s", key), missing(s, c), NULL);
	else
		subject_report_statement(s, KIND_NEVER_SMTP, place_key(&place, s, c),
			subject_say(subject,
				presence == PRESENCE_SERVICE_CALL ? "%s is there only when a service sends, not by SMTP"
					: presence == PRESENCE_SENDER_SAYS
					? "SES does not say that mail by SMTP has %s: every message must pass without it"
					: "mail by SMTP never has %s",
				key),
			missing(s, c), NULL);
}

/* SMTP is version 2. */
static void api_version(const struct subject_statement *s, const struct condition *c)
{
	struct probe probe = { .s = s };
	struct place place;
	struct text two = TEXT("2");

	if (!text_equals_fold(c->key_text, TEXT("ses:ApiVersion")) || c->how.op->type == TYPE_NULL ||
		c->how.quantifier != QUANTIFIER_NONE || !c->value_count)
		return;
	/* The condition alone: whether the rest of the statement matches is no matter. */
	if (!request_init(&probe.request, s->subject->set, &probe.arena) || !probe_set(&probe, c->key_text, &two, 1)) {
		s->subject->findings->out_of_memory = true;
	} else if (condition_match(c, &probe.request) != TRUTH_TRUE) {
		subject_report_statement(s, KIND_API_VERSION, place_value(&place, s, c, 0),
			"mail by SMTP has version 2, which does not satisfy the condition",
			s->statement->effect == EFFECT_DENY ? "the Deny refuses no message that comes by SMTP"
							    : "the Allow allows no message that comes by SMTP",
			NULL);
	}
	probe_close(&probe);
}

void check_keys(const struct subject_statement *s)
{
	for (size_t n = 0; n < s->statement->condition_count; n++) {
		const struct condition *c = &s->statement->conditions[n];
		const struct key_info *known = key_find(c->key_text);
		if (!known && check_site_has_key(s->subject->site, c->key_text))
			continue;
		if (known)
			presence_check(s, c, known->presence);
		else
			unknown(s, c);
		api_version(s, c);
	}
}
