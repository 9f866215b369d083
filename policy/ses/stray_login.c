/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/stray_login.h"

#include <stdio.h>
#include <string.h>

#define SHOWN_SIZE 128

static bool is_fallback(const struct principal_map *map, const struct principal_rule *rule)
{
	return rule == &map->rules[map->count - 1];
}

bool stray_login_is(const struct principal_map *map, const struct principal_rule *rule, struct text login)
{
	/* Of one whom IAM names the entry is there. */
	if (!login.length || rule->refuse || rule->looks_up || rule->login.length || (rule->has_network && !rule->any_login))
		return false;
	return map->names_logins || (is_fallback(map, rule) && map->count > 1);
}

static bool holds(const struct principal_rule *rule, const struct ip *ip)
{
	return !rule->has_network || ip_network_holds(&rule->network, ip);
}

/* What stands behind the last at sign. */
static struct text realm_of(struct text login)
{
	size_t at = login.length;

	while (at && login.at[at - 1] != '@')
		at--;
	return at ? text_from(login, at) : TEXT("");
}

/* The first entry that bears the login without its realm, or with one where it has none; NULL: there is none. */
static const struct principal_rule *namesake(const struct principal_map *map, struct text login, const struct ip *ip)
{
	struct text realm = realm_of(login);
	struct text name = realm.length ? text_first(login, login.length - realm.length - 1) : login;

	for (size_t i = 0; i < map->count; i++) {
		const struct principal_rule *rule = &map->rules[i];
		struct text other = realm_of(rule->login);
		bool bears = realm.length
			? text_equals_fold(rule->login, name)
			: other.length && text_equals_fold(text_first(rule->login, rule->login.length - other.length - 1), name);
		if (rule->login.length && bears && holds(rule, ip))
			return rule;
	}
	return NULL;
}

const char *stray_login_say(const struct principal_map *map, const struct principal_rule *rule, struct text login,
	const struct ip *ip, char out[STRAY_LOGIN_SIZE])
{
	const struct principal_rule *other = namesake(map, login, ip);
	struct text realm = realm_of(login);
	char shown[SHOWN_SIZE], where[SHOWN_SIZE], advice[256];
	size_t index = (size_t)(rule - map->rules), named = other ? (size_t)(other - map->rules) : 0;

	if (rule->any_login)
		snprintf(where, sizeof where, "fits only \"*\" (principals[%zu])", index);
	else if (is_fallback(map, rule))
		snprintf(where, sizeof where, "fits no entry, so the client is user/smtp-relay");
	else
		snprintf(where, sizeof where, "fits only principals[%zu], which is for everyone", index);
	if (!other)
		strcpy(advice, "if it has an entry, the entry spells it otherwise");
	else if (realm.length)
		snprintf(advice, sizeof advice,
			"without its realm it would fit principals[%zu]: if it is the same account, "
			"name \"%s\" in \"login_realms\"",
			named, text_escape(realm, shown, sizeof shown));
	else
		snprintf(advice, sizeof advice,
			"principals[%zu] has it with a realm: if it is the same account, "
			"name \"%s\" in \"login_realms\" and remove it from the entry",
			named, text_escape(realm_of(other->login), shown, sizeof shown));
	snprintf(out, STRAY_LOGIN_SIZE, "the login \"%s\" %s; %s", text_escape(login, shown, sizeof shown), where, advice);
	return out;
}
