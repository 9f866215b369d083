/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What mail of this site needs and the policy of a user does not allow: its configuration set, and in the sandbox the
 * identities of the recipients. (Service Authorization Reference, "Amazon SES"; the rest has been observed.)
 */
#include "lint/checks.h"

#include "value/glob.h"
#include "iam/policy_set.h"
#include "lint/probe.h"

/* By SMTP, or by the API: then it is another finding that SMTP is not among it. */
static bool takes_mail(const struct statement *statement)
{
	return probe_statement_takes(statement, TEXT("ses:SendRawEmail")) ||
		probe_statement_takes(statement, TEXT("ses:SendEmail"));
}

/* Does an Allow for mail take resources of this kind and name? A name of "*": does it take any? */
static bool allowed(const struct subject *subject, const char *type, const char *name)
{
	const char *resource = subject_say(subject, "%s/%s", type, name);

	for (size_t i = 0; i < subject->policy->count; i++) {
		const struct statement *statement = policy_set_statement(subject->set, subject->policy->first + i);
		if (statement->effect != EFFECT_ALLOW || !takes_mail(statement))
			continue;
		if (statement->not_resource)
			return true;
		for (size_t r = 0; r < statement->resource_count; r++)
			if (statement->resources[r].any || statement->resources[r].template ||
				glob_match(statement->resources[r].arn.field[ARN_RESOURCE], text_of(resource)))
				return true;
	}
	return false;
}

/* The first Allow for mail; false: there is none, and nothing to say. */
static bool first_allow(const struct subject *subject, struct subject_statement *s)
{
	for (size_t i = 0; i < subject->policy->count; i++) {
		subject_statement_open(subject, i, s);
		if (s->statement->effect == EFFECT_ALLOW && takes_mail(s->statement))
			return true;
	}
	return false;
}

void check_site(const struct subject *subject)
{
	const struct lint_site *site = subject->site;
	struct subject_statement s;
	struct place place;

	if (!subject->identity || !first_allow(subject, &s))
		return;
	const struct json_path *path = place_element(&place, &s, "Resource");
	for (size_t i = 0; i < site->configuration_sets.count; i++)
		if (!allowed(subject, "configuration-set", site->configuration_sets.at[i]))
			subject_report_statement(&s, KIND_SITE_CONFIGURATION_SET, path,
				subject_say(subject, "no Allow covers configuration-set/%s, which mail is sent with",
					site->configuration_sets.at[i]),
				"mail that names the configuration set would be refused", NULL);
	/* An address that does not exist stands for all recipients. */
	if (site->sandbox && !allowed(subject, "identity", PROBE_OUTSIDER))
		subject_report_statement(&s, KIND_SITE_SANDBOX, path,
			"in the sandbox the identities of the recipients are resources too, and the policy names only some",
			"a message to " PROBE_OUTSIDER " would be refused", NULL);
}
