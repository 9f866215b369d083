/* SPDX-License-Identifier: BSD-2-Clause */
/* Two Denies, each of all but some: what the one exempts the other refuses, and nothing is left. */
#include "lint/checks.h"
#include "lint/probe.h"

#include "iam/policy_set.h"

/* Statements past these are not compared with the earlier ones: pairs of thousands would take hours. */
#define STATEMENTS 64

/* The one condition of a Deny of all but, that looks at one value or at each; NULL: it is no such statement. */
static const struct condition *all_but(const struct statement *statement)
{
	const struct condition *c = statement->conditions;

	if (statement->effect != EFFECT_DENY || statement->condition_count != 1 || !c->how.op->negated ||
		c->how.quantifier == QUANTIFIER_ALL || c->template_count || !c->value_count)
		return NULL;
	return c;
}

/* Is every value that the condition exempts refused by that other statement, and the other way round? */
static bool refuses_all(struct probe *probe, const struct condition *exempt)
{
	for (size_t v = 0; v < exempt->value_count; v++) {
		struct text value = probe_value(probe, exempt, v);
		if (!value.at || !probe_set(probe, exempt->key_text, &value, 1) || !probe_denied(probe))
			return false;
	}
	return true;
}

static bool names_everyone(const struct statement *statement)
{
	for (size_t i = 0; !statement->not_principal && i < statement->principals.count; i++)
		if (statement->principals.entries[i].kind == PRINCIPAL_ENTRY_ANYONE)
			return true;
	return false;
}

/*
 * Is the Deny about whomever and whatever the Allow is about, by SMTP and by the API? One message that it refuses is no
 * proof of that, and exceptions for one user or one identity are what Denies are for.
 */
static bool takes_all_of(const struct statement *deny, const struct statement *allow)
{
	bool who = names_everyone(deny) || allow->policy->layer != LAYER_RESOURCE ||
		(allow->principals.count == 1 && deny->principals.count == 1 && !allow->not_principal && !deny->not_principal &&
			text_equals(allow->principals.entries[0].text, deny->principals.entries[0].text));
	bool what = !deny->not_resource && deny->resource_count && deny->resources[0].any;

	for (size_t i = 0; !what && !deny->not_resource && allow->resource_count == 1 && i < deny->resource_count; i++)
		what = !allow->not_resource && text_equals(deny->resources[i].text, allow->resources[0].text);
	return !deny->condition_count && who && what && probe_statement_takes(deny, TEXT("ses:SendEmail"));
}

/* A Deny without a condition takes back all that the Allow gives. */
static void overruled(const struct subject_statement *s)
{
	struct probe probe = { .s = s };
	struct place place;

	if (probe_open(&probe, s, TEXT("")) && probe_matches(&probe)) {
		struct verdict verdict = evaluate(&probe.request);
		if (verdict.decision == DECISION_EXPLICIT_DENY && takes_all_of(verdict.statement, s->statement))
			subject_report_statement(s, KIND_ALLOW_OVERRULED, place_element(&place, s, "Effect"),
				subject_say(s->subject, "statement %u denies without a condition what this one allows",
					verdict.statement->index + 1),
				"the Allow allows no message", NULL);
	}
	probe_close(&probe);
}

void check_denies(const struct subject_statement *s)
{
	const struct subject *subject = s->subject;

	if (s->statement->effect == EFFECT_ALLOW) {
		overruled(s);
		return;
	}
	const struct condition *c = all_but(s->statement);
	struct place place;

	if (s->statement->index >= STATEMENTS)
		return;
	for (unsigned i = 0; c && i < s->statement->index; i++) {
		const struct statement *other = policy_set_statement(subject->set, subject->policy->first + i);
		const struct condition *first = all_but(other);
		struct probe probe = { .s = s };
		if (!first || !text_equals_fold(first->key_text, c->key_text))
			continue;
		/* A message that both statements are about: the earlier matches what this one refuses. */
		if (probe_open(&probe, s, c->key_text) && refuses_all(&probe, c) && refuses_all(&probe, first)) {
			subject_report_statement(s, KIND_DENIES_EXCLUDE, place_key(&place, s, c),
				subject_say(subject,
					"statement %u refuses all that this one exempts, and the other way round; put the values into one list",
					i + 1),
				"every message that the two are about is refused", NULL);
			probe_close(&probe);
			return;
		}
		probe_close(&probe);
	}
}
