/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lists and their set operators: an Allow wants ForAllValues, a Deny ForAnyValue, negated or not; the other way
 * round one recipient speaks for all. (SES developer guide, "Restricting recipients"; IAM User Guide, "Multivalued
 * context keys".)
 */
#include "lint/checks.h"
#include "lint/fix.h"
#include "lint/probe.h"

static enum quantifier right_quantifier(const struct statement *statement)
{
	return statement->effect == EFFECT_ALLOW ? QUANTIFIER_ALL : QUANTIFIER_ANY;
}

static const char *quantifier_name(enum quantifier quantifier)
{
	return quantifier == QUANTIFIER_ALL ? "ForAllValues" : "ForAnyValue";
}

static bool is_recipients(const struct condition *c)
{
	return text_equals_fold(c->key_text, TEXT("ses:Recipients"));
}

/* Without a set operator an Allow never matches, and a Deny if one value does. Every message has recipients. */
static enum reach qualified(const struct subject_statement *s, const struct condition *c)
{
	if (s->statement->effect == EFFECT_ALLOW)
		return REACH_MORE;
	return c->how.op->negated && !is_recipients(c) ? REACH_LESS : REACH_SAME;
}

static void no_qualifier(const struct subject_statement *s, const struct condition *c)
{
	const struct subject *subject = s->subject;
	struct place place;
	const char *key = subject_show(subject, c->key_text);
	enum quantifier right = right_quantifier(s->statement);

	subject_report_statement(s, is_recipients(c) ? KIND_RECIPIENTS_QUALIFIER : KIND_LIST_QUALIFIER, place_key(&place, s, c),
		subject_say(subject, "%s is a list, and %s does not say which of its values it looks at; write %s:%s", key,
			c->how.op->name, quantifier_name(right), c->how.op->name),
		!is_recipients(c) ? NULL
			: s->statement->effect == EFFECT_ALLOW
			? "the Allow matches no message, so it allows nothing"
			: "the Deny matches if any recipient does; what SES makes of it is not documented",
		fix_kept(s, qualified(s, c), fix_operator(s, c, right, c->how.op->name)));
}

/* Values of one condition that are tried, where another Deny refuses what the first would show. */
#define TRIED 20

/* Two recipients: the first alone is refused, both together are not. */
static bool smuggles(struct probe *probe, const struct condition *c, struct text both[2])
{
	both[1] = probe_choose(probe, c, true);
	both[0] = both[1].at ? probe_choose(probe, c, false) : (struct text){ 0 };
	for (size_t v = 0; both[0].at && v <= c->value_count && v < TRIED; v++) {
		if (probe_set(probe, c->key_text, &both[1], 1) && probe_denied(probe) && probe_set(probe, c->key_text, both, 2) &&
			!probe_denied(probe))
			return true;
		struct text next = v < c->value_count ? probe_value(probe, c, v) : (struct text){ 0 };
		if (next.at)
			both[c->how.op->negated ? 0 : 1] = next;
	}
	return false;
}

/* A Deny that waits until all recipients deserve it. */
static void deny_all(const struct subject_statement *s, const struct condition *c)
{
	const struct subject *subject = s->subject;
	struct probe probe;
	struct place place;
	struct text both[2];

	if (probe_open(&probe, s, c->key_text) && smuggles(&probe, c, both)) {
		struct text good = both[0], bad = both[1];
		const char *first = subject_show(subject, good), *second = subject_show(subject, bad);
		subject_report_statement(s, c->how.op->negated ? KIND_RECIPIENTS_OUTSIDERS : KIND_RECIPIENTS_BLOCKED,
			place_key(&place, s, c),
			subject_say(subject, "%s is true only if every recipient is %s; ForAnyValue:%s is true if one is",
				subject_show(subject, c->operator_text), c->how.op->negated ? "outside" : "on the list",
				c->how.op->name),
			subject_say(subject, "a message to %s alone is refused, but one to %s and %s would pass, to both", second,
				first, second),
			fix_kept(s, REACH_MORE, fix_operator(s, c, QUANTIFIER_ANY, c->how.op->name)));
	}
	probe_close(&probe);
}

/* An Allow that one recipient satisfies. */
static void allow_any(const struct subject_statement *s, const struct condition *c)
{
	const struct subject *subject = s->subject;
	struct probe probe;
	struct place place;
	bool open = probe_open(&probe, s, c->key_text);
	struct text good = open ? probe_choose(&probe, c, true) : (struct text){ 0 };
	struct text bad = good.at ? probe_choose(&probe, c, false) : (struct text){ 0 };
	struct text both[] = { good, bad };

	if (bad.at && probe_set(&probe, c->key_text, &bad, 1) && !probe_granted(&probe) &&
		probe_set(&probe, c->key_text, both, 2) && probe_granted(&probe))
		subject_report_statement(s, KIND_RECIPIENTS_ONE_INSIDE, place_key(&place, s, c),
			subject_say(subject, "%s is true if one recipient fits; ForAllValues:%s is true if all do",
				subject_show(subject, c->operator_text), c->how.op->name),
			subject_say(subject, "a message to %s and %s would be allowed, to both", subject_show(subject, good),
				subject_show(subject, bad)),
			fix_kept(s, REACH_LESS, fix_operator(s, c, QUANTIFIER_ALL, c->how.op->name)));
	probe_close(&probe);
}

/* ForAllValues of nobody. */
static void allow_all(const struct subject_statement *s, const struct condition *c)
{
	struct probe probe;
	struct place place;

	if (probe_open(&probe, s, c->key_text) && probe_set(&probe, c->key_text, NULL, 0) && probe_granted(&probe))
		subject_report_statement(s, KIND_RECIPIENTS_MISSING, place_key(&place, s, c),
			subject_say(s->subject, "%s is true also if there is no recipient; add \"Null\": {\"%s\": \"false\"}",
				subject_show(s->subject, c->operator_text), subject_show(s->subject, c->key_text)),
			"nothing by SMTP, where every message has a recipient; a request by the API without one would be allowed",
			fix_kept(s, REACH_LESS, fix_condition_add(s, "Null", c->key_text, "false")));
	probe_close(&probe);
}

void check_recipients(const struct subject_statement *s)
{
	bool allow = s->statement->effect == EFFECT_ALLOW;

	for (size_t i = 0; i < s->statement->condition_count; i++) {
		const struct condition *c = &s->statement->conditions[i];
		if (!c->plural || c->how.op->type == TYPE_NULL || c->empty)
			continue;
		if (c->how.quantifier == QUANTIFIER_NONE)
			no_qualifier(s, c);
		else if (!is_recipients(c))
			continue;
		else if (!allow && c->how.quantifier == QUANTIFIER_ALL)
			deny_all(s, c);
		else if (allow && c->how.quantifier == QUANTIFIER_ANY)
			allow_any(s, c);
		else if (allow && !c->how.if_exists)
			allow_all(s, c);
	}
}
