/* SPDX-License-Identifier: BSD-2-Clause */
/* Patterns of addresses that match nothing, too much, or what the Resource is not about. */
#include "lint/checks.h"
#include "lint/fix.h"
#include "lint/placeholder.h"
#include "lint/probe.h"
#include "lint/probe_sample.h"
#include "lint/check_common.h"

#include "value/glob.h"
#include "iam/key.h"

#include <ctype.h>
#include <string.h>

static bool holds_any(struct text t, const char *bytes)
{
	for (size_t i = 0; i < t.length; i++)
		if (strchr(bytes, t.at[i]) && t.at[i])
			return true;
	return false;
}

static bool is_ascii(struct text t)
{
	for (size_t i = 0; i < t.length; i++)
		if ((unsigned char)t.at[i] >= 0x80)
			return false;
	return true;
}

/* Why no address can match the value, or NULL; *meant is what was probably meant, or empty. */
static const char *hopeless(struct arena *arena, struct text value, bool wildcards, struct text *meant)
{
	bool star = wildcards && glob_has_wildcard(value);
	size_t open = text_find(value, '<', 0), close = text_find(value, '>', open);
	struct text domain = domain_of(value);

	*meant = (struct text){ 0 };
	if (open < value.length || text_find(value, '>', 0) < value.length) {
		if (close < value.length)
			*meant = text_first(text_from(value, open + 1), close - open - 1);
		return "the key holds the bare address, without a name or angle brackets";
	}
	if (text_starts_with_fold(value, TEXT("mailto:"))) {
		*meant = text_from(value, sizeof "mailto:" - 1);
		return "the key holds the bare address";
	}
	if (holds_any(domain, " \t\r\n,;") || (!holds_any(value, "\"") && holds_any(value, " ,;\t")))
		return "an address has no blank or comma; give each its own value in a list";
	if (!is_ascii(domain))
		return "the domain of an address is in ASCII (xn--...)";
	if (!star && text_find(value, '@', 0) == value.length) {
		const char *pattern = text_find(value, '.', 0) < value.length ? arena_printf(arena, "*@%.*s", TEXT_ARGS(value))
									      : NULL;
		*meant = text_of(pattern);
		return "an address has an at sign, and the whole of it is compared";
	}
	if (value.length && value.at[0] == '@') {
		const char *pattern = arena_printf(arena, "*%.*s", TEXT_ARGS(value));
		*meant = text_of(pattern);
		return "an address has something in front of the at sign, and the whole of it is compared";
	}
	if (text_ends_with(value, TEXT("@")))
		return "an address has a domain behind the at sign, and the whole of it is compared";
	if (!star && text_find(domain, '.', 0) == domain.length)
		return NULL;
	if (text_ends_with(value, TEXT("."))) {
		*meant = text_first(value, value.length - 1);
		return "the dot at the end of a domain is taken off before addresses are compared";
	}
	return NULL;
}

static bool never_matches(const struct subject_statement *s, const struct condition *c, size_t i)
{
	const struct subject *subject = s->subject;
	struct arena arena = { 0 };
	struct place place;
	struct text value = c->values[i], meant;
	/* Of what was not filled in check_placeholders speaks. */
	bool filled = placeholder_find(value) == PLACEHOLDER_NONE;
	const char *why = filled ? hopeless(&arena, value, check_is_glob(c), &meant) : NULL;

	if (why && !subject_has_enough(subject, KIND_NOT_AN_ADDRESS)) {
		bool wild = meant.length && glob_has_wildcard(meant);
		const char *like = !wild || check_is_glob(c) ? NULL : c->how.op->negated ? "StringNotLike" : "StringLike";
		subject_report_statement(s, KIND_NOT_AN_ADDRESS, place_value(&place, s, c, i),
			meant.length ? subject_say(subject, "no address matches \"%s\": %s; did you mean \"%s\"?",
					       subject_show(subject, value), why, subject_show(subject, meant))
				     : subject_say(subject, "no address matches \"%s\": %s", subject_show(subject, value), why),
			c->how.op->negated ? "the value exempts no address" : "the value matches no message",
			meant.length && c->value_count == 1 ? fix_kept(s, reach_of(c->how.op->negated, REACH_MORE),
								      fix_value(s, c, i, meant, (struct text){ 0 }, like))
							    : NULL);
	}
	subject->findings->out_of_memory |= arena.failed;
	arena_free(&arena);
	return why || !filled;
}

/* `*example.com`, `*@*example.com`: the star also takes the rest of another domain's name. The part behind it, or empty. */
static struct text loose_suffix(struct text value)
{
	struct text domain = domain_of(value), rest = text_from(domain, 1);

	if (!domain.length || domain.at[0] != '*' || glob_has_wildcard(rest) || !rest.length ||
		!isalnum((unsigned char)rest.at[0]) || text_find(rest, '.', 0) == rest.length)
		return (struct text){ 0 };
	return rest;
}

static void suffix(const struct subject_statement *s, const struct condition *c, size_t i)
{
	const struct subject *subject = s->subject;
	struct text rest = loose_suffix(c->values[i]);
	struct probe probe = { .s = s };
	struct place place;

	if (!rest.length || !check_fit_passes(s->statement, c) || subject_has_enough(subject, KIND_SUFFIX_CONFUSION))
		return;
	bool open = probe_open(&probe, s, c->key_text), allow = s->statement->effect == EFFECT_ALLOW;
	struct text local = check_local_of(c->values[i]), who = TEXT("x");
	if (open && local.length && !text_equals(local, TEXT("*")))
		who = probe_sample(&probe.arena, local, false);
	struct text other = text_of(
		open && who.at ? arena_printf(&probe.arena, "%.*s@not%.*s", TEXT_ARGS(who), TEXT_ARGS(rest)) : NULL);
	struct text outsider = TEXT(PROBE_OUTSIDER);
	/* The outsider shows that the statement would refuse others. */
	if (other.length && probe_set(&probe, c->key_text, &outsider, 1) &&
		(allow ? !probe_granted(&probe) : probe_denied(&probe)) && probe_set(&probe, c->key_text, &other, 1) &&
		(allow ? probe_granted(&probe) : !probe_denied(&probe))) {
		struct text value = c->values[i];
		bool bare = text_find(value, '@', 0) == value.length;
		const char *exact = bare ? arena_printf(&probe.arena, "*@%.*s", TEXT_ARGS(rest))
					 : arena_printf(&probe.arena, "%.*s@%.*s", TEXT_ARGS(local), TEXT_ARGS(rest));
		const char *below = bare ? arena_printf(&probe.arena, "*.%.*s", TEXT_ARGS(rest))
					 : arena_printf(&probe.arena, "%.*s@*.%.*s", TEXT_ARGS(local), TEXT_ARGS(rest));
		if (!exact || !below) {
			probe_close(&probe);
			return;
		}
		subject_report_statement(s, KIND_SUFFIX_CONFUSION, place_value(&place, s, c, i),
			subject_say(subject,
				"\"%s\" matches other domains that end so; write \"%s\", and \"%s\" for domains below it",
				subject_show(subject, value), subject_show(subject, text_of(exact)),
				subject_show(subject, text_of(below))),
			subject_say(subject, "%s %s would pass",
				text_equals_fold(c->key_text, TEXT("ses:Recipients")) ? "a message to" : "a message from",
				subject_show(subject, other)),
			fix_kept(s, reach_of(c->how.op->negated, REACH_LESS),
				fix_value(s, c, i, text_of(exact), text_of(below), NULL)));
	}
	probe_close(&probe);
}

static bool covers(struct text identity, struct text address)
{
	struct text domain = domain_of(address);

	if (text_find(identity, '@', 0) < identity.length)
		return text_equals_fold(domain_of(identity), domain) &&
			glob_match_fold(check_local_of(address), check_local_of(identity));
	if (text_equals_fold(domain, identity))
		return true;
	return domain.length > identity.length && domain.at[domain.length - identity.length - 1] == '.' &&
		text_equals_fold(text_from(domain, domain.length - identity.length), identity);
}

static bool is_domain(struct text t)
{
	for (size_t i = 0; i < t.length; i++)
		if (!isalnum((unsigned char)t.at[i]) && t.at[i] != '-' && t.at[i] != '.')
			return false;
	return t.length;
}

/* Could mail from one of the values belong to one of the statement's identities? In doubt it could. */
static bool may_be_of_resource(const struct statement *statement, const struct condition *c)
{
	struct text prefix = TEXT("identity/");

	if (statement->not_resource)
		return true;
	for (size_t i = 0; i < c->value_count; i++) {
		struct text value = c->values[i];
		if (!check_is_fixed(c, i) || text_find(value, '@', 0) == value.length || !is_domain(domain_of(value)))
			return true;
		for (size_t r = 0; r < statement->resource_count; r++) {
			const struct resource_pattern *pattern = &statement->resources[r];
			struct text name = pattern->arn.field[ARN_RESOURCE];
			if (pattern->any || pattern->template || glob_has_wildcard(name) || !text_starts_with(name, prefix) ||
				covers(text_from(name, prefix.length), value))
				return true;
		}
	}
	return false;
}

static void outside(const struct subject_statement *s, const struct condition *c)
{
	struct place place;

	bool negated = c->how.op->negated;

	/* A Deny of all but these, or an Allow of these. */
	if (negated != (s->statement->effect == EFFECT_DENY) || !c->value_count ||
		!text_equals_fold(c->key_text, TEXT("ses:FromAddress")) || may_be_of_resource(s->statement, c))
		return;
	subject_report_statement(s, KIND_OUTSIDE_IDENTITY, place_value(&place, s, c, 0),
		subject_say(s->subject, "mail from \"%s\" does not belong to the identity that the Resource names",
			subject_show(s->subject, c->values[0])),
		negated ? "every message that is sent under the identity is refused"
			: "the Allow allows no message that is sent under the identity",
		NULL);
}

/* An exact envelope sender, where an MTA may put a token into it. */
static void feedback(const struct subject_statement *s, const struct condition *c, size_t i)
{
	const struct subject *subject = s->subject;
	struct text value = c->values[i];
	struct probe probe = { .s = s };
	struct place place;

	if (!text_equals_fold(c->key_text, TEXT("ses:FeedbackAddress")) || !check_fit_passes(s->statement, c) ||
		glob_has_wildcard(value) || !check_is_fixed(c, i) || !check_local_of(value).length ||
		subject_has_enough(subject, KIND_FEEDBACK_EXACT))
		return;
	bool open = probe_open(&probe, s, c->key_text), allow = s->statement->effect == EFFECT_ALLOW;
	struct text other = text_of(
		open ? arena_printf(&probe.arena, "%.*s+4711@%.*s", TEXT_ARGS(check_local_of(value)), TEXT_ARGS(domain_of(value)))
		     : NULL);
	if (other.length && probe_set(&probe, c->key_text, &other, 1) && (allow ? !probe_granted(&probe) : probe_denied(&probe)))
		subject_report_statement(s, KIND_FEEDBACK_EXACT, place_value(&place, s, c, i),
			subject_say(subject,
				"only \"%s\" itself fits; an MTA that puts tokens into envelope senders (VERP, SRS) or writes "
				"Return-Path sends with others",
				subject_show(subject, value)),
			subject_say(subject, "a message with the envelope sender %s would be refused",
				subject_show(subject, other)),
			NULL);
	probe_close(&probe);
}

void check_addresses(const struct subject_statement *s)
{
	for (size_t n = 0; n < s->statement->condition_count; n++) {
		const struct condition *c = &s->statement->conditions[n];
		if (!check_is_text(c) || !key_holds_addresses(c->key_text))
			continue;
		bool sound = true;
		for (size_t i = 0; i < c->value_count; i++) {
			if (!check_is_fixed(c, i))
				continue;
			if (never_matches(s, c, i)) {
				sound = false;
				continue;
			}
			if (check_is_glob(c))
				suffix(s, c, i);
			feedback(s, c, i);
		}
		if (sound)
			outside(s, c);
	}
}
