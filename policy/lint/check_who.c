/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint/check_who.h"

#include "lint/check_common.h"
#include "lint/probe.h"

/* Who else there is, for the keys that say who asks: two of each, for a pattern may take one by chance. */
static const struct {
	const char *key, *others[2];
} strangers[] = {
	{ "aws:PrincipalArn", { CHECK_STRANGER, "arn:aws:iam::888888888888:user/other" } },
	{ "aws:PrincipalAccount", { "999999999999", "888888888888" } },
	{ "aws:PrincipalOrgID", { "o-9999999999", "o-8888888888" } },
	{ "aws:SourceIp", { "11.22.33.44", "211.122.133.144" } },
};

/* Does the condition take strangers, too? */
static bool takes_strangers(const struct subject_statement *s, const struct condition *c)
{
	struct probe probe = { .s = s };
	bool all = false;

	if (!request_init(&probe.request, s->subject->set, &probe.arena)) {
		s->subject->findings->out_of_memory = true;
		probe_close(&probe);
		return false;
	}
	for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
		if (!text_equals_fold(c->key_text, text_of(strangers[i].key)))
			continue;
		all = true;
		for (size_t n = 0; n < 2; n++) {
			struct text other = text_of(strangers[i].others[n]);
			all = all && probe_set(&probe, c->key_text, &other, 1) && probe_holds(&probe, c);
		}
	}
	for (size_t v = 0; v < c->value_count; v++)
		all = all || (check_is_glob(c) && text_equals(c->values[v], TEXT("*")));
	probe_close(&probe);
	return all;
}

bool check_says_who(const struct subject_statement *s)
{
	for (size_t n = 0; n < s->statement->condition_count; n++) {
		const struct condition *c = &s->statement->conditions[n];
		if (c->how.op->negated || c->how.if_exists || c->how.op->type == TYPE_NULL || c->how.quantifier == QUANTIFIER_ALL)
			continue;
		const struct key_info *key = key_find(c->key_text);
		if (key && (key->caller == CALLER_SOME || key->caller == CALLER_ENDPOINT || key->caller == CALLER_SERVICE) &&
			!takes_strangers(s, c))
			return true;
	}
	return false;
}
