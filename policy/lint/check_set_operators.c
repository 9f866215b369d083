/* SPDX-License-Identifier: BSD-2-Clause */
/* Set operators where none belongs, and values that say nothing. (Access Analyzer policy check reference.) */
#include "lint/checks.h"
#include "lint/fix.h"
#include "lint/probe.h"

/* The plain operator in place of ForAllValues, or of ForAnyValue: what differs is the key that is missing. */
static enum reach without_all(const struct condition *c)
{
	return c->how.op->negated || c->how.if_exists ? REACH_SAME : REACH_LESS;
}

static enum reach without_any(const struct condition *c)
{
	return c->how.op->negated && !c->how.if_exists ? REACH_MORE : REACH_SAME;
}

/* ForAllValues on one value: true if the key is missing. */
static void all_values(const struct subject_statement *s, const struct condition *c)
{
	const struct subject *subject = s->subject;
	struct probe probe;
	struct place place;
	bool allow = s->statement->effect == EFFECT_ALLOW;

	if (probe_open(&probe, s, c->key_text) && probe_set(&probe, c->key_text, NULL, 0) && probe_matches(&probe) &&
		(allow ? probe_granted(&probe) : probe_denied(&probe)))
		subject_report_statement(s, KIND_ALL_VALUES_SINGLE, place_key(&place, s, c),
			subject_say(subject, "%s holds one value, and ForAllValues is true if it is missing; write %s",
				subject_show(subject, c->key_text), c->how.op->name),
			allow ? subject_say(subject, "a request without %s would be allowed", subject_show(subject, c->key_text))
			      : subject_say(subject, "a request without %s is refused", subject_show(subject, c->key_text)),
			fix_kept(s, without_all(c), fix_operator(s, c, QUANTIFIER_NONE, c->how.op->name)));
	probe_close(&probe);
}

static void set_operator(const struct subject_statement *s, const struct condition *c)
{
	const struct subject *subject = s->subject;
	struct place place;

	if (c->how.op->type == TYPE_NULL)
		subject_report_statement(s, KIND_NULL_QUALIFIER, place_operator(&place, s, c),
			subject_say(subject, "%s is always %s; write Null", subject_show(subject, c->operator_text),
				c->how.quantifier == QUANTIFIER_ALL ? "true" : "false"),
			NULL,
			fix_kept(s, c->how.quantifier == QUANTIFIER_ALL ? REACH_LESS : REACH_MORE,
				fix_operator(s, c, QUANTIFIER_NONE, "Null")));
	else if (c->plural || !key_find(c->key_text))
		return;
	else if (c->how.quantifier == QUANTIFIER_ALL)
		all_values(s, c);
	else
		subject_report_statement(s, KIND_ANY_VALUE_SINGLE, place_key(&place, s, c),
			subject_say(subject, "%s holds one value; write %s without ForAnyValue", subject_show(subject, c->key_text),
				c->how.op->name),
			NULL, fix_kept(s, without_any(c), fix_operator(s, c, QUANTIFIER_NONE, c->how.op->name)));
}

void check_set_operators(const struct subject_statement *s)
{
	struct place place;

	for (size_t i = 0; i < s->statement->condition_count; i++) {
		const struct condition *c = &s->statement->conditions[i];
		enum value_type type = c->how.op->type;
		char name[OPERATOR_SIZE];
		if (!text_equals(c->operator_text,
			    text_of(fix_print_operator(name, c->how.quantifier, c->how.op->name, c->how.if_exists))))
			subject_report_statement(s, KIND_OPERATOR_CASE, place_operator(&place, s, c),
				subject_say(s->subject, "\"%s\" is written %s; IAM refuses a policy that has it otherwise",
					subject_show(s->subject, c->operator_text), name),
				NULL, fix_kept(s, REACH_SAME, fix_operator(s, c, c->how.quantifier, c->how.op->name)));
		if (c->how.quantifier != QUANTIFIER_NONE)
			set_operator(s, c);
		if (c->empty)
			subject_report_statement(s, KIND_EMPTY_VALUES, place_key(&place, s, c),
				subject_say(s->subject, "no values for %s; name at least one",
					subject_show(s->subject, c->key_text)),
				NULL, NULL);
		if ((type == TYPE_BOOL || type == TYPE_NULL) && c->set.truths.on_true && c->set.truths.on_false)
			subject_report_statement(s, KIND_BOOL_MANY, place_key(&place, s, c),
				subject_say(s->subject, "%s may be true or false alike; name one of the two",
					subject_show(s->subject, c->key_text)),
				NULL, NULL);
	}
}
