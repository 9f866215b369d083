/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of actions, and whether mail by SMTP is among them. (SES developer guide, "Controlling access to Amazon SES".) */
#include "lint/checks.h"
#include "lint/clients.h"
#include "lint/fix.h"
#include "lint/probe.h"
#include "lint/ses_actions.h"
#include "lint/check_common.h"

#include "value/glob.h"
#include "iam/key.h"
#include "iam/policy_set.h"

#include <ctype.h>
#include <string.h>

/* Actions of one verb that a name is compared with, at most. */
#define SES_ACTIONS_MOST 200

#define SMTP TEXT("ses:SendRawEmail")

/* Actions that only SES has, so that another service in front of them is a slip. */
static const char *const own_names[] = { "SendRawEmail", "SendTemplatedEmail", "SendBulkTemplatedEmail", "SendBulkEmail",
	"SendCustomVerificationEmail" };

/* What SES is called elsewhere, but not in policies. */
static const char *const nicknames[] = { "sesv2", "ses-v2", "ses2", "sesv1", "email", "amazonses", "aws-ses", "simpleemail",
	"simple-email", "email-smtp", "ses-smtp", "smtp", "mail" };

static bool is_one_of(struct text name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (text_equals_fold(name, text_of(names[i])))
			return true;
	return false;
}

#define IS_ONE_OF(name, names) is_one_of(name, names, sizeof(names) / sizeof *(names))

static bool is_ses_action(struct text pattern)
{
	for (size_t i = 0; i < ses_action_count; i++)
		if (glob_match_fold(pattern, text_of(ses_actions[i])))
			return true;
	return false;
}

/* The verb that an action begins with. */
static struct text verb_of(struct text name)
{
	size_t end = 1;

	while (end < name.length && !isupper((unsigned char)name.at[end]))
		end++;
	return text_first(name, end);
}

/*
 * The action that the author meant: one letter in five may be wrong. With a verb that SES has it is one of that verb, and the
 * rest may differ in one letter of four: to put is not to get.
 */
static const char *action_nearest(struct text name)
{
	const char *same[SES_ACTIONS_MOST];
	struct text verb = verb_of(name);
	size_t count = 0;

	for (size_t i = 0; i < ses_action_count && count < SES_ACTIONS_MOST; i++)
		if (text_equals_fold(verb_of(text_of(ses_actions[i])), verb))
			same[count++] = ses_actions[i];
	return count ? check_nearest(name, same, count, name.length / 4 + 1)
		     : check_nearest(name, ses_actions, ses_action_count, name.length / 5 + 1);
}

/* One action more, or one that is there in place of one that there is not. */
static enum reach added(const struct subject_statement *s)
{
	return reach_of(s->statement->not_action, REACH_MORE);
}

/* The name of an action of SES. */
static void ses_name(const struct subject_statement *s, size_t i, struct text name)
{
	const struct subject *subject = s->subject;
	struct place place;
	const char *member = subject_action_member(s->statement);
	const char *near = action_nearest(name);

	if (is_ses_action(name))
		return;
	if (glob_has_wildcard(name)) {
		subject_report_statement(s, KIND_INVALID_ACTION, place_entry(&place, s, member, i),
			subject_say(subject, "\"%s\" matches no action of SES", subject_show(subject, s->statement->actions[i])),
			NULL, NULL);
		return;
	}
	if (!near) {
		subject_report_statement(s, KIND_UNKNOWN_ACTION, place_entry(&place, s, member, i),
			subject_say(subject, "SES documents no action \"%s\"", subject_show(subject, s->statement->actions[i])),
			NULL, NULL);
		return;
	}
	const char *right = subject_say(subject, "ses:%s", near);
	subject_report_statement(s, KIND_INVALID_ACTION, place_entry(&place, s, member, i),
		subject_say(subject, "SES has no action \"%s\"; did you mean \"%s\"?",
			subject_show(subject, s->statement->actions[i]), right),
		NULL, fix_kept(s, added(s), fix_entry(s, member, i, text_of(right))));
}

static void name_check(const struct subject_statement *s, size_t i)
{
	const struct subject *subject = s->subject;
	struct text action = s->statement->actions[i];
	size_t colon = text_find(action, ':', 0);
	struct text service = text_first(action, colon), name = text_from(action, colon + 1);
	struct place place;
	const char *member = subject_action_member(s->statement);
	static const char *const ses[] = { "ses" };

	if (colon == action.length)
		return;
	const char *right = subject_say(subject, "ses:%.*s", TEXT_ARGS(name));
	if (glob_has_wildcard(service)) {
		subject_report_statement(s, KIND_SERVICE_WILDCARD, place_entry(&place, s, member, i),
			subject_say(subject, "\"%s\" has a wildcard in its service; write \"%s\"", subject_show(subject, action),
				right),
			NULL, fix_kept(s, reach_of(s->statement->not_action, REACH_LESS), fix_entry(s, member, i, text_of(right))));
	} else if (text_equals_fold(service, TEXT("ses"))) {
		ses_name(s, i, name);
	} else if (IS_ONE_OF(service, nicknames) ||
		(is_ses_action(name) &&
			(IS_ONE_OF(name, own_names) ||
				(text_starts_with_fold(name, TEXT("Send")) && check_nearest(service, ses, 1, 1))))) {
		subject_report_statement(s, KIND_INVALID_SERVICE, place_entry(&place, s, member, i),
			subject_say(subject, "SES is not called \"%s\" in policies; write \"%s\"", subject_show(subject, service),
				right),
			NULL, fix_kept(s, added(s), fix_entry(s, member, i, text_of(right))));
	} else if (!subject->identity) {
		subject_report_statement(s, KIND_OTHER_SERVICE, place_entry(&place, s, member, i),
			subject_say(subject, "\"%s\" is no action of SES, and the policy belongs to a sending identity",
				subject_show(subject, action)),
			NULL, NULL);
	}
}

/* Does another Allow of the document cover SMTP? */
static bool smtp_elsewhere(const struct subject *subject)
{
	for (size_t i = 0; i < subject->policy->count; i++) {
		const struct statement *statement = policy_set_statement(subject->set, subject->policy->first + i);
		if (statement->effect == EFFECT_ALLOW && probe_statement_takes(statement, SMTP))
			return true;
	}
	return false;
}

/* Is someone among the principals who may come by SMTP: a user, a whole account, anyone? Roles and services do not. */
static bool smtp_principal(const struct statement *statement)
{
	for (size_t i = 0; i < statement->principals.count; i++) {
		const struct principal_entry *entry = &statement->principals.entries[i];
		if (entry->kind == PRINCIPAL_ENTRY_ANYONE || entry->kind == PRINCIPAL_ENTRY_ACCOUNT ||
			(entry->kind == PRINCIPAL_ENTRY_ARN && memmem(entry->text.at, entry->text.length, ":user/", 6)))
			return true;
	}
	return statement->not_principal;
}

/* Is one of them somebody whom the settings take a client for? */
static bool site_principal(const struct subject_statement *s)
{
	const struct lint_site *site = s->subject->site;
	const struct principal_list *list = &s->statement->principals;

	for (size_t i = 0; site->clients && i < list->count; i++)
		if ((list->entries[i].kind == PRINCIPAL_ENTRY_ARN || list->entries[i].kind == PRINCIPAL_ENTRY_ROLE) &&
			clients_give(site->clients, list->entries[i].text))
			return true;
	return false;
}

static void smtp_check(const struct subject_statement *s)
{
	const struct subject *subject = s->subject;
	const struct statement *statement = s->statement;
	struct probe probe = { .s = s };
	struct place place;
	const char *member = subject_action_member(statement);

	if (statement->not_action && statement->effect == EFFECT_DENY && probe_statement_takes(statement, SMTP) &&
		!probe_statement_takes(statement, TEXT("ses:SendEmail"))) {
		if (probe_open(&probe, s, TEXT("")) && probe_denied(&probe))
			subject_report_statement(s, KIND_DENY_SMTP, place_element(&place, s, member),
				"mail by SMTP is ses:SendRawEmail, which the statement does not exempt; add it",
				"mail by SMTP is refused, though sending by the API is not", NULL);
		probe_close(&probe);
		return;
	}
	if (statement->not_action || !probe_statement_takes(statement, TEXT("ses:SendEmail")) ||
		probe_statement_takes(statement, SMTP))
		return;
	json_t *fix = fix_kept(s, added(s), fix_entry(s, member, statement->action_count, SMTP));
	bool open = probe_open(&probe, s, TEXT(""));
	if (statement->effect == EFFECT_DENY) {
		bool by_smtp = open && probe_denied(&probe);
		probe.request.action = TEXT("ses:SendEmail");
		if (open && !by_smtp && probe_denied(&probe)) {
			subject_report_statement(s, KIND_DENY_NOT_SMTP, place_entry(&place, s, member, 0),
				"mail by SMTP is ses:SendRawEmail, which the statement does not name; add it",
				"the very message that it refuses by the API would pass by SMTP", json_incref(fix));
		}
	} else if (!smtp_elsewhere(subject)) {
		bool smtp = subject->identity ? subject->site->sole : smtp_principal(statement) || site_principal(s);
		subject_report_statement(s, smtp ? KIND_ALLOW_NOT_SMTP : KIND_API_ONLY, place_entry(&place, s, member, 0),
			"mail by SMTP is ses:SendRawEmail, which the policy does not name; add it if mail comes by SMTP",
			"the statement allows no message that comes by SMTP", json_incref(fix));
	}
	json_decref(fix);
	probe_close(&probe);
}

/* Bulk mail has no keys of addresses. */
static void bulk_check(const struct subject_statement *s)
{
	const struct statement *statement = s->statement;
	struct place place;

	for (size_t i = 0; !statement->not_action && i < statement->action_count; i++) {
		if (!text_equals_fold(statement->actions[i], TEXT("ses:SendBulkEmail")))
			continue;
		for (size_t n = 0; n < statement->condition_count; n++) {
			const struct condition *c = &statement->conditions[n];
			if (c->how.op->type == TYPE_NULL ||
				(!key_holds_addresses(c->key_text) && !text_equals_fold(c->key_text, TEXT("ses:FromDisplayName"))))
				continue;
			subject_report_statement(s, KIND_BULK_ADDRESS, place_entry(&place, s, "Action", i),
				subject_say(s->subject, "ses:SendBulkEmail carries no %s; give it a statement of its own",
					subject_show(s->subject, c->key_text)),
				NULL, NULL);
			return;
		}
	}
}

/* Actions and resources of another service: the policy of a bucket, a topic, a key. */
static bool is_other_policy(const struct subject_statement *s)
{
	const struct statement *statement = s->statement;
	bool ours = s->subject->identity || !check_about_others(statement);

	for (size_t i = 0; !ours && i < statement->action_count; i++) {
		size_t colon = text_find(statement->actions[i], ':', 0);
		ours = is_ses_action(text_from(statement->actions[i], colon + 1));
	}
	for (size_t i = 0; !ours && i < statement->resource_count; i++)
		ours = statement->resources[i].any || glob_match(statement->resources[i].arn.field[ARN_SERVICE], TEXT("ses"));
	return !ours;
}

void check_actions(const struct subject_statement *s)
{
	struct place place;

	if (is_other_policy(s)) {
		subject_report_statement(s, KIND_OTHER_POLICY, place_entry(&place, s, subject_action_member(s->statement), 0),
			"neither the actions nor the resources of the statement are of SES", NULL, NULL);
		return;
	}
	for (size_t i = 0; i < s->statement->action_count; i++)
		name_check(s, i);
	if (s->statement->not_action && s->statement->effect == EFFECT_ALLOW && !s->subject->identity)
		subject_report_statement(s, KIND_ALLOW_NOT_ACTION, place_element(&place, s, "NotAction"),
			"NotAction allows all actions but those named; name the ones that are allowed", NULL, NULL);
	smtp_check(s);
	bulk_check(s);
}
