/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Letters that are compared as they are written. Domains have no case to mail, and a policy with capitals there says one thing
 * as it is written and another in lower case (value/domain.h); what stands in front of the at sign, and display names,
 * come as the sender writes them, and so does a sender that wants to evade a Deny.
 */
#include "lint/checks.h"
#include "lint/fix.h"
#include "lint/probe.h"
#include "lint/probe_sample.h"
#include "lint/check_common.h"
#include "iam/condition_match.h"
#include "iam/key.h"

#include <ctype.h>

/* Does what does not fit the condition pass: a Deny of these, an Allow of all but these? */
static bool misfit_passes(const struct subject_statement *s, const struct condition *c)
{
	return !check_fit_passes(s->statement, c);
}

/* Turn the case of the first ASCII letter, or of all; false: there is none. */
static bool turn(char *at, size_t length, bool all)
{
	bool done = false;

	for (size_t i = 0; i < length && (all || !done); i++) {
		unsigned char byte = (unsigned char)at[i];
		if (!isalpha(byte))
			continue;
		at[i] = (char)(islower(byte) ? toupper(byte) : tolower(byte));
		done = true;
	}
	return done;
}

static bool has_letters(struct text t)
{
	for (size_t i = 0; i < t.length; i++)
		if (isalpha((unsigned char)t.at[i]))
			return true;
	return false;
}

static bool evades(const struct subject_statement *s, const struct condition *c, size_t i)
{
	const struct subject *subject = s->subject;
	bool address = key_holds_addresses(c->key_text), found = false;
	struct text value = c->values[i];
	struct text free_part = address ? check_local_of(value) : value;
	struct probe probe = { .s = s };
	struct place place;

	if (!has_letters(free_part) || !probe_open(&probe, s, c->key_text)) {
		probe_close(&probe);
		return false;
	}
	struct text caught = check_is_glob(c) ? probe_sample(&probe.arena, value, address) : value;
	struct text other = caught.at ? arena_text(&probe.arena, caught) : (struct text){ 0 };
	/* Of a sample all letters are turned, lest the first be one that stands for a wildcard. */
	bool changed = other.at && turn((char *)other.at, address ? check_local_of(other).length : other.length, check_is_glob(c));
	bool deny = s->statement->effect == EFFECT_DENY;
	if (changed && probe_set(&probe, c->key_text, &caught, 1) && (deny ? probe_denied(&probe) : !probe_granted(&probe)) &&
		probe_set(&probe, c->key_text, &other, 1) && (deny ? !probe_denied(&probe) : probe_granted(&probe))) {
		const char *name = c->how.op->negated ? "StringNotEqualsIgnoreCase" : "StringEqualsIgnoreCase";
		found = true;
		subject_report_statement(s, check_is_glob(c) ? KIND_CASE_EVADES_PATTERN : KIND_CASE_EVADES,
			place_value(&place, s, c, i),
			check_is_glob(c) ? subject_say(subject,
						   "%s distinguishes upper and lower case in \"%s\", and has no form that does not",
						   c->how.op->name, subject_show(subject, value))
					 : subject_say(subject, "%s distinguishes upper and lower case in \"%s\"; write %s",
						   c->how.op->name, subject_show(subject, value), name),
			subject_say(subject, "\"%s\" is refused, but \"%s\" would pass", subject_show(subject, caught),
				subject_show(subject, other)),
			check_is_glob(c) ? NULL
					 : fix_kept(s, reach_of(c->how.op->negated, REACH_MORE),
						   fix_operator(s, c, c->how.quantifier, name)));
	}
	probe_close(&probe);
	return found;
}

/* What capitals in a domain do to a message from, or to, `address`, whose domain is in lower case. */
static const char *upper_domain_mail(const struct subject_statement *s, const struct condition *c, struct text address)
{
	const struct subject *subject = s->subject;

	if (check_fit_passes(s->statement, c))
		return subject->site->address_case == MAILBOX_CASE_PRESERVE
			? subject_say(subject, "%s is not matched; mail must write the domain as it stands there",
				  subject_show(subject, address))
			: subject_say(subject, "%s is not matched, however the sender writes it", subject_show(subject, address));
	if (subject->site->address_case == MAILBOX_CASE_PRESERVE)
		return "mail that writes the domain in lower case passes";
	return "such mail is refused here, but SES refuses only what writes the domain so";
}

static void upper_domain(const struct subject_statement *s, const struct condition *c, size_t i)
{
	const struct subject *subject = s->subject;
	struct text value = c->values[i], domain = domain_of(value);
	struct probe probe = { .s = s };
	struct place place;

	if (!check_has_upper(domain) || subject_has_enough(subject, KIND_UPPER_DOMAIN))
		return;
	bool open = probe_open(&probe, s, c->key_text);
	struct text lowered = open ? domain_lowered(&probe.arena, value) : (struct text){ 0 };
	struct text address = lowered.at ? probe_sample(&probe.arena, lowered, true) : (struct text){ 0 };
	if (address.at && probe_set(&probe, c->key_text, &address, 1) &&
		(condition_match(c, &probe.request) == TRUTH_TRUE) == c->how.op->negated)
		subject_report_statement(s, KIND_UPPER_DOMAIN, place_value(&place, s, c, i),
			subject_say(subject,
				"the domain in \"%s\" has capitals, and SES compares letters as they stand; write \"%s\"",
				subject_show(subject, value), subject_show(subject, lowered)),
			upper_domain_mail(s, c, address), NULL);
	probe_close(&probe);
}

static void upper_local(const struct subject_statement *s, const struct condition *c, size_t i)
{
	const struct subject *subject = s->subject;
	struct place place;

	struct text local = check_local_of(c->values[i]);

	/* What holds a blank is more than an address, and another finding. */
	if (!check_has_upper(local) || subject_has_enough(subject, KIND_UPPER_LOCAL) || text_find(local, ' ', 0) < local.length)
		return;
	subject_report_statement(s, KIND_UPPER_LOCAL, place_value(&place, s, c, i),
		subject_say(subject, "the capitals in \"%s\" are compared as they are written",
			subject_show(subject, c->values[i])),
		"the same address in lower case is not matched", NULL);
}

void check_case(const struct subject_statement *s)
{
	for (size_t n = 0; n < s->statement->condition_count; n++) {
		const struct condition *c = &s->statement->conditions[n];
		bool address = key_holds_addresses(c->key_text), told = false;
		if (!check_is_text(c) || c->how.op->comparison == COMPARE_EQUAL_IGNORE_CASE ||
			(!address && !text_equals_fold(c->key_text, TEXT("ses:FromDisplayName"))))
			continue;
		for (size_t i = 0; i < c->value_count; i++) {
			if (!check_is_fixed(c, i))
				continue;
			if (address)
				upper_domain(s, c, i);
			/* One of a list says it for all. */
			if (misfit_passes(s, c))
				told = told || evades(s, c, i);
			else if (address)
				upper_local(s, c, i);
		}
	}
}
