/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Condition keys: those that there are, and those that mail by SMTP has. (Service Authorization Reference, "Amazon SES";
 * IAM User Guide, "AWS global condition context keys"; SES developer guide, "Policy anatomy", for what SES promises.)
 */
#include "lint/checks.h"
#include "lint/fix.h"
#include "lint/probe.h"

#include <string.h>

enum presence {
	BY_SMTP,       /* SES promises it, or the filter fills it in */
	UNPROMISED,    /* may be there */
	SENDER_SAYS,   /* a header fills it in, but a message must pass without it too */
	SERVICE_CALL,  /* only when a service sends for somebody */
	NEVER_BY_SMTP,
};

/* Names that end in a slash take a tag's name behind it. */
static const struct known_key {
	const char *name;
	enum presence presence;
} known_keys[] = {
	{ "ses:ApiVersion", BY_SMTP }, { "ses:FeedbackAddress", BY_SMTP }, { "ses:FromAddress", BY_SMTP },
	{ "ses:FromDisplayName", BY_SMTP }, { "ses:Recipients", BY_SMTP },
	{ "ses:MultiRegionEndpointId", NEVER_BY_SMTP }, { "ses:TenantName", SENDER_SAYS },
	{ "ses:ExportSourceType", NEVER_BY_SMTP }, { "ses:ReplicaRegion", NEVER_BY_SMTP },
	{ "ses:AddonSubscriptionArn", NEVER_BY_SMTP }, { "ses:MailManagerIngressPointType", NEVER_BY_SMTP },
	{ "ses:MailManagerRuleSetArn", NEVER_BY_SMTP }, { "ses:MailManagerTrafficPolicyArn", NEVER_BY_SMTP },
	/* The eight that SES promises. */
	{ "aws:CurrentTime", BY_SMTP }, { "aws:EpochTime", BY_SMTP }, { "aws:SecureTransport", BY_SMTP },
	{ "aws:SourceIp", BY_SMTP }, { "aws:SourceVpc", BY_SMTP }, { "aws:SourceVpce", BY_SMTP },
	{ "aws:UserAgent", BY_SMTP }, { "aws:VpcSourceIp", BY_SMTP },
	/* Who asks, and for what: SES itself uses them in its examples, or IAM always has them. */
	{ "aws:PrincipalAccount", BY_SMTP }, { "aws:PrincipalArn", BY_SMTP }, { "aws:PrincipalOrgID", BY_SMTP },
	{ "aws:PrincipalOrgPaths", BY_SMTP }, { "aws:PrincipalTag/", BY_SMTP }, { "aws:PrincipalType", BY_SMTP },
	{ "aws:userid", BY_SMTP }, { "aws:username", BY_SMTP }, { "aws:RequestedRegion", BY_SMTP },
	{ "aws:ResourceAccount", BY_SMTP }, { "aws:ResourceTag/", BY_SMTP },
	{ "aws:PrincipalIsAWSService", UNPROMISED }, { "aws:ResourceOrgID", UNPROMISED }, { "aws:ResourceOrgPaths", UNPROMISED },
	{ "aws:ViaAWSService", UNPROMISED }, { "aws:SourceVpcArn", UNPROMISED }, { "aws:VpceAccount", UNPROMISED },
	{ "aws:VpceOrgID", UNPROMISED }, { "aws:VpceOrgPaths", UNPROMISED }, { "aws:PrincipalIsRootUser", UNPROMISED },
	{ "aws:SourceAccount", SERVICE_CALL }, { "aws:SourceArn", SERVICE_CALL }, { "aws:SourceOrgID", SERVICE_CALL },
	{ "aws:SourceOrgPaths", SERVICE_CALL }, { "aws:PrincipalServiceName", SERVICE_CALL },
	{ "aws:PrincipalServiceNamesList", SERVICE_CALL }, { "aws:CalledVia", SERVICE_CALL },
	{ "aws:CalledViaFirst", SERVICE_CALL }, { "aws:CalledViaLast", SERVICE_CALL },
	/* SMTP credentials are those of a user, and last. */
	{ "aws:MultiFactorAuthAge", NEVER_BY_SMTP }, { "aws:MultiFactorAuthPresent", NEVER_BY_SMTP },
	{ "aws:TokenIssueTime", NEVER_BY_SMTP }, { "aws:FederatedProvider", NEVER_BY_SMTP },
	{ "aws:SourceIdentity", NEVER_BY_SMTP }, { "aws:AssumedRoot", NEVER_BY_SMTP },
	{ "aws:Ec2InstanceSourceVpc", NEVER_BY_SMTP }, { "aws:Ec2InstanceSourcePrivateIPv4", NEVER_BY_SMTP },
	{ "aws:ChatbotSourceArn", NEVER_BY_SMTP }, { "aws:SourceOwner", NEVER_BY_SMTP },
	{ "aws:RequestTag/", NEVER_BY_SMTP }, { "aws:TagKeys", NEVER_BY_SMTP }, { "aws:referer", NEVER_BY_SMTP },
};

#define KNOWN (sizeof known_keys / sizeof *known_keys)

static const struct known_key *known_find(struct text name)
{
	for (size_t i = 0; i < KNOWN; i++) {
		struct text known = text_of(known_keys[i].name);
		bool family = known.at[known.length - 1] == '/';
		if (family ? name.length > known.length && text_starts_with_fold(name, known) : text_equals_fold(name, known))
			return &known_keys[i];
	}
	return NULL;
}

static const char *known_nearest(struct text name)
{
	const char *names[KNOWN];

	for (size_t i = 0; i < KNOWN; i++)
		names[i] = known_keys[i].name;
	/* "ses:Recipient", "aws:SourceIP4"; a key of another service may well have such a name. */
	size_t colon = text_find(name, ':', 0);
	if (text_starts_with_fold(name, TEXT("ses:")) || text_starts_with_fold(name, TEXT("aws:")))
		return nearest(name, names, KNOWN, name.length / 6 + 1);
	/* "FromAddress", "sse:FromAddress" */
	for (size_t i = 0; i < KNOWN; i++)
		if ((colon == name.length && text_equals_fold(name, text_from(text_of(names[i]), 4))) ||
		    (text_starts_with(text_of(names[i]), TEXT("ses:")) &&
		     text_equals_fold(text_from(name, colon), text_from(text_of(names[i]), 3))))
			return names[i];
	return NULL;
}

/* Is the condition true where the key is missing? */
static bool holds_missing(const struct condition *c)
{
	return c->how.quantifier == QUANTIFIER_ALL || c->how.if_exists ||
		(c->how.operator->negated && c->how.quantifier == QUANTIFIER_NONE);
}

/* What a key that is missing does to a condition. */
static const char *missing(const struct subject_statement *s, const struct condition *c)
{
	bool deny = s->statement->effect == EFFECT_DENY, holds = holds_missing(c);

	if (c->how.operator->type == TYPE_NULL)
		return "no message has the key";
	if (holds)
		return deny ? "the condition is true for every message, so it keeps none from being refused"
			    : "the condition is true for every message, so it keeps none from being allowed";
	return deny ? "the condition is true for no message, so the Deny refuses none"
		    : "the condition is true for no message, so the Allow allows none";
}

static void unknown(const struct subject_statement *s, const struct condition *c)
{
	const struct subject *subject = s->subject;
	struct place place;
	const char *near = known_nearest(c->key_text), *key = shown(subject, c->key_text);
	enum kind_number kind = KIND_FOREIGN_KEY;

	if (text_starts_with_fold(c->key_text, TEXT("ses:")) || (near && text_starts_with(text_of(near), TEXT("ses:"))))
		kind = KIND_INVALID_SES_KEY;
	else if (near || text_find(c->key_text, ':', 0) == c->key_text.length)
		kind = KIND_INVALID_GLOBAL_KEY;
	else if (text_starts_with_fold(c->key_text, TEXT("aws:")))
		kind = KIND_INVALID_GLOBAL_KEY;
	else if (!about_ses(s->statement))
		return;
	if (near && text_ends_with(text_of(near), TEXT("/")))
		report_statement(s, kind, place_key(&place, s, c),
			say(subject, "\"%s\" does not say which tag; write \"%sTAG\"", key, near), missing(s, c), NULL);
	else
		report_statement(s, kind, place_key(&place, s, c),
			near ? say(subject, "there is no key \"%s\"; \"%s\" is meant?", key, near)
			: kind == KIND_FOREIGN_KEY ? say(subject, "\"%s\" is a key of another service", key)
			: say(subject, "there is no key \"%s\"", key),
			missing(s, c), near ? fix_key(s, c, near) : NULL);
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
	return c->how.if_exists || c->how.operator->type == TYPE_NULL || condition_on(statement, c->key_text, TYPE_NULL);
}

static void presence_check(const struct subject_statement *s, const struct condition *c, enum presence presence)
{
	const struct subject *subject = s->subject;
	struct place place;
	const char *key = shown(subject, c->key_text);

	if (presence == BY_SMTP || site_has_key(subject->site, c->key_text) || minds_missing(s->statement, c) ||
	    !statement_takes(s->statement, TEXT("ses:SendRawEmail")))
		return;
	/* A statement on everything is not one on mail. */
	if (!about_ses(s->statement) && subject->identity)
		return;
	if (presence == SERVICE_CALL && !subject->identity && has_service(s->statement))
		return;
	/* The other way round the header decides. */
	if (presence == SENDER_SAYS && (s->statement->effect == EFFECT_DENY) != holds_missing(c))
		return;
	if (presence == UNPROMISED)
		report_statement(s, KIND_NOT_PROMISED, place_key(&place, s, c),
			say(subject, "SES does not say that requests have %s", key), missing(s, c), NULL);
	else
		report_statement(s, KIND_NEVER_SMTP, place_key(&place, s, c),
			say(subject, presence == SERVICE_CALL ? "%s is there only when a service sends, not by SMTP"
				: presence == SENDER_SAYS ? "SES does not say that mail by SMTP has %s: every message must pass without it"
				: "mail by SMTP never has %s", key), missing(s, c), NULL);
}

/* SMTP is version 2. */
static void api_version(const struct subject_statement *s, const struct condition *c)
{
	struct probe probe = { .s = s };
	struct place place;
	struct text two = TEXT("2");

	if (!text_equals_fold(c->key_text, TEXT("ses:ApiVersion")) || c->how.operator->type == TYPE_NULL ||
	    c->how.quantifier != QUANTIFIER_NONE || !c->value_count)
		return;
	/* The condition alone: whether the rest of the statement matches is no matter. */
	if (!request_init(&probe.request, s->subject->set, &probe.arena) || !probe_set(&probe, c->key_text, &two, 1)) {
		s->subject->findings->out_of_memory = true;
	} else if (condition_match(c, &probe.request) != TRUTH_TRUE) {
		report_statement(s, KIND_API_VERSION, place_value(&place, s, c, 0),
			"mail by SMTP has version 2, which does not satisfy the condition",
			s->statement->effect == EFFECT_DENY ? "the Deny refuses no message that comes by SMTP"
							    : "the Allow allows no message that comes by SMTP",
			c->how.operator->negated || c->value_count > 1 ? NULL : fix_value(s, c, 0, two, (struct text){ 0 }, NULL));
	}
	probe_close(&probe);
}

void check_keys(const struct subject_statement *s)
{
	for (size_t n = 0; n < s->statement->condition_count; n++) {
		const struct condition *c = &s->statement->conditions[n];
		const struct known_key *known = known_find(c->key_text);
		if (!known && site_has_key(s->subject->site, c->key_text))
			continue;
		if (known)
			presence_check(s, c, known->presence);
		else
			unknown(s, c);
		api_version(s, c);
	}
}

bool site_has_key(const struct lint_site *site, struct text key)
{
	for (size_t i = 0; i < site->context.count; i++)
		if (text_equals_fold(key, text_of(site->context.at[i])))
			return true;
	return false;
}

bool key_is_known(struct text key)
{
	return known_find(key);
}
