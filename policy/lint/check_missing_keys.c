/* SPDX-License-Identifier: BSD-2-Clause */
/* A negated operator is true if the key is missing; in an Allow that opens what was to be closed. */
#include "lint/checks.h"
#include "lint/fix.h"
#include "lint/probe.h"

void check_missing_keys(const struct subject_statement *s)
{
	const struct subject *subject = s->subject;

	for (size_t n = 0; s->statement->effect == EFFECT_ALLOW && n < s->statement->condition_count; n++) {
		const struct condition *c = &s->statement->conditions[n];
		const struct key_info *known = key_find(c->key_text);
		struct probe probe = { .s = s };
		struct place place;
		if (!c->how.op->negated || c->how.if_exists || c->how.quantifier != QUANTIFIER_NONE || c->plural || !known)
			continue;
		if (probe_open(&probe, s, c->key_text) && probe_set(&probe, c->key_text, NULL, 0) && probe_granted(&probe)) {
			const char *key = subject_show(subject, c->key_text);
			bool there = known->presence == PRESENCE_ALWAYS;
			subject_report_statement(s, there ? KIND_ALLOW_NEGATED : KIND_ALLOW_MISSING, place_key(&place, s, c),
				subject_say(subject,
					"%s is true if %s is missing; add \"Null\": {\"%s\": \"false\"}, or name what is allowed",
					subject_show(subject, c->operator_text), key, key),
				there ? subject_say(subject, "a request by the API that has no %s would be allowed", key)
				      : subject_say(subject, "a message without %s would be allowed", key),
				fix_kept(s, REACH_LESS, fix_condition_add(s, "Null", c->key_text, "false")));
		}
		probe_close(&probe);
	}
}
