/* SPDX-License-Identifier: BSD-2-Clause */
/* What was not filled in, and loads all the same: IAM takes much in the ARNs of a user's policy, and any text in a condition. */
#include "lint/checks.h"
#include "lint/placeholder.h"

#include "value/glob.h"
#include "iam/arn.h"

#include <string.h>

static const char *consequence(const struct subject_statement *s)
{
	return s->statement->effect == EFFECT_DENY ? "the Deny does not do what it was written for"
						   : "the Allow does not do what it was written for";
}

/* The account of a user's policy: twelve digits or wildcards; `aws` is that of SES's own. */
static bool is_account(struct text account)
{
	return !account.length || glob_has_wildcard(account) || arn_is_account(account) || text_equals(account, TEXT("aws"));
}

static void resource(const struct subject_statement *s, size_t i)
{
	const struct subject *subject = s->subject;
	const struct resource_pattern *pattern = &s->statement->resources[i];
	struct place place;
	const struct json_path *path = place_entry(&place, s, subject_resource_member(s->statement), i);

	if (pattern->any)
		return;
	const char *what = placeholder_text(placeholder_find(pattern->text));
	struct text account = pattern->arn.field[ARN_ACCOUNT];
	if (subject->identity && !is_account(account))
		subject_report_statement(s, KIND_INVALID_ARN_FIELD, path,
			subject_say(subject, "\"%s\" is no account: an id has 12 digits%s%s", subject_show(subject, account),
				what ? "; it looks like " : "", what ? what : ""),
			NULL, NULL);
	else if (placeholder_find(pattern->arn.field[ARN_RESOURCE]) != PLACEHOLDER_NONE)
		subject_report_statement(s, KIND_PLACEHOLDER, path,
			subject_say(subject, "\"%s\" looks like %s", subject_show(subject, pattern->text), what), consequence(s),
			NULL);
}

void check_placeholders(const struct subject_statement *s)
{
	const struct subject *subject = s->subject;
	struct place place;

	for (size_t i = 0; i < s->statement->resource_count; i++)
		resource(s, i);
	for (size_t n = 0; n < s->statement->condition_count; n++) {
		const struct condition *c = &s->statement->conditions[n];
		for (size_t i = 0; i < c->value_count && !subject_has_enough(subject, KIND_PLACEHOLDER); i++) {
			/* Only where capitals are no part of what is compared as it stands. */
			const char *what = placeholder_text(placeholder_find(c->values[i]));
			if (what &&
				(key_holds_addresses(c->key_text) || memchr(c->values[i].at, '$', c->values[i].length) ||
					memchr(c->values[i].at, '<', c->values[i].length) ||
					memmem(c->values[i].at, c->values[i].length, "{{", 2)))
				subject_report_statement(s, KIND_PLACEHOLDER, place_value(&place, s, c, i),
					subject_say(subject, "\"%s\" looks like %s", subject_show(subject, c->values[i]), what),
					consequence(s), NULL);
		}
	}
}
