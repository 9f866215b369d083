/* SPDX-License-Identifier: BSD-2-Clause */
/* A negated operator is true if the key is missing; in an Allow that opens what was to be closed. */
#include "lint/checks.h"
#include "lint/fix.h"
#include "lint/probe.h"

/* Keys that no message by SMTP lacks. */
static bool is_always_there(struct text key)
{
	static const char *const keys[] = {
		"ses:FromAddress", "ses:FeedbackAddress", "ses:ApiVersion", "aws:CurrentTime", "aws:EpochTime",
		"aws:SecureTransport", "aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalType", "aws:username",
		"aws:userid", "aws:RequestedRegion", "aws:ResourceAccount",
	};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (text_equals_fold(key, text_of(keys[i])))
			return true;
	return false;
}

void check_missing_keys(const struct subject_statement *s)
{
	const struct subject *subject = s->subject;

	for (size_t n = 0; s->statement->effect == EFFECT_ALLOW && n < s->statement->condition_count; n++) {
		const struct condition *c = &s->statement->conditions[n];
		struct probe probe = { .s = s };
		struct place place;
		if (!c->how.operator->negated || c->how.if_exists || c->how.quantifier != QUANTIFIER_NONE || c->plural ||
		    !key_find(c->key_text))
			continue;
		if (probe_open(&probe, s, c->key_text) && probe_set(&probe, c->key_text, NULL, 0) && probe_granted(&probe)) {
			const char *key = shown(subject, c->key_text);
			bool there = is_always_there(c->key_text);
			report_statement(s, there ? KIND_ALLOW_NEGATED : KIND_ALLOW_MISSING, place_key(&place, s, c),
				say(subject, "%s is true if %s is missing; add \"Null\": {\"%s\": \"false\"}, or name what is allowed",
					shown(subject, c->operator_text), key, key),
				there ? say(subject, "a request by the API that has no %s would be allowed", key)
				      : say(subject, "a message without %s would be allowed", key),
				fix_condition_add(s, "Null", c->key_text, "false"));
		}
		probe_close(&probe);
	}
}
