/* SPDX-License-Identifier: BSD-2-Clause */
/* Bounds and values that leave nothing, windows that are over, numbers where dates are meant. */
#include "lint/checks.h"
#include "lint/probe.h"
#include "lint/check_common.h"

#include "value/glob.h"

static bool is_lower(const struct condition *c)
{
	return c->how.op->comparison == COMPARE_GREATER || c->how.op->comparison == COMPARE_GREATER_EQUAL;
}

static bool is_upper(const struct condition *c)
{
	return c->how.op->comparison == COMPARE_LESS || c->how.op->comparison == COMPARE_LESS_EQUAL;
}

/* Below zero: the bounds leave room. Both have one value left, the one that decides. */
static int bounds_compare(const struct condition *lower, const struct condition *upper)
{
	int order = lower->how.op->type == TYPE_DATE ? instant_compare(lower->set.instants, upper->set.instants)
						     : number_compare(lower->set.numbers, upper->set.numbers);
	if (order)
		return order;
	return lower->how.op->comparison == COMPARE_GREATER_EQUAL && upper->how.op->comparison == COMPARE_LESS_EQUAL ? -1 : 1;
}

static bool has_bound(const struct condition *c, enum value_type type)
{
	return c->how.op->type == type && c->set_count && !c->how.if_exists && c->how.quantifier == QUANTIFIER_NONE;
}

static void bounds(const struct subject_statement *s, const struct condition *upper)
{
	struct place place;
	enum value_type type = upper->how.op->type;

	if ((type != TYPE_DATE && type != TYPE_NUMBER) || !is_upper(upper) || !has_bound(upper, type))
		return;
	for (size_t n = 0; n < s->statement->condition_count; n++) {
		const struct condition *lower = &s->statement->conditions[n];
		if (!is_lower(lower) || !has_bound(lower, type) || !text_equals_fold(lower->key_text, upper->key_text) ||
			bounds_compare(lower, upper) < 0)
			continue;
		subject_report_statement(s, KIND_BOUNDS, place_value(&place, s, upper, 0),
			subject_say(s->subject, "%s would have to be above \"%s\" and below \"%s\" at once",
				subject_show(s->subject, upper->key_text), subject_show(s->subject, lower->values[0]),
				subject_show(s->subject, upper->values[0])),
			s->statement->effect == EFFECT_DENY ? "the Deny refuses no message" : "the Allow allows no message", NULL);
		return;
	}
	if (type == TYPE_DATE &&
		(text_equals_fold(upper->key_text, TEXT("aws:CurrentTime")) ||
			text_equals_fold(upper->key_text, TEXT("aws:EpochTime"))) &&
		instant_compare(upper->set.instants, &s->subject->now) < 0)
		subject_report_statement(s, KIND_WINDOW_PAST, place_value(&place, s, upper, 0),
			subject_say(s->subject, "\"%s\" is past", subject_show(s->subject, upper->values[0])),
			s->statement->effect == EFFECT_DENY ? "the Deny refuses no message any more"
							    : "the Allow allows no message any more",
			NULL);
}

static void epoch(const struct subject_statement *s, const struct condition *c)
{
	struct place place;

	if (c->how.op->type != TYPE_DATE || text_equals_fold(c->key_text, TEXT("aws:EpochTime")))
		return;
	for (size_t i = 0; i < c->value_count; i++) {
		struct instant instant;
		char text[INSTANT_TEXT_SIZE];
		if (text_find(c->values[i], '-', 1) < c->values[i].length ||
			text_find(c->values[i], 'T', 0) < c->values[i].length ||
			text_find(c->values[i], 't', 0) < c->values[i].length || !instant_parse(c->values[i], &instant))
			continue;
		subject_report_statement(s, KIND_DATE_EPOCH, place_value(&place, s, c, i),
			subject_say(s->subject,
				"\"%s\" counts seconds since 1970: it is %s; write the date as 2026-12-31T23:59:59Z",
				subject_show(s->subject, c->values[i]), instant_print(&instant, text)),
			NULL, NULL);
	}
}

/* Of these the key can only hold one of the values as they stand. */
static bool is_finite(const struct condition *c)
{
	if (!check_is_text(c) || c->how.op->negated || c->how.if_exists || c->plural || c->how.quantifier != QUANTIFIER_NONE ||
		c->how.op->comparison == COMPARE_EQUAL_IGNORE_CASE)
		return false;
	for (size_t i = 0; i < c->value_count; i++)
		if (!check_is_fixed(c, i) || (check_is_glob(c) && glob_has_wildcard(c->values[i])))
			return false;
	return c->value_count;
}

/* A list of values under one operator, none of which another condition on the key takes. */
static void contradiction(const struct subject_statement *s, const struct condition *c)
{
	const struct statement *statement = s->statement;
	struct probe probe = { .s = s };
	const struct condition *other = NULL;
	struct place place;
	bool possible = false;

	if (!is_finite(c) || !request_init(&probe.request, s->subject->set, &probe.arena)) {
		probe_close(&probe);
		return;
	}
	for (size_t i = 0; i < c->value_count && !possible; i++) {
		possible = probe_set(&probe, c->key_text, &c->values[i], 1);
		for (size_t n = 0; n < statement->condition_count && possible; n++) {
			const struct condition *one = &statement->conditions[n];
			if (one == c || !text_equals_fold(one->key_text, c->key_text))
				continue;
			/* What other keys fill in is not known. */
			possible = one->template_count || probe_holds(&probe, one);
			if (!possible)
				other = one;
		}
	}
	/* Two lists contradict each other once, told at the later. */
	if (!possible && other && (other < c || !is_finite(other)))
		subject_report_statement(s, KIND_CONTRADICTION, place_key(&place, s, c),
			subject_say(s->subject, "no value of %s satisfies both %s and %s", subject_show(s->subject, c->key_text),
				subject_show(s->subject, other->operator_text), subject_show(s->subject, c->operator_text)),
			statement->effect == EFFECT_DENY ? "the Deny refuses no message" : "the Allow allows no message", NULL);
	probe_close(&probe);
}

static bool is_plain_network(const struct condition *c, bool negated)
{
	return c->how.op->type == TYPE_IP && c->how.op->negated == negated && !c->how.if_exists &&
		c->how.quantifier == QUANTIFIER_NONE && c->value_count;
}

/* Is every network of one condition inside one of the other, which excludes it? */
static bool excluded(const struct subject *subject, const struct condition *inside, const struct condition *outside)
{
	for (size_t i = 0; i < inside->value_count; i++) {
		struct ip_network network, whole;
		bool found = false;
		if (!subject_network(subject, inside->values[i], &network))
			return false;
		for (size_t o = 0; o < outside->value_count && !found; o++)
			found = subject_network(subject, outside->values[o], &whole) &&
				whole.first.family == network.first.family && whole.prefix <= network.prefix &&
				ip_network_holds(&whole, &network.first);
		if (!found)
			return false;
	}
	return true;
}

/* Lists of networks longer than this are not compared with each other. */
#define NETWORKS 1000

static void networks(const struct subject_statement *s, const struct condition *c)
{
	struct place place;

	if (!is_plain_network(c, true) || c->value_count > NETWORKS)
		return;
	for (size_t n = 0; n < s->statement->condition_count; n++) {
		const struct condition *other = &s->statement->conditions[n];
		if (is_plain_network(other, false) && other->value_count <= NETWORKS &&
			text_equals_fold(other->key_text, c->key_text) && excluded(s->subject, other, c))
			subject_report_statement(s, KIND_CONTRADICTION, place_key(&place, s, c),
				subject_say(s->subject, "no value of %s satisfies both %s and %s",
					subject_show(s->subject, c->key_text), subject_show(s->subject, other->operator_text),
					subject_show(s->subject, c->operator_text)),
				s->statement->effect == EFFECT_DENY ? "the Deny refuses no message" : "the Allow allows no message",
				NULL);
	}
}

void check_contradictions(const struct subject_statement *s)
{
	for (size_t n = 0; n < s->statement->condition_count; n++) {
		bounds(s, &s->statement->conditions[n]);
		epoch(s, &s->statement->conditions[n]);
		contradiction(s, &s->statement->conditions[n]);
		networks(s, &s->statement->conditions[n]);
	}
}
