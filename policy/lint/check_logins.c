/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A Deny of a user whom the settings make of a login. The same account may log in by another spelling, with a realm or without,
 * and is then another user, if the settings do not say which realms are no part of a name.
 */
#include "lint/checks.h"
#include "lint/clients.h"
#include "lint/probe.h"
#include "lint/check_common.h"

/* Make the request that of this user. */
static bool probe_as(struct probe *probe, struct text arn)
{
	struct text name = principal_user_name(arn);

	return request_caller(&probe->request, arn) && probe_set(probe, TEXT("aws:PrincipalArn"), &arn, 1) &&
		probe_set(probe, TEXT("aws:username"), &name, name.length ? 1 : 0);
}

/* Does the Deny meet the user that rule `index` makes of the login, and miss the one that the other spelling makes? */
static bool missed(const struct subject_statement *s, struct text but, size_t index, struct text arn, const struct json_path *path)
{
	const struct subject *subject = s->subject;
	const struct principal_map *map = subject->site->clients;
	struct text login = clients_login_of(map, index, arn);
	struct probe probe = { .s = s };
	struct caller caller;
	bool found = false;

	if (!login.length)
		return false;
	bool open = probe_open(&probe, s, but) && probe_as(&probe, arn) && probe_matches(&probe);
	struct text other = open ? clients_other_spelling(&probe.arena, login) : (struct text){ 0 };
	const struct principal_rule *opening = clients_opening(map, &probe.arena, index, other, &caller);
	if (opening && probe_as(&probe, caller.text) && !probe_denied(&probe)) {
		found = true;
		subject_report_statement(s, KIND_DENY_MISSES_LOGIN, path,
			subject_say(subject,
				"\"%s\" is this user only if it logs in by that name; as \"%s\" it is another. Name the realms of your logins in "
				"\"login_realms\"; if they have none, write []",
				subject_show(subject, login), subject_show(subject, other)),
			subject_say(subject, "%s is refused, but %s would pass", subject_show(subject, arn),
				subject_show(subject, caller.text)),
			NULL);
	}
	probe_close(&probe);
	return found;
}

static void user(const struct subject_statement *s, struct text but, struct text arn, const struct json_path *path)
{
	const struct principal_map *map = s->subject->site->clients;

	for (size_t i = 0; i < map->count && !subject_has_enough(s->subject, KIND_DENY_MISSES_LOGIN); i++)
		if (missed(s, but, i, arn, path))
			return;
}

/* Of a condition on the name alone: the users that rules make of it. */
static void user_name(const struct subject_statement *s, const struct condition *c, size_t i)
{
	const struct principal_map *map = s->subject->site->clients;
	struct place place;

	for (size_t r = 0; r < map->count; r++) {
		const struct principal_rule *rule = &map->rules[r];
		const struct text parts[] = { rule->before, c->values[i], rule->behind };
		if (rule->refuse)
			continue;
		struct text arn = rule->has_login ? arena_join(&s->subject->findings->arena, parts, 3) : rule->arn;
		if (!arn.at)
			s->subject->findings->out_of_memory = true;
		else if (text_equals(principal_user_name(arn), c->values[i]) &&
			missed(s, c->key_text, r, arn, place_value(&place, s, c, i)))
			return;
	}
}

void check_logins(const struct subject_statement *s)
{
	const struct lint_site *site = s->subject->site;
	const struct statement *statement = s->statement;
	struct place place;

	if (!site->clients || site->options->login_realms.at || statement->effect != EFFECT_DENY || s->subject->identity)
		return;
	for (size_t i = 0; i < statement->principals.count && !statement->not_principal; i++)
		if (statement->principals.entries[i].kind == PRINCIPAL_ENTRY_ARN)
			user(s, TEXT(""), statement->principals.entries[i].text, place_principal(&place, s, i));
	for (size_t n = 0; n < statement->condition_count; n++) {
		const struct condition *c = &statement->conditions[n];
		bool name = text_equals_fold(c->key_text, TEXT("aws:username"));
		if (c->how.op->negated || (!name && !text_equals_fold(c->key_text, TEXT("aws:PrincipalArn"))))
			continue;
		for (size_t i = 0; i < c->value_count; i++) {
			if (!check_is_fixed(c, i))
				continue;
			if (name)
				user_name(s, c, i);
			else
				user(s, c->key_text, c->values[i], place_value(&place, s, c, i));
		}
	}
}
