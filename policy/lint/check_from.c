/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ses:FromAddress and ses:FeedbackAddress together. With from_address "both" the envelope sender is asked about as
 * ses:FromAddress, too, and it is what ses:FeedbackAddress holds: one address has to fit both.
 */
#include "lint/checks.h"
#include "lint/probe.h"

#include "iam/policy_set.h"

/* Later ones are not compared with all before them. */
#define STATEMENTS 64

static bool is_on(const struct condition *c, const char *key)
{
	return text_equals_fold(c->key_text, text_of(key)) && c->how.op->type == TYPE_STRING && c->value_count &&
		!c->template_count && !c->how.if_exists && c->how.quantifier != QUANTIFIER_ALL;
}

/* Does the condition let the address pass: an Allow by fitting, a Deny by not fitting? */
static bool lets(struct probe *probe, const struct condition *c, struct text address, bool deny)
{
	return probe_set(probe, c->key_text, &address, 1) && probe_holds(probe, c) != deny;
}

/* Of the addresses that the one is about, does the other let none pass? In doubt one. */
static bool lets_none(struct probe *probe, const struct condition *one, const struct condition *other, bool deny)
{
	for (size_t v = 0; v < one->value_count; v++) {
		struct text address = probe_value(probe, one, v);
		if (!address.at || lets(probe, other, address, deny))
			return false;
	}
	return true;
}

/*
 * Is there no address that both let pass? Each of the two lists names what passes: in an Allow what fits, in a Deny
 * what does not.
 */
static bool exclude(const struct subject_statement *s, const struct condition *from, const struct condition *feedback, bool deny)
{
	struct probe probe = { .s = s };
	bool none = request_init(&probe.request, s->subject->set, &probe.arena) && lets_none(&probe, from, feedback, deny) &&
		lets_none(&probe, feedback, from, deny);

	probe_close(&probe);
	return none;
}

static void tell(const struct subject_statement *s, const struct condition *c, const char *where)
{
	struct place place;

	subject_report_statement(s, KIND_BOTH_EXCLUDE, place_key(&place, s, c),
		subject_say(s->subject,
			"with from_address both the envelope sender is ses:FromAddress, too, and no address fits this and "
			"ses:FeedbackAddress%s; set from_address to header if the two are to differ",
			where),
		"no message meets both", NULL);
}

/* Two conditions of one Allow. */
static void one_statement(const struct subject_statement *s)
{
	const struct statement *statement = s->statement;

	for (size_t i = 0; i < statement->condition_count; i++)
		for (size_t n = 0; n < statement->condition_count; n++) {
			const struct condition *from = &statement->conditions[i], *feedback = &statement->conditions[n];
			if (is_on(from, "ses:FromAddress") && is_on(feedback, "ses:FeedbackAddress") && !from->how.op->negated &&
				!feedback->how.op->negated && exclude(s, from, feedback, false)) {
				tell(s, from, "");
				return;
			}
		}
}

static const struct condition *all_but(const struct statement *statement, const char *key)
{
	const struct condition *c = statement->conditions;

	return statement->effect == EFFECT_DENY && statement->condition_count == 1 && is_on(c, key) && c->how.op->negated ? c
															  : NULL;
}

static bool same_resources(const struct statement *a, const struct statement *b)
{
	return a->resource_count == 1 && b->resource_count == 1 && a->not_resource == b->not_resource &&
		text_equals(a->resources[0].text, b->resources[0].text);
}

/* Two Denies, each of all but. */
static void two_statements(const struct subject_statement *s)
{
	const struct subject *subject = s->subject;
	const struct condition *from = all_but(s->statement, "ses:FromAddress");

	for (size_t i = 0; from && i < subject->policy->count && subject->policy->count <= STATEMENTS; i++) {
		const struct statement *other = policy_set_statement(subject->set, subject->policy->first + i);
		const struct condition *feedback = all_but(other, "ses:FeedbackAddress");
		if (feedback && same_resources(s->statement, other) && exclude(s, from, feedback, true)) {
			tell(s, from, subject_say(subject, " in statement %zu", i + 1));
			return;
		}
	}
}

void check_from(const struct subject_statement *s)
{
	const struct site_options *options = s->subject->site->options;

	/* Without settings it is not known that both are asked about. */
	if (!options || options->from_address != FROM_BOTH || !probe_statement_takes(s->statement, TEXT("ses:SendRawEmail")))
		return;
	if (s->statement->effect == EFFECT_ALLOW)
		one_statement(s);
	else
		two_statements(s);
}
