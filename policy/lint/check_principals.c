/* SPDX-License-Identifier: BSD-2-Clause */
/* Who. (SES developer guide, "Policy anatomy"; IAM User Guide, "Principal" and "NotPrincipal"; Access Analyzer checks.) */
#include "lint/checks.h"
#include "lint/check_common.h"
#include "lint/check_who.h"
#include "lint/clients.h"
#include "lint/fix.h"
#include "lint/probe.h"

#include <string.h>

/* An action that sends, which the statement takes; empty: there is none. */
static struct text sending(const struct statement *statement)
{
	static const char *const actions[] = { "ses:SendRawEmail", "ses:SendEmail", "ses:SendTemplatedEmail",
		"ses:SendBulkTemplatedEmail", "ses:SendBulkEmail" };

	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
		if (probe_statement_takes(statement, text_of(actions[i])))
			return text_of(actions[i]);
	return (struct text){ 0 };
}

/* Is a stranger allowed to send? */
static void anyone(const struct subject_statement *s, size_t n)
{
	struct probe probe = { .s = s };
	struct place place;
	struct text stranger = TEXT(CHECK_STRANGER), account = TEXT("999999999999");

	struct text action = sending(s->statement);
	if (!action.length || check_says_who(s))
		return;
	struct text organization = TEXT("o-9999999999");
	bool met = probe_open(&probe, s, TEXT(""));
	bool asked = !probe.arena.failed && probe.request.set && request_caller(&probe.request, stranger) &&
		probe_set(&probe, TEXT("aws:PrincipalArn"), &stranger, 1) &&
		probe_set(&probe, TEXT("aws:PrincipalAccount"), &account, 1) &&
		probe_set(&probe, TEXT("aws:PrincipalOrgID"), &organization, 1);
	if (asked)
		probe.request.action = action;
	bool granted = asked && met && probe_granted(&probe) && evaluate(&probe.request).decision == DECISION_ALLOWED;
	/* Where no message was found that meets the conditions, they are no ones on who asks all the same. */
	if (granted || (asked && (!met || !probe_matches(&probe)) && !probe_denied(&probe)))
		subject_report_statement(s, KIND_ALLOW_ANYONE, place_principal(&place, s, n),
			"the Allow is to everyone; name accounts or users, or add a condition such as aws:PrincipalOrgID",
			granted ? subject_say(s->subject,
					  "%s, of another account and organization, would be allowed to send as this identity",
					  CHECK_STRANGER)
				: "no condition says who: once they are met, every AWS account may send as this identity",
			NULL);
	probe_close(&probe);
}

static bool names_account(const struct statement *statement, struct text account)
{
	for (size_t i = 0; i < statement->principals.count; i++)
		if (statement->principals.entries[i].kind == PRINCIPAL_ENTRY_ACCOUNT &&
			text_equals(statement->principals.entries[i].account, account))
			return true;
	return false;
}

/* "AWS may judge the account before the user": then the account is to be exempt too. */
static void deny_not_principal(const struct subject_statement *s)
{
	const struct subject *subject = s->subject;
	struct place place;

	for (size_t i = 0; i < s->statement->principals.count; i++) {
		const struct principal_entry *entry = &s->statement->principals.entries[i];
		if ((entry->kind != PRINCIPAL_ENTRY_ARN && entry->kind != PRINCIPAL_ENTRY_ROLE) ||
			names_account(s->statement, entry->account))
			continue;
		subject_report_statement(s, KIND_DENY_NOT_PRINCIPAL, place_principal(&place, s, i),
			subject_say(subject, "\"%s\" is named without its account; add \"arn:%.*s:iam::%.*s:root\"",
				subject_show(subject, entry->text), TEXT_ARGS(entry->partition), TEXT_ARGS(entry->account)),
			"AWS may refuse the mail of the account that the user belongs to, and so the user's", NULL);
		return;
	}
}

/* All principals are the account that holds the identity. */
static void own_account(const struct subject_statement *s)
{
	const struct statement *statement = s->statement;
	struct place place;

	/* Of conditions check_allows speaks. */
	if (statement->condition_count || statement->not_resource || !statement->principals.count || !statement->resource_count ||
		(!probe_statement_takes(statement, TEXT("ses:SendRawEmail")) &&
			!probe_statement_takes(statement, TEXT("ses:SendEmail"))))
		return;
	for (size_t i = 0; i < statement->principals.count; i++) {
		const struct principal_entry *entry = &statement->principals.entries[i];
		if (entry->kind != PRINCIPAL_ENTRY_ACCOUNT)
			return;
		for (size_t r = 0; r < statement->resource_count; r++)
			if (statement->resources[r].any ||
				!text_equals(statement->resources[r].arn.field[ARN_ACCOUNT], entry->account))
				return;
	}
	subject_report_statement(s, KIND_ALLOW_OWN_ACCOUNT, place_principal(&place, s, 0),
		"the account holds the identity itself; an Allow to it only hands the decision to the policies of its users",
		"a user of the account sends if its own policies allow it, with this statement or without", NULL);
}

/* A Deny of users, each by name. */
static void only_users(const struct subject_statement *s)
{
	struct place place;

	for (size_t i = 0; i < s->statement->principals.count; i++) {
		const struct principal_entry *entry = &s->statement->principals.entries[i];
		if (entry->kind != PRINCIPAL_ENTRY_ARN || !memmem(entry->text.at, entry->text.length, ":user/", 6))
			return;
	}
	subject_report_statement(s, KIND_DENY_ONE_USER, place_principal(&place, s, 0),
		subject_say(s->subject, "the Deny is for \"%s\" alone; name the account to refuse all its mail",
			subject_show(s->subject, s->statement->principals.entries[0].text)),
		NULL, NULL);
}

static bool is_service_name(struct text t)
{
	static const char *const ends[] = { ".amazonaws.com", ".amazonaws.com.cn", ".amazon.com", ".aws.internal", ".aws.dev" };

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (text_ends_with(t, text_of(ends[i])))
			return true;
	return false;
}

/* amazonaws.com, or a Region in front of it: not more of the name. */
static bool is_service_end(struct text t)
{
	return text_starts_with_fold(t, TEXT("amazonaws.")) || check_is_region(text_first(t, text_find(t, '.', 0)));
}

/* Programs on these send as a role or a user: the services themselves never do. */
static bool never_sends(struct text service)
{
	static const char *const names[] = { "apigateway", "appsync", "autoscaling", "batch", "cloudformation", "cloudwatch",
		"codebuild", "codepipeline", "delivery.logs", "ec2", "ecs", "ecs-tasks", "edgelambda", "eks", "elasticbeanstalk",
		"elasticloadbalancing", "email", "events", "glue", "iam", "lambda", "lightsail", "logs", "monitoring", "rds", "s3",
		"ses", "sns", "sqs", "ssm", "states", "sts", "transfer" };
	size_t end = text_find(service, '.', 0);

	/* delivery.logs.amazonaws.com, ec2.eu-west-1.amazonaws.com, ses.amazonaws.com.cn */
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if ((text_equals_fold(text_first(service, end), text_of(names[i])) &&
			    is_service_end(text_from(service, end + 1))) ||
			(strchr(names[i], '.') && text_starts_with_fold(service, text_of(names[i]))))
			return true;
	return false;
}

/* Conditions that only people and programs of an account can satisfy. */
static void service_keys(const struct subject_statement *s)
{
	const struct statement *statement = s->statement;
	struct place place;

	for (size_t i = 0; i < statement->principals.count; i++)
		if (statement->principals.entries[i].kind != PRINCIPAL_ENTRY_SERVICE)
			return;
	for (size_t n = 0; n < statement->condition_count; n++) {
		const struct condition *c = &statement->conditions[n];
		if (c->how.op->negated || c->how.if_exists || c->how.op->type == TYPE_NULL)
			continue;
		const struct key_info *key = key_find(c->key_text);
		if (!key || key->caller == CALLER_ANY || key->caller == CALLER_SERVICE)
			continue;
		subject_report_statement(s, KIND_SERVICE_KEY, place_key(&place, s, c),
			subject_say(s->subject, "a service has no %s; aws:SourceAccount and aws:SourceArn say for whom it sends",
				subject_show(s->subject, c->key_text)),
			"the Allow allows no message of the service", NULL);
	}
}

/* Is somebody who sends from this site taken for this user or role? Of other accounts the site does not know. */
static bool site_sends_as(const struct lint_site *site, const struct principal_entry *entry)
{
	if (!site->clients || !site->account || !text_equals(entry->account, text_of(site->account)))
		return true;
	return clients_give(site->clients, entry->text);
}

static void entries(const struct subject_statement *s)
{
	const struct subject *subject = s->subject;
	bool allow = s->statement->effect == EFFECT_ALLOW && !s->statement->not_principal;
	struct place place;

	for (size_t i = 0; i < s->statement->principals.count; i++) {
		const struct principal_entry *entry = &s->statement->principals.entries[i];
		const char *name = subject_show(subject, entry->text);
		if (entry->kind == PRINCIPAL_ENTRY_NOBODY && text_starts_with(entry->text, TEXT("A")) &&
			text_find(entry->text, ':', 0) == entry->text.length)
			subject_report_statement(s, KIND_PRINCIPAL_ID, place_principal(&place, s, i),
				subject_say(subject, "\"%s\" is the id of a user or role that was deleted; name the ARN", name),
				NULL, NULL);
		else if (entry->kind == PRINCIPAL_ENTRY_NOBODY)
			subject_report_statement(s, KIND_FEDERATED, place_principal(&place, s, i),
				subject_say(subject, "\"%s\" is nobody who sends mail by SES", name), NULL, NULL);
		else if (entry->kind == PRINCIPAL_ENTRY_SERVICE && !is_service_name(entry->text))
			subject_report_statement(s, KIND_SERVICE_NAME, place_principal(&place, s, i),
				subject_say(subject, "\"%s\" is no service; they are called NAME.amazonaws.com", name), NULL, NULL);
		else if (entry->kind == PRINCIPAL_ENTRY_SERVICE && never_sends(entry->text))
			subject_report_statement(s, KIND_SERVICE_NEVER_SENDS, place_principal(&place, s, i),
				subject_say(subject,
					"%s never sends mail by itself; programs that run there send as a role or a user, which is to be "
					"named",
					name),
				allow ? "the Allow allows nobody" : "the Deny refuses nobody", NULL);
		else if (entry->kind == PRINCIPAL_ENTRY_SERVICE && allow && !check_says_who(s))
			subject_report_statement(s, KIND_SERVICE_SOURCE, place_principal(&place, s, i),
				subject_say(subject,
					"%s may send for any customer; add a condition on aws:SourceAccount or aws:SourceArn",
					name),
				NULL, NULL);
		else if (entry->kind == PRINCIPAL_ENTRY_ANYONE && allow)
			anyone(s, i);
		else if (entry->kind == PRINCIPAL_ENTRY_ARN && !site_sends_as(subject->site, entry))
			subject_report_statement(s, KIND_SITE_PRINCIPAL, place_principal(&place, s, i),
				subject_say(subject, "the settings take no client for \"%s\"", name), NULL, NULL);
	}
}

void check_principals(const struct subject_statement *s)
{
	bool allow = s->statement->effect == EFFECT_ALLOW;
	struct place place;

	if (s->subject->identity)
		return;
	entries(s);
	if (s->statement->not_principal && allow)
		subject_report_statement(s, KIND_ALLOW_NOT_PRINCIPAL, place_element(&place, s, "NotPrincipal"),
			"NotPrincipal allows everyone but those named; use Principal, and name who may send",
			"any AWS account would be allowed to send as this identity", NULL);
	else if (s->statement->not_principal)
		deny_not_principal(s);
	else if (!allow)
		only_users(s);
	else {
		own_account(s);
		service_keys(s);
	}
}
