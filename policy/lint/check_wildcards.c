/* SPDX-License-Identifier: BSD-2-Clause */
/* Wildcards and regular expressions where they are not what they seem. (IAM User Guide, "String condition operators".) */
#include "lint/checks.h"
#include "lint/fix.h"
#include "lint/probe.h"
#include "lint/probe_sample.h"
#include "lint/check_common.h"

#include "value/glob.h"
#include "iam/key.h"

#include <string.h>

/* A wildcard where none is one: the value stands for itself. */
static void equals(const struct subject_statement *s, const struct condition *c, size_t i)
{
	const struct subject *subject = s->subject;
	struct probe probe = { .s = s };
	struct place place;
	struct text value = c->values[i];

	if (!glob_has_wildcard(value) || !check_is_fixed(c, i) || subject_has_enough(subject, KIND_WILDCARD_EQUALS))
		return;
	bool open = probe_open(&probe, s, c->key_text);
	struct text meant = open ? probe_sample(&probe.arena, value, key_holds_addresses(c->key_text)) : (struct text){ 0 };
	/* The value is compared as it stands: what it seems to match is no match of this condition. */
	if (meant.at && probe_set(&probe, c->key_text, &meant, 1) && probe_holds(&probe, c) == c->how.op->negated) {
		const char *like = c->how.op->negated ? "StringNotLike" : "StringLike";
		/* Patterns mind case. */
		bool exact = c->how.op->comparison == COMPARE_EQUAL;
		bool caught = s->statement->effect == EFFECT_DENY ? probe_denied(&probe) : probe_granted(&probe);
		subject_report_statement(s, KIND_WILDCARD_EQUALS, place_value(&place, s, c, i),
			subject_say(subject, "%s has no wildcards, so \"%s\" is compared as it is written; write %s",
				c->how.op->name, subject_show(subject, value), like),
			!caught ? subject_say(subject, "\"%s\" is not matched: the statement does not apply to it",
					  subject_show(subject, meant))
				: s->statement->effect == EFFECT_DENY
				? subject_say(subject, "\"%s\" is not exempt: it is refused", subject_show(subject, meant))
				: subject_say(subject, "\"%s\" is not excluded: it is allowed", subject_show(subject, meant)),
			fix_kept(s, exact ? reach_of(c->how.op->negated, REACH_MORE) : REACH_MIXED,
				fix_operator(s, c, c->how.quantifier, like)));
	}
	probe_close(&probe);
}

/* One step of a regular expression. */
struct wildcard_step {
	struct text text; /* what it takes of the pattern */
	char literal;     /* a text that it would match, as one letter; '\0': nothing */
	bool special;     /* can only be meant as a regular expression */
	bool dot;         /* `.*` or `.+` */
};

static size_t class_end(struct text t, size_t at)
{
	size_t end = text_find(t, ']', at + 1);
	return end < t.length ? end + 1 : at + 1;
}

static struct wildcard_step step_read(struct text t, size_t at)
{
	char byte = t.at[at], next = at + 1 < t.length ? t.at[at + 1] : '\0';
	struct wildcard_step step = { .text = text_first(text_from(t, at), 1), .literal = byte };

	if ((byte == '^' && !at) || (byte == '$' && at + 1 == t.length)) {
		step.literal = '\0';
		step.special = true;
	} else if (byte == '\\' && next) {
		step.text.length = 2;
		step.literal = strchr("dwsDWS", next) ? 'a' : next;
		step.special = true;
	} else if (byte == '%' && !at && next == '@') {
		/* As SQL has it. */
		step.literal = 'x';
		step.dot = step.special = true;
	} else if (byte == '.' && (next == '*' || next == '+')) {
		step.text.length = 2;
		step.literal = 'x';
		step.dot = true;
		step.special = next == '+';
	} else if (byte == '[' && class_end(t, at) > at + 2) {
		step.text.length = class_end(t, at) - at;
		step.literal = t.at[at + 1] == '^' ? 'a' : t.at[at + 1];
		step.special = true;
		if (at + step.text.length < t.length && strchr("+*?", t.at[at + step.text.length]))
			step.text.length++;
	}
	return step;
}

/*
 * Is `.*` here one thing? In front of the at sign after a literal, as in user.*@, or where no domain goes on, as
 * in @.*example.com; `*.*@example.com` and `*@mail.*` are patterns in their own right.
 */
static bool is_regex_dot(struct text t, size_t at)
{
	if (!at || strchr("+^)]@", t.at[at - 1]))
		return true;
	return t.at[at - 1] != '*' && at + 2 < t.length && t.at[at + 2] == '@' && text_find(t, '*', 0) == at + 1;
}

/* (a|b) or a|b at the top: the first alternative; alternatives take any text. */
static bool has_alternatives(struct text t)
{
	size_t bar = text_find(t, '|', 0);
	return bar && bar + 1 < t.length;
}

/* A text that the author wanted the regular expression to match, into `out`; false: it is none. */
static bool regex_sample(struct text t, char *out, size_t *length)
{
	bool regex = has_alternatives(t), skip = false;
	size_t used = 0;

	for (size_t at = 0; at < t.length;) {
		struct wildcard_step step = step_read(t, at);
		regex |= step.special || (step.dot && is_regex_dot(t, at));
		char byte = t.at[at];
		at += step.text.length;
		if (has_alternatives(t) && strchr("(|)", byte)) {
			/* From the bar to the bracket stand the others. */
			skip = byte == '|' ? true : byte == ')' ? false : skip;
			continue;
		}
		if (step.literal && !skip)
			out[used++] = step.literal;
	}
	*length = used;
	return regex;
}

/* As a pattern of wildcards; false: it has no such form. */
static bool regex_pattern(struct text t, char *out, size_t *length)
{
	size_t used = 0;

	for (size_t at = 0; at < t.length;) {
		struct wildcard_step step = step_read(t, at);
		if (strchr("[(|){", t.at[at]))
			return false;
		if (step.dot)
			out[used++] = '*';
		else if (step.literal)
			out[used++] = step.literal;
		at += step.text.length;
	}
	*length = used;
	return used;
}

/* Can no address fit, whatever it was meant to be? A domain has letters, digits, hyphens and dots. */
static bool fits_no_address(struct text value)
{
	struct text domain = domain_of(value);

	for (size_t i = 0; i < domain.length; i++)
		if (strchr("\\^$|()[]{}+", domain.at[i]))
			return text_find(value, '@', 0) < value.length;
	return false;
}

/* A pattern in place of a regular expression, which is a pattern, too, if not the one that was meant. */
static enum reach rewritten(const struct condition *c, struct text old, struct text pattern)
{
	bool more = (key_holds_addresses(c->key_text) && fits_no_address(old)) ||
		(text_find(pattern, '?', 0) == pattern.length && glob_match(pattern, old));

	return more ? reach_of(c->how.op->negated, REACH_MORE) : REACH_MIXED;
}

static void like(const struct subject_statement *s, const struct condition *c, size_t i)
{
	const struct subject *subject = s->subject;

	if (subject_has_enough(subject, KIND_REGEX))
		return;
	struct arena arena = { 0 };
	struct place place;
	struct text value = c->values[i];
	char *out = arena_take(&arena, 2 * value.length + 2);
	size_t length;

	if (!out) {
		subject->findings->out_of_memory = true;
	} else if (check_is_fixed(c, i) && regex_sample(value, out, &length)) {
		struct text meant = { out, length };
		if (!glob_match(value, meant)) {
			const char *example = subject_show(subject, meant);
			json_t *fix = regex_pattern(value, out, &length)
				? fix_kept(s, rewritten(c, value, (struct text){ out, length }),
					  fix_value(s, c, i, (struct text){ out, length }, (struct text){ 0 }, NULL))
				: NULL;
			subject_report_statement(s, KIND_REGEX, place_value(&place, s, c, i),
				subject_say(subject,
					"\"%s\" reads like a regular expression, but only * and ? are special here; "
					"* alone is any text",
					subject_show(subject, value)),
				subject_say(subject, "\"%s\" is not matched", example), fix);
		}
	}
	arena_free(&arena);
}

/* Part of a display name, where the whole is compared. */
static void name_part(const struct subject_statement *s, const struct condition *c, size_t i)
{
	const struct subject *subject = s->subject;
	struct place place;
	struct text value = c->values[i];

	if (!text_equals_fold(c->key_text, TEXT("ses:FromDisplayName")) || glob_has_wildcard(value) || !check_is_fixed(c, i) ||
		subject_has_enough(subject, KIND_LIKE_LITERAL))
		return;
	const char *wanted = subject_say(subject, "*%.*s*", TEXT_ARGS(value));
	subject_report_statement(s, KIND_LIKE_LITERAL, place_value(&place, s, c, i),
		subject_say(subject,
			"\"%s\" has no wildcard, so the whole name must be equal; write \"*%s*\" for names that contain it",
			subject_show(subject, value), subject_show(subject, value)),
		subject_say(subject, "the name \"%s Team\" is not matched", subject_show(subject, value)),
		fix_kept(s, reach_of(c->how.op->negated, REACH_MORE),
			fix_value(s, c, i, text_of(wanted), (struct text){ 0 }, NULL)));
}

/* Does a pattern take every address there is? */
static bool takes_all(struct text pattern)
{
	static const char *const patterns[] = { "*", "**", "*@*", "*@*.*", "*?@?*" };

	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
		if (text_equals(pattern, text_of(patterns[i])))
			return true;
	return false;
}

/* A star alone, or with what every address has. */
static void star(const struct subject_statement *s, const struct condition *c, size_t i)
{
	struct place place;
	bool deny = s->statement->effect == EFFECT_DENY;

	/* Of a key that may be missing the star asks whether it is there. */
	if (!takes_all(c->values[i]) || !key_holds_addresses(c->key_text))
		return;
	if (c->how.op->negated)
		subject_report_statement(s, KIND_NEVER_TRUE, place_value(&place, s, c, i),
			subject_say(s->subject, "\"%s\" under %s leaves no address that differs",
				subject_show(s->subject, c->values[i]), subject_show(s->subject, c->operator_text)),
			deny ? "the Deny refuses no message" : "the Allow allows no message", NULL);
	else
		subject_report_statement(s, KIND_ALWAYS_TRUE, place_value(&place, s, c, i),
			subject_say(s->subject, "\"%s\" matches every address; name the addresses, or leave the condition out",
				subject_show(s->subject, c->values[i])),
			NULL, NULL);
}

void check_wildcards(const struct subject_statement *s)
{
	for (size_t n = 0; n < s->statement->condition_count; n++) {
		const struct condition *c = &s->statement->conditions[n];
		if (!check_is_text(c))
			continue;
		for (size_t i = 0; i < c->value_count; i++) {
			if (!check_is_glob(c)) {
				equals(s, c, i);
				continue;
			}
			star(s, c, i);
			like(s, c, i);
			name_part(s, c, i);
		}
	}
}
